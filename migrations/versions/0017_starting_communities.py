"""starting communities"""

import sqlalchemy as sa
from alembic import op

import cop.core.db

revision = "0017"
down_revision = "0018"
branch_labels = None
depends_on = None

LIES_WITHIN = """
ALTER TABLE communities ADD COLUMN parent_id INTEGER
CONSTRAINT fk_communities_parent_id REFERENCES communities (id)
"""
"""In SQL that both databases read: Alembic would make the table anew on SQLite, and with the old one its members go."""


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("communities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("for_whom", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("shape", sa.String(), server_default="", nullable=False))
    op.execute(LIES_WITHIN)
    op.create_index("ix_communities_parent", "communities", ["parent_id"])
    op.create_table(
        "network_settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", cop.core.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_network_settings")),
    )
    _front()
    _proposals()


def _front() -> None:
    op.create_table(
        "community_fronts",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("intro", sa.String(), nullable=False),
        sa.Column("intro_html", sa.String(), nullable=False),
        sa.Column("banner_id", sa.Integer(), nullable=True),
        sa.Column("banner_alt", sa.String(), nullable=False),
        sa.Column("welcome", sa.String(), nullable=False),
        sa.Column("welcome_html", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["banner_id"], ["files.id"], name=op.f("fk_community_fronts_banner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_community_fronts_community_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_community_fronts")),
    )
    op.create_table(
        "first_steps",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("by_writing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_first_steps_community_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("community_id", "place", name=op.f("pk_first_steps")),
    )
    op.create_table(
        "welcome_ticks",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "community_id"],
            ["memberships.person_id", "memberships.community_id"],
            name=op.f("fk_welcome_ticks_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "community_id", "place", name=op.f("pk_welcome_ticks")),
    )


def _proposals() -> None:
    op.create_table(
        "community_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("founder_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("co_facilitator_id", sa.Integer(), nullable=True),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", cop.core.db.UtcDateTime(), nullable=False),
        sa.Column("decided_at", cop.core.db.UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["founder_id"], ["people.id"], name=op.f("fk_community_proposals_founder_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["communities.id"], name=op.f("fk_community_proposals_parent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["co_facilitator_id"],
            ["people.id"],
            name=op.f("fk_community_proposals_co_facilitator_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_community_proposals_community_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_community_proposals_decided_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_proposals")),
    )
    op.create_index("ix_community_proposals_founder", "community_proposals", ["founder_id"])
    op.create_index("ix_community_proposals_status", "community_proposals", ["status", "proposed_at"])


def downgrade() -> None:
    """Undo."""
    for table in ("community_proposals", "welcome_ticks", "first_steps", "community_fronts", "network_settings"):
        op.drop_table(table)
    op.drop_index("ix_communities_parent", "communities")
    for column in ("parent_id", "for_whom", "shape"):
        op.execute(f"ALTER TABLE communities DROP COLUMN {column}")
