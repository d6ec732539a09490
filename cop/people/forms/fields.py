"""Kinds of fields, and what is checked of more than one form. Each mistake is a sentence that says how to mend it."""

import unicodedata
from typing import Any

from wtforms import EmailField, Field, PasswordField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its stubs are older
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from cop.core import addresses
from cop.core.i18n import gettext as _
from cop.core.i18n import lazy
from cop.core.markup import one_line

NAME_LIMIT = 120
LINE_LIMIT = 120
LOOKS_EMPTY = set("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing."""

WHO_SEES = [
    SelectChoice("network", lazy("Signed-in people")),
    SelectChoice("public", lazy("Everyone, signed in or not")),
    SelectChoice("communities", lazy("People in your communities")),
    SelectChoice("me", lazy("Only you")),
]


def lined(value: str | None) -> str:
    """A filter: one line, as it is stored."""
    return one_line(value or "")


def is_visible(text: str) -> bool:
    """Whether anything of it would be seen: a letter, a number or a symbol that is not drawn as nothing."""
    return any(unicodedata.category(c)[0] in "LNSP" and c not in LOOKS_EMPTY for c in text)


class Line(StringField):
    """A text field whose answer is always text, also when it was not sent."""

    data: str

    def process_data(self, value: Any) -> None:
        """Nothing is an empty text."""
        self.data = value or ""


class Text(Line, TextAreaField):
    """A longer one."""


class CheckboxesField(SelectMultipleField):
    """Several of a list, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AddressLine(Line, EmailField):
    """One for an e-mail address."""


class Secret(Line, PasswordField):
    """One for a password, which is never sent back."""


class AtMost:
    """Refuse a text that is longer than its place."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, form: Any, field: Field) -> None:
        """Raise with the length that there is and the length that fits."""
        if len(field.data or "") > self.limit:
            raise ValidationError(
                _("This has %(length)s characters; at most %(limit)s fit.", length=len(field.data), limit=self.limit)
            )


def a_name(form: Any, field: Field) -> None:
    """A name in any script, that can be seen."""
    if not is_visible(field.data or ""):
        raise ValidationError(_("Write the name that people know you by."))


def an_address(form: Any, field: Field) -> None:
    """An e-mail address that could exist; kept in lower case."""
    address = addresses.normal(field.data or "")
    if address is None:
        raise ValidationError(_("Write a whole e-mail address, like leila@school.example."))
    field.data = address
