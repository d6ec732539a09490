"""Asking to be let in, and what facilitators answer: yes, a question, or a kind no."""

from typing import Any

from flask import flash, redirect, url_for
from flask_login import login_required

from cop.communities import queries, service
from cop.communities.forms import AnswerForm, DeclineRequestForm, QuestionForm, RequestForm
from cop.communities.models import Community, JoinRequest
from cop.communities.views import bp
from cop.communities.views.frame import community_page
from cop.core import db, limits
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.policy import Act, find


@bp.route("/communities/<slug>/ask-to-join", methods=["GET", "POST"])
@login_required
@limits.limiter.limit(limits.SENDING, methods=["POST"])
def ask_to_join(slug: str) -> Any:
    """Say why one would like to join; and afterwards what became of it."""
    form = RequestForm()
    if not form.validate_on_submit():
        community = find(me(), Community, Act.REQUEST, Community.slug == slug)
        return _own_request(community, form), 422 if form.is_submitted() else 200
    with db.unit_of_work():
        community = find(me(), Community, Act.REQUEST, Community.slug == slug)
        service.ask_to_join(me(), community, form.reason.data or "")
    flash(_("Sent. The facilitators will answer; you will hear of it in your inbox and by e-mail."), "done")
    return redirect(url_for(".ask_to_join", slug=slug), 303)


def _own_request(community: Community, form: RequestForm, answer_form: AnswerForm | None = None) -> str:
    request = queries.request_of(me(), community)
    if request is not None and not form.is_submitted():
        form.reason.data = request.reason
    return community_page(
        "communities/ask_to_join.html",
        community,
        "",
        form=form,
        request=request,
        answer_form=answer_form or AnswerForm(formdata=None),
    )


@bp.post("/communities/<slug>/ask-to-join/answer")
@login_required
@limits.limiter.limit(limits.SENDING)
def answer_question(slug: str) -> Any:
    """Answer what a facilitator asked back."""
    form = AnswerForm()
    if not form.validate():
        community = find(me(), Community, Act.REQUEST, Community.slug == slug)
        return _own_request(community, RequestForm(formdata=None), form), 422
    with db.unit_of_work():
        community = find(me(), Community, Act.REQUEST, Community.slug == slug)
        request = queries.request_of(me(), community)
        question = request.open_question if request is not None and request.declined_at is None else None
        if question is not None:
            service.answer_question(me(), question, form.answer.data or "")
    if question is None:
        flash(_("Nobody waits for an answer of yours just now, so nothing was sent."), "info")
    else:
        flash(_("Sent. The facilitators have your answer."), "done")
    return redirect(url_for(".ask_to_join", slug=slug), 303)


@bp.get("/communities/<slug>/requests")
@login_required
def requests(slug: str) -> Any:
    """Who asks to be let in, with what the facilitator may see of them."""
    community = find(me(), Community, Act.FACILITATE, Community.slug == slug)
    return community_page("communities/requests.html", community, "", waiting=queries.requests_waiting(me(), community))


@bp.post("/communities/<slug>/requests/<int:id>/accept")
@login_required
def accept_request(slug: str, id: int) -> Any:
    """Let somebody in; whoever comes second is told that it was decided."""
    with db.unit_of_work():
        waiting = _waiting(slug, id)
        if waiting is not None:
            service.accept_request(me(), waiting)
    if waiting is None:
        return _decided_before(slug)
    flash(_("%(name)s belongs here now.", name=waiting.person.name), "done")
    return redirect(url_for(".requests", slug=slug), 303)


@bp.route("/communities/<slug>/requests/<int:id>/decline", methods=["GET", "POST"])
@login_required
def decline_request(slug: str, id: int) -> Any:
    """Say no, in a letter that begins as the community's own."""
    form = DeclineRequestForm()
    if not form.validate_on_submit():
        waiting = _waiting(slug, id)
        if waiting is None:
            return _decided_before(slug)
        if not form.is_submitted():
            form.reply.data = waiting.community.decline_text or _proposed()
        return _about(waiting, "communities/decline.html", form)
    with db.unit_of_work():
        waiting = _waiting(slug, id)
        if waiting is not None:
            service.decline_request(me(), waiting, form.reply.data or "", keep=bool(form.keep.data))
    if waiting is None:
        return _decided_before(slug)
    flash(_("Your letter is sent to %(name)s. They may ask again.", name=waiting.person.name), "removed")
    return redirect(url_for(".requests", slug=slug), 303)


def _proposed() -> str:
    """What the house proposes where a community has no text of its own."""
    return _(
        "Thank you for wanting to join us, and for saying why. We cannot say yes this time. That says nothing about "
        "you or your work.\n\nYou are welcome to ask again when something changes, and there are communities here "
        "that are open to everybody."
    )


@bp.route("/communities/<slug>/requests/<int:id>/ask", methods=["GET", "POST"])
@login_required
@limits.limiter.limit(limits.SENDING, methods=["POST"])
def ask_back(slug: str, id: int) -> Any:
    """Ask somebody something before deciding; one question at a time."""
    form = QuestionForm()
    if not form.validate_on_submit():
        waiting = _waiting(slug, id)
        return _about(waiting, "communities/ask_back.html", form) if waiting is not None else _decided_before(slug)
    with db.unit_of_work():
        waiting = _waiting(slug, id)
        try:
            if waiting is not None:
                service.ask_back(me(), waiting, form.question.data or "")
        except service.AskedAlready:
            return _about(waiting, "communities/ask_back.html", form)
    if waiting is None:
        return _decided_before(slug)
    flash(_("Your question is sent to %(name)s.", name=waiting.person.name), "done")
    return redirect(url_for(".requests", slug=slug), 303)


def _waiting(slug: str, id: int) -> JoinRequest | None:
    community = find(me(), Community, Act.FACILITATE, Community.slug == slug)
    return queries.request_in(community, id)


def _decided_before(slug: str) -> Any:
    flash(_("Somebody else has decided this already, so nothing was done."), "info")
    return redirect(url_for(".requests", slug=slug), 303)


def _about(waiting: JoinRequest | None, template: str, form: Any) -> Any:
    """The page with a form about one request: also when another facilitator has asked meanwhile."""
    assert waiting is not None
    page = community_page(template, waiting.community, "", form=form, waiting=queries.shown_request(me(), waiting))
    return page, 422 if form.is_submitted() else 200
