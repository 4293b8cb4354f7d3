"""The server's fixtures."""

from support.server import own_repository, repository, server

__all__ = ["own_repository", "repository", "server"]
