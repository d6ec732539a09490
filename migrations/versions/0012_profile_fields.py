"""profile fields that managers define, and answers to them"""

import sqlalchemy as sa
from alembic import op

import cop.core.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "profile_fields",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("added_at", cop.core.db.UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", cop.core.db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_fields")),
    )
    op.create_table(
        "profile_answers",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_profile_answers_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["field_id"], ["profile_fields.id"], name=op.f("fk_profile_answers_field_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "field_id", name=op.f("pk_profile_answers")),
    )
    with op.batch_alter_table("profile_answers", schema=None) as batch_op:
        batch_op.create_index("ix_profile_answers_field", ["field_id"], unique=False)
    op.add_column("people", sa.Column("has_public_answer", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Undo."""
    # Not in a batch: that makes the table anew, and what hangs on people would go with the old one.
    op.drop_column("people", "has_public_answer")
    with op.batch_alter_table("profile_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_profile_answers_field")
    op.drop_table("profile_answers")
    op.drop_table("profile_fields")
