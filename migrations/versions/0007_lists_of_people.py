"""lists of people"""

import sqlalchemy as sa
from alembic import op

import cop.core.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "person_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", cop.core.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_person_lists_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_lists")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_person_lists_owner_id_name")),
    )
    op.create_table(
        "person_list_entries",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("added_at", cop.core.db.UtcDateTime(), nullable=False),
        sa.Column("removed_at", cop.core.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"], ["person_lists.id"], name=op.f("fk_person_list_entries_list_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_list_entries_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "person_id", name=op.f("pk_person_list_entries")),
    )
    with op.batch_alter_table("person_list_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_list_entries_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("person_list_entries")
    op.drop_table("person_lists")
