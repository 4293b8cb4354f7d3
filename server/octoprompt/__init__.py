"""OctoPrompt: the right part of a codebase for a language model, served over JSON-RPC."""

__version__ = "0.1.0"
