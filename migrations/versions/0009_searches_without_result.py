"""searches without result"""

import sqlalchemy as sa
from alembic import op

import cop.core.db

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "empty_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("asked_at", cop.core.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_empty_searches")),
    )
    with op.batch_alter_table("empty_searches", schema=None) as batch_op:
        batch_op.create_index("ix_empty_searches_asked_at", ["asked_at"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("empty_searches", schema=None) as batch_op:
        batch_op.drop_index("ix_empty_searches_asked_at")
    op.drop_table("empty_searches")
