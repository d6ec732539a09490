"""Alerts: what a person is told of, once for each deed."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cop.core.activity import Activity
from cop.core.db import Base
from cop.people.models import Person


class Alert(Base):
    """One person told of one deed. The primary key makes a second alert impossible."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_person_id_at", "person_id", "at"),
        Index(
            "ix_alerts_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str]
    """`answered` (a reply to what they wrote), `mentioned`, `followed person` (whoever did it), `followed` (the thing),
    `thanked`, `helped`, `accepted`; or `told`: the deed itself says it, as `invited`."""
    at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]

    activity: Mapped[Activity] = relationship()
    person: Mapped[Person] = relationship()
