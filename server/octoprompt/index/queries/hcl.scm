(config_file (body (block (identifier) . (string_lit (template_literal) @name) . (block_start) @body) @definition.object))
(config_file (body (block
  (identifier) . (string_lit) . (string_lit (template_literal) @name) . (block_start) @body)
  @definition.object))
(config_file (body (block . (identifier) @name . (block_start) @body) @definition.object))
(config_file (body (attribute . (identifier) @name) @definition.variable))

(function_call . (identifier) @call)
