(from_instruction as: (image_alias) @name) @definition.module
(from_instruction !as (image_spec name: (image_name) @name)) @definition.module
(arg_instruction name: (unquoted_string) @name) @definition.variable
(env_instruction (env_pair name: (unquoted_string) @name) @definition.variable)

(from_instruction (image_spec name: (image_name) @module)) @import
