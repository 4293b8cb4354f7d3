(rule_set (selectors) @name) @definition.class
(media_statement "@media" @name) @definition.namespace
(supports_statement "@supports" @name) @definition.namespace
(at_rule (at_keyword) @name) @definition.namespace
(keyframes_statement (keyframes_name) @name) @definition.function
(declaration (property_name) @name (#match? @name "^--")) @definition.variable

(import_statement [
  (string_value (string_content) @module)
  (call_expression (arguments (string_value (string_content) @module)))
  (call_expression (arguments (plain_value) @module))
]) @import
