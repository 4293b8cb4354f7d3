(adt name: (type) @name) @definition.type
(newtype name: (type) @name) @definition.type
(type_alias name: (type) @name) @definition.type
(data_constructor (constructor) @name) @definition.enummember
(data_constructor_record (constructor) @name) @definition.enummember
(newtype_constructor (constructor) @name) @definition.enummember
(class (class_head class: (class_name) @name) (class_body)? @body) @definition.interface
(instance (instance_head class: (class_name) @name) (where)? @body) @definition.object
(class_body (signature name: (variable) @name) @definition.method)
(function name: (variable) @name rhs: (_) @body) @definition.function
(function name: (variable) @name) @definition.function

(exp_name (variable) @call)
(type_name (type) @type)
(instance_head class: (class_name) @extends)
(deriving class: (constraint class: (class_name) @extends))

(import (qualified_module) @module) @import
(import . (module) @module) @import
