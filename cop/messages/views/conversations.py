"""Conversations: the list, a new one, reading, answering, leaving, muting."""

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_login import login_required

from cop.core import db, drafts, limits, marks
from cop.core.errors import wants_json
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.markup import one_line
from cop.core.paging import Pages, page_number
from cop.core.policy import Act, access, find
from cop.messages import addressees, queries, service
from cop.messages.forms import AnswerForm, NewMessageForm
from cop.messages.models import PEOPLE_AT_MOST, Conversation
from cop.messages.queries import OpenConversation
from cop.messages.views import bp
from cop.people import naming
from cop.people.models import Person

NEW_CONVERSATIONS = "30 per hour"


@bp.get("/messages")
@login_required
def messages() -> Any:
    """The reader's conversations."""
    found = queries.conversations(me(), page_number(request.args.get("page")))
    pages = Pages(found.page, found.pages, lambda page: url_for(".messages", page=page))
    return render_template("messages/list.html", found=found, pages=pages)


@bp.get("/messages/new")
@login_required
def new_message() -> Any:
    """Write to the people named in `to`, or to some who are still to be named."""
    form = NewMessageForm(formdata=None)
    handles = list(dict.fromkeys(_to().split()))[:PEOPLE_AT_MOST]
    people = [find(me(), Person, Act.WRITE, Person.handle == handle) for handle in handles]
    form.to.data = ", ".join(naming.as_typed(me(), people).values())
    draft = drafts.draft_of(me(), _place())
    if draft is not None:
        form.to.data, form.text.data = draft.fields.get("to", ""), draft.fields.get("text", "")
    return _new_message(form, draft_at=draft.at if draft else None)


def _to() -> str:
    """Those to whom a page leads."""
    return one_line(request.args.get("to", "")).lower()


def _place() -> str:
    """Where the draft of a new message is kept: a place for those to whom a page leads."""
    to = _to()
    return f"message:{to if len(to) <= 80 else hashlib.sha256(to.encode()).hexdigest()}"


def _new_message(form: NewMessageForm, **more: Any) -> str:
    people = _meant(form)
    return render_template(
        "messages/new.html",
        form=form,
        draft_place=_place(),
        notes=_notes(people),
        audience=queries.audience_sentence(people),
        **{"preview": None, "draft_at": None, **more},
    )


def _meant(form: NewMessageForm) -> list[Person]:
    """Who is meant; nobody while that is not clear: then the form offers those who may be."""
    try:
        people = addressees.addressees(me(), form.names, form.chosen.data or "")
    except addressees.UnclearName as unclear:
        form.to.data = ", ".join(unclear.typed)
        form.offer(unclear.people)
        return []
    except addressees.CannotWrite:
        return []
    names = naming.as_typed(me(), people)
    form.to.data = ", ".join(names[each.id] for each in people)
    return people


def _notes(people: Sequence[Person]) -> list[str]:
    """How each of them likes to be reached, and who is away."""
    return [note for each in people for note in (queries.reach_sentence(each), queries.away_sentence(each)) if note]


@bp.post("/messages/new")
@login_required
@limits.limiter.limit(NEW_CONVERSATIONS)
def write() -> Any:
    """Send it."""
    form = NewMessageForm()
    sent = form.validate_on_submit()
    if not sent or request.form.get("preview"):
        return _new_message(form, preview=form.rendered if sent else None), 200 if sent else 422
    try:
        with db.unit_of_work():
            people = addressees.addressees(me(), form.names, form.chosen.data or "")
            message = service.write_to(me(), people, form.rendered, form.sent_key.data, _place())
            address = message.conversation.url_of(message.number)
    except (addressees.CannotWrite, service.TooManyPeople) as refusal:
        form.to.errors = [str(refusal)]
        return _new_message(form), 422
    return redirect(address, 303)


@bp.get("/messages/people")
@login_required
@limits.limiter.limit("120 per minute")
def suggested_people() -> Any:
    """People to write to while a name is typed, as JSON: `[{"name", "beside", "typed"}]`."""
    found = addressees.suggested(me(), request.args.get("q", "")[:100])
    return jsonify(
        [
            {"name": each.name, "beside": ", ".join(filter(None, (each.role, each.institution))), "typed": typed}
            for each, typed in found
        ]
    )


@bp.get("/messages/<int:id>")
@login_required
def conversation(id: int) -> Any:
    """One page of a conversation; without a number the last, where what is new stands."""
    opened = queries.open_conversation(me(), id)
    page = request.args.get("page", opened.conversation.pages, int)
    if not 1 <= page <= opened.conversation.pages:
        abort(404)
    return _conversation(opened, page=page)


