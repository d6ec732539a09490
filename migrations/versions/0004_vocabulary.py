"""vocabulary"""

import sqlalchemy as sa
from alembic import op

import cop.core.db
from cop.core.names import folded_words, slug_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BY_LETTERS = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("terms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name_key", BY_LETTERS, server_default="", nullable=False))
        batch_op.add_column(sa.Column("scheme", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("code", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_terms_name_key", ["name_key", "id"], unique=False)
        batch_op.create_index("ix_terms_key", ["scheme", "code"], unique=False)
        batch_op.create_index("ix_terms_parent", ["parent_id"], unique=False)
        batch_op.create_index("ix_terms_merged_into", ["merged_into_id"], unique=False)
        batch_op.create_foreign_key(op.f("fk_terms_parent_id"), "terms", ["parent_id"], ["id"], ondelete="SET NULL")
        batch_op.create_foreign_key(
            op.f("fk_terms_merged_into_id"), "terms", ["merged_into_id"], ["id"], ondelete="SET NULL"
        )

    op.create_table(
        "term_merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("at", cop.core.db.UtcDateTime(), nullable=False),
        sa.Column("undone_at", cop.core.db.UtcDateTime(), nullable=True),
        sa.Column("narrower_ids", sa.JSON(), nullable=False),
        sa.Column("lifted_from_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lifted_from_id"], ["terms.id"], name=op.f("fk_term_merges_lifted_from_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["terms.id"], name=op.f("fk_term_merges_source_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["target_id"], ["terms.id"], name=op.f("fk_term_merges_target_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_merges")),
    )
    with op.batch_alter_table("term_merges", schema=None) as batch_op:
        batch_op.create_index("ix_term_merges_target", ["target_id"], unique=False)

    op.create_table(
        "term_moves",
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("brought", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["term_merges.id"], name=op.f("fk_term_moves_merge_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merge_id", "kind", "thing_id", name=op.f("pk_term_moves")),
    )
    op.create_table(
        "term_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["term_merges.id"], name=op.f("fk_term_aliases_merge_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["term_id"], ["terms.id"], name=op.f("fk_term_aliases_term_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_aliases")),
    )
    with op.batch_alter_table("term_aliases", schema=None) as batch_op:
        batch_op.create_index("ix_term_aliases_merge", ["merge_id"], unique=False)
        batch_op.create_index("ix_term_aliases_slug", ["slug"], unique=False)
        batch_op.create_index("ix_term_aliases_term", ["term_id"], unique=False)

    op.create_table(
        "term_words",
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("word", BY_LETTERS, nullable=False),
        sa.ForeignKeyConstraint(["term_id"], ["terms.id"], name=op.f("fk_term_words_term_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("term_id", "word", name=op.f("pk_term_words")),
    )
    with op.batch_alter_table("term_words", schema=None) as batch_op:
        batch_op.create_index("ix_term_words_word", ["word"], unique=False)
    _find_again()


def _find_again() -> None:
    """Terms that there are get what they are looked for by."""
    terms = sa.table("terms", sa.column("id"), sa.column("name"), sa.column("name_key"))
    words = sa.table("term_words", sa.column("term_id"), sa.column("word"))
    connection = op.get_bind()
    for id, name in connection.execute(sa.select(terms.c.id, terms.c.name)).all():
        connection.execute(terms.update().where(terms.c.id == id).values(name_key=slug_of(name)))
        for word in dict.fromkeys(folded_words(name)):
            connection.execute(words.insert().values(term_id=id, word=word))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("term_words", schema=None) as batch_op:
        batch_op.drop_index("ix_term_words_word")

    op.drop_table("term_words")
    with op.batch_alter_table("term_aliases", schema=None) as batch_op:
        batch_op.drop_index("ix_term_aliases_term")
        batch_op.drop_index("ix_term_aliases_slug")
        batch_op.drop_index("ix_term_aliases_merge")

    op.drop_table("term_aliases")
    op.drop_table("term_moves")
    with op.batch_alter_table("term_merges", schema=None) as batch_op:
        batch_op.drop_index("ix_term_merges_target")

    op.drop_table("term_merges")
    with op.batch_alter_table("terms", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_terms_merged_into_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_terms_parent_id"), type_="foreignkey")
        batch_op.drop_index("ix_terms_merged_into")
        batch_op.drop_index("ix_terms_parent")
        batch_op.drop_index("ix_terms_key")
        batch_op.drop_index("ix_terms_name_key")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("parent_id")
        batch_op.drop_column("code")
        batch_op.drop_column("scheme")
        batch_op.drop_column("name_key")
