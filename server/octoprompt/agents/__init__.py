"""Agents that read the codebase and return proposals."""
