"""The finder's pages: home, what was found, a person, and the list of people."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import login_required

from cop.core import hidden_evidence, panels, policy
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.paging import Pages, page_number, pages_of
from cop.core.policy import Act
from cop.core.web import zone_of
from cop.people import about, examples, finder, knowledge, queries, suggestions
from cop.people.models import Person
from cop.people.shown import has_page_for, shown, shown_many
from cop.people.views import bp

QUESTION_LIMIT = 2000
"""Characters of a question that are kept in the box and in addresses."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@bp.get("/")
def home() -> Any:
    """The question, and what is new."""
    reader = me()
    return render_template(
        "people/home.html",
        examples=examples.of(reader),
        panels=panels.of("home", reader, None),
        asides=panels.of("home-aside", reader, None),
    )


@bp.get("/find")
def find() -> Any:
    """People and answers for a need in words. Every state has its address."""
    words = " ".join(request.args.get("q", "").split())[:QUESTION_LIMIT]
    if not words:
        return redirect(url_for("people.home"), 302)
    people_page, answers_page = page_number(request.args.get("people")), page_number(request.args.get("answers"))
    found = finder.find(me(), words, people_page, answers_page)
    return render_template(
        "people/find.html",
        found=found,
        people_pages=_pages("people", people_page, found.people_total, finder.PEOPLE_EACH),
        answers_pages=_pages("answers", answers_page, found.answers_total, finder.ANSWERS_EACH),
        people_each=finder.PEOPLE_EACH,
        answers_each=finder.ANSWERS_EACH,
        nothing_panels=panels.of("nothing-found", me(), None) if found.is_empty else [],
    )


def _pages(which: str, page: int, total: int, each: int) -> Pages:
    """The pages of one of the two columns; the other one stays where it is."""
    others: dict[str, Any] = {name: value for name, value in request.args.to_dict().items() if name != which}
    return Pages(page, pages_of(total, each), lambda number: url_for("people.find", **{**others, which: number}))


@dataclass(frozen=True)
class As:
    """One of the ways in which a person's own page can be looked at."""

    name: str
    label: str
    viewer: Person | None


@bp.get("/people/<handle>")
def person(handle: str) -> Any:
    """Who somebody is, what they know and how we know; the owner may look at it as others see it."""
    found = policy.find(me(), Person, Act.READ, Person.handle == handle)
    ways = _ways(found) if me() is not None and me().id == found.id else []
    chosen = next((way for way in ways if way.name == request.args.get("as")), None)
    viewer = chosen.viewer if chosen is not None else me()
    page = shown(found, viewer)
    looks_at_own = bool(ways) and viewer is not None and viewer.id == found.id
    return render_template(
        "people/person.html",
        person=page,
        is_mine=me() is not None and me().id == found.id,
        way_tabs=[_tab(found, way, chosen) for way in ways],
        chosen=chosen.name if chosen is not None else "me",
        is_closed=not has_page_for(viewer, found),
        known=[
            {"name": term.name, "evidence": term.evidence, "url": url_for("people.find", q=term.name)}
            for term in knowledge.known_of(viewer, page)
        ],
        about=about.about(viewer, found),
        time_there=about.time_there(found, zone_of(found), zone_of(viewer)) if viewer is not None else None,
        time_zone=found.time_zone.replace("_", " "),
        completeness=about.completeness(found, len(suggestions.suggested_to(found))) if looks_at_own else None,
        affiliations=queries.shown_affiliations(viewer, found),
        hidden=knowledge.hidden_of(found) if looks_at_own else [],
        out_of_reach=looks_at_own and hidden_evidence.is_any_out_of_reach(found),
        panels=panels.of("person", viewer, found),
        leads=panels.of("person-lead", viewer, found) if not ways else [],
        acts=panels.of("person-acts", viewer, found) if not ways else [],
        asides=panels.of("person-aside", viewer, found),
        may_claim=policy.can(me(), Act.INVITE, found),
    )


def _tab(person: Person, way: As, chosen: As | None) -> dict[str, Any]:
    look: dict[str, Any] = {"as": way.name} if way.name != "me" else {}
    return {
        "label": way.label,
        "url": url_for("people.person", handle=person.handle, **look),
        "current": way.name == (chosen.name if chosen is not None else "me"),
    }


def _ways(person: Person) -> list[As]:
    somebody = Person(id=0, name="", handle="", audience_version=0, status="active", visibility={}, is_manager=False)
    return [
        As("me", _("As you see it"), person),
        As("members", _("As signed-in people see it"), somebody),
        As("everyone", _("As everyone sees it"), None),
    ]


@bp.get("/people")
@login_required
def people() -> Any:
    """People by name, from a letter on or those with a name like the words."""
    words, after = request.args.get("q", "").strip()[:100], request.args.get("from", "")[:200]
    found = queries.people_by_name(me(), words, after)
    onward: dict[str, Any] = {"q": words or None, "from": found.after}
    return render_template(
        "people/people.html",
        people=list(shown_many(found.people, me()).values()),
        words=words,
        begins=after,
        next_url=url_for("people.people", **onward) if found.after else None,
        letters=LETTERS,
    )