def _conversation(opened: OpenConversation, form: AnswerForm | None = None, page: int = 1, **more: Any) -> str:
    found = opened.conversation
    first, last = queries.page_window(page)
    if form is None:
        form = AnswerForm(formdata=None)
        form.text.data = opened.draft.fields.get("text", "") if opened.draft else ""
    return render_template(
        "messages/conversation.html",
        opened=opened,
        conversation=found,
        page=page,
        pages=Pages(page, found.pages, found.url_of_page),
        first=first,
        messages=queries.messages_in(found, me(), first, last),
        form=form,
        **{"preview": None, **more},
    )


@bp.post("/messages/<int:id>/answer")
@login_required
@limits.limiter.limit(limits.SENDING)
def answer(id: int) -> Any:
    """Add a message."""
    form = AnswerForm()
    sent = form.validate_on_submit()
    if not sent or request.form.get("preview"):
        return _not_sent(id, form, sent)
    with db.unit_of_work():
        found = access(me(), Conversation, id, Act.REPLY)
        message = service.answer(me(), found, form.rendered, form.sent_key.data)
        address, number = found.url_of(message.number), message.number
    if wants_json():
        return jsonify(url=address, number=number), 201
    return redirect(address, 303)


def _not_sent(id: int, form: AnswerForm, previewing: bool) -> Any:
    access(me(), Conversation, id, Act.REPLY)
    if wants_json():
        return jsonify(error=form.text.errors[0] if form.text.errors else ""), 422
    opened = queries.open_conversation(me(), id)
    page = _conversation(opened, form, page=opened.conversation.pages, preview=form.rendered if previewing else None)
    return page, 200 if previewing else 422


@bp.get("/messages/<int:id>/after/<int:seq>")
@login_required
@limits.limiter.limit("300 per minute")
def after(id: int, seq: int) -> Any:
    """What happened in a conversation after a number of its live room, rendered for this reader."""
    opened = queries.open_conversation(me(), id)
    heard = queries.heard_after(opened, seq)
    first, last = request.args.get("first", 1, int), request.args.get("last", None, int)
    parts = [
        {
            "id": f"post-{each.message.number}",
            "number": each.message.number,
            "html": render_template("messages/_message_alone.html", shown=each),
            "new": each.message.id in heard.added,
            "author": each.author.name,
            "mine": each.mine,
        }
        for each in queries.messages_with_ids(opened.conversation, me(), heard.message_ids)
        if each.message.number >= first and (last is None or each.message.number <= last)
    ]
    return jsonify(
        seq=heard.seq,
        more=heard.more,
        parts=parts,
        last=opened.conversation.last_number,
        pages=opened.conversation.pages,
    )


@bp.post("/messages/<int:id>/mark")
@login_required
@limits.limiter.limit("120 per minute")
def mark(id: int) -> Any:
    """Move the reader's mark forward, as messages come on screen."""
    number = request.form.get("number", -1, int)
    if number < 0:
        abort(400)
    _mark(id, number)
    return "", 204


@bp.post("/messages/<int:id>/mark/<int:number>")
@login_required
@limits.limiter.limit(limits.WRITING)
def put_mark(id: int, number: int) -> Any:
    """The same by a button, for browsers without scripts."""
    _mark(id, number)
    return redirect(url_for(".messages"), 303)


def _mark(id: int, number: int) -> None:
    with db.unit_of_work():
        found = access(me(), Conversation, id, Act.READ)
        marks.advance(me(), "conversation", found.id, min(number, found.last_number))


@bp.post("/messages/<int:id>/leave")
@login_required
@limits.limiter.limit(limits.WRITING)
def leave(id: int) -> Any:
    """Stop taking part."""
    with db.unit_of_work():
        service.leave(me(), access(me(), Conversation, id, Act.LEAVE))
    flash(_("You have left the conversation. The others keep what was written."), "done")
    return redirect(url_for(".messages"), 303)


@bp.post("/messages/<int:id>/<any(mute, unmute):deed>")
@login_required
@limits.limiter.limit(limits.WRITING)
def mute(id: int, deed: str) -> Any:
    """Hear nothing of a conversation, or hear of it again."""
    with db.unit_of_work():
        found = service.mute(me(), access(me(), Conversation, id, Act.FOLLOW), deed == "mute")
        address = found.url
    return ("", 204) if wants_json() else redirect(address, 303)
