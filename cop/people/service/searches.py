"""What people looked for and nobody had written about: told to those who run the network, without who asked."""

import datetime as dt
from typing import Any

from sqlalchemy import delete, func, select

from cop.core.db import session, unit_of_work, utcnow
from cop.people.models import EmptySearch
from cop.search import query

FORGET = "forget-empty-searches"
KEPT = dt.timedelta(days=90)
KEPT_AT_MOST = 5000
LONGEST = 100
MOST_A_MINUTE = 60
"""Of the whole network."""


def note_empty(words: str) -> None:
    """Remember that a search found nothing. No name is kept: it is nobody's business who did not find what.

    What asks nothing is not noted, and no more than MOST_A_MINUTE, so that nobody fills the list.
    """
    lately = select(func.count()).where(EmptySearch.asked_at > utcnow() - dt.timedelta(minutes=1))
    if query.parse(words).terms and (session().scalar(lately) or 0) < MOST_A_MINUTE:
        session().add(EmptySearch(words=words[:LONGEST].casefold()))


def forget_old(_payload: dict[str, Any]) -> None:
    """A job: forget what is out of date, and the oldest of too many."""
    with unit_of_work() as db:
        db.execute(delete(EmptySearch).where(EmptySearch.asked_at < utcnow() - KEPT))
        newest = select(EmptySearch.id).order_by(EmptySearch.id.desc()).limit(1).offset(KEPT_AT_MOST)
        last = db.scalar(newest)
        if last is not None:
            db.execute(delete(EmptySearch).where(EmptySearch.id <= last))
