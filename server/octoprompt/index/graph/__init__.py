"""Which file means which other file: imports followed to files, and what goes with a file."""
