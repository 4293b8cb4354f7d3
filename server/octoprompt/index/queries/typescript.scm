; inherits: ecmascript
(abstract_class_declaration name: (_) @name) @definition.class
(interface_declaration name: (_) @name) @definition.interface
(type_alias_declaration name: (_) @name) @definition.type
(enum_declaration name: (_) @name) @definition.enum
(enum_body name: [(property_identifier) (string)] @name @definition.enummember)
(enum_assignment name: [(property_identifier) (string)] @name) @definition.enummember
(internal_module name: (_) @name) @definition.namespace
(module name: (_) @name) @definition.namespace
(function_signature name: (identifier) @name) @definition.function
(class_body (method_signature name: (_) @name) @definition.method)
(interface_body (method_signature name: (_) @name) @definition.method)
(type_alias_declaration value: (object_type (method_signature name: (_) @name) @definition.method))
(abstract_method_signature name: (_) @name) @definition.method
(interface_body (property_signature name: (_) @name) @definition.property)
(type_alias_declaration
  value: (object_type (property_signature name: (_) @name) @definition.property))
(required_parameter [(accessibility_modifier) "readonly"] pattern: (identifier) @name)
  @definition.property
(internal_module body: (statement_block (export_statement
  (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable))))
(public_field_definition name: (_) @name) @definition.field

(extends_clause value: (identifier) @extends)
(extends_clause value: (member_expression property: (property_identifier) @extends))
(implements_clause (type_identifier) @extends)
(implements_clause (generic_type name: (type_identifier) @extends))
(extends_type_clause type: (type_identifier) @extends)
(extends_type_clause type: (generic_type name: (type_identifier) @extends))
(type_identifier) @type
(decorator (identifier) @call)
(decorator (call_expression function: (identifier) @call))

(import_statement (import_require_clause
  (identifier) @imported source: (string (string_fragment) @module))) @import
