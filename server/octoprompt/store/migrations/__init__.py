"""How the schema of user data came to be, step by step; Alembic runs these."""
