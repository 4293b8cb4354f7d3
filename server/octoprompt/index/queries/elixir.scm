(call
  target: (identifier) @_def (arguments . (alias) @name) (do_block) @body
  (#any-of? @_def "defmodule" "defprotocol" "defimpl")) @definition.module
(call
  target: (identifier) @_def
  (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator left: (call target: (identifier) @name))
  ])
  (do_block)? @body
  (#any-of? @_def
    "def" "defp" "defmacro" "defmacrop" "defguard" "defguardp" "defdelegate" "defn"))
  @definition.function
(unary_operator operand: (call
  target: (identifier) @_def
  (arguments . (binary_operator left: [
    (identifier) @name
    (call target: (identifier) @name)
  ])))
  (#any-of? @_def "type" "typep" "opaque")) @definition.type
(unary_operator operand: (call
  target: (identifier) @_def
  (arguments . (binary_operator left: (call target: (identifier) @name))))
  (#any-of? @_def "callback" "macrocallback")) @definition.method
(call target: (identifier) @name (#eq? @name "defstruct")) @definition.struct

((call target: (identifier) @call)
  (#not-match? @call
    "^(def.*|alias|use|import|require|spec|typep?|opaque|callback|(module)?doc|impl|behaviour)$"))
(call target: (dot right: (identifier) @call))

(call
  target: (identifier) @_use
  (arguments . [(alias) @module (dot left: (alias) @module)])
  (#any-of? @_use "use" "import" "alias" "require")) @import
