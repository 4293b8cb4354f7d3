(function_definition name: (symbol) @name) @definition.function
(macro_definition name: (symbol) @name) @definition.function
(special_form ["defvar" "defconst"] (symbol) @name) @definition.variable
(list . (symbol) @_def . (symbol) @name
  (#any-of? @_def "defcustom" "defface" "defgroup" "defvar-local")) @definition.variable
(list . (symbol) @_def . (symbol) @name
  (#any-of? @_def
    "cl-defun" "cl-defmacro" "cl-defmethod" "cl-defgeneric" "define-minor-mode"
    "define-derived-mode" "transient-define-prefix" "define-inline")) @definition.function

(list . (symbol) @_require . (quote (symbol) @module) (#eq? @_require "require")) @import
