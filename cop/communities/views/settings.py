"""A community's settings: one page, a form for each section. Who saves what another has changed meanwhile is told."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import login_required

from cop.communities import queries, rules, service
from cop.communities.forms import BannerForm, CommunityForm, LookForm, WelcomeForm
from cop.communities.models import BANNER_NAME, Community, Front
from cop.communities.service import Purpose
from cop.communities.shapes import Step
from cop.communities.views import bp
from cop.communities.views.frame import community_page
from cop.core import db, files, limits
from cop.core.errors import HEARD_OUT
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.policy import Act, find

SECTIONS = ("about", "look", "banner", "welcome")
"""In the order in which they stand; each has a template of its name in `communities/settings/`."""


@bp.get("/communities/<slug>/settings")
@login_required
def edit(slug: str) -> Any:
    """All that its facilitators may change."""
    return settings_page(find(me(), Community, Act.EDIT, Community.slug == slug))


def settings_page(community: Community, section: str = "", form: Any = None, **more: Any) -> str:
    """The page; the form of a section that was sent is shown as it was, and opened."""
    front, steps = queries.front_of(me(), community), _steps(community)
    forms: dict[str, Any] = {
        "about": _about_form(community),
        "look": LookForm(formdata=None),
        "banner": BannerForm(formdata=None, data={"alt": front.banner_alt if front is not None else ""}),
        "welcome": WelcomeForm(formdata=None),
    }
    forms["about"].show(community)
    forms["look"].show(community, front)
    forms["welcome"].show(front.welcome if front is not None else "", steps)
    return community_page(
        "communities/settings.html",
        community,
        "",
        front=front,
        steps=steps,
        sections=SECTIONS,
        opened=section,
        forms={**forms, **({section: form} if section else {})},
        **{"narrowed": [], "overtaken": False, **more},
    )


def _about_form(community: Community, **how: Any) -> CommunityForm:
    """The form of the first section, with what may be chosen in a community that lies within another one."""
    form = CommunityForm(**{"formdata": None, **how})
    parent = queries.parent_of(me(), community)
    form.lies_within(rules.parent_of(community), parent.name if parent is not None else _("the community around it"))
    return form


def _steps(community: Community) -> tuple[Step, ...]:
    found = queries.steps_of(me(), community)
    return tuple(Step(each.words, each.link, each.by_writing) for each in found)


def _saved(community: Community, section: str) -> Any:
    flash(_("Saved."), "done")
    return redirect(url_for("communities.edit", slug=community.slug, _anchor=f"settings-{section}"), 303)


@bp.post("/communities/<slug>/settings")
@login_required
def change(slug: str) -> Any:
    """Change what a community says of itself, who reads it and how people join."""
    community = find(me(), Community, Act.EDIT, Community.slug == slug)
    form = _about_form(community, formdata=request.form)
    if not form.validate():
        return settings_page(community, "about", form), 422
    with db.unit_of_work():
        community = find(me(), Community, Act.EDIT, Community.slug == slug)
        overtaken = form.is_overtaken(Purpose.of(community))
        narrowed = [] if overtaken else _not_told_of(community, form)
        if not overtaken and not narrowed:
            try:
                service.change_community(me(), community, form.wanted())
            except service.WiderThanParent:
                form.reading.errors = [_("The community around it was narrowed in this moment. Choose again.")]
    if overtaken or narrowed or form.errors:
        return _asked_again(slug, form, narrowed, overtaken)
    return _saved(community, "about")


def _not_told_of(community: Community, form: CommunityForm) -> list[queries.Narrowed]:
    """What lies within and would be narrowed too, if the facilitator has not seen all of it yet."""
    narrowed = queries.narrowed_with(me(), community, form.wanted().settled().reading)
    told = set((form.sure.data or "").split(","))
    return narrowed if {str(each.community.id) for each in narrowed} - told else []


def _asked_again(slug: str, form: CommunityForm, narrowed: list[queries.Narrowed], overtaken: bool) -> Any:
    """Nothing is saved: something is to be known first."""
    community = find(me(), Community, Act.EDIT, Community.slug == slug)
    form.sure.data = ",".join(str(each.community.id) for each in narrowed)
    form.begins_with(Purpose.of(community))
    return settings_page(community, "about", form, narrowed=narrowed, overtaken=overtaken), 409 if overtaken else 422


@bp.post("/communities/<slug>/settings/look")
@login_required
@limits.limiter.limit(limits.WRITING)
def change_look(slug: str) -> Any:
    """Set the colour and the intro."""
    form = LookForm()
    if not form.validate():
        return settings_page(find(me(), Community, Act.EDIT, Community.slug == slug), "look", form), 422
    with db.unit_of_work():
        community = find(me(), Community, Act.EDIT, Community.slug == slug)
        standing = form.standing(community, queries.front_of(me(), community))
        overtaken = form.is_overtaken(*standing)
        if not overtaken:
            service.change_look(me(), community, int(form.cloth.data), form.rendered_intro)
    if overtaken:
        form.begins_with(*standing)
        return settings_page(community, "look", form, overtaken=True), 409
    return _saved(community, "look")


@bp.url_value_preprocessor
def _let_in(endpoint: str | None, _values: Any) -> None:
    """A picture that is too large is let in, so that it is refused on the page that sent it, with the words kept."""
    if endpoint == "communities.change_banner":
        request.max_content_length = HEARD_OUT


@bp.post("/communities/<slug>/settings/banner")
@login_required
@limits.limiter.limit(limits.UPLOADS)
def change_banner(slug: str) -> Any:
    """Set a new banner, or only its words."""
    form = BannerForm()
    community = find(me(), Community, Act.EDIT, Community.slug == slug)
    picture = _brought(form, queries.front_of(me(), community)) if form.validate() else None
    if form.errors:
        return settings_page(community, "banner", form), 422
    with db.unit_of_work():
        community = find(me(), Community, Act.EDIT, Community.slug == slug)
        service.change_banner(me(), community, picture, form.alt.data)
    return _saved(community, "banner")


def _brought(form: BannerForm, front: Front | None) -> files.Picture | None:
    """The picture that was sent, cut to a banner; None when none was. A mistake is written into the form."""
    upload = form.picture.data
    if upload is None:
        if front is None or front.banner_id is None:
            form.picture.errors = [_("Choose a picture first.")]
        return None
    try:
        return files.read_picture(upload.stream.read(files.LARGEST + 1), BANNER_NAME, files.BANNER)
    except files.BadFile as error:
        form.picture.errors = [str(error)]
        return None


@bp.post("/communities/<slug>/settings/banner/remove")
@login_required
def remove_banner(slug: str) -> Any:
    """Show no banner any more."""
    with db.unit_of_work():
        community = find(me(), Community, Act.EDIT, Community.slug == slug)
        service.remove_banner(me(), community)
    flash(_("The banner is gone."), "removed")
    return redirect(url_for("communities.edit", slug=slug, _anchor="settings-banner"), 303)


@bp.post("/communities/<slug>/settings/welcome")
@login_required
@limits.limiter.limit(limits.WRITING)
def change_welcome(slug: str) -> Any:
    """Set what newcomers are told, and their first steps."""
    form = WelcomeForm()
    if not form.validate():
        return settings_page(find(me(), Community, Act.EDIT, Community.slug == slug), "welcome", form), 422
    text = form.rendered_welcome
    with db.unit_of_work():
        community = find(me(), Community, Act.EDIT, Community.slug == slug)
        front = queries.front_of(me(), community)
        standing = (front.welcome if front is not None else "", _steps(community))
        overtaken = form.is_overtaken(*standing)
        if not overtaken:
            service.change_welcome(me(), community, text.source, str(text.html), form.steps())
    if overtaken:
        form.begins_with(*standing)
        return settings_page(community, "welcome", form, overtaken=True), 409
    return _saved(community, "welcome")
