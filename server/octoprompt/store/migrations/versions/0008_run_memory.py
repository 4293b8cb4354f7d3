"""What runs were asked for and have learnt, so that they can be resumed; the parts of summaries."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("run", sa.Column("ordered", sa.JSON(), nullable=True))
    op.add_column("summary", sa.Column("parts", sa.JSON(), nullable=True))
    op.create_table(
        "run_memory",
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], ondelete="CASCADE", name="fk_run_memory_run_id"
        ),
        sa.PrimaryKeyConstraint("run_id", "name", name="pk_run_memory"),
    )
