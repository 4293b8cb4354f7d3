"""The child process that reaches providers. Nothing here is imported by the server itself."""
