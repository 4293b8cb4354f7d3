(class_definition name: (identifier) @name) @definition.class
(function_definition name: (identifier) @name) @definition.function
(type_alias_statement left: (type [
  (identifier) @name
  (generic_type . (identifier) @name)
])) @definition.type
(module (expression_statement (assignment left: [
  (identifier) @name
  (pattern_list (identifier) @name)
]) @definition.variable))
(class_definition body: (block (expression_statement (assignment left: [
  (identifier) @name
  (pattern_list (identifier) @name)
]) @definition.field)))

(call function: (identifier) @call)
(call function: (attribute attribute: (identifier) @call))
(decorator (identifier) @call)
(decorator (attribute attribute: (identifier) @call))
(class_definition superclasses: (argument_list [
  (identifier) @extends
  (attribute attribute: (identifier) @extends)
  (subscript value: (identifier) @extends)
  (subscript value: (attribute attribute: (identifier) @extends))
]))
(type (identifier) @type)
(type (attribute attribute: (identifier) @type))
(generic_type (identifier) @type)

(import_statement name: (dotted_name) @module) @import
(import_statement name: (aliased_import name: (dotted_name) @module)) @import
(import_from_statement module_name: (_) @module) @import
(import_from_statement module_name: (_) @module name: (dotted_name) @imported) @import
(import_from_statement module_name: (_) @module
  name: (aliased_import name: (dotted_name) @imported)) @import
