(class_declaration "struct" name: (type_identifier) @name) @definition.struct
(class_declaration "enum" name: (type_identifier) @name) @definition.enum
(class_declaration "extension" name: (user_type) @name) @definition.object
(class_declaration name: (type_identifier) @name) @definition.class
(protocol_declaration name: (type_identifier) @name) @definition.interface
(enum_entry name: (simple_identifier) @name) @definition.enummember
(typealias_declaration name: (type_identifier) @name) @definition.type
(associatedtype_declaration name: (type_identifier) @name) @definition.type
; An operator's name is a bare token; the field is the returned type's as well.
(function_declaration name: [
  (simple_identifier) (custom_operator)
  "==" "!=" "===" "!==" "<" ">" "<=" ">=" "+" "-" "*" "/" "%" "++" "--" "!" "~"
  "&" "&&" "||" "|" "^" "<<" ">>" "=" "+=" "-=" "*=" "/=" "%="
] @name) @definition.function
(protocol_function_declaration name: (simple_identifier) @name) @definition.method
(protocol_property_declaration
  name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property
(init_declaration "init" @name) @definition.constructor
(deinit_declaration "deinit" @name) @definition.method
(subscript_declaration "subscript" @name) @definition.method
(class_body (property_declaration
  name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property)
(enum_class_body (property_declaration
  name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property)
(source_file (property_declaration
  name: (pattern bound_identifier: (simple_identifier) @name)) @definition.variable)
(macro_declaration (simple_identifier) @name) @definition.function

(call_expression . (simple_identifier) @call)
(call_expression . (navigation_expression
  suffix: (navigation_suffix suffix: (simple_identifier) @call)))
(constructor_expression (user_type (type_identifier) @call .))
(attribute (user_type (type_identifier) @call .))
(inheritance_specifier inherits_from: (user_type (type_identifier) @extends .))
(user_type (type_identifier) @type)

(import_declaration (identifier (simple_identifier) @brought .) @module) @import
