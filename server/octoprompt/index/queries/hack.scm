(namespace_declaration name: (_) @name) @definition.namespace
(class_declaration name: (identifier) @name) @definition.class
(interface_declaration name: (identifier) @name) @definition.interface
(trait_declaration name: (identifier) @name) @definition.class
(enum_declaration name: (identifier) @name) @definition.enum
(enumerator . (identifier) @name) @definition.enummember
(function_declaration name: (identifier) @name) @definition.function
(method_declaration name: (identifier) @name) @definition.method
(alias_declaration . (identifier) @name) @definition.type
(const_declarator . (identifier) @name) @definition.constant
(property_declarator . (variable) @name) @definition.property

(call_expression function: (qualified_identifier (identifier) @call .))
(implements_clause (type_specifier (qualified_identifier (identifier) @extends .)))
(extends_clause (type_specifier (qualified_identifier (identifier) @extends .)))

(use_statement (use_clause (qualified_identifier) @module)) @import
