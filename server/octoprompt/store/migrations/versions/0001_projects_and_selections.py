"""Projects, selections, and the database's own marks."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NOT_DELETED = sa.text("deleted_at IS NULL")


def record_columns() -> list[sa.Column[object]]:
    """Give the columns that every record has."""
    return [
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "store_mark",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_store_mark"),
    )
    op.create_table(
        "project",
        *record_columns(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
    )
    op.create_index("ix_project_identity", "project", ["identity"])
    op.create_index(
        "uq_project_root",
        "project",
        ["root"],
        unique=True,
        sqlite_where=NOT_DELETED,
        postgresql_where=NOT_DELETED,
    )
    op.create_table(
        "selection",
        *record_columns(),
        sa.Column("project_id", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_selection"),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name="fk_selection_project_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "uq_selection_project_id_name",
        "selection",
        ["project_id", "name"],
        unique=True,
        sqlite_where=NOT_DELETED,
        postgresql_where=NOT_DELETED,
    )
