(defpackage :alexandria (:use :cl))
(in-package :alexandria)

(defvar *limit* 10 "How many.")
(defparameter *name* "x")
(defconstant +pi+ 3)

;; Adds.
(defun add (a b &optional (c 0))
  "Adds two."
  (+ a (helper b) c))

(defmacro with-thing ((var) &body body)
  `(let ((,var 1)) ,@body))

(defclass point () ((x :initarg :x :accessor point-x)))
(defgeneric area (shape))
(defmethod area ((p point)) 0)
(defstruct box side)
