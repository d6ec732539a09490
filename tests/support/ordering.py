"""What tests of talk that is kept in order share: deciding as facilitators do, and letting time pass."""

import datetime as dt
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from cop.core.activity import Activity
from cop.core.db import session, unit_of_work, utcnow
from cop.core.outbox import OutboxRow
from cop.core.web import zone
from cop.forums.models import Topic

TITLE = re.compile(r'topic-row-title"><a href="[^"]*">([^<]*)')
SEEN = re.compile(r'name="seen"[^>]*value="([^"]*)"')
SOON = dt.timedelta(hours=2)


def typed(moment: dt.datetime) -> str:
    """A moment as a browser sends it, where the network is."""
    return moment.astimezone(zone()).strftime("%Y-%m-%dT%H:%M")


def day_in(days: int) -> str:
    """A day to come, as a browser sends it."""
    return (utcnow() + dt.timedelta(days=days)).date().isoformat()


def titles(client: FlaskClient, address: str = "/communities/square/topics") -> list[str]:
    """The topics of a list, in its order."""
    return TITLE.findall(client.get(address).text)


def seen_in(page: TestResponse) -> str:
    """How a topic stood when a form was shown."""
    found = SEEN.search(page.text)
    return found[1] if found else ""


def decide(client: FlaskClient, topic: Topic, what: str, **form: Any) -> TestResponse:
    """Open a form, fill it in and send it."""
    address = f"/topics/{topic.id}/order/{what}"
    return client.post(address, data={"seen": seen_in(client.get(address)), **form})


def all_is_due() -> None:
    """The time of every job has come."""
    with unit_of_work() as db:
        db.execute(update(OutboxRow).values(due_at=utcnow()))


def put(topic: Topic, **columns: Any) -> None:
    """Time has passed: what was to come has come."""
    with unit_of_work() as db:
        db.execute(update(Topic).where(Topic.id == topic.id).values(**columns))
    all_is_due()


def verbs(topic: Topic) -> list[str]:
    """What was done with a topic, in order."""
    statement = select(Activity.verb).where(Activity.kind == "topic", Activity.thing_id == topic.id)
    return list(session().scalars(statement.order_by(Activity.id)))
