((rule (targets) @name (recipe)? @body) (#not-match? @name "^\\.")) @definition.function
(variable_assignment name: (word) @name) @definition.variable
(define_directive name: (word) @name) @definition.variable

(include_directive filenames: (list (word) @module)) @import
