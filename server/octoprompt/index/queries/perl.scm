(package_statement (package_name) @name) @definition.module
(function_definition name: (identifier) @name) @definition.function

(call_expression function_name: (identifier) @call)
(method_invocation function_name: (identifier) @call)

(use_no_statement (package_name) @module) @import
(require_statement (package_name) @module) @import
(use_parent_statement (string_single_quoted) @module) @import
