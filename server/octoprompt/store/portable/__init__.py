"""What a user made as plain records, one module a kind: written to one document, and read again."""
