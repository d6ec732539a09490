"""What a browser may send to lists of people."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.markup import normalised, one_line
from cop.core.paging import row_number
from cop.lists.models import NAME_LIMIT, NOTE_LIMIT, PersonList


class NameForm(FlaskForm):  # type: ignore[misc]
    """A list's name."""

    name = StringField(_("Name of the list"))

    def validate_name(self, field: StringField) -> None:
        """Refuse a name without a word, or one that is too long."""
        if not any(c.isalnum() for c in self.kept_name):
            raise ValidationError(gettext("Give the list a name, as “To ask about phonics”."))
        _not_longer(self.kept_name, NAME_LIMIT)

    @property
    def kept_name(self) -> str:
        """The name, as it is kept."""
        return one_line(self.name.data or "")


class NoteForm(FlaskForm):  # type: ignore[misc]
    """What somebody says to themselves about a person on a list."""

    note = TextAreaField(_("Your note"))

    def validate_note(self, field: TextAreaField) -> None:
        """Refuse one that is too long."""
        _not_longer(self.kept_note, NOTE_LIMIT)

    @property
    def kept_note(self) -> str:
        """The note, as it is kept."""
        return normalised(self.note.data or "").strip()


class ListForm(NameForm, NoteForm):
    """A list's name, and what it is for."""

    note = TextAreaField(_("What it is for"))


class SaveForm(FlaskForm):  # type: ignore[misc]
    """On which list a person is put: one that is there, or a new one of this name, which goes before."""

    chosen = SelectField(_("List"), validate_choice=False)
    name = StringField(_("Or a new list"))
    next = HiddenField()

    def offer(self, lists: list[PersonList]) -> None:
        """Offer these lists."""
        self.chosen.choices = [(str(each.id), each.name) for each in lists]

    def validate_name(self, field: StringField) -> None:
        """Refuse neither of both, and a name that is too long."""
        if self.list_id is None and not any(c.isalnum() for c in self.kept_name):
            raise ValidationError(gettext("Choose a list, or give a new one a name, as “To ask about phonics”."))
        _not_longer(self.kept_name, NAME_LIMIT)

    @property
    def kept_name(self) -> str:
        """The name of a new list, as it is kept."""
        return one_line(self.name.data or "")

    @property
    def list_id(self) -> int | None:
        """The list that was chosen, where no new one was named."""
        return row_number(self.chosen.data) if not self.kept_name else None


def _not_longer(text: str, limit: int) -> None:
    if len(text) > limit:
        raise ValidationError(
            gettext("This is %(length)s characters long; at most %(limit)s fit.", length=len(text), limit=limit)
        )
