(section . (atx_heading heading_content: (inline) @name)) @definition.string
(setext_heading heading_content: (paragraph) @name) @definition.string
