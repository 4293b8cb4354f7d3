(module_definition name: (identifier) @name) @definition.module
(abstract_definition name: (identifier) @name) @definition.type
(struct_definition name: (identifier) @name) @definition.struct
(struct_definition (typed_expression . (identifier) @name) @definition.field)
(function_definition name: (identifier) @name parameters: (_)) @definition.function
(function_definition name: (field_expression (identifier) @name .) parameters: (_))
  @definition.function
(short_function_definition name: (identifier) @name) @definition.function
(short_function_definition name: (field_expression (identifier) @name .)) @definition.function
(macro_definition name: (identifier) @name) @definition.function
(const_statement (assignment . (identifier) @name)) @definition.constant

(call_expression . (identifier) @call)
(call_expression . (field_expression (identifier) @call .))
(type_clause (identifier) @extends)

(import_statement (identifier) @module) @import
(import_statement (selected_import . (identifier) @module (identifier) @imported)) @import
(call_expression
  . (identifier) @_include (argument_list . (string_literal) @module)
  (#eq? @_include "include")) @import
