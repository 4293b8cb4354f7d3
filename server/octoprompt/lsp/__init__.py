"""The language server: the wire, the endpoint, documents."""
