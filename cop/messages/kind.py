"""What conversations, messages and reports are to alerts and live pages. Search never hears of them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cop.core import kinds
from cop.core.db import session
from cop.core.i18n import gettext as _
from cop.core.i18n import lazy
from cop.messages import service
from cop.messages.models import Conversation, Message, Report


class ConversationKind(kinds.Kind):
    """A conversation: a live room for those in it."""

    name = "conversation"
    model = Conversation

    def title(self, thing: Any) -> str:
        """Who takes part: it has no other name."""
        return ", ".join(each.person.name for each in thing.present)

    def url(self, thing: Any) -> str:
        """Its page."""
        return str(thing.url)

    def audience(self, thing: Any) -> frozenset[str]:
        """Those who take part, each by themselves."""
        return frozenset(f"person:{each.person_id}" for each in thing.present)

    def authors(self, thing: Any) -> tuple[int, ...]:
        """Who began it."""
        return (thing.starter_id,)

    def created(self, thing: Any) -> dt.datetime:
        """When it began."""
        return thing.created_at  # type: ignore[no-any-return]

    def room(self, thing: Any) -> str:
        """Its own."""
        return f"conversation:{thing.id}"

    def parts(self, thing: Any) -> Iterable[tuple[str, int]]:
        """Its messages: who left reads none of them."""
        ids = session().scalars(select(Message.id).where(Message.conversation_id == thing.id))
        return [("message", id) for id in ids]


class MessageKind(kinds.Kind):
    """A message: those it was written to hear of it, but for who wants to hear nothing."""

    name = "message"
    model = Message
    news = frozenset({"wrote"})
    told = {"wrote": lazy("%(who)s wrote to you")}  # noqa: RUF012  as declared by Kind
    hides = True

    def title(self, thing: Any) -> str:
        """Its conversation's."""
        return ConversationKind().title(thing.conversation)

    def text(self, thing: Any) -> str:
        """Its words."""
        return str(thing.text)

    def url(self, thing: Any) -> str:
        """Where it stands in its conversation."""
        return str(thing.conversation.url_of(thing.number))

    def audience(self, thing: Any) -> frozenset[str]:
        """Its conversation's, unless it is hidden."""
        return frozenset() if thing.hidden_at is not None else ConversationKind().audience(thing.conversation)

    def authors(self, thing: Any) -> tuple[int, ...]:
        """Who wrote it."""
        return (thing.author_id,)

    def container(self, thing: Any) -> str:
        """Its conversation."""
        return f"conversation:{thing.conversation_id}"

    def created(self, thing: Any) -> dt.datetime:
        """When it was written."""
        return thing.created_at  # type: ignore[no-any-return]

    def followers(self, thing: Any) -> Iterable[int]:
        """Those who take part and did not mute it."""
        return [each.person_id for each in thing.conversation.present if not each.muted]

    def room(self, thing: Any) -> str:
        """Its conversation's."""
        return f"conversation:{thing.conversation_id}"

    def load(self, ids: Sequence[int]) -> list[Any]:
        """With the conversation and the author."""
        statement = (
            select(Message)
            .where(Message.id.in_(ids))
            .options(joinedload(Message.conversation), joinedload(Message.author))
        )
        return list(session().scalars(statement))

    def hide(self, hider: Any, thing: Any) -> None:
        """It leaves a stub."""
        service.hide_message(hider, thing)


class ReportKind(kinds.Kind):
    """A report: the people who run the network hear of it."""

    name = "report"
    model = Report
    told = {"reported": lazy("%(who)s reported something")}  # noqa: RUF012  as declared by Kind

    def title(self, thing: Any) -> str:
        """That there is one."""
        return _("A report that waits for you") if thing.settled_at is None else _("A report that was settled")

    def url(self, thing: Any) -> str:
        """Where all of them wait."""
        return "/reports"
