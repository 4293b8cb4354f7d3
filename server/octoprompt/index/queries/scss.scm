(rule_set (selectors) @name) @definition.class
(mixin_statement (identifier) @name) @definition.function
(function_statement (identifier) @name) @definition.function
(keyframes_statement (keyframes_name) @name) @definition.function
(media_statement "@media" @name) @definition.namespace
(supports_statement "@supports" @name) @definition.namespace
(at_rule (at_keyword) @name (block)) @definition.namespace
(stylesheet (declaration (property_name) @name (#match? @name "^[$]")) @definition.variable)
(declaration (property_name) @name (#match? @name "^--")) @definition.variable

(include_statement (identifier) @call)
(call_expression (function_name) @call)
(import_statement (string_value) @module) @import
(use_statement (string_value) @module) @import
(forward_statement (string_value) @module) @import
