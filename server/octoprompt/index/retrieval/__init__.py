"""Which files matter for a task: term statistics, history, and their weighing."""
