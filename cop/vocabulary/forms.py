"""What a browser may send to the vocabulary."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, ValidationError

from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.login import me
from cop.core.markup import one_line
from cop.core.terms import LONGEST, Term, parsed, slug_of
from cop.vocabulary import queries


def _lined(value: str | None) -> str:
    return one_line(value or "")[:500]


class MergeForm(FlaskForm):  # type: ignore[misc]
    """The term that another becomes, by its label or its word in addresses."""

    into = StringField(
        _("The term that stays"), filters=[_lined], validators=[InputRequired(_("Name the term that stays."))]
    )


class TermForm(FlaskForm):  # type: ignore[misc]
    """What a term is called, and where it lies."""

    name = StringField(_("Name"), filters=[_lined])
    broader = StringField(_("Broader term"), filters=[_lined])
    also = StringField(_("Also called"))

    def __init__(self, term: Term, parent: Term | None, **kwargs: Any) -> None:
        self.term, self.parent = term, parent
        super().__init__(**kwargs)

    def validate_name(self, field: StringField) -> None:
        """One term, short enough, that no other of its vocabulary has."""
        name = field.data or ""
        if len(parsed(name)) != 1:
            raise ValidationError(gettext("Write one term, without commas."))
        if len(name) > LONGEST:
            raise ValidationError(gettext("At most %(most)s characters.", most=LONGEST))
        if queries.another_called(self.term, name) is not None:
            raise ValidationError(gettext("There is another term with this name: merge the two instead."))

    def validate_broader(self, field: StringField) -> None:
        """A term that there is; the one that is there already may share its label with others."""
        if not field.data:
            self.parent = None
        elif self.parent is None or slug_of(field.data) != self.parent.name_key:
            self.parent = queries.named(me(), field.data)
            if self.parent is None:
                raise ValidationError(gettext("There is no term “%(name)s”.", name=field.data[:LONGEST]))

    def validate_also(self, field: StringField) -> None:
        """No label longer than terms are."""
        long = next((name for name in self.labels if len(name) > LONGEST), None)
        if long is not None:
            raise ValidationError(
                gettext("“%(start)s…” is too long for a term: put commas between terms.", start=long[:30])
            )

    @property
    def only_name(self) -> str:
        """The name, as it is kept."""
        return parsed(self.name.data or "")[0]

    @property
    def labels(self) -> list[str]:
        """What else it is called, one by one."""
        return parsed(self.also.data or "")
