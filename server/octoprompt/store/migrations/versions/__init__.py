"""The steps: one file each, never edited after a release."""
