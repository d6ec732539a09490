"""What tests about communities share."""

import datetime as dt
import re

import pytest

from cop.communities.models import Community, Invitation, Membership
from cop.communities.queries import STATES
from cop.core.db import session, unit_of_work
from cop.core.outbox import OutboxRow


def role(community, person):
    """What somebody is in a community; None for who does not belong."""
    session().expire_all()
    membership = session().get(Membership, (person.id, community.id))
    return membership.role if membership is not None else None


def only_invitation():
    """The one invitation that there is."""
    session().expire_all()
    return session().query(Invitation).one()


def listed(client, place="close"):
    """The addresses and handles in each state, as the page of invitations lists them."""
    row = r'invited-address"><strong>([^<]+)<|person-chip-name"><a href="/people/([\w-]+)'
    pages = {each: client.get(f"/communities/{place}/invitations?which={each}").text for each in STATES}
    return {state: ["".join(each) for each in re.findall(row, page)] for state, page in pages.items()}


@pytest.fixture
def paste():
    """Send a paste with one of its buttons: `paste(browser, "close", "ada@x.org, …")`; `step="read"` only looks."""

    def send(client, place, text, step="send", way="invite", **more):
        data = {"addresses": text, "step": step, **more}
        return client.post(f"/communities/{place}/{way}", data=data)

    return send


@pytest.fixture
def days_pass():
    """Let so many days pass for invitations and for what waits in the queue."""

    def pass_by(days):
        gone = dt.timedelta(days=days)
        with unit_of_work() as db:
            for invitation in db.query(Invitation):
                invitation.invited_at, invitation.sent_at = invitation.invited_at - gone, invitation.sent_at - gone
            for row in db.query(OutboxRow):
                row.due_at -= gone

    return pass_by


@pytest.fixture
def change():
    """Change columns of a community."""

    def put(community, **fields):
        with unit_of_work() as db:
            for name, value in fields.items():
                setattr(db.get_one(Community, community.id), name, value)

    return put
