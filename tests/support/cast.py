"""One factory, `make`, and one cast, `village`: the people and places that most tests are about."""

import datetime as dt
import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import argon2
from sqlalchemy import select

from cop.communities.models import Community, Membership
from cop.core import login, markup, terms
from cop.core.db import session, unit_of_work, utcnow
from cop.core.names import slug_of
from cop.core.terms import Term, TermMerge, keeping, merging
from cop.forums import service as forums
from cop.forums.models import Post, ScheduledPost, Topic
from cop.institutions import service as institutions
from cop.institutions.models import Institution, InstitutionCode
from cop.lists import service as lists
from cop.lists.models import PersonList
from cop.messages import service as messages
from cop.messages.models import Conversation, Message
from cop.people.fields import asked, field_at
from cop.people.models import Address, Password, Person, ProfileField, Statement
from cop.people.service import answers, statements
from cop.people.service import fields as asking

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


@lru_cache
def _hash() -> str:
    """The cast's password, hashed once a run and cheaply: checking it costs a millisecond."""
    return argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


class Make:
    """Makes rows as people's own deeds would leave them, each call in a unit of work of its own."""

    def person(self, name: str = "", address: str = "", **fields: Any) -> Person:
        """Somebody with a verified address (`<first name>@village.example`) and the cast's password."""
        return self.people({"name": name, "address": address, **fields})[0]

    def people(self, *each: dict[str, Any]) -> list[Person]:
        """Several at once, each by what `person` takes."""
        made, addresses = [], []
        for told in each:
            number = next(_numbers)
            name, address = told.pop("name", "") or f"Person {number}", told.pop("address", "")
            handle = told.pop("handle", None) or (slug_of(name) or f"person-{number}")
            made.append(Person(name=name, handle=handle, **told))
            addresses.append(address or f"{handle}@village.example")
        with unit_of_work() as db:
            db.add_all(made)
            db.flush()
            for person, address in zip(made, addresses, strict=True):
                db.add(Address(person_id=person.id, address=address, verified_at=utcnow(), is_primary=True))
                db.add(Password(person_id=person.id, hash=_hash()))
        return made

    def community(self, name: str = "", **fields: Any) -> Community:
        """A community without members; open to join and read by the network unless said otherwise."""
        return self.communities({"name": name, **fields})[0]

    def communities(self, *each: dict[str, Any]) -> list[Community]:
        """Several at once, each by what `community` takes."""
        named = [{**fields, "name": fields["name"] or f"Community {next(_numbers)}"} for fields in each]
        with unit_of_work() as db:
            made = [
                Community(**{"purpose": f"What {fields['name']} is for.", "slug": slug_of(fields["name"]), **fields})
                for fields in named
            ]
            db.add_all(made)
            db.flush()
        return made

    def institution(self, name: str = "Rule Street School", **fields: Any) -> Institution:
        """A school, or what the fields say."""
        told = {"scheme": "urn", "code": name, "type": "school", "country": "England", **fields}
        with unit_of_work() as db:
            institutions.keep([institutions.Entry(name=name, **told)])
            key = (InstitutionCode.scheme == told["scheme"], InstitutionCode.code == told["code"])
            return db.scalars(select(Institution).join(InstitutionCode).where(*key)).one()

    def vocabulary(self, *names: str, scheme: str = "Thesaurus") -> list[Term]:
        """Terms of a vocabulary."""
        entries = [keeping.Entry(scheme, name, name) for name in names]
        with unit_of_work():
            keeping.keep(entries)
            known = keeping.known_by_key(entries)
        return [known[entry.key] for entry in entries]

    def merge(self, source: str, target: str) -> TermMerge:
        """One term became another, by their labels."""
        with unit_of_work():
            one, other = terms.of_label(source), terms.of_label(target)
            assert one is not None
            assert other is not None
            return merging.merge(None, one, other)

    def member(self, community: Community, person: Person, role: str = "member") -> Membership:
        """Somebody belongs to a community from now on."""
        with unit_of_work() as db:
            membership = Membership(community_id=community.id, person_id=person.id, role=role)
            db.add(membership)
            there, stored = db.get_one(Community, community.id), db.get_one(Person, person.id)
            there.member_count += 1
            stored.audience_version += 1
        community.member_count, person.audience_version = there.member_count, stored.audience_version
        return membership

    def topic(
        self,
        community: Community,
        author: Person,
        title: str = "How do you start the day?",
        text: str = "We try ten minutes of quiet reading.",
        tags: tuple[str, ...] | list[str] = (),
        **how: Any,
    ) -> Topic:
        """A topic with its opening post."""
        rendered = markup.render(text)
        with unit_of_work() as db:
            there = db.get_one(Community, community.id)
            return forums.start_topic(db.get_one(Person, author.id), there, title, rendered, tuple(tags), **how)

    def reply(self, topic: Topic, author: Person, text: str = "So do we, and it works.", **how: Any) -> Post:
        """A post at the end of a topic."""
        rendered = markup.render(text)
        with unit_of_work() as db:
            there = db.get_one(Topic, topic.id)
            return forums.reply_to_topic(db.get_one(Person, author.id), there, rendered, **how)

    def scheduled(self, topic: Topic, author: Person, text: str = "Tomorrow, then.", **how: Any) -> ScheduledPost:
        """A reply that is to appear in an hour."""
        rendered = markup.render(text)
        with unit_of_work() as db:
            person, there = db.get_one(Person, author.id), db.get_one(Topic, topic.id)
            found = forums.schedule_reply(
                person, there, rendered, **{"due_at": utcnow() + dt.timedelta(hours=1), **how}
            )
        assert isinstance(found, ScheduledPost)
        return found

    def message(self, author: Person, *people: Person, text: str = "Are you free on Thursday?", **how: Any) -> Message:
        """A message to somebody, or to a few together."""
        rendered = markup.render(text)
        with unit_of_work() as db:
            to = [db.get_one(Person, each.id) for each in people]
            return messages.write_to(db.get_one(Person, author.id), to, rendered, **how)

    def answer(self, message: Message, author: Person, text: str = "On Friday.", **how: Any) -> Message:
        """A further message in the conversation of another."""
        rendered = markup.render(text)
        with unit_of_work() as db:
            there = db.get_one(Conversation, message.conversation_id)
            return messages.answer(db.get_one(Person, author.id), there, rendered, **how)

    def statement(self, person: Person, text: str = "I work on reading.", **fields: Any) -> Statement:
        """What somebody said of themselves elsewhere; for signed-in people unless said otherwise."""
        said = {
            "origin": f"elsewhere:{next(_numbers)}", "occasion": "introduction", "title": "Welcome to our trainers",
            "written_on": dt.date(2021, 7, 26), "attribution": "The Trainers", "post": "2021/07/new.md",
            "post_url": "https://trainers.example/2021/07/new.md", "licence": "CC BY 4.0",
            "licence_url": "https://creativecommons.org/licenses/by/4.0/", "audience": "network", **fields,
        }  # fmt: skip
        rendered = markup.render(text)
        with unit_of_work() as db:
            return statements.add_statement(db.get_one(Person, person.id), statements.Said(text=rendered, **said))

    def person_list(self, owner: Person, name: str, *people: Person) -> PersonList:
        """A list of somebody's with these people on it."""
        with unit_of_work() as db:
            keeper = db.get_one(Person, owner.id)
            found = lists.find_or_start(keeper, name)
            for each in people:
                lists.save(keeper, found, db.get_one(Person, each.id))
            return found

    def field(self, manager: Person, label: str = "Exam boards", **how: Any) -> ProfileField:
        """Something that the network asks of everybody: answered with a short text unless said otherwise."""
        told = {"group_name": "Teaching", "hint": "", "sort": "line", "choices": (), "audience": "network", **how}
        with unit_of_work() as db:
            return asking.add_field(db.get_one(Person, manager.id), asking.Asked(label=label, **told))

    def withdrawn(self, manager: Person, field: ProfileField) -> ProfileField:
        """It is asked no more."""
        with unit_of_work() as db:
            found = field_at(db.get_one(Person, manager.id), field.id)
            asking.withdraw_field(db.get_one(Person, manager.id), found)
            return found

    def answered(self, person: Person, field: ProfileField, *values: str, audience: str = "network") -> None:
        """What somebody answers to it, and for whom."""
        with unit_of_work() as db:
            there = db.get_one(Person, person.id)
            given = {field.id: answers.Given(values, audience, field.version)}
            answers.answer(there, asked(there), given)

    def sign_in(self, person: Person) -> str:
        """A sign-in of this person; the token that the browser's cookie holds."""
        with unit_of_work():
            return login.begin(person, remembered=False).token

    def village(self) -> "Village":
        """The cast and its places, in one unit of work: hundreds of tests begin with it."""
        with unit_of_work():
            return self._village()

    def _village(self) -> "Village":
        fay, ada, ben, olu, mona = self.people(
            {"name": "Fay Fenwick", "handle": "fay", "role": "Literacy lead", "institution": "Alder Primary"},
            {"name": "Ada Lowe", "handle": "ada", "role": "Year 4 teacher", "institution": "Birch Primary"},
            {"name": "Ben Okoro", "handle": "ben", "role": "University tutor", "institution": "Northfield University"},
            {"name": "Olu Adeyemi", "handle": "olu", "role": "Adviser", "institution": "Westmoor Council"},
            {"name": "Mona Reid", "handle": "mona", "is_manager": True},
        )
        close, square, cellar, elsewhere = self.communities(
            {"name": "The Close", "slug": "close", "joining": "request", "reading": "members"},
            {"name": "The Square", "slug": "square", "joining": "open", "reading": "everyone"},
            {"name": "The Cellar", "slug": "cellar", "joining": "invitation", "reading": "members", "listed": False},
            {"name": "Elsewhere", "slug": "elsewhere", "joining": "request", "reading": "members"},
        )
        for community, members in ((close, (ada, ben)), (square, (ada, ben)), (cellar, (ada,))):
            self.member(community, fay, role="facilitator")
            for person in members:
                self.member(community, person)
        self.member(elsewhere, olu, role="facilitator")
        return Village(fay, ada, ben, olu, mona, close, square, cellar)


@dataclass(frozen=True)
class Village:
    """Fay looks after three communities; Ada and Ben belong; Olu is signed in and belongs elsewhere; Mona manages."""

    fay: Person
    ada: Person
    ben: Person
    olu: Person
    mona: Person
    close: Community
    """Joined on request, read by members, listed."""
    square: Community
    """Open, read by everyone; all but Olu and Mona belong."""
    cellar: Community
    """Hidden: only Fay and Ada know of it."""


def fresh(thing: Any) -> Any:
    """The same row, read again from the database."""
    return session().get_one(type(thing), thing.id, populate_existing=True)
