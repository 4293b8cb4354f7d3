(module_attribute name: (atom) @name) @definition.module
(fun_decl clause: (function_clause name: (atom) @name body: (_) @body)) @definition.function
(record_decl name: (atom) @name) @definition.struct
(record_field name: (atom) @name) @definition.field
(type_alias name: (type_name name: (atom) @name)) @definition.type
(opaque name: (type_name name: (atom) @name)) @definition.type
(pp_define lhs: (macro_lhs name: (_) @name)) @definition.constant

(call expr: (atom) @call)
(call expr: (remote fun: (atom) @call))
(macro_call_expr name: (_) @use)
(behaviour_attribute name: (atom) @extends)

(pp_include_lib file: (string) @module) @import
(pp_include file: (string) @module) @import
