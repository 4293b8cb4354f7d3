; inherits: ecmascript, jsx_elements
(class_declaration (class_heritage (identifier) @extends))
(class_declaration (class_heritage (member_expression property: (property_identifier) @extends)))
(field_definition property: (_) @name) @definition.field
