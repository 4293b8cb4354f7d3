"""Indexes that answer the lists of tickets, and what is in the bin, at ten thousand records."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOT_DELETED = sa.text("deleted_at IS NULL")
DELETED = sa.text("deleted_at IS NOT NULL")
RECORDS = ("project", "selection", "prompt", "ticket", "task", "chat", "run", "edit")
COLUMNS = ("project_id", "position", "number", "status", "priority", "tags", "id", "deleted_at")


def upgrade() -> None:
    """Go to this schema."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_ticket_list", "ticket")
        op.create_index("ix_ticket_list", "ticket", list(COLUMNS), sqlite_where=NOT_DELETED)
    for table in RECORDS:
        op.create_index(
            f"ix_{table}_bin",
            table,
            ["deleted_at"],
            sqlite_where=DELETED,
            postgresql_where=DELETED,
        )
