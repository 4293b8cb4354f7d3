(defun (defun_header
  keyword: (defun_keyword) @_keyword
  function_name: (_) @name)
  (#not-match? @_keyword "^(defmethod|defgeneric)$")) @definition.function
(defun (defun_header function_name: (_) @name)) @definition.method
(list_lit . (sym_lit) @_def . (sym_lit) @name
  (#any-of? @_def "defvar" "defparameter" "defconstant")) @definition.variable
(list_lit . (sym_lit) @_def . (sym_lit) @name
  (#any-of? @_def "defclass" "define-condition")) @definition.class
(list_lit . (sym_lit) @_def . (sym_lit) @name
  (#any-of? @_def "defstruct" "deftype")) @definition.struct
(list_lit . (sym_lit) @_def . (kwd_lit (kwd_symbol) @name)
  (#eq? @_def "defpackage")) @definition.module
