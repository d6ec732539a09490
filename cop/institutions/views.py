"""HTTP for institutions: the list, a page, and what is suggested while a name is typed."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_login import login_required

from cop.core import panels, policy
from cop.core.db import unit_of_work
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.markup import one_line
from cop.core.paging import Pages, page_number
from cop.core.policy import Act, access, find
from cop.institutions import queries, service
from cop.institutions.models import Institution

bp = Blueprint("institutions", __name__)


@bp.get("/institutions")
def directory() -> Any:
    """Institutions by name, narrowed by words and facets. Every state has its address."""
    words = request.args.get("q", "").strip()[:100]
    chosen = {name: [one_line(each)[:200] for each in request.args.getlist(name)[:20]] for name in queries.FACETS}
    found = queries.institutions(words, chosen, page_number(request.args.get("page")))
    asked: dict[str, Any] = {"q": words or None, **chosen}
    return render_template(
        "institutions/directory.html",
        found=found,
        words=words,
        is_narrowed=any(chosen.values()),
        choices=sum(map(len, chosen.values())),
        pages=Pages(found.page, found.pages, lambda page: url_for(".directory", **asked, page=page)),
        clear_url=url_for(".directory", q=words or None),
    )


@bp.get("/institutions/<slug>")
def home(slug: str) -> Any:
    """What an institution is, who is there, and what they ask."""
    institution = find(me(), Institution, Act.READ, Institution.slug == slug)
    into = queries.merged_into(institution)
    if into is not None:
        return redirect(into.url, 301)
    return render_template(
        "institutions/home.html",
        institution=institution,
        codes=queries.codes_of(institution),
        domains=queries.domains_of(institution),
        joined=queries.joined_with(institution) if policy.can(me(), Act.EDIT, institution) else [],
        panels=panels.of("institution", me(), institution),
        asides=panels.of("institution-aside", me(), institution),
    )


@bp.get("/institutions/suggest")
def suggest() -> Any:
    """Institutions whose names begin like what was typed, as JSON: `[{"slug", "name", "where"}]`."""
    found = queries.suggested(request.args.get("q", "")[:100])
    return jsonify([{"slug": each.slug, "name": each.name, "where": each.where} for each in found])


@bp.route("/institutions/<slug>/merge", methods=["GET", "POST"])
@login_required
def merge(slug: str) -> Any:
    """Join an institution with another one: look for it, see what that means, do it."""
    source = find(me(), Institution, Act.EDIT, Institution.slug == slug)
    words, into = request.args.get("q", "").strip()[:100], request.values.get("into", "")
    target = queries.named(into) if into else None
    if request.method == "GET":
        return _merge_page(source, words, target)
    if target is None:
        return _merge_page(source, words, None, _("Choose the institution that it is.")), 422
    try:
        with unit_of_work():
            row = find(me(), Institution, Act.EDIT, Institution.slug == slug)
            service.merge(me(), row, access(me(), Institution, target.id, Act.EDIT))
    except service.Refusal as error:
        return _merge_page(source, words, target, str(error)), 422
    flash(_("“%(name)s” leads here now.", name=source.name), "done")
    return redirect(target.url, 303)


def _merge_page(source: Institution, words: str, target: Institution | None, mistake: str = "") -> str:
    found = [each for each in queries.suggested(words or source.name) if each.id != source.id]
    return render_template(
        "institutions/merge.html",
        source=source,
        words=words,
        target=target,
        found=found,
        mistake=mistake,
        panels=panels.of("institution", me(), source) if target is not None else [],
    )


@bp.post("/institutions/<slug>/tell-apart")
@login_required
def tell_apart(slug: str) -> Any:
    """Undo it."""
    with unit_of_work():
        source = find(me(), Institution, Act.EDIT, Institution.slug == slug)
        service.tell_apart(me(), source)
    flash(_("They are two institutions again, as before."), "done")
    return redirect(source.url, 303)
