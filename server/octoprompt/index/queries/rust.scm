(function_item name: (identifier) @name) @definition.function
(function_signature_item name: (identifier) @name) @definition.function
(struct_item name: (type_identifier) @name) @definition.struct
(union_item name: (type_identifier) @name) @definition.struct
(enum_item name: (type_identifier) @name) @definition.enum
(enum_variant name: (identifier) @name) @definition.enummember
(trait_item name: (type_identifier) @name) @definition.interface
(mod_item name: (identifier) @name) @definition.module
(impl_item type: (type_identifier) @name) @definition.object
(impl_item type: (generic_type type: (type_identifier) @name)) @definition.object
(impl_item type: (scoped_type_identifier name: (type_identifier) @name)) @definition.object
(impl_item type: (reference_type type: (type_identifier) @name)) @definition.object
(impl_item type: (generic_type type: (scoped_type_identifier name: (type_identifier) @name)))
  @definition.object
(const_item name: (identifier) @name) @definition.constant
(static_item name: (identifier) @name) @definition.variable
(type_item name: (type_identifier) @name) @definition.type
(associated_type name: (type_identifier) @name) @definition.type
(macro_definition name: (identifier) @name (macro_rule) @body) @definition.function
(field_declaration name: (field_identifier) @name) @definition.field

(call_expression function: (identifier) @call)
(call_expression function: (field_expression field: (field_identifier) @call))
(call_expression function: (scoped_identifier name: (identifier) @call))
(call_expression function: (generic_function function: (identifier) @call))
(call_expression
  function: (generic_function function: (scoped_identifier name: (identifier) @call)))
(call_expression
  function: (generic_function function: (field_expression field: (field_identifier) @call)))
(macro_invocation macro: (identifier) @call)
(macro_invocation macro: (scoped_identifier name: (identifier) @call))
(struct_expression name: (type_identifier) @call)
(impl_item trait: (type_identifier) @extends)
(impl_item trait: (scoped_type_identifier name: (type_identifier) @extends))
(impl_item trait: (generic_type type: (type_identifier) @extends))
(trait_bounds (type_identifier) @extends)
(type_identifier) @type

(use_declaration argument: (_) @module) @import
(mod_item name: (identifier) @module !body) @import
