"""topics kept in order, scheduled posts, and how long authors may edit"""

import sqlalchemy as sa
from alembic import op

import cop.core.db

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENTS = ("pinned_at", "pinned_until", "announced_at", "announced_until", "closes_at")
FEW = ("pinned_at", "announced_at")
"""Columns that say something in few topics of a community."""


def upgrade() -> None:
    """Apply."""
    op.add_column("communities", sa.Column("edit_minutes", sa.Integer(), nullable=True))
    for column in MOMENTS:
        op.add_column("topics", sa.Column(column, cop.core.db.UtcDateTime(), nullable=True))
    op.add_column("topics", sa.Column("slow_minutes", sa.Integer(), nullable=True))
    for column in FEW:
        said = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_topics_{column}", "topics", ["community_id"], sqlite_where=said, postgresql_where=said)
    op.create_table(
        "scheduled_posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("parent_number", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("tags", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_at", cop.core.db.UtcDateTime(), nullable=False),
        sa.Column("sent_key", sa.String(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_scheduled_posts_author_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_scheduled_posts_community_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_scheduled_posts_topic_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_posts")),
        sa.UniqueConstraint("author_id", "sent_key", name=op.f("uq_scheduled_posts_author_id_sent_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scheduled_posts_community_id", "scheduled_posts", ["community_id"])
    op.create_index("ix_scheduled_posts_topic_id", "scheduled_posts", ["topic_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("scheduled_posts")
    for column in FEW:
        op.drop_index(f"ix_topics_{column}", "topics")
    for column in (*MOMENTS, "slow_minutes"):  # no batch: a table made anew on SQLite empties what refers to it
        op.drop_column("topics", column)
    op.drop_column("communities", "edit_minutes")
