(type_alias_declaration name: (upper_case_identifier) @name) @definition.type
(type_declaration name: (upper_case_identifier) @name) @definition.enum
(union_variant name: (upper_case_identifier) @name) @definition.enummember
(file (value_declaration functionDeclarationLeft:
  (function_declaration_left (lower_case_identifier) @name)) @definition.function)
(port_annotation name: (lower_case_identifier) @name) @definition.function

(function_call_expr target: (value_expr name: (value_qid (lower_case_identifier) @call .)))
(type_ref (upper_case_qid (upper_case_identifier) @type .))

(import_clause moduleName: (upper_case_qid) @module) @import
(import_clause
  moduleName: (upper_case_qid) @module
  exposing: (exposing_list [
    (exposed_type (upper_case_identifier) @imported)
    (exposed_value (lower_case_identifier) @imported)
  ])) @import
