"""What a browser may send to communities."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Email, Length, ValidationError

from cop.communities.models import NAME_LIMIT, PURPOSE_LIMIT, REASON_LIMIT, Community
from cop.communities.service.places import Purpose
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.markup import one_line


class CommunityForm(FlaskForm):  # type: ignore[misc]
    """A community's name and purpose, who may know of it, who reads it, and how people join."""

    name = StringField(_("Name"))
    purpose = TextAreaField(_("What it is for"))
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

    def validate_name(self, field: StringField) -> None:
        """Refuse a name without a word, or one that no list can show."""
        name = one_line(field.data or "")
        if not any(c.isalnum() for c in name):
            raise ValidationError(gettext("Give it a name that people will recognise."))
        _not_longer(name, NAME_LIMIT)

    def validate_purpose(self, field: TextAreaField) -> None:
        """Refuse a community that nobody knows the purpose of."""
        purpose = one_line(field.data or "")
        if not any(c.isalnum() for c in purpose):
            raise ValidationError(gettext("Say in a sentence who it is for and what people do here."))
        _not_longer(purpose, PURPOSE_LIMIT)

    def wanted(self) -> Purpose:
        """What was chosen."""
        return Purpose(
            self.name.data or "",
            self.purpose.data or "",
            self.joining.data,
            self.reading.data,
            listed=self.listed.data == "yes",
            edit_minutes=int(self.edit_minutes.data) if self.edit_minutes.data else None,
        )

    def show(self, community: Community) -> None:
        """Fill the form with how the community is."""
        self.name.data, self.purpose.data = community.name, community.purpose
        self.joining.data, self.reading.data = community.joining, community.reading
        self.listed.data = "yes" if community.listed else "no"
        self.edit_minutes.data = str(community.edit_minutes or "")


def _not_longer(text: str, limit: int) -> None:
    if len(text) > limit:
        raise ValidationError(
            gettext("This is %(length)s characters long; at most %(limit)s fit.", length=len(text), limit=limit)
        )


class RequestForm(FlaskForm):  # type: ignore[misc]
    """Why somebody would like to join."""

    reason = TextAreaField(_("Why would you like to join?"))

    def validate_reason(self, field: TextAreaField) -> None:
        """Refuse a request that gives the facilitators nothing to go by."""
        reason = one_line(field.data or "")
        if not any(c.isalnum() for c in reason):
            raise ValidationError(gettext("Write a sentence: what you do, and what you hope to find here."))
        _not_longer(reason, REASON_LIMIT)


class AddressForm(FlaskForm):  # type: ignore[misc]
    """The e-mail address of somebody to invite."""

    address = StringField(
        _("E-mail address"),
        validators=[
            Length(max=254, message=_("This address is too long.")),
            Email(message=_("This does not look like an e-mail address. It looks like this: name@school.example")),
        ],
        filters=[lambda typed: (typed or "").strip().lower()],
    )
