(class_definition name: (identifier) @name) @definition.class
(object_definition name: (identifier) @name) @definition.object
(package_object name: (identifier) @name) @definition.object
(trait_definition name: (identifier) @name) @definition.interface
(enum_definition name: (identifier) @name) @definition.enum
(simple_enum_case name: (identifier) @name) @definition.enummember
(full_enum_case name: (identifier) @name) @definition.enummember
(type_definition name: (type_identifier) @name) @definition.type
(function_definition name: (_) @name) @definition.function
(function_declaration name: (_) @name) @definition.function
(given_definition name: (identifier) @name) @definition.object
(given_definition !name return_type: (_) @name) @definition.object
(extension_definition parameters: (parameters (parameter type: (_) @name))) @definition.object
(class_definition class_parameters: (class_parameters
  (class_parameter ["val" "var"] name: (identifier) @name) @definition.property))
(template_body (val_definition pattern: (identifier) @name) @definition.property)
(template_body (var_definition pattern: (identifier) @name) @definition.property)
(template_body (val_declaration name: (identifier) @name) @definition.property)
(template_body (var_declaration name: (identifier) @name) @definition.property)
(template_body (val_definition
  pattern: (tuple_pattern (identifier) @name)) @definition.property)
(with_template_body (val_definition pattern: (identifier) @name) @definition.property)
(compilation_unit (val_definition pattern: (identifier) @name) @definition.variable)
(compilation_unit (var_definition pattern: (identifier) @name) @definition.variable)

(call_expression function: (identifier) @call)
(call_expression function: (field_expression field: (identifier) @call))
(call_expression function: (generic_function function: (identifier) @call))
(call_expression
  function: (generic_function function: (field_expression field: (identifier) @call)))
(infix_expression operator: (identifier) @call)
(instance_expression (type_identifier) @call)
(instance_expression (generic_type type: (type_identifier) @call))
(annotation name: (type_identifier) @call)
(extends_clause type: (type_identifier) @extends)
(extends_clause type: (generic_type type: (type_identifier) @extends))
(extends_clause type: (stable_type_identifier (type_identifier) @extends .))
(derives_clause type: (type_identifier) @extends)
(type_identifier) @type

(import_declaration path: [(identifier) "."]+ @module) @import
(import_declaration
  path: [(identifier) "."]+ @module
  (namespace_selectors (identifier) @imported)) @import
(import_declaration
  path: [(identifier) "."]+ @module
  (namespace_selectors (arrow_renamed_identifier name: (identifier) @imported))) @import
(import_declaration
  path: [(identifier) "."]+ @module
  (namespace_selectors (as_renamed_identifier name: (identifier) @imported))) @import
