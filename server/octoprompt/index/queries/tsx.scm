; inherits: typescript, jsx_elements
