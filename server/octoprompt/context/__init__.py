"""Building a context: outline, pack, render, redact; pure functions over values."""
