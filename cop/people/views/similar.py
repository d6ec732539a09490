"""People like somebody."""

from typing import Any

from flask import render_template, request, url_for

from cop.core import panels, policy
from cop.core.login import me
from cop.core.paging import Pages, page_number, pages_of
from cop.core.policy import Act
from cop.people import similar
from cop.people.models import Person
from cop.people.shown import shown
from cop.people.views import bp


@bp.get("/people/<handle>/similar")
def like(handle: str) -> Any:
    """Who knows what somebody knows, with the reasons. Every page has its address."""
    person = policy.find(me(), Person, Act.READ, Person.handle == handle)
    page = page_number(request.args.get("page"))
    found = similar.like(me(), person, page)
    return render_template(
        "people/similar.html",
        person=shown(person, me()),
        is_mine=me() is not None and me().id == person.id,
        found=found,
        words=[{"label": word, "url": url_for("people.find", q=word)} for word in found.words],
        acts=panels.of_each("person-result-acts", me(), [hit.person for hit in found.people]),
        pages=Pages(
            page,
            pages_of(found.total, similar.EACH_PAGE),
            lambda number: url_for("people.like", handle=handle, page=number if number > 1 else None),
        ),
    )
