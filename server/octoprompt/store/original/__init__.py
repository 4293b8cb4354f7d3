"""The original OctoPrompt's JSON files, read as records of our document."""
