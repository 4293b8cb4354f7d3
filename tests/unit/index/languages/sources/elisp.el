;;; magit.el --- Git  -*- lexical-binding: t -*-
(require 'cl-lib)

(defgroup magit nil "Git." :group 'tools)
(defcustom magit-limit 10 "How many." :type 'integer)
(defvar magit-mode-map (make-sparse-keymap))
(defconst magit-version "1")

;; Shows it.
(defun magit-status (&optional dir)
  "Show the status of DIR."
  (interactive)
  (magit-refresh (or dir default-directory)))

(defmacro magit-with (form &rest body) `(progn ,form ,@body))
(define-minor-mode magit-mode "Mode.")
(cl-defun magit-x (a) a)
(provide 'magit)
