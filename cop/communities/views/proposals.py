"""Proposals of communities: the managers' list, one proposal, deciding; and how communities start on this network."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import login_required

from cop.communities import principles, queries, service
from cop.communities.forms import DeclineProposalForm, StartingForm
from cop.communities.models import Proposal
from cop.communities.shapes import SHAPES
from cop.communities.views import bp
from cop.communities.views.starting import put_back
from cop.core import db, limits, network_settings, policy
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.policy import Act, access
from cop.people.models import Person


@bp.get("/proposals")
@login_required
def proposals() -> Any:
    """What waits for a manager, and what was decided."""
    access(me(), Person, me().id, Act.RUN)
    return render_template(
        "communities/proposals.html",
        waiting=queries.proposals_waiting(me()),
        decided=queries.proposals_decided(me()),
    )


@bp.get("/proposals/<int:id>")
@login_required
def proposal(id: int) -> Any:
    """One proposal: for its founder, and for the managers."""
    return _page(access(me(), Proposal, id, Act.READ), DeclineProposalForm(formdata=None))


def _page(found: Proposal, form: DeclineProposalForm) -> str:
    plan = service.plan_of(found)
    return render_template(
        "communities/proposal.html",
        shown=queries.shown_proposal(me(), found),
        proposal=found,
        plan=plan,
        parent=plan.parent if plan.parent is not None and policy.can(me(), Act.READ, plan.parent) else None,
        shape=SHAPES.get(plan.purpose.shape),
        form=form,
    )


@bp.post("/proposals/<int:id>/<any(approve, decline):answer>")
@login_required
@limits.limiter.limit(limits.WRITING)
def decide(id: int, answer: str) -> Any:
    """Approve or decline; whoever comes second is told that it was decided."""
    form = DeclineProposalForm()
    if answer == "decline" and not form.validate():
        found = access(me(), Proposal, id, Act.READ)
        if found.status == "waiting":
            policy.require(me(), Act.SETTLE, found)
            return _page(found, form), 422
    try:
        with db.unit_of_work():
            category, said = _decided(id, answer, form.words.data or "")
    except service.CannotStart:
        flash(_("Whoever proposed it may not start it any more, so nothing was done. You can decline it."), "problem")
        return redirect(url_for("communities.proposal", id=id), 303)
    except service.TooManyToday:
        flash(_("Its founder has sent as many invitations today as fit; approve it tomorrow."), "problem")
        return redirect(url_for("communities.proposal", id=id), 303)
    flash(said, category)
    return redirect(url_for("communities.proposals"), 303)


def _decided(id: int, answer: str, words: str) -> tuple[str, str]:
    """Decide inside a unit of work; answers what became of it, and of which sort that is."""
    found = _waiting(id)
    if found is None:
        return "info", _("Somebody else has decided this already, or it was taken back; so nothing was done.")
    if answer == "approve":
        return "done", _("“%(name)s” is open, and its founder is told.", name=service.approve(me(), found).name)
    service.decline(me(), found, words)
    return "done", _("“%(name)s” is declined, and its founder is told why.", name=found.name)


def _waiting(id: int) -> Proposal | None:
    """The proposal, locked, for a manager; None when there is nothing to decide any more."""
    access(me(), Person, me().id, Act.RUN)
    try:
        found = access(me(), Proposal, id, Act.READ)
    except policy.Unseen:
        return None
    return found if policy.can(me(), Act.SETTLE, found) else None


@bp.post("/proposals/<int:id>/take-back")
@login_required
def take_back(id: int) -> Any:
    """Propose it no more: it is among one's drafts again, to be changed or left."""
    with db.unit_of_work():
        found = access(me(), Proposal, id, Act.EDIT)
        going_on = put_back(found)
        service.take_back(me(), found)
    flash(_("It is yours again: change what you like, then send it once more."), "done")
    return redirect(going_on, 303)


@bp.get("/principles")
def shown_principles() -> Any:
    """What everybody accepts who starts a community."""
    return render_template("communities/principles.html", principles=principles.principles())


@bp.route("/network", methods=["GET", "POST"])
@login_required
@limits.limiter.limit(limits.WRITING, methods=["POST"])
def network() -> Any:
    """How communities start on this network: the managers decide."""
    access(me(), Person, me().id, Act.RUN)
    form = StartingForm()
    if not form.is_submitted():
        form.show()
        return _network_page(form)
    if not form.validate():
        return _network_page(form), 422
    with db.unit_of_work():
        manager = access(me(), Person, me().id, Act.RUN)
        network_settings.alone()
        overtaken = form.is_overtaken(*form.standing())
        if not overtaken:
            service.decide_how_communities_start(manager, form.waits.data, form.rendered_principles.source)
    if overtaken:
        form.begins_with(*form.standing())
        return _network_page(form, overtaken=True), 409
    flash(_("Saved."), "done")
    return redirect(url_for("communities.network"), 303)


def _network_page(form: StartingForm, overtaken: bool = False) -> str:
    return render_template("communities/network.html", form=form, overtaken=overtaken, standing=form.standing())
