"""A post: replying, changing, its history, hiding, thanking, accepting."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request
from flask_login import login_required

from cop.core import db, drafts, kinds, landing, limits
from cop.core.errors import wants_json
from cop.core.login import me
from cop.core.policy import Act, Refused, access
from cop.forums import queries, service
from cop.forums.forms import EditPostForm, ReplyForm
from cop.forums.models import Post, ScheduledPost, Topic
from cop.forums.views import bp
from cop.forums.views.topics import SCHEDULED, topic_page


@bp.get("/posts/<int:id>")
def post(id: int) -> Any:
    """The permalink: finds the post wherever it stands now, and some words in it that a search found."""
    found = access(me(), Post, id, Act.READ)
    topic = access(me(), Topic, found.topic_id, Act.READ)
    return redirect(topic.url_of(found.number) + landing.fragment(request.args.get("words", "")), 302)


@bp.post("/topics/<int:id>/reply")
@login_required
@limits.limiter.limit(limits.SENDING)
def reply(id: int) -> Any:
    """Add a post to a topic."""
    form = ReplyForm()
    sent = form.validate_on_submit()
    try:
        if not sent or request.form.get("preview"):
            access(me(), Topic, id, Act.REPLY)
            return _not_sent(id, form, 200 if sent else 422)
        with db.unit_of_work():
            topic = access(me(), Topic, id, Act.REPLY)
            added = _add(topic, form)
    except Refused as refusal:
        form.text.errors = [str(refusal)]
        return _not_sent(id, form, 403)
    return _sent(topic, added)


def _add(topic: Topic, form: ReplyForm) -> Post | ScheduledPost:
    """Now, or at the moment that was chosen."""
    at, rest = form.publish_at.data, (form.parent_number.data, form.sent_key.data)
    if at is None:
        return service.reply_to_topic(me(), topic, form.rendered, *rest)
    return service.schedule_reply(me(), topic, form.rendered, at, *rest)


def _sent(topic: Topic, added: Post | ScheduledPost) -> Any:
    address, number = kinds.of(added).url(added), None
    if isinstance(added, Post):
        number = added.number
    else:
        flash(SCHEDULED, "done")
    if wants_json():
        return jsonify(url=address, number=number), 201
    return redirect(topic.url_of(number) if number is not None else address, 303)


def _not_sent(id: int, form: ReplyForm, status: int) -> Any:
    """The page again with what was typed, and why it did not go; or, if all is well with it, how it will look."""
    if wants_json():
        errors = [*form.text.errors, *form.publish_at.errors, ""]
        return jsonify(error=str(errors[0])), status
    opened = queries.open_topic(me(), id)
    parent = queries.post_by_number(opened.topic, me(), form.parent_number.data or 0)
    page = topic_page(
        opened,
        form,
        page=opened.topic.pages,
        parent=(parent.number, parent.author.name) if parent is not None else None,
        preview=form.rendered if status == 200 else None,
    )
    return page, status


@bp.get("/posts/<int:id>/edit")
@login_required
def edit_post(id: int) -> Any:
    """Change what a post says."""
    found = access(me(), Post, id, Act.EDIT)
    form = EditPostForm(formdata=None)
    draft = drafts.draft_of(me(), f"edit:post:{id}")
    form.text.data = draft.fields.get("text", found.source) if draft else found.source
    return _edit_page(found, form, draft_at=draft.at if draft else None)


def _edit_page(found: Post, form: EditPostForm, **more: Any) -> str:
    topic = access(me(), Topic, found.topic_id, Act.READ)
    return render_template(
        "forums/edit_post.html",
        post=found,
        topic=topic,
        form=form,
        leaves_trace=service.leaves_trace(me(), found),
        **{"draft_at": None, "preview": None, **more},
    )


@bp.post("/posts/<int:id>/edit")
@login_required
@limits.limiter.limit(limits.WRITING)
def change(id: int) -> Any:
    """Save the change; how it was before stays in the history."""
    form = EditPostForm()
    sent = form.validate_on_submit()
    try:
        if not sent or request.form.get("preview"):
            found = access(me(), Post, id, Act.EDIT)
            return _edit_page(found, form, preview=form.rendered if sent else None), 200 if sent else 422
        with db.unit_of_work():
            found = service.edit_post(me(), access(me(), Post, id, Act.EDIT), form.rendered, form.note.data or "")
    except Refused as refusal:  # the time for changing it may have ended while it was typed
        form.text.errors = [str(refusal)]
        return _edit_page(access(me(), Post, id, Act.READ), form), 403
    return redirect(kinds.of(found).url(found), 303)


@bp.get("/posts/<int:id>/history")
def history(id: int) -> Any:
    """What was changed in a post, by whom and when."""
    found = access(me(), Post, id, Act.READ)
    topic = access(me(), Topic, found.topic_id, Act.READ)
    return render_template("forums/history.html", post=found, topic=topic, history=queries.post_history(found))


DEEDS: dict[tuple[str, bool], tuple[Act, Any]] = {
    ("hide", False): (Act.HIDE, service.hide_post),
    ("restore", False): (Act.RESTORE, service.restore_post),
    ("thank", False): (Act.THANK, lambda person, post: service.thank_author(person, post, "thanked")),
    ("thank", True): (Act.THANK, lambda person, post: service.take_back_thanks(person, post, "thanked")),
    ("helped", False): (Act.THANK, lambda person, post: service.thank_author(person, post, "helped")),
    ("helped", True): (Act.THANK, lambda person, post: service.take_back_thanks(person, post, "helped")),
    ("accept", False): (Act.ACCEPT, service.accept_answer),
    ("accept", True): (Act.ACCEPT, service.reopen_question),
}
"""What one button does with a post, and how it is taken back."""


@bp.post("/posts/<int:id>/<any(hide, restore, thank, helped, accept):deed>", defaults={"back": ""})
@bp.post("/posts/<int:id>/<any(hide, restore, thank, helped, accept):deed>/<any(back):back>")
@login_required
@limits.limiter.limit(limits.WRITING)
def act(id: int, deed: str, back: str) -> Any:
    """Do one of these to a post, or take it back."""
    chosen = DEEDS.get((deed, bool(back)))
    if chosen is None:
        abort(404)
    needed, verb = chosen
    with db.unit_of_work():
        found = access(me(), Post, id, needed)
        topic = access(me(), Topic, found.topic_id, Act.READ)
        verb(me(), found)
    return ("", 204) if wants_json() else redirect(topic.url_of(found.number), 303)
