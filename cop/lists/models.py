"""Lists of people that somebody keeps for themselves."""

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cop.core.db import Base, utcnow

LISTS_AT_MOST = 100
PEOPLE_AT_MOST = 500
NAME_LIMIT = 80
NOTE_LIMIT = 2_000


class PersonList(Base):
    """People whom somebody wants to find again. Nobody else knows of it."""

    __tablename__ = "person_lists"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=utcnow)

    @property
    def url(self) -> str:
        """Its page."""
        return f"/lists/{self.id}"


class PersonListEntry(Base):
    """Somebody on a list. It stays while they are out of sight, and shows nothing of them meanwhile."""

    __tablename__ = "person_list_entries"

    list_id: Mapped[int] = mapped_column(ForeignKey("person_lists.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    note: Mapped[str] = mapped_column(default="")
    added_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    removed_at: Mapped[dt.datetime | None]
    """Set on the one that was taken off last, so that it can be put back with its note."""
