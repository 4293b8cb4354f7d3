(namespace_definition name: (namespace_name) @name) @definition.namespace
(class_declaration name: (name) @name) @definition.class
(interface_declaration name: (name) @name) @definition.interface
(trait_declaration name: (name) @name) @definition.class
(enum_declaration name: (name) @name) @definition.enum
(enum_case name: (name) @name) @definition.enummember
(function_definition name: (name) @name) @definition.function
(method_declaration name: (name) @name) @definition.method
(const_declaration (const_element . (name) @name)) @definition.constant
(property_declaration (property_element name: (variable_name) @name)) @definition.property
(property_promotion_parameter name: (variable_name) @name) @definition.property
(function_call_expression
  function: (name) @_define
  arguments: (arguments . (argument (string) @name))
  (#eq? @_define "define")) @definition.constant

(function_call_expression function: (name) @call)
(function_call_expression function: (qualified_name (name) @call))
(member_call_expression name: (name) @call)
(nullsafe_member_call_expression name: (name) @call)
(scoped_call_expression name: (name) @call)
(scoped_call_expression scope: (name) @type)
(object_creation_expression (name) @call)
(object_creation_expression (qualified_name (name) @call))
(attribute (name) @call)
(attribute (qualified_name (name) @call))
(base_clause (name) @extends)
(base_clause (qualified_name (name) @extends))
(class_interface_clause (name) @extends)
(class_interface_clause (qualified_name (name) @extends))
(use_declaration (name) @extends)
(use_declaration (qualified_name (name) @extends))
(named_type (name) @type)
(named_type (qualified_name (name) @type))
(class_constant_access_expression . (name) @type (_))
(binary_expression "instanceof" right: (name) @type)

(namespace_use_declaration (namespace_use_clause . [
  (name) @module @brought
  (qualified_name (name) @brought) @module
])) @import
(namespace_use_declaration
  (namespace_name) @module
  body: (namespace_use_group (namespace_use_clause . [(name) (qualified_name)] @imported))) @import
(require_once_expression [
  (string (string_content) @module)
  (parenthesized_expression (string (string_content) @module))
  (binary_expression right: (string (string_content) @module))
]) @import
(require_expression [
  (string (string_content) @module)
  (parenthesized_expression (string (string_content) @module))
  (binary_expression right: (string (string_content) @module))
]) @import
(include_expression [
  (string (string_content) @module)
  (parenthesized_expression (string (string_content) @module))
  (binary_expression right: (string (string_content) @module))
]) @import
(include_once_expression [
  (string (string_content) @module)
  (parenthesized_expression (string (string_content) @module))
  (binary_expression right: (string (string_content) @module))
]) @import
