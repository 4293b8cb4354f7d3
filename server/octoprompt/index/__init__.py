"""What is known of a workspace root: its files, text, symbols, references and history."""
