(function_definition name: (word) @name) @definition.function
(program (variable_assignment name: (variable_name) @name) @definition.variable)
(program (declaration_command (variable_assignment name: (variable_name) @name))
  @definition.variable)

(command name: (command_name (word) @call))

(command
  name: (command_name) @_source
  .
  argument: [
    (word) @module
    (raw_string) @module
    (concatenation) @module
    (string (string_content) @module .)
  ]
  (#any-of? @_source "source" "." "load")) @import
