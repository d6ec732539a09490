"""Starting a community: three short pages. What is typed is kept in drafts, so that nothing is lost on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.datastructures import MultiDict

from cop.communities import principles, queries, service
from cop.communities.forms import AboutForm, BeginningForm, FoundingForm, typed
from cop.communities.models import STEPS, Community, Proposal
from cop.communities.service import Plan, Purpose
from cop.communities.shapes import SHAPES, Step, carried, narrower
from cop.communities.views import bp
from cop.core import db, drafts, limits
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.policy import Act, access, find
from cop.people import naming
from cop.people.models import Person

PAGES = 3
FOUNDATIONS = "20 per day"


@dataclass(frozen=True)
class Start:
    """What is being started: a community that stands alone, one within another (`parent`), or one like another."""

    parent: Community | None = None
    like: Community | None = None
    again: int = 0
    """The number of the proposal of which this is a second attempt: it has drafts of its own."""

    @property
    def asked(self) -> dict[str, str]:
        """How addresses of its pages say it."""
        named = {"under": self.parent, "like": self.like}
        asked = {name: community.slug for name, community in named.items() if community is not None}
        return {**asked, **({"again": str(self.again)} if self.again else {})}

    def place(self, page: int) -> str:
        """Where the draft of a page is kept."""
        told = {"under": self.parent, "like": self.like}
        places = [f"{name}-{community.id}:" for name, community in told.items() if community is not None]
        return f"start:{''.join(places)}{f'again-{self.again}:' if self.again else ''}{page}"

    def url(self, page: int) -> str:
        """The address of a page."""
        values: dict[str, Any] = {**self.asked, "page": page if page > 1 else None}
        return url_for("communities.new", **values)


def _start() -> Start:
    """What the address asks for, if the reader may."""
    access(me(), Person, me().id, Act.START)
    under, like = request.args.get("under"), request.args.get("like")
    return Start(
        parent=find(me(), Community, Act.START, Community.slug == under) if under else None,
        like=find(me(), Community, Act.FACILITATE, Community.slug == like) if like and not under else None,
        again=request.args.get("again", 0, int),
    )


@bp.get("/communities/new")
@login_required
def new() -> Any:
    """One of the pages, as far as it was filled in. Of what comes before it, nothing may be missing."""
    start, page = _start(), _page()
    missing = _first_unfinished([_form(start, each) for each in range(1, page)])
    if missing is not None:
        return redirect(start.url(missing), 302)
    return _shown(start, page, _form(start, page))


def _page() -> int:
    page = request.args.get("page", 1, int)
    if not 1 <= page <= PAGES:
        abort(404)
    return page


def _first_unfinished(forms: Sequence[Any]) -> int | None:
    """The first of the pages on which something is missing."""
    return next((page for page, form in enumerate(forms, 1) if not form.validate()), None)


def _form(start: Start, page: int, sent: Mapping[str, str] | None = None) -> Any:
    """The form of a page: as it was sent, else as it was kept, else as it begins."""
    made = (AboutForm, BeginningForm, FoundingForm)[page - 1]
    fields = sent if sent is not None else _kept(start, page)
    form = made(MultiDict(fields) if isinstance(fields, dict) else fields, meta={"csrf": sent is not None})
    if isinstance(form, BeginningForm):
        parent = start.parent
        form.lies_within(parent, parent.name if parent is not None else "")
    return form


def _kept(start: Start, page: int) -> dict[str, str]:
    draft = drafts.draft_of(me(), start.place(page))
    fields = dict(draft.fields) if draft is not None else {}
    if page == 1:
        return fields or {"shape": start.like.shape if start.like is not None else ""}
    if page == 2:
        shape = _kept(start, 1).get("shape", "")
        beginning = _beginning(start, shape)
        return beginning if not fields else carried(fields, _beginning(start, fields.get("of", "")), beginning)
    return fields


def _beginning(start: Start, shape: str) -> dict[str, str]:
    """How one begins: as the community that it is to be like, else as its shape says; as wide as its parent at most."""
    if start.like is not None:
        return _as_fields(_beginning_of(start.like), shape)
    begins = SHAPES.get(shape, SHAPES["open"])
    reading = narrower(begins.reading, start.parent.reading) if start.parent is not None else begins.reading
    plan = Plan(Purpose("", "", begins.joining, reading), steps=begins.steps)
    return _as_fields(plan, shape)


def _beginning_of(community: Community) -> Plan:
    """A community as the template of another one: its settings, welcome and first steps."""
    front = queries.front_of(me(), community)
    steps = tuple(Step(each.words, each.link, each.by_writing) for each in queries.steps_of(me(), community))
    return Plan(Purpose.of(community), welcome=front.welcome if front is not None else "", steps=steps)


def _as_fields(plan: Plan, shape: str) -> dict[str, str]:
    """A beginning as the fields of the second page."""
    purpose = plan.purpose
    fields = {"listed": "yes" if purpose.listed else "no", "reading": purpose.reading, "joining": purpose.joining}
    fields |= {"welcome": plan.welcome, "of": shape}
    for number in range(1, STEPS + 1):
        step = plan.steps[number - 1] if number <= len(plan.steps) else Step("")
        fields[f"step_{number}"], fields[f"step_{number}_link"] = str(step.words), step.link
        fields[f"step_{number}_writing"] = "y" if step.by_writing else ""
    return fields


def _shown(start: Start, page: int, form: Any) -> str:
    draft, about = drafts.draft_of(me(), start.place(page)), _form(start, 1)
    if isinstance(form, FoundingForm):
        form.stand_beside(about.name.data, principles.principles())
    return render_template(
        f"communities/new_{page}.html",
        start=start,
        page=page,
        form=form,
        kept_at=draft.at if draft is not None else None,
        about=about,
        shape=SHAPES.get(about.shape.data),
        principles=principles.principles(),
        waits=service.waits(me()),
    )


@bp.post("/communities/new")
@login_required
@limits.limiter.limit(limits.WRITING)
def keep() -> Any:
    """Keep what a page says, and go on: to the next one, back, or to an empty beginning."""
    start, page, going = _start(), _page(), request.form.get("go", "on")
    if going == "clear":
        with db.unit_of_work():
            _forget(start)
        return redirect(start.url(1), 303)
    form = _form(start, page, request.form)
    with db.unit_of_work():
        drafts.keep(me(), start.place(page), typed(form, request.form))
    if going == "back":
        return redirect(start.url(max(1, page - 1)), 303)
    if page == PAGES or not form.validate():
        return _shown(start, page, form), 422
    return redirect(start.url(page + 1), 303)


def _forget(start: Start) -> None:
    for page in range(1, PAGES + 1):
        drafts.discard(me(), start.place(page))


@bp.post("/communities/new/start")
@login_required
@limits.limiter.limit(FOUNDATIONS)
def found() -> Any:
    """Start it; or, where the network wants it, ask the managers to let it start."""
    start = _start()
    about, begins, form = _form(start, 1), _form(start, 2), _form(start, 3, request.form)
    missing = _first_unfinished([about, begins])
    if missing is not None:
        earlier = queries.just_started(me(), form.name.data or "")  # the form was sent twice
        return redirect(earlier.url if earlier is not None else start.url(missing), 303)
    form.validate()
    co_facilitator = _co_facilitator(form)  # so that all that is to be mended is said at once
    if form.errors:
        return _shown(start, PAGES, form), 422
    try:
        with db.unit_of_work():
            founder = access(me(), Person, me().id, Act.START)
            plan = _plan(about, begins, _start().parent, co_facilitator)
            made = service.propose(founder, plan) if service.waits(founder) else service.start(founder, plan)
            _forget(start)
    except service.WiderThanParent:
        flash(_("The community around it was narrowed in this moment. Choose again who may read."), "problem")
        return redirect(start.url(2), 303)
    except service.TooManyToday:
        form.co_facilitator.errors = [_("You have sent as many invitations today as fit. Leave this empty for now.")]
        return _shown(start, PAGES, form), 422
    return _done(made)


def _co_facilitator(form: FoundingForm) -> Person | None:
    """Who was named; a name that is not clear is asked about in the form."""
    name = form.co_facilitator.data
    if not name or form.co_facilitator.errors:
        return None
    try:
        person = naming.meant(me(), name, form.chosen.data or "")
    except naming.NotClear as unclear:
        form.offer(unclear.people)
        form.co_facilitator.errors = [_which(name, unclear)]
        return None
    if person.id == me().id:
        form.co_facilitator.errors = [_("You look after it in any case. Name somebody else, or leave this empty.")]
    return person


def _which(name: str, unclear: naming.NotClear) -> str:
    if unclear.people:
        return _("It is not clear who “%(name)s” is. Choose below, or write more of the name.", name=name)
    return _("Nobody with an account here is called “%(name)s”. You can invite people once it is open.", name=name)


def _plan(about: Any, begins: Any, parent: Community | None, co_facilitator: Person | None) -> Plan:
    purpose = Purpose(
        about.name.data,
        about.purpose.data,
        begins.joining.data,
        begins.reading.data,
        listed=begins.listed.data == "yes",
        for_whom=about.for_whom.data or "",
        shape=about.shape.data,
    )
    return Plan(
        purpose=purpose,
        welcome=begins.rendered_welcome.source,
        welcome_html=str(begins.rendered_welcome.html),
        steps=begins.steps(),
        principles=principles.principles().version,
        parent=parent,
        co_facilitator=co_facilitator,
    )


def _done(made: Community | Proposal) -> Any:
    if isinstance(made, Proposal):
        flash(_("Sent to the people who run this network. You will hear of it in your inbox."), "done")
    else:
        flash(_("“%(name)s” is open. Invite the first people, and ask the first question.", name=made.name), "done")
    return redirect(made.url, 303)


def put_back(proposal: Proposal) -> str:
    """Put what was proposed back into the drafts, inside a unit of work; answers where one goes on."""
    plan = service.plan_of(proposal)
    start, purpose = Start(parent=plan.parent, again=proposal.id), plan.purpose
    about = {"name": purpose.name, "purpose": purpose.purpose, "for_whom": purpose.for_whom, "shape": purpose.shape}
    drafts.keep(me(), start.place(1), about)
    drafts.keep(me(), start.place(2), _as_fields(plan, purpose.shape))
    if plan.co_facilitator is not None:
        name = naming.as_typed(me(), [plan.co_facilitator])[plan.co_facilitator.id]
        drafts.keep(me(), start.place(3), {"co_facilitator": name})
    return start.url(1)
