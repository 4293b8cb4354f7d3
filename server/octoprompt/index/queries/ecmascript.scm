(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(class_declaration name: (_) @name) @definition.class
(method_definition name: (_) @name) @definition.method
(variable_declarator
  name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)]) @definition.function
(variable_declarator name: (identifier) @name value: (class)) @definition.class
(program (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable))
(program (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable))
(program (export_statement
  (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable)))
(program (expression_statement (assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: [(arrow_function) (function_expression)]) @definition.function))
(pair
  key: (property_identifier) @name
  value: [(arrow_function) (function_expression)]) @definition.method

(call_expression function: (identifier) @call)
(call_expression function: (member_expression property: (property_identifier) @call))
(new_expression constructor: (identifier) @call)
(new_expression constructor: (member_expression property: (property_identifier) @call))

(import_statement source: (string (string_fragment) @module)) @import
(import_statement
  (import_clause (identifier) @imported) source: (string (string_fragment) @module)) @import
(import_statement
  (import_clause (named_imports (import_specifier name: (identifier) @imported)))
  source: (string (string_fragment) @module)) @import
(export_statement source: (string (string_fragment) @module)) @import
(export_statement
  (export_clause (export_specifier name: (identifier) @imported))
  source: (string (string_fragment) @module)) @import
(call_expression
  function: (identifier) @_require
  arguments: (arguments . (string (string_fragment) @module) .)
  (#eq? @_require "require")) @import
(call_expression
  function: (import) arguments: (arguments . (string (string_fragment) @module))) @import
