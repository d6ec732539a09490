"""invitations by pasted addresses, questions to those who ask to join"""

import json
import secrets

import sqlalchemy as sa
from alembic import op

import cop.core.db

revision = "0018"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("communities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decline_text", sa.String(), server_default="", nullable=False))
    _requests()
    _invitations()
    _tell_of_invitations()


def _requests() -> None:
    with op.batch_alter_table("join_requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("declined_at", cop.core.db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("declined_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reply", sa.String(), server_default="", nullable=False))
        batch_op.create_foreign_key(
            op.f("fk_join_requests_declined_by_id"), "people", ["declined_by_id"], ["id"], ondelete="SET NULL"
        )
    op.create_table(
        "join_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_at", cop.core.db.UtcDateTime(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", cop.core.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["people.id"], name=op.f("fk_join_questions_asked_by_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["join_requests.id"], name=op.f("fk_join_questions_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_questions")),
    )
    with op.batch_alter_table("join_questions", schema=None) as batch_op:
        batch_op.create_index("ix_join_questions_request", ["request_id"], unique=False)


def _invitations() -> None:
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(), server_default="member", nullable=False))
        batch_op.add_column(sa.Column("recommended", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("mark", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("sent_at", cop.core.db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("answer", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("came_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", cop.core.db.UtcDateTime(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_invitations_came_id"), "people", ["came_id"], ["id"], ondelete="SET NULL")
        batch_op.drop_index("ix_invitations_once")
        batch_op.drop_index("ix_invitations_once_by_address")
    op.execute("UPDATE invitations SET sent_at = invited_at")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.alter_column("sent_at", existing_type=cop.core.db.UtcDateTime(), nullable=False)
        batch_op.create_index("ix_invitations_once", ["community_id", "person_id", "recommended"], unique=True)
        batch_op.create_index("ix_invitations_once_by_address", ["community_id", "address", "recommended"], unique=True)
        batch_op.create_index("ix_invitations_person", ["person_id"], unique=False)
        batch_op.create_index("ix_invitations_address", ["address"], unique=False)
        batch_op.create_index("ix_invitations_inviter_sent_at", ["inviter_id", "sent_at"], unique=False)


INVITATIONS = sa.table(
    "invitations",
    sa.column("id"), sa.column("person_id"), sa.column("address"), sa.column("community_id"), sa.column("mark"),
)  # fmt: skip
ACTIVITIES = sa.table(
    "activities", sa.column("id"), sa.column("kind"), sa.column("thing_id"), sa.column("verb"), sa.column("facts"),
    sa.column("room"), sa.column("seq"),
)  # fmt: skip
ALERTS = sa.table("alerts", sa.column("activity_id"))


def _tell_of_invitations() -> None:
    """What was told of a community is told of its invitation; whose an address is, is kept in none any more."""
    connection = op.get_bind()
    of = {
        (row.community_id, row.person_id): row.id
        for row in connection.execute(sa.select(INVITATIONS)).all()
        if row.person_id is not None
    }
    told = sa.select(ACTIVITIES).where(ACTIVITIES.c.kind == "community", ACTIVITIES.c.verb == "invited")
    for row in connection.execute(told).all():
        facts = json.loads(row.facts) if isinstance(row.facts, str) else row.facts
        invitation = of.get((row.thing_id, facts.get("person")))
        this = ACTIVITIES.c.id == row.id
        if invitation is None:
            connection.execute(ALERTS.delete().where(ALERTS.c.activity_id == row.id))
        else:
            moved = {"kind": "invitation", "thing_id": invitation, "room": None, "seq": None}
            connection.execute(ACTIVITIES.update().where(this).values(moved))
    by_address = INVITATIONS.c.address.is_not(None)
    connection.execute(INVITATIONS.update().where(by_address).values(person_id=None))
    for id in connection.execute(sa.select(INVITATIONS.c.id)).scalars().all():
        connection.execute(INVITATIONS.update().where(INVITATIONS.c.id == id).values(mark=secrets.token_hex(8)))


def downgrade() -> None:
    """Undo."""
    connection = op.get_bind()
    of_invitations = sa.select(ACTIVITIES.c.id).where(ACTIVITIES.c.kind == "invitation")
    connection.execute(ALERTS.delete().where(ALERTS.c.activity_id.in_(of_invitations)))
    connection.execute(ACTIVITIES.delete().where(ACTIVITIES.c.kind == "invitation"))
    op.execute("DELETE FROM invitations WHERE recommended OR withdrawn_at IS NOT NULL OR answer <> ''")
    op.execute("DELETE FROM join_requests WHERE declined_at IS NOT NULL")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        for name in ("once", "once_by_address", "person", "address", "inviter_sent_at"):
            batch_op.drop_index(f"ix_invitations_{name}")
        batch_op.drop_constraint(op.f("fk_invitations_came_id"), type_="foreignkey")
        for column in ("withdrawn_at", "came_id", "answer", "sent_at", "mark", "recommended", "role"):
            batch_op.drop_column(column)
        batch_op.create_index("ix_invitations_once", ["community_id", "person_id"], unique=True)
        batch_op.create_index("ix_invitations_once_by_address", ["community_id", "address"], unique=True)
    with op.batch_alter_table("join_questions", schema=None) as batch_op:
        batch_op.drop_index("ix_join_questions_request")
    op.drop_table("join_questions")
    with op.batch_alter_table("join_requests", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_join_requests_declined_by_id"), type_="foreignkey")
        for column in ("reply", "declined_by_id", "declined_at"):
            batch_op.drop_column(column)
    op.execute("ALTER TABLE communities DROP COLUMN decline_text")  # a table made anew would lose its members
