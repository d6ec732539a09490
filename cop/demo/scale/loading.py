"""Writes a generated network into an empty one, in one unit of work: all of it or nothing.

The rows are those that the services would write, made in bulk: a service asks the database several questions a deed.
What happened is in the record, in the order of time and quietly; no reader is handed it, so the index is built after.
Texts are rendered inside the unit of work, against the rule: nobody else is here who could wait.
"""

import datetime as dt

from sqlalchemy import literal, select, update

from cop.communities.models import Membership
from cop.core import marks
from cop.core.db import session, unit_of_work
from cop.demo.loader import LAST_VISIT_DAYS, LOGINS
from cop.demo.scale.people import write_institutions, write_people
from cop.demo.scale.talk import write_communities, write_posts, write_topics
from cop.demo.scale.world import Step, World
from cop.forums.models import Topic
from cop.people import passwords
from cop.people.models import Person


def load_network(members: int, communities: int, step: Step) -> dict[str, int]:
    """Load everything; the network must be empty. How many there are of each sort."""
    hashes = {login.key: passwords.hashed(login.password) for login in LOGINS}
    world = World(members, communities)
    with unit_of_work():
        found = write_institutions(world, step)
        write_people(world, hashes, step)
        write_communities(world, step)
        write_topics(world, step)
        write_posts(world, step)
        world.write_record(step)
        for id in world.person_ids[: len(LOGINS)]:
            _has_read(session().get_one(Person, id), world.at(LAST_VISIT_DAYS))
    return {
        "institutions": found,
        "people": members,
        "communities": communities,
        "topics": len(world.topic_ids),
        "posts": sum(len(topic.posts) for topic in world.plan.topics),
    }


def _has_read(person: Person, last: dt.datetime) -> None:
    """Somebody who can sign in has read what was there at their last visit."""
    session().execute(update(Membership).where(Membership.person_id == person.id).values(here_at=last))
    mine = select(Membership.community_id).where(Membership.person_id == person.id)
    columns = (literal(person.id), literal("topic"), Topic.id, Topic.last_number, literal(last))
    marks.advance_all(select(*columns).where(Topic.community_id.in_(mine), Topic.last_post_at < last), person)
