"""What a browser may send about a community itself: what it is for, who reads it, how people join."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError

from cop.communities.forms.basis import Section
from cop.communities.models import FOR_WHOM_LIMIT, NAME_LIMIT, PURPOSE_LIMIT, Community
from cop.communities.service.places import Purpose
from cop.communities.shapes import SHAPES, width
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.markup import one_line


class NamedForm(FlaskForm):  # type: ignore[misc]
    """A community's name, what it is for, and for whom."""

    name = StringField(_("Name"))
    purpose = TextAreaField(_("What it is for"))
    for_whom = StringField(_("Who it is for"))

    def validate_name(self, field: StringField) -> None:
        """Refuse a name without a word, or one that no list can show."""
        name = one_line(field.data or "")
        if not any(c.isalnum() for c in name):
            raise ValidationError(gettext("Give it a name that people will recognise."))
        not_longer(name, NAME_LIMIT)

    def validate_purpose(self, field: TextAreaField) -> None:
        """Refuse a community that nobody knows the purpose of."""
        purpose = one_line(field.data or "")
        if not any(c.isalnum() for c in purpose):
            raise ValidationError(gettext("Say in a sentence who it is for and what people do here."))
        not_longer(purpose, PURPOSE_LIMIT)

    def validate_for_whom(self, field: StringField) -> None:
        """Refuse what no line can show."""
        not_longer(one_line(field.data or ""), FOR_WHOM_LIMIT)


class OpenedForm(FlaskForm):  # type: ignore[misc]
    """Who may know of a community, who reads it, and how people join."""

    listed = RadioField(
        _("Who may know of it"),
        choices=[
            SelectChoice("yes", _("Listed|It stands in the list of communities, with its name and what it is for.")),
            SelectChoice(
                "no",
                _(
                    "Hidden|Nobody else learns that it exists. "
                    "Its members read it and people join by invitation, whatever is chosen below."
                ),
            ),
        ],
        default="yes",
    )
    reading = RadioField(
        _("Who may read what is written"),
        choices=[
            SelectChoice("everyone", _("Everyone|Anyone on the web may read it, without signing in.")),
            SelectChoice("network", _("The network|Everyone who is signed in may read it.")),
            SelectChoice("members", _("Members|Only its members may read it.")),
        ],
        default="network",
    )
    joining = RadioField(
        _("How people join"),
        choices=[
            SelectChoice("open", _("Open|Anyone on the network may join.")),
            SelectChoice("request", _("On request|People say why they would like to join, and a facilitator decides.")),
            SelectChoice("invitation", _("By invitation|A facilitator asks people in.")),
        ],
        default="open",
    )
    edit_minutes = SelectField(
        _("How long authors may change what they wrote"),
        choices=[
            SelectChoice("", _("For ever")),
            SelectChoice("60", _("For an hour")),
            SelectChoice("1440", _("For a day")),
            SelectChoice("10080", _("For a week")),
        ],
        default="",
    )

    parent: Community | None = None

    def lies_within(self, parent: Community | None, name: str) -> None:
        """Offer nothing wider than the community within which it lies; `name`: what the reader may call that one."""
        if parent is None:
            return
        self.parent = parent
        listed = gettext("Listed|Whoever may read %(name)s sees it there, with its name and what it is for.", name=name)
        self.listed.choices = [SelectChoice("yes", listed), self.listed.choices[1]]  # type: ignore[index]
        choices: Any = self.reading.choices
        self.reading.choices = [each for each in choices if width(each.value) <= width(parent.reading)]
        self.reading.validate_choice = False

    def validate_reading(self, field: Any) -> None:
        """Refuse more readers than those of the community within which it lies."""
        if self.parent is not None and field.data not in {each.value for each in field.choices}:
            raise ValidationError(gettext("It cannot be read by more people than the community within which it lies."))


class CommunityForm(NamedForm, OpenedForm, Section):
    """All of it, as a facilitator changes it."""

    shape = SelectField(
        _("Its shape"),
        choices=[
            SelectChoice("", _("No shape in particular")),
            *(SelectChoice(name, shape.name) for name, shape in SHAPES.items()),
        ],
        default="",
    )
    sure = HiddenField()
    """The ids of the communities within it of which the facilitator has been told that they are narrowed too."""

    def wanted(self) -> Purpose:
        """What was chosen."""
        return Purpose(
            self.name.data or "",
            self.purpose.data or "",
            self.joining.data,
            self.reading.data,
            listed=self.listed.data == "yes",
            edit_minutes=int(self.edit_minutes.data) if self.edit_minutes.data else None,
            for_whom=self.for_whom.data or "",
            shape=self.shape.data,
        )

    def show(self, community: Community) -> None:
        """Fill the form with how the community is."""
        self.name.data, self.purpose.data, self.for_whom.data = community.name, community.purpose, community.for_whom
        self.joining.data, self.reading.data = community.joining, community.reading
        self.listed.data = "yes" if community.listed else "no"
        self.edit_minutes.data = str(community.edit_minutes or "")
        self.shape.data = community.shape
        self.begins_with(Purpose.of(community))


def not_longer(text: str, limit: int) -> None:
    """Refuse a text that is longer than its place."""
    if len(text) > limit:
        raise ValidationError(
            gettext("This is %(length)s characters long; at most %(limit)s fit.", length=len(text), limit=limit)
        )
