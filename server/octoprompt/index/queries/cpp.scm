; inherits: c
(class_specifier name: (type_identifier) @name body: (_)) @definition.class
; Specialisations, and types of another scope: the last name counts, the head shows the rest.
(class_specifier name: (template_type name: (_) @name) body: (_)) @definition.class
(struct_specifier name: (template_type name: (_) @name) body: (_)) @definition.struct
(class_specifier name: (qualified_identifier name: [
  (type_identifier) @name
  (template_type name: (_) @name)
  (qualified_identifier name: (type_identifier) @name)
  (qualified_identifier name: (template_type name: (_) @name))
]) body: (_)) @definition.class
(struct_specifier name: (qualified_identifier name: [
  (type_identifier) @name
  (template_type name: (_) @name)
  (qualified_identifier name: (type_identifier) @name)
  (qualified_identifier name: (template_type name: (_) @name))
]) body: (_)) @definition.struct
(enum_specifier name: (qualified_identifier name: (type_identifier) @name) body: (_))
  @definition.enum
(concept_definition name: (identifier) @name) @definition.interface
(namespace_definition name: (_) @name) @definition.namespace
(alias_declaration name: (type_identifier) @name) @definition.type
(namespace_alias_definition name: (namespace_identifier) @name) @definition.namespace
; Definitions outside their class: `A::b`, `A::B::c`; what counts is the last name.
(function_definition declarator: [
  (function_declarator declarator: (qualified_identifier name: (_) @name))
  (pointer_declarator declarator:
    (function_declarator declarator: (qualified_identifier name: (_) @name)))
  (reference_declarator
    (function_declarator declarator: (qualified_identifier name: (_) @name)))
  (function_declarator declarator:
    (qualified_identifier name: (qualified_identifier name: (_) @name)))
  (pointer_declarator declarator: (function_declarator declarator:
    (qualified_identifier name: (qualified_identifier name: (_) @name))))
  (reference_declarator (function_declarator declarator:
    (qualified_identifier name: (qualified_identifier name: (_) @name))))
  (function_declarator declarator: (qualified_identifier
    name: (qualified_identifier name: (qualified_identifier name: (_) @name))))
]) @definition.method
(function_definition declarator: [
  (function_declarator declarator: [(field_identifier) (destructor_name) (operator_name)] @name)
  (pointer_declarator declarator: (function_declarator
    declarator: [(field_identifier) (operator_name)] @name))
  (pointer_declarator (pointer_declarator declarator: (function_declarator
    declarator: (field_identifier) @name)))
  (reference_declarator (function_declarator
    declarator: [(identifier) (field_identifier) (operator_name)] @name))
  (operator_cast "operator" @name)
]) @definition.function
(field_declaration declarator: [
  (function_declarator declarator: [(field_identifier) (operator_name)] @name)
  (pointer_declarator declarator: (function_declarator
    declarator: [(field_identifier) (operator_name)] @name))
  (pointer_declarator (pointer_declarator declarator: (function_declarator
    declarator: (field_identifier) @name)))
  (reference_declarator (function_declarator
    declarator: [(field_identifier) (operator_name)] @name))
]) @definition.method
(field_declaration declarator: (reference_declarator (field_identifier) @name)) @definition.field
; Destructors, operators and what gives a reference are plain declarations, also in a class.
((declaration declarator: [
  (function_declarator declarator: [(destructor_name) (operator_name) (field_identifier)] @name)
  (pointer_declarator declarator: (function_declarator declarator: (field_identifier) @name))
  (reference_declarator (function_declarator
    declarator: [(identifier) (field_identifier) (operator_name)] @name))
  (operator_cast "operator" @name)
]) @definition.function (#set! outer))

(call_expression function: (qualified_identifier name: (identifier) @call))
(call_expression
  function: (qualified_identifier name: (qualified_identifier name: (identifier) @call)))
(call_expression function: (template_function name: (identifier) @call))
(call_expression
  function: (qualified_identifier name: (template_function name: (identifier) @call)))
(call_expression
  function: (field_expression field: (template_method name: (field_identifier) @call)))
(new_expression type: (type_identifier) @call)
(new_expression type: (template_type name: (type_identifier) @call))
(new_expression type: (qualified_identifier name: (type_identifier) @call))
(base_class_clause (type_identifier) @extends)
(base_class_clause (template_type name: (type_identifier) @extends))
(base_class_clause (qualified_identifier name: (type_identifier) @extends))
(base_class_clause
  (qualified_identifier name: (template_type name: (type_identifier) @extends)))
(using_declaration (qualified_identifier name: (identifier) @use))
