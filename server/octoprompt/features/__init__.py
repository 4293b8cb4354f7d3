"""One module for each area: a handler is wire, call, wire."""
