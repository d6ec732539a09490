"""What people do with messages. Each deed changes rows and records itself; none commits."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from cop.core import blocks, drafts, files, follows, kinds, marks
from cop.core.activity import quietly, record
from cop.core.db import database, session, utcnow
from cop.core.i18n import gettext as _
from cop.core.markup import RENDERER, Rendered
from cop.messages.models import NEW_PEOPLE_A_DAY, Conversation, Message, Participant, Report
from cop.people.models import Person

A_DAY = dt.timedelta(days=1)


class TooManyPeople(Exception):
    """Somebody wrote to many people today; the text says what to do."""


def write_to(
    author: Person, people: Sequence[Person], text: Rendered, sent_key: str | None = None, draft: str = ""
) -> Message:
    """Write to somebody, or to a few together. Two people have one conversation, which is found again.

    `draft`: the place of the form. The same form sent twice makes one message. Raises TooManyPeople.
    """
    earlier = _sent_before(author, sent_key)
    if earlier is not None:
        return earlier
    message = _add_message(author, _conversation_with(author, people), text, sent_key)
    drafts.discard(author, draft)
    record(author, "wrote", message, number=message.number)
    return message


def answer(author: Person, conversation: Conversation, text: Rendered, sent_key: str | None = None) -> Message:
    """Add a message to a conversation. The same form sent twice makes one message."""
    earlier = _sent_before(author, sent_key)
    if earlier is not None:
        return earlier
    message = _add_message(author, conversation, text, sent_key)
    drafts.discard(author, f"reply:conversation:{conversation.id}")
    record(author, "wrote", message, number=message.number)
    return message


def _sent_before(author: Person, sent_key: str | None) -> Message | None:
    if not sent_key:
        return None
    statement = select(Message).options(joinedload(Message.conversation))
    return session().scalar(statement.where(Message.author_id == author.id, Message.sent_key == sent_key))


def _conversation_with(author: Person, people: Sequence[Person]) -> Conversation:
    """The conversation that two people have; else a new one, if its beginner has not begun too many today."""
    pair = ":".join(str(id) for id in sorted((author.id, people[0].id))) if len(people) == 1 else None
    found = _of_pair(pair) if pair is not None else None
    if found is not None:
        return found
    _refuse_too_many(author, people)
    id = _begin(author, pair)
    found = session().scalars(select(Conversation).where(Conversation.id == id).with_for_update()).one()
    if not found.participants:  # or else the other one began it at the same moment
        found.participants = [
            Participant(person_id=each.id, person=each) for each in sorted((author, *people), key=lambda each: each.id)
        ]
    return found


def _of_pair(pair: str) -> Conversation | None:
    return session().scalar(select(Conversation).where(Conversation.pair == pair).with_for_update())


def _begin(author: Person, pair: str | None) -> int:
    """The id of a conversation without anybody in it yet; of the pair's, when both begin at the same moment."""
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    statement = insert(Conversation).values(starter_id=author.id, pair=pair, created_at=utcnow())
    made: int | None = session().scalar(statement.on_conflict_do_nothing().returning(Conversation.id))
    if made is not None:
        return made
    return session().scalars(select(Conversation.id).where(Conversation.pair == pair)).one()


def _refuse_too_many(author: Person, people: Sequence[Person]) -> None:
    """Nobody writes to everybody. The author's row is locked, so that forms sent together are counted together.

    Locked for what is not a key: two who write to each other at once name each other, and would wait for ever.
    """
    session().execute(select(Person.id).where(Person.id == author.id).with_for_update(key_share=True))
    written_to = (
        select(func.count(distinct(Participant.person_id)))
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .where(
            Conversation.starter_id == author.id,
            Conversation.created_at > utcnow() - A_DAY,
            Participant.person_id.not_in([author.id, *(each.id for each in people)]),
        )
    )
    if (session().scalar(written_to) or 0) + len(people) > NEW_PEOPLE_A_DAY:
        raise TooManyPeople(
            _(
                "At most %(most)s people a day can be written to anew. Write to the others tomorrow.",
                most=NEW_PEOPLE_A_DAY,
            )
        )


def _add_message(author: Person, conversation: Conversation, text: Rendered, sent_key: str | None) -> Message:
    message = Message(
        conversation_id=conversation.id,
        conversation=conversation,
        author_id=author.id,
        author=author,
        number=conversation.last_number + 1,
        source=text.source,
        html=str(text.html),
        text=text.text,
        renderer=RENDERER,
        sent_key=sent_key or None,
    )
    conversation.last_number, conversation.last_message_at = message.number, utcnow()
    session().add(message)
    session().flush()
    files.claim(author, message, message.html)
    marks.advance(author, "conversation", conversation.id, message.number)
    return message


def hide_message(hider: Person, message: Message) -> Message:
    """Take a message out of everybody's sight; it keeps its number and leaves a stub."""
    if message.hidden_at is None:
        message.hidden_at, message.hidden_by_id = utcnow(), hider.id
        record(hider, "hid", message)
    return message


def leave(person: Person, conversation: Conversation) -> Conversation:
    """Stop taking part; the others keep what was written. Two people who write again begin anew."""
    _participant(person, conversation).left_at = utcnow()
    conversation.pair = None
    record(person, "left", conversation, person=person.id)
    return conversation


def mute(person: Person, conversation: Conversation, muted: bool = True) -> Conversation:
    """Hear nothing of a conversation, or hear of it again; nobody else's affair."""
    _participant(person, conversation).muted = muted
    with quietly():
        record(person, "muted" if muted else "unmuted", conversation)
    return conversation


def _participant(person: Person, conversation: Conversation) -> Participant:
    return next(each for each in conversation.present if each.person_id == person.id)


def block(person: Person, other: Person) -> None:
    """Get nothing from somebody any more, and follow them no longer; they are not told.

    That they follow the person stays as they see it, and they hear of nothing by it: else they would know.
    """
    if blocks.block(person, other):
        follows.unfollow(person, other)
        with quietly():
            record(person, "blocked", other)


def unblock(person: Person, other: Person) -> None:
    """Let somebody write again."""
    if blocks.unblock(person, other):
        with quietly():
            record(person, "unblocked", other)


def report(reporter: Person, thing: Any, reason: str) -> Report:
    """Say that something should not be there; the managers hear of it. Said again while it waits, it is one report."""
    kind, id = kinds.of(thing).name, thing.id
    same = (Report.kind == kind, Report.thing_id == id, Report.reporter_id == reporter.id, Report.settled_at.is_(None))
    found = session().scalar(select(Report).where(*same))
    if found is not None:
        found.reason = reason
        return found
    made = Report(kind=kind, thing_id=id, reporter_id=reporter.id, reason=reason)
    session().add(made)
    session().flush()
    managers = session().scalars(select(Person.id).where(Person.is_manager, Person.status == "active"))
    record(reporter, "reported", made, tell=list(managers))
    return made


def settle(manager: Person, report: Report, outcome: str) -> Report:
    """Decide: `hide` takes the thing out of sight, `dismiss` leaves it where it is."""
    thing = kinds.load(report.kind, report.thing_id)
    if outcome == "hide" and thing is not None:
        kinds.get(report.kind).hide(manager, thing)
    report.settled_by_id, report.settled_at, report.outcome = manager.id, utcnow(), outcome
    record(manager, "settled", report, settles=[{"verb": "reported"}])
    return report
