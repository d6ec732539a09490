"""Questions about conversations. Each takes the person who asks and answers only what they may see."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_date
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased, joinedload

from cop.core import activity, drafts, kinds, marks, policy
from cop.core.activity import LiveRoom
from cop.core.blocks import Block
from cop.core.db import session, utcnow
from cop.core.drafts import Draft
from cop.core.i18n import gettext as _
from cop.core.marks import Mark
from cop.core.markup import excerpt
from cop.core.policy import Act
from cop.messages.models import MESSAGES_PER_PAGE, Conversation, Message, Report
from cop.messages.rules import from_blocked, writable
from cop.people.models import Person
from cop.people.shown import ShownPerson, shown, shown_many

EACH_PAGE = 30
HEARD_AT_MOST = 200


def names(people: Sequence[str]) -> str:
    """Names in a sentence: "Ada, Ben and Fay"."""
    if len(people) < 2:
        return "".join(people)
    return _("%(names)s and %(last)s", names=", ".join(people[:-1]), last=people[-1])


def others(reader: Person, conversation: Conversation) -> list[Person]:
    """Those in a conversation besides the reader; who has left too, when nobody else is there."""
    found = [each for each in conversation.participants if each.person_id != reader.id]
    return [each.person for each in found if each.left_at is None] or [each.person for each in found]


def title_for(reader: Person, conversation: Conversation) -> str:
    """A conversation's name for one of those in it: the others'."""
    return names([each.name for each in others(reader, conversation)])


# -- the list ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A conversation in a list, as one reader sees it: what `parts/_topic_row.html` needs."""

    title: str
    url: str
    excerpt: str
    new_count: int
    last_at: dt.datetime

    @property
    def is_new(self) -> bool:
        """Whether somebody else wrote something that the reader has not seen."""
        return bool(self.new_count)


@dataclass(frozen=True)
class List:
    """One page of somebody's conversations."""

    rows: list[Row]
    page: int
    more: bool

    @property
    def pages(self) -> int:
        """How many pages are known to exist."""
        return self.page + (1 if self.more else 0)


def conversations(reader: Person, page: int = 1) -> List:
    """A page of the reader's conversations, the one that moved last first."""
    last = aliased(Message)
    new = select(func.count(Message.id)).where(
        Message.conversation_id == Conversation.id,
        Message.number > func.coalesce(Mark.number, 0),
        policy.readable(reader, Message),
    )
    statement = (
        select(Conversation, last.text, new.correlate(Conversation, Mark).scalar_subquery())
        .outerjoin(
            Mark, and_(Mark.person_id == reader.id, Mark.kind == "conversation", Mark.thing_id == Conversation.id)
        )
        .outerjoin(
            last,
            and_(
                last.conversation_id == Conversation.id,
                last.number == Conversation.last_number,
                last.hidden_at.is_(None),
                ~from_blocked(reader, last),
            ),
        )
        .where(policy.readable(reader, Conversation))
        .order_by(Conversation.last_message_at.desc(), Conversation.id.desc())
        .offset((page - 1) * EACH_PAGE)
        .limit(EACH_PAGE + 1)
    )
    found = session().execute(statement).all()
    rows = [
        Row(title_for(reader, each), each.url, excerpt(text or ""), count, each.last_message_at)
        for each, text, count in found[:EACH_PAGE]
    ]
    return List(rows, page, len(found) > EACH_PAGE)


# -- one conversation -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenConversation:
    """A conversation as one of those in it opens it."""

    conversation: Conversation
    title: str
    people: list[ShownPerson]
    """The others who have not left."""
    mark: int
    marked_at: dt.datetime | None
    muted: bool
    draft: Draft | None
    seq: int
    """The last number of its live room."""
    audience: str
    away: list[str]
    """Sentences about those who do not answer for a while."""
    why_not_answer: str
    """Why the reader cannot add to it; empty when they can."""
    new_count: int

    @property
    def first_unread(self) -> int | None:
        """The number of the first message they have not read, if they have read before."""
        return self.mark + 1 if self.mark and self.new_count else None


def open_conversation(reader: Person, id: int) -> OpenConversation:
    """A conversation with the reader's mark and draft. Raises Unseen."""
    found = policy.access(reader, Conversation, id, Act.READ)
    room = session().get(LiveRoom, f"conversation:{id}")
    mark = marks.mark_of(reader, "conversation", id)
    number = mark.number if mark is not None else 0
    people = [each.person for each in found.present if each.person_id != reader.id]
    return OpenConversation(
        conversation=found,
        title=title_for(reader, found),
        people=[shown(each, reader) for each in people],
        mark=number,
        marked_at=mark.at if mark is not None else None,
        muted=any(each.muted for each in found.present if each.person_id == reader.id),
        draft=drafts.draft_of(reader, f"reply:conversation:{id}"),
        seq=room.seq if room is not None else 0,
        audience=audience_sentence(people),
        away=[sentence for each in people if (sentence := away_sentence(each))],
        why_not_answer="" if policy.can(reader, Act.REPLY, found) else policy.why_not(reader, Act.REPLY, found),
        new_count=max(found.last_number - number, 0),
    )


def audience_sentence(people: Sequence[Person]) -> str:
    """Who reads what is written to these people; nobody when they are still to be named."""
    if not people:
        return _("Only those to whom you write and you can read this.")
    return _("Only %(names)s and you can read this.", names=", ".join(each.name for each in people))


