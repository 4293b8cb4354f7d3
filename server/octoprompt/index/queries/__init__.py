"""One tree-sitter query for each language; `extract.py` says what the captures mean."""
