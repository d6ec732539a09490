"""What a person has scheduled to appear: the list of it, changing it, sending it now, taking it back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import login_required

from cop.core import db, drafts, kinds, limits, markup, policy, web
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.policy import Act, access
from cop.forums import queries, service
from cop.forums.forms import ScheduledForm, ScheduledTopicForm
from cop.forums.kind import REFUSALS
from cop.forums.models import ScheduledPost
from cop.forums.views import bp


@bp.get("/scheduled")
@login_required
def scheduled() -> str:
    """What the reader has scheduled, and what could not appear."""
    return render_template("forums/scheduled.html", rows=queries.scheduled_by(me()), refusals=REFUSALS)


@bp.get("/scheduled/<int:id>")
@login_required
def edit_scheduled(id: int) -> Any:
    """Change what is to appear, or when."""
    found = access(me(), ScheduledPost, id, Act.EDIT)
    form = _form_of(found, formdata=None)
    form.show(found)
    draft = drafts.draft_of(me(), f"edit:scheduled:{id}")
    if draft is not None:
        form.text.data = draft.fields.get("text", found.source)
    return _page(found, form, draft_at=draft.at if draft else None)


def _form_of(scheduled: ScheduledPost, **how: Any) -> ScheduledForm:
    return ScheduledForm(**how) if scheduled.topic_id is not None else ScheduledTopicForm(**how)


def _page(scheduled: ScheduledPost, form: ScheduledForm, **more: Any) -> str:
    return render_template(
        "forums/edit_scheduled.html",
        placed=queries.placed(me(), scheduled),
        form=form,
        zone=web.zone_name(),
        **{"preview": None, "draft_at": None, **more},
    )


@bp.post("/scheduled/<int:id>")
@login_required
@limits.limiter.limit(limits.WRITING)
def change_scheduled(id: int) -> Any:
    """Save it."""
    try:
        found = access(me(), ScheduledPost, id, Act.EDIT)
    except policy.Unseen:
        return _appeared(request.form.get("sent_key", ""), request.form.get("text", ""))
    form = _form_of(found)
    sent = form.validate_on_submit()
    if not sent or request.form.get("preview"):
        return _page(found, form, preview=form.rendered if sent else None), 200 if sent else 422
    try:
        with db.unit_of_work():
            found = access(me(), ScheduledPost, id, Act.EDIT)
            service.change_scheduled(me(), found, form.rendered, form.due_at, *form.title_and_terms)
    except policy.Unseen:
        return _appeared(form.sent_key.data or "", form.text.data or "")
    flash(_("Saved. It will appear by itself."), "done")
    return redirect(url_for("forums.scheduled"), 303)


def _appeared(sent_key: str, text: str) -> Any:
    """It appeared while its author was changing it: they go on in the post, with what they typed."""
    with db.unit_of_work():
        post = queries.post_sent(me(), sent_key.replace("\0", ""))
        if post is None:
            raise policy.Unseen
        drafts.keep(me(), f"edit:post:{post.id}", {"text": text})
    flash(_("It has appeared meanwhile. What you typed is below: save it to change the post."), "info")
    return redirect(url_for("forums.edit_post", id=post.id), 303)


@bp.post("/scheduled/<int:id>/send")
@login_required
@limits.limiter.limit(limits.SENDING)
def send_now(id: int) -> Any:
    """Let it appear now."""
    text = markup.render(access(me(), ScheduledPost, id, Act.EDIT).source)
    with db.unit_of_work():
        found = access(me(), ScheduledPost, id, Act.EDIT)
        try:
            made = service.publish(me(), found, text)
        except policy.Refused as refusal:
            flash(str(refusal), "problem")
        except policy.Unseen:
            flash(REFUSALS["unseen"], "problem")
        else:
            return redirect(kinds.of(made).url(made), 303)
    return redirect(url_for("forums.scheduled"), 303)


@bp.post("/scheduled/<int:id>/back")
@login_required
@limits.limiter.limit(limits.WRITING)
def take_back_scheduled(id: int) -> Any:
    """Do not let it appear; its words are a draft again."""
    with db.unit_of_work():
        found = access(me(), ScheduledPost, id, Act.EDIT)
        address = _composer_of(queries.placed(me(), found))
        service.take_back_scheduled(me(), found)
    flash(_("Taken back. Your words are a draft again."), "done")
    return redirect(address or url_for("forums.scheduled"), 303)


def _composer_of(placed: queries.Scheduled) -> str:
    """Where the draft stands, if its author can still go there."""
    if placed.topic is not None:
        topic = placed.topic
        return f"{topic.url_of_page(topic.pages)}#composer" if policy.can(me(), Act.REPLY, topic) else ""
    community = placed.community
    if placed.post.topic_id is not None or community is None or not policy.can(me(), Act.ASK, community):
        return ""
    return url_for("forums.new_topic", slug=community.slug)
