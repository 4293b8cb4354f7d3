"""The wire contract: every request, notification and value that crosses it, and nothing else."""
