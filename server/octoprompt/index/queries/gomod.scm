(module_directive (module_path) @name) @definition.module
(require_spec (module_path) @name) @definition.key
(replace_spec (module_path) @name) @definition.key
