"""words by which communities are found"""

import sqlalchemy as sa
from alembic import op

from cop.core.names import searched_words

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BY_LETTERS = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "community_words",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("word", BY_LETTERS, nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_community_words_community_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("community_id", "word", name=op.f("pk_community_words")),
    )
    with op.batch_alter_table("community_words", schema=None) as batch_op:
        batch_op.create_index("ix_community_words_word", ["word"], unique=False)
    _find_again()


def _find_again() -> None:
    """Communities that there are get what they are looked for by."""
    communities = sa.table("communities", sa.column("id"), sa.column("name"))
    words = sa.table("community_words", sa.column("community_id"), sa.column("word"))
    connection = op.get_bind()
    for id, name in connection.execute(sa.select(communities.c.id, communities.c.name)).all():
        for word in searched_words(name):
            connection.execute(words.insert().values(community_id=id, word=word))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("community_words", schema=None) as batch_op:
        batch_op.drop_index("ix_community_words_word")

    op.drop_table("community_words")
