"""HTTP for terms: the vocabulary, a term's page, what is suggested while one is typed, and the managers' forms."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_login import login_required

from cop.core.db import unit_of_work
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.names import slug_of
from cop.core.paging import Pages, page_number
from cop.core.policy import Act
from cop.core.terms import Term, keeping, merging
from cop.vocabulary import queries
from cop.vocabulary.forms import MergeForm, TermForm

bp = Blueprint("vocabulary", __name__)


@bp.get("/terms")
@login_required
def index() -> Any:
    """The terms by letter, or those with some words."""
    words = " ".join(request.args.get("q", "").split())[:100]
    letter = slug_of(request.args.get("letter", ""))[:1]
    found = queries.vocabulary(me(), words, letter, page_number(request.args.get("page")))
    asked: dict[str, Any] = {"q": words or None, "letter": letter or None}
    return render_template(
        "vocabulary/index.html",
        found=found,
        words=words,
        letter=letter,
        pages=Pages(found.page, found.pages, lambda page: url_for(".index", **asked, page=page)),
    )


@bp.get("/terms/suggest")
@login_required
def suggest() -> Any:
    """Terms for what is being typed, as JSON: `[{"name", "slug", "parent"}]`, with the "alias" that it fits."""
    found = queries.suggested(me(), request.args.get("q", "")[:100])
    return jsonify(
        [
            {"name": each.term.name, "slug": each.term.slug, "parent": each.parent}
            | ({"alias": each.alias} if each.alias else {})
            for each in found
        ]
    )


@bp.get("/terms/<slug>")
@login_required
def term(slug: str) -> Any:
    """A term: what is broader and narrower, what else it is called, and what is filed under it."""
    found = queries.at(me(), slug, Act.READ)
    if found.slug != slug:
        return redirect(found.url, 301)
    return render_template("vocabulary/term.html", opened=queries.opened(me(), found), term=found)


@bp.get("/terms/<slug>/merge")
@login_required
def merge(slug: str) -> Any:
    """Ask which term stays; then show how much would move."""
    source = queries.at(me(), slug, Act.EDIT)
    form = MergeForm(request.args, meta={"csrf": False})
    if "into" not in request.args or not form.validate():
        return _merge_page(source, form)
    return _merge_page(source, form, _target(source, form))


def _target(source: Term, form: MergeForm) -> Term | None:
    """The term that is to stay; what is wrong with it stands in the form."""
    typed = form.into.data or ""
    target = queries.named(me(), typed)
    if target is None:
        form.into.errors = [_("There is no term “%(name)s”.", name=typed[:60])]
    elif target.id == source.id:
        form.into.errors = [_("These two are one term already.")]
        target = None
    return target


def _merge_page(source: Term, form: MergeForm, target: Term | None = None) -> str:
    return render_template(
        "vocabulary/merge.html",
        source=queries.row_of(me(), source),
        target=queries.row_of(me(), target) if target is not None else None,
        form=form,
    )


@bp.post("/terms/<slug>/merge")
@login_required
def do_merge(slug: str) -> Any:
    """Make one term another."""
    source, form = queries.at(me(), slug, Act.EDIT), MergeForm()
    target = _target(source, form) if form.validate_on_submit() else None
    if target is None:
        return _merge_page(source, form), 422
    try:
        with unit_of_work():
            source, target = queries.at(me(), slug, Act.EDIT), queries.at(me(), target.slug, Act.EDIT)
            merging.merge(me(), source, target)
    except merging.CannotMerge as error:
        flash(str(error), "info")
    else:
        flash(_("“%(name)s” is “%(other)s” now.", name=source.name, other=target.name), "done")
    return redirect(target.url, 303)


@bp.post("/terms/merges/<int:id>/undo")
@login_required
def undo(id: int) -> Any:
    """Make two terms of one again."""
    try:
        with unit_of_work():
            made = queries.merge_at(me(), id)
            target = queries.target_of(made)
            source = merging.undo(me(), made)
    except merging.CannotMerge as error:
        flash(str(error), "info")
    else:
        flash(_("“%(name)s” is a term of its own again.", name=source.name), "done")
    return redirect(target.url, 303)


@bp.get("/terms/<slug>/edit")
@login_required
def edit(slug: str) -> Any:
    """Change what a term is called, and where it lies."""
    found = queries.at(me(), slug, Act.EDIT)
    opened = queries.opened(me(), found)
    also = ", ".join(alias.name for alias in opened.also if alias.merge_id is None)
    broader = opened.broader.name if opened.broader else ""
    form = TermForm(found, opened.broader, name=found.name, broader=broader, also=also)
    return render_template("vocabulary/edit.html", term=found, opened=opened, form=form)


@bp.post("/terms/<slug>/edit")
@login_required
def save(slug: str) -> Any:
    """Save it."""
    found = queries.at(me(), slug, Act.EDIT)
    opened = queries.opened(me(), found)
    form = TermForm(found, opened.broader)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                changed = queries.at(me(), slug, Act.EDIT)
                keeping.change(me(), changed, form.only_name, form.parent, form.labels)
        except keeping.Cycle:
            form.broader.errors = [_("That lies under this term itself. Choose one that does not.")]
        else:
            flash(_("Saved."), "done")
            return redirect(changed.url, 303)
    return render_template("vocabulary/edit.html", term=found, opened=opened, form=form), 422