def reach_sentence(person: Person) -> str:
    """How somebody likes to be reached."""
    if person.reach == "communities":
        return _("%(name)s is written to by people who share a community.", name=person.name)
    if person.reach == "nobody":
        return _("%(name)s does not want to be written to here.", name=person.name)
    return _("%(name)s is glad to hear from anybody here.", name=person.name)


def away_sentence(person: Person) -> str:
    """That somebody does not answer for a while; empty when they are there."""
    if person.away_until is None or person.away_until < utcnow().date():
        return ""
    day = format_date(person.away_until, "d MMMM")
    return _("%(name)s is away until %(day)s. You can write all the same.", name=person.name, day=day)


@dataclass(frozen=True)
class ShownMessage:
    """A message as one reader sees it: what `messages/_message.html` needs."""

    message: Message
    author: ShownPerson
    mine: bool
    hidden: bool
    blocked: bool
    """The reader had blocked its author by then."""


def messages_in(conversation: Conversation, reader: Person, first: int, last: int) -> list[ShownMessage]:
    """A conversation's messages from one number to another, those out of sight as stubs."""
    return _shown(conversation, reader, Message.number.between(first, last))


def messages_with_ids(conversation: Conversation, reader: Person, ids: Sequence[int]) -> list[ShownMessage]:
    """Some of a conversation's messages, in their order."""
    return _shown(conversation, reader, Message.id.in_(ids)) if ids else []


def _shown(conversation: Conversation, reader: Person, which: ColumnElement[bool]) -> list[ShownMessage]:
    statement = (
        select(Message)
        .options(joinedload(Message.author))
        .where(Message.conversation_id == conversation.id, which)
        .order_by(Message.number)
        .limit(HEARD_AT_MOST)
    )
    found = list(session().scalars(statement))
    authors = shown_many([each.author for each in found], reader)
    blocked = _blocked_since(reader, authors)
    return [
        ShownMessage(
            message=each,
            author=authors[each.author_id],
            mine=each.author_id == reader.id,
            hidden=each.hidden_at is not None,
            blocked=each.author_id in blocked and blocked[each.author_id] <= each.created_at,
        )
        for each in found
    ]


def _blocked_since(reader: Person, ids: Iterable[int]) -> dict[int, dt.datetime]:
    """Since when the reader has blocked some of these people; others are left out."""
    statement = select(Block.blocked_id, Block.at).where(Block.person_id == reader.id, Block.blocked_id.in_(list(ids)))
    return dict(session().execute(statement).all())


def page_window(page: int) -> tuple[int, int]:
    """The numbers of the first and the last message of a page."""
    return (page - 1) * MESSAGES_PER_PAGE + 1, page * MESSAGES_PER_PAGE


@dataclass(frozen=True)
class Heard:
    """What happened in a conversation after a number of its live room."""

    seq: int
    message_ids: list[int]
    added: frozenset[int]
    more: bool


def heard_after(opened: OpenConversation, seq: int) -> Heard:
    """The messages that came or were taken away after `seq`."""
    heard = activity.heard_after(f"conversation:{opened.conversation.id}", seq, HEARD_AT_MOST)
    told = [each for each in heard if each.kind == "message"]
    added = frozenset(each.thing_id for each in told if each.verb == "wrote")
    last = heard[-1].seq or seq if heard else max(seq, opened.seq)
    return Heard(last, sorted({each.thing_id for each in told}), added, len(heard) == HEARD_AT_MOST)


# -- whom to write to -------------------------------------------------------------------------------------------------


def writable_of(author: Person, people: Sequence[Person]) -> list[Person]:
    """Those of some people to whom the author may write, in one query."""
    statement = select(Person.id).where(Person.id.in_([each.id for each in people]), writable(author))
    ids = set(session().scalars(statement))
    return [each for each in people if each.id in ids]


# -- reports ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenReport:
    """A report that waits, with what it is about."""

    report: Report
    what: str
    text: str
    by: str
    may_hide: bool
    url: str
    """The page of a person; what people wrote is shown here, and nothing else of where it stands."""


def open_reports(manager: Person) -> list[OpenReport]:
    """The reports that wait, the oldest first, at most a hundred."""
    statement = (
        select(Report)
        .options(joinedload(Report.reporter))
        .where(Report.settled_at.is_(None), policy.readable(manager, Report))
        .order_by(Report.id)
        .limit(100)
    )
    reports = list(session().scalars(statement))
    things = kinds.load_many({(each.kind, each.thing_id) for each in reports})
    return [_open_report(manager, each, things.get((each.kind, each.thing_id))) for each in reports]


def _open_report(manager: Person, report: Report, thing: Any | None) -> OpenReport:
    if thing is None:
        return OpenReport(report, _("Something that is gone"), "", "", False, "")
    kind = kinds.of(thing)
    authors = session().scalars(select(Person.name).where(Person.id.in_(kind.authors(thing))))
    opens = policy.can(manager, Act.READ, thing)
    return OpenReport(
        report=report,
        what=what_is(report.kind),
        text=kind.text(thing),
        by=names(list(authors)),
        may_hide=kind.hides,
        url=kind.url(thing) if opens else "",
    )


def what_is(kind: str) -> str:
    """A reported thing in words."""
    return {"post": _("A post"), "message": _("A message"), "person": _("A person")}[kind]
