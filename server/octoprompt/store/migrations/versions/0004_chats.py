"""Chats, their messages, and the pieces of answers that are being written."""

import sqlalchemy as sa
from alembic import op

from octoprompt.store.migrations.postgres_search import create_search

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NOT_DELETED = sa.text("deleted_at IS NULL")
STREAMING = sa.text("status = 'streaming'")
TOKENIZER = "tokenize=\"unicode61 remove_diacritics 2\", prefix='2 3'"
SEARCH = (
    f"CREATE VIRTUAL TABLE chat_search USING fts5(title, {TOKENIZER})",
    """CREATE TRIGGER chat_search_insert AFTER INSERT ON chat BEGIN
    INSERT INTO chat_search (rowid, title) VALUES (new.number, new.title);
    END""",
    """CREATE TRIGGER chat_search_update AFTER UPDATE OF title ON chat BEGIN
    UPDATE chat_search SET title = new.title WHERE rowid = old.number;
    END""",
    """CREATE TRIGGER chat_search_delete AFTER DELETE ON chat BEGIN
    DELETE FROM chat_search WHERE rowid = old.number;
    END""",
    # Answers are long: the index reads them where they are instead of keeping a second copy.
    f"""CREATE VIRTUAL TABLE chat_message_search USING fts5(
    content, content='chat_message', content_rowid='number', {TOKENIZER})""",
    """CREATE TRIGGER chat_message_search_insert AFTER INSERT ON chat_message BEGIN
    INSERT INTO chat_message_search (rowid, content) VALUES (new.number, new.content);
    END""",
    """CREATE TRIGGER chat_message_search_update AFTER UPDATE OF content ON chat_message BEGIN
    INSERT INTO chat_message_search (chat_message_search, rowid, content)
    VALUES ('delete', old.number, old.content);
    INSERT INTO chat_message_search (rowid, content) VALUES (new.number, new.content);
    END""",
    """CREATE TRIGGER chat_message_search_delete AFTER DELETE ON chat_message BEGIN
    INSERT INTO chat_message_search (chat_message_search, rowid, content)
    VALUES ('delete', old.number, old.content);
    END""",
)


def create_chats() -> None:
    """Create chats."""
    op.create_table(
        "chat",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.String(32), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("is_titled", sa.Boolean(), nullable=False),
        sa.Column("leaf_id", sa.String(32), nullable=True),
        sa.Column("message_count", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("prompt_ids", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("system_prompt", sa.Text(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_chat"),
        sa.UniqueConstraint("number", name="uq_chat_number"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_chat_project_id", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_chat_list",
        "chat",
        ["updated_at", "id"],
        sqlite_where=NOT_DELETED,
        postgresql_where=NOT_DELETED,
    )


def create_messages() -> None:
    """Create messages."""
    op.create_table(
        "chat_message",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.String(32), nullable=False),
        sa.Column("parent_id", sa.String(32), nullable=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("is_excluded", sa.Boolean(), nullable=False),
        sa.Column("is_edited", sa.Boolean(), nullable=False),
        sa.Column("covers", sa.String(32), nullable=True),
        sa.Column("owner", sa.String(80), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("finish_reason", sa.Text(), nullable=True),
        sa.Column("prompt_tokens", sa.Integer(), nullable=True),
        sa.Column("completion_tokens", sa.Integer(), nullable=True),
        sa.Column("cached_tokens", sa.Integer(), nullable=True),
        sa.Column("reasoning_tokens", sa.Integer(), nullable=True),
        sa.Column("cost_usd", sa.Double[float](), nullable=True),
        sa.Column("elapsed_ms", sa.Double[float](), nullable=True),
        sa.Column("first_token_ms", sa.Double[float](), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("context", sa.JSON(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reasoning", sa.Text(), nullable=False),
        sa.Column("context_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chat_message"),
        sa.UniqueConstraint("number", name="uq_chat_message_number"),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chat.id"], name="fk_chat_message_chat_id", ondelete="CASCADE"
        ),
    )


def index_messages() -> None:
    """Create what reads trees and finds streaming answers."""
    op.create_index(
        "ix_chat_message_tree",
        "chat_message",
        ["chat_id", "number", "id", "parent_id", "role", "covers", "is_excluded", "deleted_at"],
    )
    op.create_index(
        "ix_chat_message_streaming",
        "chat_message",
        ["chat_id"],
        sqlite_where=STREAMING,
        postgresql_where=STREAMING,
    )


def create_segments() -> None:
    """Create the pieces of answers that are being written."""
    op.create_table(
        "chat_segment",
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reasoning", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "position", name="pk_chat_segment"),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["chat_message.id"],
            name="fk_chat_segment_message_id",
            ondelete="CASCADE",
        ),
    )


def upgrade() -> None:
    """Go to this schema."""
    create_chats()
    create_messages()
    index_messages()
    create_segments()
    if op.get_bind().dialect.name == "postgresql":
        create_search("chat", {"A": "one.title"})
        create_search("chat_message", {"A": "one.content"})
        return
    for statement in SEARCH:
        op.execute(statement)
