"""Summaries, what tickets go with, a quicker list of prompts, and search on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

from octoprompt.store.migrations.postgres_search import create_search, create_words, follow_parts

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NOT_DELETED = sa.text("deleted_at IS NULL")
PROMPT_TEXTS = {"A": "one.name", "B": "one.description", "C": "one.tags", "D": "one.content"}
TICKET_TEXTS = {
    "A": "one.title",
    "B": "one.overview",
    "C": "one.tags",
    "D": """coalesce((SELECT string_agg(content || ' ' || description, ' ') FROM task
        WHERE ticket_id = one.id AND deleted_at IS NULL), '')""",
}


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "summary",
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("prompt_version", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", "model", "prompt_version", name="pk_summary"),
    )
    op.create_table(
        "ticket_link",
        sa.Column("ticket_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("target_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "kind", "target_id", name="pk_ticket_link"),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_ticket_link_ticket_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_ticket_link_target", "ticket_link", ["kind", "target_id"])
    if op.get_bind().dialect.name == "postgresql":
        # Its indexes take entries of 2,700 bytes at most, which many tags can exceed.
        op.drop_index("ix_ticket_list", "ticket")
        columns = ["project_id", "position", "number", "status", "priority"]
        op.create_index("ix_ticket_list", "ticket", columns, postgresql_where=NOT_DELETED)
        op.create_index(
            "ix_prompt_list", "prompt", ["name", "favorite"], postgresql_where=NOT_DELETED
        )
        create_words()
        create_search("prompt", PROMPT_TEXTS)
        create_search("ticket", TICKET_TEXTS)
        follow_parts("task", "ticket")
    else:
        columns = ["name", "tags", "favorite", "id", "deleted_at"]
        op.create_index("ix_prompt_list", "prompt", columns, sqlite_where=NOT_DELETED)
