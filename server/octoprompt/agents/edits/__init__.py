"""What a model wants changed, and how that is put into a file without guessing."""
