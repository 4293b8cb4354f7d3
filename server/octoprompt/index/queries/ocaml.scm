(module_binding name: (module_name) @name) @definition.module
(module_type_definition name: (module_type_name) @name) @definition.interface
(type_binding name: (type_constructor) @name) @definition.type
(constructor_declaration (constructor_name) @name) @definition.enummember
(field_declaration (field_name) @name) @definition.field
(compilation_unit (value_definition (let_binding
  pattern: (value_name) @name (parameter)) @definition.function))
(structure (value_definition (let_binding
  pattern: (value_name) @name (parameter)) @definition.function))
(compilation_unit (value_definition (let_binding
  pattern: (value_name) @name body: (function_expression)) @definition.function))
(compilation_unit (value_definition (let_binding
  pattern: (value_name) @name) @definition.variable))
(structure (value_definition (let_binding
  pattern: (value_name) @name) @definition.variable))
(value_specification (value_name) @name) @definition.function
(class_binding name: (class_name) @name) @definition.class
(method_definition name: (method_name) @name) @definition.method
(instance_variable_definition name: (instance_variable_name) @name) @definition.field

(application_expression function: (value_path (value_name) @call))
(type_constructor_path (type_constructor) @type)

(open_module (module_path) @module) @import
