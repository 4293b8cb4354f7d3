(table . [(bare_key) (dotted_key) (quoted_key)] @name) @definition.object
(table_array_element . [(bare_key) (dotted_key) (quoted_key)] @name) @definition.object
(document (pair . [(bare_key) (dotted_key) (quoted_key)] @name) @definition.key)
(table (pair . [(bare_key) (dotted_key) (quoted_key)] @name) @definition.key)
(table_array_element (pair . [(bare_key) (dotted_key) (quoted_key)] @name) @definition.key)
