"""Language models behind our own gateway, and token counting."""
