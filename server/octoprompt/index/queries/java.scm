(class_declaration name: (identifier) @name) @definition.class
(record_declaration name: (identifier) @name) @definition.class
(interface_declaration name: (identifier) @name) @definition.interface
(annotation_type_declaration name: (identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.enum
(enum_constant name: (identifier) @name) @definition.enummember
(method_declaration name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name) @definition.constructor
(compact_constructor_declaration name: (identifier) @name) @definition.constructor
(annotation_type_element_declaration name: (identifier) @name) @definition.method
(field_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field
(record_declaration parameters: (formal_parameters
  (formal_parameter name: (identifier) @name) @definition.field))
(constant_declaration declarator: (variable_declarator name: (identifier) @name))
  @definition.constant

(method_invocation name: (identifier) @call)
(object_creation_expression type: (type_identifier) @call)
(object_creation_expression type: (generic_type (type_identifier) @call))
(method_reference (identifier) @call .)
(superclass (type_identifier) @extends)
(superclass (generic_type (type_identifier) @extends))
(super_interfaces (type_list (type_identifier) @extends))
(super_interfaces (type_list (generic_type (type_identifier) @extends)))
(super_interfaces (type_list (scoped_type_identifier (type_identifier) @extends .)))
(extends_interfaces (type_list (type_identifier) @extends))
(extends_interfaces (type_list (generic_type (type_identifier) @extends)))
(annotation name: (identifier) @call)
(marker_annotation name: (identifier) @call)
(type_identifier) @type

(import_declaration (scoped_identifier) @module) @import
(import_declaration (identifier) @module) @import
