(class_declaration name: (identifier) @name) @definition.class
(record_declaration name: (identifier) @name) @definition.class
(struct_declaration name: (identifier) @name) @definition.struct
(interface_declaration name: (identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.enum
(enum_member_declaration name: (identifier) @name) @definition.enummember
(delegate_declaration name: (identifier) @name) @definition.type
(namespace_declaration name: (_) @name) @definition.namespace
(file_scoped_namespace_declaration name: (_) @name) @definition.namespace
(method_declaration name: (identifier) @name) @definition.method
(local_function_statement name: (identifier) @name) @definition.function
(constructor_declaration name: (identifier) @name) @definition.constructor
(destructor_declaration name: (identifier) @name) @definition.method
(property_declaration name: (identifier) @name) @definition.property
(indexer_declaration "this" @name) @definition.property
(event_declaration name: (identifier) @name) @definition.event
(event_field_declaration
  (variable_declaration (variable_declarator name: (identifier) @name))) @definition.event
(operator_declaration
  "operator" . ["+" "-" "!" "~" "++" "--" "true" "false" "*" "/" "%" "&" "|" "^" "<<" ">>" ">>>"
    "==" "!=" ">" "<" ">=" "<="] @name) @definition.operator
(conversion_operator_declaration type: (_) @name) @definition.operator
(field_declaration (modifier "const")
  (variable_declaration (variable_declarator name: (identifier) @name))) @definition.constant
(field_declaration
  (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field
(record_declaration
  (parameter_list (parameter name: (identifier) @name) @definition.property))

(invocation_expression function: (identifier) @call)
(invocation_expression function: (generic_name . (identifier) @call))
(invocation_expression function: (member_access_expression name: (identifier) @call))
(invocation_expression
  function: (member_access_expression name: (generic_name . (identifier) @call)))
(invocation_expression function: (conditional_access_expression
  (member_binding_expression name: (identifier) @call)))
(invocation_expression function: (conditional_access_expression
  (member_binding_expression name: (generic_name . (identifier) @call))))
(object_creation_expression type: (identifier) @call)
(object_creation_expression type: (generic_name . (identifier) @call))
(object_creation_expression type: (qualified_name name: (identifier) @call))
(attribute name: (identifier) @call)
(attribute name: (qualified_name name: (identifier) @call))
(base_list (identifier) @extends)
(base_list (generic_name . (identifier) @extends))
(base_list (qualified_name name: (identifier) @extends))
(base_list (primary_constructor_base_type type: (identifier) @extends))
(base_list (primary_constructor_base_type type: (generic_name . (identifier) @extends)))
(parameter type: (identifier) @type)
(variable_declaration type: (identifier) @type)
(property_declaration type: (identifier) @type)
(method_declaration returns: (identifier) @type)
(event_declaration type: (identifier) @type)
(indexer_declaration type: (identifier) @type)
(delegate_declaration type: (identifier) @type)
(nullable_type type: (identifier) @type)
(array_type type: (identifier) @type)
(cast_expression type: (identifier) @type)
(typeof_expression type: (identifier) @type)
(as_expression right: (identifier) @type)
(is_expression right: (identifier) @type)
(declaration_pattern type: (identifier) @type)
(type_argument_list (identifier) @type)
(type_parameter_constraint type: (identifier) @type)
(generic_name . (identifier) @type)

(using_directive !name [(identifier) (qualified_name)] @module) @import
(using_directive name: (_) [(identifier) (qualified_name) (generic_name)] @module .) @import
