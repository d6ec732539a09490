"""What a browser may send about terms that are suggested to somebody."""

from typing import Any, Self

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import ValidationError

from cop.core import terms
from cop.core.i18n import gettext as _
from cop.core.i18n import lazy
from cop.core.terms import Term
from cop.people.forms.fields import Line, lined


class CorrectionForm(FlaskForm):  # type: ignore[misc]
    """Another term in the place of a suggested one. A page has several of these: each has names of its own."""

    name = Line(lazy("What you know about"), filters=[lined])

    term: Term
    """The suggested one."""

    @classmethod
    def of(cls, term: Term, sent: bool = False) -> Self:
        """The form for one suggestion: as it was sent, or with the suggested name."""
        prefix = f"term-{term.id}"
        form = cls(prefix=prefix) if sent else cls(None, prefix=prefix, name=term.name)
        form.term = term
        return form

    def validate_name(self, field: Field) -> None:
        """One term, short enough to be kept."""
        named: list[Any] = terms.parsed(field.data)
        if len(named) != 1:
            raise ValidationError(_("Write one thing that others may ask you about."))
        if len(named[0]) > terms.LONGEST:
            raise ValidationError(_("At most %(limit)s characters fit.", limit=terms.LONGEST))
        field.data = named[0]
