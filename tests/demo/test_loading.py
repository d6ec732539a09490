"""The demo network, loaded as `make run` loads it: alive, the same each time, and only into an empty one."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from cop.communities.models import Community, Membership
from cop.communities.service import invitations
from cop.core import marks, outbox
from cop.core.activity import Activity
from cop.core.db import session, utcnow
from cop.demo.loader import LOGINS
from cop.forums.models import Post, Topic
from cop.forums.queries import is_new_to
from cop.notify.models import Alert
from cop.people.models import Person
from cop.people.service import accounts


def count(model, *conditions):
    return session().scalar(select(func.count()).select_from(model).where(*conditions))


def person(key):
    return accounts.person_for(f"{key}@example.org", next(each.password for each in LOGINS if each.key == key))


@pytest.mark.service  # it starts none, but takes as long
def test_the_demo_is_a_living_network(command):
    loaded = command("demo", "--if-empty")
    assert loaded.status == 0, loaded.err
    for login in LOGINS:
        assert login.address in loaded.out
        assert login.password in loaded.out
    assert [count(model) for model in (Person, Community, Topic, Post)] == [60, 8, 60, 300]
    everybody_is_who_they_say()
    times_lie_in_the_past()
    there_is_something_for_those_who_sign_in()
    outsiders_see_what_is_public(command)
    assert command("index", "status").status == 0
    assert {row.reader for row in outbox.waiting()} <= {"search-merge", invitations.END}
    assert not [row for row in outbox.waiting() if row.failing]
    it_is_loaded_only_once(command)


def everybody_is_who_they_say():
    leila, ines, morwenna = person("leila"), person("ines"), person("morwenna")
    assert (leila.handle, leila.is_manager) == ("leila-bramhall", False)
    assert (ines.is_manager, morwenna.is_manager) == (False, True)
    looks_after = (
        select(Community.slug).join(Membership).where(Membership.person_id == ines.id, Membership.role == "facilitator")
    )
    assert set(session().scalars(looks_after)) == {"eal-in-primary", "learning-to-teach"}
    hidden = session().scalars(select(Community).where(~Community.listed)).one()
    assert (hidden.slug, session().get(Membership, (morwenna.id, hidden.id))) == ("heads-case-group", None)
    shown = {tuple(sorted(set(each.visibility.values()))) for each in session().scalars(select(Person))}
    assert shown == {(), ("public",), ("me",)}


def times_lie_in_the_past():
    now = utcnow()
    assert count(Post, Post.created_at > now) == count(Activity, Activity.at > now) == 0
    assert count(Post, Post.created_at > now - dt.timedelta(days=1)) > 5
    assert count(Post, Post.created_at < now - dt.timedelta(days=300)) > 5
    early = (
        select(func.count())
        .select_from(Post)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Membership, (Membership.person_id == Post.author_id) & (Membership.community_id == Topic.community_id))
    )
    assert session().scalar(early.where(Post.created_at < Membership.joined_at)) == 0


def there_is_something_for_those_who_sign_in():
    leila = person("leila")
    new = set(session().scalars(select(Topic.id).where(is_new_to(leila))))
    mine = select(Topic.id).join(Membership, Membership.community_id == Topic.community_id)
    read = {id for id in session().scalars(mine.where(Membership.person_id == leila.id)) if id not in new}
    assert len(new) >= 5
    assert len(read) >= 20
    assert any(marks.mark_of(leila, "topic", id) for id in new), "no topic is half read"
    reasons = session().execute(
        select(Alert.reason, func.count()).where(Alert.person_id == leila.id).group_by(Alert.reason)
    )
    told = dict(map(tuple, reasons))  # how many depends a little on the time of day
    assert told.keys() == {"followed", "followed person", "mentioned", "thanked"}
    assert min(told.values()) >= 2
    assert sum(told.values()) <= 24


def outsiders_see_what_is_public(command):
    found = command("people", "find", "word problems", "--json").json
    assert found["people"]
    assert found["topics"]
    found = command("people", "find", "word problems", "--as", "leila@example.org", "--json").json
    assert len(found["people"]) >= 5
    assert all(each["evidence"] for each in found["people"])


def it_is_loaded_only_once(command):
    refused = command("demo")
    assert (refused.status, "has people already" in refused.err) == (1, True)
    again = command("demo", "--if-empty")
    assert again.status == 0
    assert "nothing was loaded" in again.out
    assert LOGINS[0].password in again.out, "the logins are worth telling while they work"
    told = command("demo", "--if-empty", "--json").json
    assert not told["loaded"]
    assert [each["password"] for each in told["logins"]] == [each.password for each in LOGINS]
    assert count(Person) == 60


def test_a_network_of_others_is_left_alone(command, own):
    own.person("Ada")
    assert command("demo").status == 1
    left = command("demo", "--if-empty")
    assert (left.status, left.out) == (0, "The network has people already; nothing was loaded.\n")
    assert count(Person) == 1
