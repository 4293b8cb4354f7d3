(create_schema (identifier) @name) @definition.namespace
(create_table (object_reference name: (_) @name)) @definition.struct
(create_view (object_reference name: (_) @name)) @definition.struct
(create_materialized_view (object_reference name: (_) @name)) @definition.struct
(create_type (object_reference name: (_) @name)) @definition.type
(create_function (keyword_function) . (object_reference name: (_) @name)) @definition.function
; What the grammar does not know of a routine leaves at least its head.
(ERROR (keyword_create) (keyword_function) . (object_reference name: (_) @name))
  @definition.function
(create_trigger (keyword_trigger) . (object_reference name: (_) @name)) @definition.event
(create_index column: (_) @name) @definition.key
(create_sequence (object_reference name: (_) @name)) @definition.variable
(column_definition name: (_) @name) @definition.field
(cte . (identifier) @name) @definition.variable

(invocation (object_reference name: (_) @call))
(relation (object_reference name: (_) @use))
(insert (object_reference name: (_) @use))
(create_index (object_reference name: (_) @use))
(alter_table (object_reference name: (_) @use))
(column_definition custom_type: (object_reference name: (_) @type))
(column_definition (keyword_references) . (object_reference name: (_) @extends))
(constraint (keyword_references) . (object_reference name: (_) @extends))
(create_trigger (keyword_on) . (object_reference name: (_) @use))
(create_trigger (keyword_function) . (object_reference name: (_) @call))
(drop_table (object_reference name: (_) @use))
(drop_view (object_reference name: (_) @use))
