"""The finder's pages: home, what was found, a person, and the list of people."""

import logging
from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, render_template, request, session, url_for
from flask_login import login_required
from sqlalchemy.exc import SQLAlchemyError

from cop.core import hidden_evidence, panels, policy
from cop.core.db import unit_of_work
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.markup import one_line
from cop.core.paging import Pages, page_number, pages_of
from cop.core.policy import Act
from cop.core.web import zone_of
from cop.people import about, examples, fields, finder, knowledge, queries, suggestions
from cop.people.facets import answers as answer_facets
from cop.people.facets import people as people_facets
from cop.people.facets.choosing import CHOSEN_AT_MOST
from cop.people.finder import Asked, Found
from cop.people.models import Person
from cop.people.service import searches
from cop.people.shown import has_page_for, shown, shown_many
from cop.people.views import bp

log = logging.getLogger(__name__)
QUESTION_LIMIT = 2000
"""Characters of a question that are kept in the box and in addresses."""
FACETS = dict.fromkeys([*people_facets.TITLES, *answer_facets.TITLES])
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
    asked = _asked()
    if not asked.words:
        return redirect(url_for("people.home"), 302)
    found = finder.find(me(), asked)
    if found.is_empty and asked.tab == "all" and me() is not None:
        _note_empty(asked.words)
    return render_template(
        "people/find.html",
        found=found,
        tabs=_find_tabs(found),
        pages=Pages(
            asked.page, pages_of(found.left, finder.EACH_PAGE), lambda page: _find_url(asked, page, at_list=True)
        ),
        total={"people": found.people_total, "topics": found.topics_total}.get(asked.tab, found.posts_total),
        tab_url=_find_url(Asked(asked.words, asked.tab), at_list=True),
        order_url=_find_url(replace(asked, page=1, is_newest_first=not asked.is_newest_first)),
        chips=_chips(found),
        acts=panels.of_each("person-result-acts", me(), [hit.person for hit in found.people]),
        nothing_panels=panels.of("nothing-found", me(), asked.words) if found.is_empty else [],
    )


def _note_empty(words: str) -> None:
    """Once, however often the page is loaded again. The answer never waits or fails for it."""
    if session.get("found_nothing") == words:
        return
    session["found_nothing"] = words
    try:
        with unit_of_work():
            searches.note_empty(words)
    except SQLAlchemyError:
        log.warning("a search without result could not be noted", exc_info=True)


@bp.get("/find/without-result")
@login_required
def empty_searches() -> Any:
    """What was looked for in vain, for those who run the network."""
    return render_template("people/empty_searches.html", searches=queries.empty_searches(me()))


def _asked() -> Asked:
    words = " ".join(request.args.get("q", "").replace("\0", " ").split())[:QUESTION_LIMIT]
    tab = request.args.get("tab", "all")
    named = {name: [one_line(each)[:200] for each in request.args.getlist(name)[:CHOSEN_AT_MOST]] for name in FACETS}
    return Asked(
        words=words,
        tab=tab if tab in finder.TABS else "all",
        page=page_number(request.args.get("page")),
        chosen={name: [each for each in values if each] for name, values in named.items() if any(values)},
        is_newest_first=request.args.get("order") == "newest",
    )


def _find_url(asked: Asked, page: int = 1, *, at_list: bool = False) -> str:
    """The address of a state; or of its list, where somebody goes on who narrows it."""
    state: dict[str, Any] = {
        "q": asked.words,
        "tab": asked.tab if asked.tab != "all" else None,
        **asked.chosen,
        "order": "newest" if asked.is_newest_first else None,
        "page": page if page > 1 else None,
    }
    return url_for("people.find", **state, _anchor="found" if at_list else None)


def _find_tabs(found: Found) -> list[dict[str, Any]]:
    labels = (
        ("all", _("Overview"), None),
        ("people", _("People"), found.people_total),
        ("topics", _("Topics"), found.topics_total),
        ("posts", _("Posts"), found.posts_total),
    )
    return [
        {
            "label": label,
            "url": _find_url(Asked(found.words, tab)),
            "count": f"{total:,}" if total is not None else None,
            "current": tab == found.asked.tab,
        }
        for tab, label, total in labels
    ]


def _chips(found: Found) -> list[dict[str, Any]]:
    """What is chosen, each with the address of the page without it."""

    def without(name: str, value: str) -> str:
        left = {**found.asked.chosen, name: [each for each in found.asked.chosen[name] if each != value]}
        return _find_url(replace(found.asked, page=1, chosen=left), at_list=True)

    return [
        {"label": value.label, "url": without(facet.name, value.value)}
        for facet in found.facets
        for value in facet.values
        if value.checked
    ]


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
    fields.load_answers(found)
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
        asked=fields.shown_answers(viewer, found),
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
    words, after = request.args.get("q", "").strip()[:100], one_line(request.args.get("from", ""))[:200]
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
