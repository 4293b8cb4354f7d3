(class_interface name: (identifier) @name) @definition.class
(class_implementation name: (identifier) @name) @definition.class
(category_interface name: (identifier) @name) @definition.object
(category_implementation name: (identifier) @name) @definition.object
(protocol_declaration name: (identifier) @name) @definition.interface
(method_declaration selector: [
  (identifier) @name
  (keyword_selector . (keyword_declarator keyword: (identifier) @name))
]) @definition.method
(method_definition selector: [
  (identifier) @name
  (keyword_selector . (keyword_declarator keyword: (identifier) @name))
]) @definition.method
(property_declaration declarator: [
  (identifier) @name
  (pointer_declarator declarator: (identifier) @name)
]) @definition.property
(function_definition declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
]) @definition.function
(type_definition declarator: [
  (type_identifier) @name
  (block_declarator declarator: (identifier) @name)
]) @definition.type
(preproc_def name: (identifier) @name value: (_)) @definition.constant
(translation_unit (declaration declarator: (init_declarator declarator: [
  (identifier) @name
  (pointer_declarator declarator: (identifier) @name)
])) @definition.variable)

(message_expression selector: (identifier) @call)
(message_expression selector: (keyword_argument_list . (keyword_argument . (_) @call)))
(call_expression function: (identifier) @call)
(superclass_reference name: (identifier) @extends)
(protocol_qualifiers name: (identifier) @extends)
(type_identifier) @type

(preproc_import path: (_) @module) @import
(preproc_include path: (_) @module) @import
