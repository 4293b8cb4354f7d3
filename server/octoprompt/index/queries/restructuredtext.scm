(section (title) @name) @definition.string
