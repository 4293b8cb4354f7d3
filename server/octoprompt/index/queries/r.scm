(left_assignment name: (identifier) @name value: (function_definition (brace_list)? @body))
  @definition.function
(equals_assignment name: (identifier) @name value: (function_definition (brace_list)? @body))
  @definition.function
(program (left_assignment name: (identifier) @name) @definition.variable)
(program (equals_assignment name: (identifier) @name) @definition.variable)
(call
  function: (identifier) @_set arguments: (arguments . (string) @name)
  (#any-of? @_set "setClass" "setRefClass" "R6Class")) @definition.class
(call
  function: (identifier) @_set arguments: (arguments . (string) @name)
  (#any-of? @_set "setMethod" "setGeneric")) @definition.method

(call function: (identifier) @call)
(call function: (namespace_get function: (identifier) @call))

(call
  function: (identifier) @_library arguments: (arguments . [(identifier) (string)] @module)
  (#any-of? @_library "library" "require" "source" "requireNamespace")) @import
