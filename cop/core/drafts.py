"""What somebody is writing and has not sent: kept on the server, readable by its writer alone."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, delete
from sqlalchemy.orm import Mapped, mapped_column

from cop.core.db import Base, session, utcnow

KEPT_DAYS = 180


class Draft(Base):
    """The fields of one form, by the place where it stands (`reply:topic:9`)."""

    __tablename__ = "drafts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    at: Mapped[dt.datetime] = mapped_column(default=utcnow, index=True)


def keep(person: Any, place: str, fields: dict[str, str]) -> None:
    """Keep what is typed so far; nothing typed is no draft."""
    if not any(value.strip() for value in fields.values()):
        discard(person, place)
        return
    found = session().get(Draft, (person.id, place))
    if found is None:
        session().add(Draft(person_id=person.id, place=place, fields=fields))
    else:
        found.fields, found.at = fields, utcnow()


def discard(person: Any, place: str) -> None:
    """Forget a draft: it was sent, or its writer cleared it."""
    session().execute(delete(Draft).where(Draft.person_id == person.id, Draft.place == place))


def draft_of(person: Any | None, place: str) -> Draft | None:
    """The person's own draft for a place."""
    return session().get(Draft, (person.id, place)) if person is not None else None


def discard_old() -> None:
    """Forget drafts that nobody touched for half a year."""
    session().execute(delete(Draft).where(Draft.at < utcnow() - dt.timedelta(days=KEPT_DAYS)))
