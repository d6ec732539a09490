"""hidden suggestions"""

import sqlalchemy as sa
from alembic import op

import cop.core.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "hidden_suggestions",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("hidden_at", cop.core.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_hidden_suggestions_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["terms.id"], name=op.f("fk_hidden_suggestions_term_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "term_id", name=op.f("pk_hidden_suggestions")),
    )
    with op.batch_alter_table("hidden_suggestions", schema=None) as batch_op:
        batch_op.create_index("ix_hidden_suggestions_term", ["term_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("hidden_suggestions", schema=None) as batch_op:
        batch_op.drop_index("ix_hidden_suggestions_term")

    op.drop_table("hidden_suggestions")
