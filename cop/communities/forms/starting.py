"""What a browser may send while a community is being started, page by page; and what managers decide about it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError

from cop.communities import principles
from cop.communities.forms.basis import Section
from cop.communities.forms.places import NamedForm, OpenedForm, not_longer
from cop.communities.forms.texts import rendered
from cop.communities.forms.welcome import WelcomeFields
from cop.communities.models import REASON_LIMIT
from cop.communities.shapes import SHAPES
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.markup import Rendered, normalised
from cop.people.forms.fields import NAME_LIMIT, AtMost, Line, lined
from cop.people.shown import ShownPerson


def _shape(name: str) -> Any:
    shape = SHAPES[name]
    return SelectChoice(name, _Words(shape))


class _Words:
    """A shape as a choice: its name, what it is and how one begins; told in the reader's language."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape

    def __str__(self) -> str:
        return f"{self.shape.name}|{self.shape.what} {self.shape.begins}"


class AboutForm(NamedForm):
    """The first page: what the community is for, and its shape."""

    shape = RadioField(
        _("What shape will it have?"), choices=[_shape(name) for name in SHAPES], validate_choice=False, default=""
    )

    def validate_shape(self, field: RadioField) -> None:
        """Refuse none, and one that there is not."""
        if field.data not in SHAPES:
            raise ValidationError(gettext("Choose the one that comes nearest. It only says how you begin."))


class BeginningForm(OpenedForm, WelcomeFields):
    """The second page: how it begins. `of` names the shape whose beginning the page showed."""

    of = HiddenField()


class FoundingForm(FlaskForm):  # type: ignore[misc]
    """The last page: what the founder accepts, and who looks after it too."""

    name = HiddenField()
    """What is being started, by which a form that is sent twice is known."""
    version = HiddenField()
    """Of the principles that the page showed."""
    accepts = BooleanField(_("I accept these principles, and will look after this community by them"))
    co_facilitator = Line(_("Who looks after it with you?"), filters=[lined], validators=[AtMost(NAME_LIMIT)])
    chosen = RadioField(_("Which one do you mean?"), choices=[], validate_choice=False)

    def stand_beside(self, name: str | None, text: principles.Principles) -> None:
        """Say what is being started, and the text as it holds now; whoever accepted another one has not accepted it."""
        if self.version.data != str(text.version):
            self.accepts.data = False
        self.name.data, self.version.data = name, str(text.version)

    def validate_accepts(self, field: BooleanField) -> None:
        """Refuse who does not, and who accepted another text than the one that holds now."""
        if not field.data:
            raise ValidationError(gettext("Tick this if you accept them. Without that a community cannot be started."))
        if self.version.data != str(principles.principles().version):
            raise ValidationError(gettext("The principles were changed while you were here. Read them once more."))

    def offer(self, people: Sequence[ShownPerson]) -> None:
        """Offer some people to choose from."""
        self.chosen.data = None
        self.chosen.choices = [
            SelectChoice(each.handle, f"{each.name}|{', '.join(filter(None, (each.role, each.institution)))}")
            for each in people
        ]


def typed(form: Any, sent: Mapping[str, str]) -> dict[str, str]:
    """What was typed into a page, for its draft: without tokens and buttons."""
    return {field.name: sent.get(field.name, "") for field in form if field.name != "csrf_token"}


class DeclineProposalForm(FlaskForm):  # type: ignore[misc]
    """Why a proposal is declined."""

    words = TextAreaField(_("Why not, and what would help"))

    def validate_words(self, field: TextAreaField) -> None:
        """Refuse a no without a word."""
        words = normalised(field.data or "").strip()
        if not any(each.isalnum() for each in words):
            raise ValidationError(gettext("Write a sentence: whoever proposed it will read it."))
        not_longer(words, REASON_LIMIT)


class StartingForm(Section):
    """How communities start on this network: a manager decides."""

    waits = BooleanField(_("A manager looks at each new community before it opens"))
    principles = TextAreaField(_("Principles that everybody accepts who starts a community"))
    rendered_principles: Rendered

    def validate_principles(self, field: TextAreaField) -> None:
        """Refuse none, and more than is read."""
        self.rendered_principles = rendered(field.data, principles.LIMIT)
        if not self.rendered_principles.html.strip():
            raise ValidationError(gettext("Write at least one sentence that people accept."))

    def show(self) -> None:
        """Fill the form with what holds."""
        self.waits.data, self.principles.data = self.standing()
        self.begins_with(*self.standing())

    @staticmethod
    def standing() -> tuple[bool, str]:
        """What holds now."""
        return principles.STARTS_WAIT.value, principles.principles().source
