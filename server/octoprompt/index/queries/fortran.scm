(module (module_statement (name) @name)) @definition.module
(program (program_statement (name) @name)) @definition.module
(derived_type_definition (derived_type_statement (type_name) @name)) @definition.struct
(function (function_statement name: (_) @name)) @definition.function
(subroutine (subroutine_statement name: (_) @name)) @definition.function

(subroutine_call . (identifier) @call)
(call_expression . (identifier) @call)

(use_statement (module_name) @module) @import
(use_statement (module_name) @module (included_items (identifier) @imported)) @import
