(class_declaration "interface" name: (identifier) @name) @definition.interface
(class_declaration (modifiers (class_modifier "enum")) name: (identifier) @name) @definition.enum
(class_declaration name: (identifier) @name) @definition.class
(object_declaration name: (identifier) @name) @definition.object
(companion_object name: (identifier) @name) @definition.object
(companion_object !name "object" @name) @definition.object
(enum_entry (identifier) @name) @definition.enummember
(type_alias type: (identifier) @name) @definition.type
(function_declaration name: (identifier) @name) @definition.function
(secondary_constructor "constructor" @name) @definition.constructor
(primary_constructor (class_parameters
  (class_parameter ["val" "var"] (identifier) @name) @definition.property))
(source_file (property_declaration
  (modifiers (property_modifier "const")) (variable_declaration (identifier) @name))
  @definition.constant)
(class_body (property_declaration
  (modifiers (property_modifier "const")) (variable_declaration (identifier) @name))
  @definition.constant)
(source_file (property_declaration (variable_declaration . (identifier) @name))
  @definition.variable)
(class_body (property_declaration (variable_declaration . (identifier) @name))
  @definition.property)
(enum_class_body (property_declaration (variable_declaration . (identifier) @name))
  @definition.property)

(call_expression . (identifier) @call)
(call_expression . (navigation_expression (identifier) @call .))
(infix_expression (_) . (identifier) @call . (_))
(annotation (user_type (identifier) @call .))
(annotation (constructor_invocation (user_type (identifier) @call .)))
(callable_reference (identifier) @use .)
(delegation_specifier (user_type (identifier) @extends .))
(delegation_specifier (constructor_invocation (user_type (identifier) @extends .)))
(delegation_specifier (explicit_delegation (user_type (identifier) @extends .)))
(user_type (identifier) @type)

(import (qualified_identifier (identifier) @brought .) @module) @import
