"""A person's own settings: the profile, its picture, and how the network looks to them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import login_required

from cop.core import files, limits, markup, terms
from cop.core.db import unit_of_work
from cop.core.errors import HEARD_OUT
from cop.core.i18n import gettext as _
from cop.core.limits import limiter
from cop.core.login import me
from cop.core.policy import Act, access
from cop.core.web import back, csrf
from cop.people import forms
from cop.people.models import PICTURE_NAME, Person
from cop.people.service import profile
from cop.people.shown import shown
from cop.people.views import bp

WORDS = ("headline", "about", "terms", "links")
"""Fields of the profile's own form."""
YEAR = 365 * 24 * 3600


@bp.get("/settings")
@login_required
def settings() -> str:
    """The profile, as it is."""
    return _page(_profile_form(me()))


def _page(form: forms.ProfileForm) -> str:
    return render_template("people/settings_profile.html", form=form, shown=shown(me(), me()), most=terms.MOST)


def _profile_form(person: Person) -> forms.ProfileForm:
    knows = terms.terms_of("person", [person.id]).get(person.id, [])
    return forms.ProfileForm(
        None,
        name=person.name,
        headline=person.headline,
        links="\n".join(person.links),
        orcid=person.orcid,
        about=person.about,
        terms=", ".join(term.name for term in knows),
        **{f"{field}_audience": person.audience_of(field) for field in WORDS},
    )


@bp.post("/settings")
@login_required
@limiter.limit(limits.WRITING)
def change_profile() -> Any:
    """Set the words of the profile and who may see them."""
    form = forms.ProfileForm()
    if not form.validate():
        return _page(form), 422
    about = markup.render(form.about.data)
    with unit_of_work():
        profile.change_profile(
            access(me(), Person, me().id, Act.EDIT),
            name=form.name.data,
            headline=form.headline.data,
            links=form.link_list(),
            orcid=form.orcid.data,
            about=about,
            knows=terms.parsed(form.terms.data),
            audiences={field: form[f"{field}_audience"].data for field in WORDS},
        )
    flash(_("Your profile is saved."), "done")
    return redirect(url_for("people.settings"), 303)


OF_OFFERS = ("offers", "languages", "teaching")
"""The fields whose audience is chosen beside what one offers."""


@bp.route("/settings/offers", methods=["GET", "POST"])
@login_required
@limiter.limit(limits.WRITING, methods=["POST"])
def offers() -> Any:
    """What somebody offers, speaks and teaches, and how they like to be reached: the form, or the deed."""
    form = forms.OffersForm() if request.method == "POST" else _offers_form(me())
    if request.method == "GET" or not form.validate():
        return render_template("people/settings_offers.html", form=form), 422 if form.errors else 200
    with unit_of_work():
        profile.change_offers(
            access(me(), Person, me().id, Act.EDIT),
            traits=form.traits(),
            reach=form.reach.data,
            away_until=form.away_until.data,
            audiences={field: form[f"{field}_audience"].data for field in OF_OFFERS},
        )
    flash(_("What you offer is saved."), "done")
    return redirect(url_for("people.offers"), 303)


def _offers_form(person: Person) -> forms.OffersForm:
    return forms.OffersForm(
        None,
        offers=person.values_of("offers"),
        languages=", ".join(person.values_of("languages")),
        phases=person.values_of("phases"),
        subjects=", ".join(person.values_of("subjects")),
        reach=person.reach,
        away_until=person.away_until,
        **{f"{field}_audience": person.audience_of(field) for field in OF_OFFERS},
    )


@bp.get("/settings/picture")
@login_required
def picture() -> str:
    """The picture, on a page of its own: what is typed into the profile is not lost when it is sent."""
    audience = me().audience_of("picture")
    return _picture_page(forms.PictureForm(None, picture_alt=me().picture_alt, picture_audience=audience))


def _picture_page(form: forms.PictureForm) -> str:
    return render_template("people/settings_picture.html", form=form, shown=shown(me(), me()))


@bp.url_value_preprocessor
def _let_in(endpoint: str | None, _values: Any) -> None:
    """A photograph that is too large is let in, so that it is refused on the page that sent it, with the words kept."""
    if endpoint == "people.change_picture":
        request.max_content_length = HEARD_OUT


@bp.post("/settings/picture")
@login_required
@limiter.limit(limits.UPLOADS)
def change_picture() -> Any:
    """Set a new picture, or only its words and who may see it."""
    form = forms.PictureForm()
    picture = _brought(form) if form.validate() else None
    if form.errors:
        return _picture_page(form), 422
    with unit_of_work():
        person = access(me(), Person, me().id, Act.EDIT)
        profile.change_picture(person, picture, form.picture_alt.data, form.picture_audience.data)
    flash(_("Your picture is saved."), "done")
    return redirect(url_for("people.picture"), 303)


def _brought(form: forms.PictureForm) -> files.Picture | None:
    """The picture that was sent, cut square; None when none was. A mistake is written into the form."""
    upload = form.picture.data
    if upload is None:
        if me().picture_id is None:
            form.picture.errors = [_("Choose a picture first.")]
        return None
    try:
        return files.read_picture(upload.stream.read(files.LARGEST + 1), PICTURE_NAME, files.FACE, form.crop)
    except files.BadFile as error:
        form.picture.errors = [str(error)]
        return None


@bp.post("/settings/picture/remove")
@login_required
def remove_picture() -> Any:
    """Go back to initials."""
    with unit_of_work():
        profile.remove_picture(access(me(), Person, me().id, Act.EDIT))
    flash(_("Your picture is gone. Your initials stand in its place."), "removed")
    return redirect(url_for("people.picture"), 303)


@bp.get("/preferences")
def reading() -> str:
    """How the network looks: for everybody, signed in or not."""
    return _reading_page(_chosen())


def _reading_page(chosen: dict[str, str], zone_error: str = "") -> str:
    return render_template("people/settings_reading.html", choices=forms, chosen=chosen, zone_error=zone_error)


def _chosen() -> dict[str, str]:
    person = me()
    if person is not None:
        return {name: getattr(person, name) for name in profile.PREFERENCES}
    return {name: request.cookies.get(name, "") for name in profile.PREFERENCES}


@bp.post("/preferences")
@csrf.exempt  # guests carry no token and only a cookie is set; a signed-in person's token is checked below
def preferences() -> Any:
    """Keep how the network is to look: with the account, or in cookies of somebody signed out."""
    person = me()
    if person is not None:
        csrf.protect()
    chosen = {name: request.form[name] for name, known in forms.PREFERENCES.items() if request.form.get(name) in known}
    if "time_zone" in request.form:
        zone = forms.zone_named(request.form["time_zone"])
        if zone is None:
            typed = {"time_zone": request.form["time_zone"]}
            error = _("There is no such time zone. Choose one from the list, or write a large city near you.")
            return _reading_page({**_chosen(), **chosen, **typed}, error), 422
        chosen["time_zone"] = zone
    response = back("people.reading")
    if person is None:
        for name, value in chosen.items():
            response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
        return response
    with unit_of_work():
        profile.set_preferences(access(me(), Person, person.id, Act.EDIT), chosen)
    return response
