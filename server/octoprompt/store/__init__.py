"""User data: prompts, tickets, selections, projects."""
