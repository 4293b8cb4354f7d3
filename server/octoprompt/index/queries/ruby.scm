(class name: (_) @name) @definition.class
(module name: (_) @name) @definition.module
(method name: (_) @name) @definition.method
(singleton_method name: (_) @name) @definition.method
(alias name: (_) @name) @definition.method
(assignment
  left: (constant) @name
  right: (call
    receiver: (constant) @_base method: (identifier) @_new block: (do_block) @body)
  (#any-of? @_base "Struct" "Class" "Module" "Data")
  (#any-of? @_new "new" "define")) @definition.class
(assignment
  left: (constant) @name
  right: (call receiver: (constant) @_base method: (identifier) @_new)
  (#any-of? @_base "Struct" "Class" "Module" "Data")
  (#any-of? @_new "new" "define")) @definition.class
(assignment left: (constant) @name) @definition.constant
(call
  method: (identifier) @_maker
  arguments: (argument_list [(simple_symbol) (string)] @name)
  (#any-of? @_maker
    "attr_reader" "attr_writer" "attr_accessor" "cattr_accessor" "mattr_accessor"
    "class_attribute" "thread_mattr_accessor")) @definition.property
(call
  method: (identifier) @_maker
  arguments: (argument_list . [(simple_symbol) (string)] @name)
  (#any-of? @_maker "define_method" "define_singleton_method" "alias_method" "scope" "delegate"))
  @definition.method
(call
  method: (identifier) @_maker
  arguments: (argument_list . (_) [(simple_symbol) (string)] @name)
  (#eq? @_maker "def_delegators")) @definition.method

(call method: [(identifier) (constant)] @call)
(superclass (constant) @extends)
(superclass (scope_resolution name: (constant) @extends))
(call
  method: (identifier) @_mix
  arguments: (argument_list (constant) @extends)
  (#any-of? @_mix "include" "extend" "prepend"))
(call
  method: (identifier) @_mix
  arguments: (argument_list (scope_resolution name: (constant) @extends))
  (#any-of? @_mix "include" "extend" "prepend"))
(constant) @type

(call
  method: (identifier) @_require
  arguments: (argument_list . (string (string_content) @module) .)
  (#any-of? @_require "require" "require_relative" "load" "require_dependency")) @import
(call
  method: (identifier) @_autoload
  arguments: (argument_list (simple_symbol) (string (string_content) @module))
  (#eq? @_autoload "autoload")) @import
