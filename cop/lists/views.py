"""HTTP for lists of people: form, access, one service call, template. Nothing else."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import login_required

from cop.core import limits, panels
from cop.core.db import unit_of_work
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.markup import one_line
from cop.core.paging import Pages, page_number
from cop.core.policy import Act, access, find
from cop.core.web import back, safe_next
from cop.lists import queries, service
from cop.lists.forms import ListForm, NameForm, NoteForm, SaveForm
from cop.lists.models import PersonList
from cop.people.following import number_followed_by
from cop.people.models import Person
from cop.people.shown import shown

bp = Blueprint("lists", __name__)


# -- the lists --------------------------------------------------------------------------------------------------------


@bp.get("/lists")
@login_required
def lists() -> str:
    """The reader's own lists."""
    return _lists(NameForm(formdata=None))


def _lists(form: NameForm) -> str:
    followed = number_followed_by(me())
    return render_template("lists/lists.html", rows=queries.rows(me()), followed=followed, form=form)


@bp.post("/lists")
@login_required
@limits.limiter.limit(limits.WRITING)
def start() -> Any:
    """A new list."""
    form = NameForm()
    if not form.validate_on_submit():
        return _lists(form), 422
    try:
        with unit_of_work():
            address = service.start(access(me(), Person, me().id, Act.EDIT), form.kept_name).url
    except service.CannotKeep as refusal:
        form.name.errors = [str(refusal)]
        return _lists(form), 422
    return redirect(address, 303)


@bp.get("/lists/<int:id>")
@login_required
def open_list(id: int) -> str:
    """The people of a list, as the reader may see them now."""
    page = page_number(request.args.get("page"))
    opened = queries.open_list(me(), id, page)
    return render_template(
        "lists/list.html",
        opened=opened,
        pages=Pages(page, opened.pages, lambda number: url_for(".open_list", id=id, page=number)),
        acts=panels.of_each("listed-person", me(), opened.people),
        panels=panels.of("list", me(), opened.people) if opened.pages == 1 else [],
        taken_off=queries.taken_off(me(), opened.person_list, one_line(request.args.get("off", ""))),
    )


@bp.route("/lists/<int:id>/edit", methods=["GET", "POST"])
@login_required
@limits.limiter.limit(limits.WRITING, methods=["POST"])
def edit(id: int) -> Any:
    """Another name or note: the form, or the deed."""
    found = access(me(), PersonList, id, Act.EDIT)
    form = ListForm(name=found.name, note=found.note)
    if not form.validate_on_submit():
        return _edit(found, form)
    try:
        with unit_of_work():
            service.change(me(), access(me(), PersonList, id, Act.EDIT), form.kept_name, form.kept_note)
    except service.CannotKeep as refusal:
        form.name.errors = [str(refusal)]
        return _edit(found, form)
    flash(_("The list is saved."), "done")
    return redirect(found.url, 303)


def _edit(found: PersonList, form: ListForm) -> Any:
    return render_template("lists/edit.html", list=found, form=form), 422 if form.errors else 200


@bp.get("/lists/<int:id>/delete")
@login_required
def ask_to_delete(id: int) -> str:
    """Whether it is meant: this cannot be undone."""
    found = access(me(), PersonList, id, Act.EDIT)
    return render_template("lists/delete.html", list=found, number=queries.number_on(me(), found))


@bp.post("/lists/<int:id>/delete")
@login_required
@limits.limiter.limit(limits.WRITING)
def delete(id: int) -> Any:
    """Delete a list."""
    with unit_of_work():
        found = access(me(), PersonList, id, Act.EDIT)
        name = found.name
        service.remove(me(), found)
    flash(_("The list “%(name)s” is deleted.", name=name), "removed")
    return redirect(url_for(".lists"), 303)


# -- the people on them -----------------------------------------------------------------------------------------------


@bp.get("/people/<handle>/save")
@login_required
def choose(handle: str) -> str:
    """Choose a list for somebody: the form that stands beside their name, as a page."""
    form = SaveForm(formdata=None)
    form.next.data = safe_next(request.args.get("next"), "")
    return _choose(find(me(), Person, Act.SAVE, Person.handle == handle), form)


def _choose(person: Person, form: SaveForm) -> str:
    choice = queries.choices(me(), [shown(person, me())])[person.id]
    form.offer(choice.off)
    return render_template("lists/save.html", choice=choice, form=form)


@bp.post("/people/<handle>/save")
@login_required
@limits.limiter.limit(limits.WRITING)
def save(handle: str) -> Any:
    """Put somebody on a list."""
    form = SaveForm()
    if not form.validate_on_submit():
        return _choose(find(me(), Person, Act.SAVE, Person.handle == handle), form), 422
    try:
        with unit_of_work():
            person = find(me(), Person, Act.SAVE, Person.handle == handle)
            if form.list_id is not None:
                found = access(me(), PersonList, form.list_id, Act.EDIT)
            else:
                found = service.find_or_start(access(me(), Person, me().id, Act.EDIT), form.kept_name)
            added, words = service.save(me(), found, person), {"name": person.name, "list": found.name}
    except service.CannotKeep as refusal:
        form.name.errors = [str(refusal)]
        return _choose(find(me(), Person, Act.SAVE, Person.handle == handle), form), 422
    said = _("%(name)s is on your list “%(list)s” now.") if added else _("%(name)s is on your list “%(list)s” already.")
    flash(said % words, "done" if added else "info")
    return back("people.person", handle=handle)


@bp.post("/lists/<int:id>/people/<handle>/remove")
@login_required
@limits.limiter.limit(limits.WRITING)
def take_off(id: int, handle: str) -> Any:
    """Take somebody off a list."""
    with unit_of_work():
        found, entry, person = queries.entry_of(me(), id, handle)
        service.take_off(me(), entry, found)
        words = {"name": person.name, "list": found.name}
    if request.form.get("next"):
        flash(_("%(name)s is not on your list “%(list)s” any more.") % words, "removed")
    return back("lists.open_list", id=id, off=handle)


@bp.route("/lists/<int:id>/people/<handle>/note", methods=["GET", "POST"])
@login_required
@limits.limiter.limit(limits.WRITING, methods=["POST"])
def note(id: int, handle: str) -> Any:
    """A note about somebody on a list: the form, or the deed."""
    found, entry, person = queries.entry_of(me(), id, handle)
    form = NoteForm(note=entry.note)
    if not form.validate_on_submit():
        page = render_template("lists/note.html", list=found, person=shown(person, me()), form=form)
        return page, 422 if form.errors else 200
    with unit_of_work():
        found, entry, _person = queries.entry_of(me(), id, handle)
        service.write_note(me(), entry, found, form.kept_note)
    flash(_("Your note is saved."), "done")
    return redirect(found.url, 303)
