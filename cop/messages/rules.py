"""Who may write to whom, and who reads it: those in a conversation, and nobody else, whatever their role."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value

from cop.communities.models import Membership
from cop.core import policy
from cop.core.blocks import Block, has_blocked
from cop.core.db import session
from cop.core.i18n import lazy as _
from cop.core.policy import Act, because
from cop.messages.models import Conversation, Message, Participant, Report
from cop.people.models import Person
from cop.people.rules import is_known, is_manager, is_not_blocked, is_self, is_somebody_else


def conversation_of(message: Message) -> Conversation:
    """The message's conversation, loaded once and then kept with it."""
    if "conversation" not in message.__dict__:
        set_committed_value(message, "conversation", session().get_one(Conversation, message.conversation_id))
    return message.conversation


# -- people -----------------------------------------------------------------------------------------------------------


@because(_("Sign in first."))
def is_signed_in(person: Any | None, thing: Any) -> bool:
    """Somebody is signed in."""
    return person is not None


@because(_("Nobody has claimed this name yet, so nobody would read it."))
def has_account(person: Any | None, thing: Person) -> bool:
    """There is somebody who signs in and reads."""
    return thing.status == "active"


@because(_("This person does not want to be written to here."))
def takes_messages(person: Any | None, thing: Person) -> bool:
    """They let themselves be written to, and by this person. One sentence for both: nobody is told of a block."""
    return person is not None and thing.reach != "nobody" and not has_blocked(thing.id, person.id)


@because(_("This person wants to be written to only by people with whom they share a community."))
def is_near(person: Any | None, thing: Person) -> bool:
    """They take messages from everyone here, or both belong to some community."""
    return thing.reach != "communities" or bool(_communities(person) & _communities(thing))


def _communities(person: Any | None) -> set[str]:
    return {token for token in policy.audiences(person) if token.startswith("community:")}


@because(_("Only the people who run this network see what was reported."))
def runs_the_network(person: Any | None, thing: Any) -> bool:
    """The person is one of the network's managers."""
    return is_manager(person, thing)


PERSON_RULES: dict[Act, policy.Alternatives] = {
    Act.WRITE: [[is_signed_in, is_known, is_somebody_else, has_account, is_not_blocked, takes_messages, is_near]],
    Act.BLOCK: [[is_signed_in, is_known, is_somebody_else]],
    Act.SETTLE: [[is_self, runs_the_network]],
}


def writable(author: Person) -> ColumnElement[bool]:
    """WRITE of people in SQL: to whom somebody may write."""
    blocked = exists().where(
        or_(
            and_(Block.person_id == author.id, Block.blocked_id == Person.id),
            and_(Block.person_id == Person.id, Block.blocked_id == author.id),
        )
    )
    mine = select(Membership.community_id).where(Membership.person_id == author.id)
    theirs = aliased(Membership)
    near = exists().where(theirs.person_id == Person.id, theirs.community_id.in_(mine))
    takes = or_(Person.reach == "network", and_(Person.reach == "communities", near))
    return and_(Person.status == "active", Person.id != author.id, takes, ~blocked)


# -- conversations ----------------------------------------------------------------------------------------------------


def is_present(person: Any | None, conversation: Conversation) -> bool:
    """The person takes part, and has not left."""
    return person is not None and any(each.person_id == person.id for each in conversation.present)


def other_of(person: Any, conversation: Conversation) -> Person | None:
    """The other one, where two people write to each other; nobody in a group."""
    if conversation.pair is None:
        return None
    return next(each.person for each in conversation.present if each.person_id != person.id)


@because(_("Everybody else has left this conversation."))
def has_company(person: Any | None, conversation: Conversation) -> bool:
    """Somebody is there to read."""
    return len(conversation.present) > 1


@because(_("This account is closed just now, so nobody would read it."))
def other_has_account(person: Any | None, conversation: Conversation) -> bool:
    """The other one may sign in."""
    other = other_of(person, conversation)
    return other is None or has_account(person, other)


@because(is_not_blocked.because)  # type: ignore[attr-defined]
def other_is_not_blocked(person: Any | None, conversation: Conversation) -> bool:
    """The one who writes wants to hear from the other too."""
    other = other_of(person, conversation)
    return other is None or is_not_blocked(person, other)


@because(takes_messages.because)  # type: ignore[attr-defined]
def other_takes_messages(person: Any | None, conversation: Conversation) -> bool:
    """The other one still lets themselves be written to."""
    other = other_of(person, conversation)
    return other is None or takes_messages(person, other)


@because(is_near.because)  # type: ignore[attr-defined]
def other_is_near(person: Any | None, conversation: Conversation) -> bool:
    """Whoever wrote first is answered, wherever they belong."""
    other = other_of(person, conversation)
    return other is None or is_near(person, other) or _has_written(other, conversation)


def _has_written(person: Person, conversation: Conversation) -> bool:
    written = exists().where(Message.conversation_id == conversation.id, Message.author_id == person.id)
    return bool(session().scalar(select(written)))


CONVERSATION_RULES: dict[Act, policy.Alternatives] = {
    Act.READ: [[is_present]],
    Act.REPLY: [
        [is_present, has_company, other_has_account, other_is_not_blocked, other_takes_messages, other_is_near]
    ],
    Act.LEAVE: [[is_present]],
    Act.FOLLOW: [[is_present]],
}


def reads_message(person: Any | None, message: Message) -> bool:
    """The person takes part, and it is neither hidden nor from somebody whom they had blocked by then.

    What came before stays, so that it can be reported.
    """
    if person is None or message.hidden_at is not None or not is_present(person, conversation_of(message)):
        return False
    block = session().get(Block, (person.id, message.author_id))
    return block is None or message.created_at < block.at


MESSAGE_RULES: dict[Act, policy.Alternatives] = {Act.READ: [[reads_message]]}


@because(_("This is settled already."))
def is_open(person: Any | None, report: Report) -> bool:
    """Nobody has decided yet."""
    return report.settled_at is None


REPORT_RULES: dict[Act, policy.Alternatives] = {
    Act.READ: [[runs_the_network]],
    Act.SETTLE: [[runs_the_network, is_open]],
}


def readable_conversations(person: Any | None) -> ColumnElement[bool]:
    """READ of a conversation in SQL."""
    if person is None:
        return false()
    return exists().where(
        Participant.conversation_id == Conversation.id,
        Participant.person_id == person.id,
        Participant.left_at.is_(None),
    )


def readable_messages(person: Any | None) -> ColumnElement[bool]:
    """READ of a message in SQL."""
    if person is None:
        return false()
    takes_part = exists().where(
        Participant.conversation_id == Message.conversation_id,
        Participant.person_id == person.id,
        Participant.left_at.is_(None),
    )
    return takes_part & Message.hidden_at.is_(None) & ~from_blocked(person, Message)


def from_blocked(person: Any, message: Any) -> ColumnElement[bool]:
    """The message came from somebody whom the person had blocked by then, in SQL."""
    return exists().where(
        Block.person_id == person.id, Block.blocked_id == message.author_id, Block.at <= message.created_at
    )


def readable_reports(person: Any | None) -> ColumnElement[bool]:
    """READ of a report in SQL."""
    return true() if is_manager(person, None) else false()


policy.add(Person, PERSON_RULES)
policy.register(Conversation, CONVERSATION_RULES, readable_conversations)
policy.register(Message, MESSAGE_RULES, readable_messages)
policy.register(Report, REPORT_RULES, readable_reports)
