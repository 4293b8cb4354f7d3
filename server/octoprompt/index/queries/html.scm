(element (start_tag (attribute (attribute_name) @_id [
  (attribute_value) @name
  (quoted_attribute_value (attribute_value) @name)
])) (#eq? @_id "id")) @definition.field
(element (self_closing_tag (attribute (attribute_name) @_id [
  (attribute_value) @name
  (quoted_attribute_value (attribute_value) @name)
])) (#eq? @_id "id")) @definition.field
(script_element (start_tag (attribute (attribute_name) @_id [
  (attribute_value) @name
  (quoted_attribute_value (attribute_value) @name)
])) (#eq? @_id "id")) @definition.field
(element
  (start_tag (tag_name) @_heading) . (text) @name
  (#any-of? @_heading "title" "h1" "h2" "h3" "h4" "h5" "h6")) @definition.string
; Landmarks without an id; one with an id goes by that.
(element
  (start_tag (tag_name) @name . (attribute (attribute_name) @_attribute)* .)
  (#any-of? @name
    "head" "body" "header" "nav" "main" "aside" "footer" "section" "article" "form" "dialog"
    "template" "fieldset" "details")
  (#not-eq? @_attribute "id")) @definition.field
(script_element (start_tag (tag_name) @name . (attribute (attribute_name) @_attribute)* .)
  (#not-eq? @_attribute "id")) @definition.field
(style_element (start_tag (tag_name) @name)) @definition.field

(script_element (start_tag (attribute (attribute_name) @_src [
  (attribute_value) @module
  (quoted_attribute_value (attribute_value) @module)
])) (#eq? @_src "src")) @import
(element (start_tag (tag_name) @_link (attribute (attribute_name) @_href [
  (attribute_value) @module
  (quoted_attribute_value (attribute_value) @module)
])) (#eq? @_link "link") (#eq? @_href "href")) @import
