"""What happens in the forum by the clock: jobs in the outbox, which survive restarts and may be run twice."""

from typing import Any

from cop.core import outbox
from cop.core.db import session, unit_of_work
from cop.core.markup import render
from cop.forums.models import ScheduledPost
from cop.forums.service import order, schedule


def register() -> None:
    """Close topics and publish posts when their time comes."""
    outbox.register_job(outbox.Job(order.CLOSING, close))
    outbox.register_job(outbox.Job(schedule.PUBLISHING, publish))


def close(payload: dict[str, Any]) -> None:
    """Record that a topic has closed."""
    with unit_of_work():
        order.close_when_due(payload["topic"])


def publish(payload: dict[str, Any]) -> None:
    """Publish what somebody scheduled; it is rendered anew, so that those whom it mentions are told."""
    scheduled = session().get(ScheduledPost, payload["scheduled"])
    if scheduled is None:
        return
    text = render(scheduled.source)
    with unit_of_work():
        schedule.publish_when_due(scheduled.id, text)
