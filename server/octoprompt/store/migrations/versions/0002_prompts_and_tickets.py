"""Prompts with their versions, tickets with their tasks and files, and full-text search."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NOT_DELETED = sa.text("deleted_at IS NULL")
TOKENIZER = "tokenize=\"unicode61 remove_diacritics 2\", prefix='2 3'"
SEARCH = (
    f"""CREATE VIRTUAL TABLE prompt_search
    USING fts5(name, description, tags, content, {TOKENIZER})""",
    """CREATE TRIGGER prompt_search_insert AFTER INSERT ON prompt BEGIN
    INSERT INTO prompt_search (rowid, name, description, tags, content)
    VALUES (new.number, new.name, new.description, new.tags, new.content);
    END""",
    """CREATE TRIGGER prompt_search_update
    AFTER UPDATE OF name, description, tags, content ON prompt BEGIN
    UPDATE prompt_search SET name = new.name, description = new.description, tags = new.tags,
    content = new.content WHERE rowid = old.number;
    END""",
    """CREATE TRIGGER prompt_search_delete AFTER DELETE ON prompt BEGIN
    DELETE FROM prompt_search WHERE rowid = old.number;
    END""",
    f"""CREATE VIRTUAL TABLE ticket_search
    USING fts5(title, overview, tags, tasks, {TOKENIZER})""",
    """CREATE TRIGGER ticket_search_insert AFTER INSERT ON ticket BEGIN
    INSERT INTO ticket_search (rowid, title, overview, tags, tasks)
    VALUES (new.number, new.title, new.overview, new.tags, '');
    END""",
    """CREATE TRIGGER ticket_search_update
    AFTER UPDATE OF title, overview, tags ON ticket BEGIN
    UPDATE ticket_search SET title = new.title, overview = new.overview, tags = new.tags
    WHERE rowid = old.number;
    END""",
    """CREATE TRIGGER ticket_search_delete AFTER DELETE ON ticket BEGIN
    DELETE FROM ticket_search WHERE rowid = old.number;
    END""",
    *(
        f"""CREATE TRIGGER task_search_{event} AFTER {event} ON task BEGIN
        UPDATE ticket_search SET tasks = coalesce((
        SELECT group_concat(content || ' ' || description, ' ') FROM task
        WHERE ticket_id = {row}.ticket_id AND deleted_at IS NULL), '')
        WHERE rowid = (SELECT number FROM ticket WHERE id = {row}.ticket_id);
        END"""  # noqa: S608  # two words of ours
        for event, row in (("insert", "new"), ("update", "new"), ("delete", "old"))
    ),
)


def record_columns() -> list[sa.Column[object]]:
    """Give the columns that every record has."""
    return [
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def owned_by(table: str, owner: str) -> sa.ForeignKeyConstraint:
    """Give the link to the record that a row goes away with."""
    return sa.ForeignKeyConstraint(
        [f"{owner}_id"], [f"{owner}.id"], name=f"fk_{table}_{owner}_id", ondelete="CASCADE"
    )


def create_prompts() -> None:
    """Create prompts, their projects and their versions."""
    op.create_table(
        "prompt",
        *record_columns(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("favorite", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_prompt"),
        sa.UniqueConstraint("number", name="uq_prompt_number"),
    )
    op.create_index(
        "uq_prompt_name",
        "prompt",
        ["name"],
        unique=True,
        sqlite_where=NOT_DELETED,
        postgresql_where=NOT_DELETED,
    )
    op.create_table(
        "prompt_project",
        sa.Column("prompt_id", sa.String(32), nullable=False),
        sa.Column("project_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("prompt_id", "project_id", name="pk_prompt_project"),
        owned_by("prompt_project", "prompt"),
        owned_by("prompt_project", "project"),
    )
    op.create_table(
        "prompt_version",
        sa.Column("prompt_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("prompt_id", "version", name="pk_prompt_version"),
        owned_by("prompt_version", "prompt"),
    )


def create_tickets() -> None:
    """Create tickets, their files and their tasks."""
    op.create_table(
        "ticket",
        *record_columns(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("priority", sa.String(20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("overview", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.UniqueConstraint("number", name="uq_ticket_number"),
        owned_by("ticket", "project"),
    )
    op.create_index(
        "ix_ticket_list",
        "ticket",
        ["project_id", "position", "number", "status", "priority", "tags"],
        sqlite_where=NOT_DELETED,
        postgresql_where=NOT_DELETED,
    )
    op.create_table(
        "ticket_file",
        sa.Column("ticket_id", sa.String(32), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "path", name="pk_ticket_file"),
        owned_by("ticket_file", "ticket"),
    )
    op.create_index("ix_ticket_file_path", "ticket_file", ["path"])
    op.create_table(
        "task",
        *record_columns(),
        sa.Column("ticket_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        owned_by("task", "ticket"),
    )
    op.create_index("ix_task_ticket_id", "task", ["ticket_id"])


def upgrade() -> None:
    """Go to this schema."""
    create_prompts()
    create_tickets()
    if op.get_bind().dialect.name == "sqlite":
        for statement in SEARCH:
            op.execute(statement)
