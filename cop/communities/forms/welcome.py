"""What a browser may send about the welcome of newcomers."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import ValidationError

from cop.communities.forms.basis import Section
from cop.communities.forms.texts import rendered
from cop.communities.models import STEPS
from cop.communities.shapes import Step
from cop.core import links
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.markup import Rendered
from cop.core.web import safe_next
from cop.people.forms.fields import AtMost, Line, lined

WELCOME_LIMIT = 3_000
WORDS_LIMIT = 120
LINK_LIMIT = 300
PLACES = range(1, STEPS + 1)


class WelcomeFields(FlaskForm):  # type: ignore[misc]
    """The welcome of newcomers and their first steps: `step_1`, `step_1_link`, `step_1_writing` and so on."""

    welcome = TextAreaField(_("Welcome"))
    rendered_welcome: Rendered

    def validate_welcome(self, field: TextAreaField) -> None:
        """Refuse what is longer than a welcome; keep what was rendered."""
        self.rendered_welcome = rendered(field.data, WELCOME_LIMIT)

    @property
    def places(self) -> list[tuple[Any, Any, Any]]:
        """The three fields of each step."""
        return [(self[f"step_{n}"], self[f"step_{n}_link"], self[f"step_{n}_writing"]) for n in PLACES]

    def steps(self) -> tuple[Step, ...]:
        """What was typed, without the places left empty."""
        return tuple(
            Step(words.data, "" if writing.data else link.data, bool(writing.data))
            for words, link, writing in self.places
            if words.data
        )


def _words(form: Any, field: Line) -> None:
    if not field.data and form[f"{field.name}_link"].data:
        raise ValidationError(gettext("Say in a few words what the step is."))


def _link(form: Any, field: Line) -> None:
    """A path on this network; where somebody pasted a whole address of it, what follows the name is kept."""
    if field.data.startswith(links.absolute("/")):
        field.data = field.data.removeprefix(links.absolute(""))
    if field.data and safe_next(field.data, "") != field.data:
        raise ValidationError(
            gettext("Link to a page of this network, like /topics. Other addresses go into the welcome.")
        )


for _n in PLACES:
    _fields = {
        f"step_{_n}": Line(_("Step %(n)s", n=_n), filters=[lined], validators=[AtMost(WORDS_LIMIT), _words]),
        f"step_{_n}_link": Line(_("Leads to"), filters=[lined], validators=[AtMost(LINK_LIMIT), _link]),
        f"step_{_n}_writing": BooleanField(_("Done by writing something here")),
    }
    for _name, _field in _fields.items():
        setattr(WelcomeFields, _name, _field)


class WelcomeForm(WelcomeFields, Section):
    """The same, as a facilitator changes it."""

    def show(self, text: str, steps: tuple[Step, ...]) -> None:
        """Fill the form with how it is."""
        self.welcome.data = text
        for (words, link, writing), step in zip(self.places, steps, strict=False):
            words.data, link.data, writing.data = step.words, step.link, step.by_writing
        self.begins_with(text, steps)
