; inherits: scss
(stylesheet (postcss_statement (at_keyword) @name (#not-match? @name "^@plugin$")) @definition.variable)
(postcss_statement (at_keyword) @_word (#eq? @_word "@plugin") (string_value) @module) @import
