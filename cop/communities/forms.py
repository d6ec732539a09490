"""What a browser may send to communities."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError

from cop.communities.models import (
    ANSWER_LIMIT,
    NAME_LIMIT,
    PURPOSE_LIMIT,
    QUESTION_LIMIT,
    REASON_LIMIT,
    REPLY_LIMIT,
    Community,
)
from cop.communities.service.places import Purpose
from cop.core.addresses import Pasted, TooMany, pasted
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.markup import one_line
from cop.institutions.models import Institution
from cop.people.forms.accounts import NewPassword, PasswordForm
from cop.people.forms.fields import NAME_LIMIT as PERSON_NAME_LIMIT
from cop.people.forms.fields import AtMost, Line, Secret, a_name, lined


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


class PasteForm(FlaskForm):  # type: ignore[misc]
    """Addresses, pasted as they come; what could not be read stands in the field again, to be mended."""

    addresses = TextAreaField(_("E-mail addresses"))
    read = HiddenField()
    """Those that were read before."""
    pasted: Pasted

    def __init__(self, most: int, *args: Any, **kwargs: Any) -> None:
        self._most = most
        super().__init__(*args, **kwargs)

    def validate_addresses(self, field: TextAreaField) -> None:
        """Read them; refuse nothing at all and too many at once."""
        try:
            self.pasted = pasted(f"{self.read.data or ''}\n{field.data or ''}", self._most)
        except TooMany as error:
            sentence = gettext("There are %(count)s addresses here; at most %(most)s fit at once.")
            raise ValidationError(sentence % {"count": error.count, "most": error.most}) from None
        if not self.pasted.good and not self.pasted.bad:
            raise ValidationError(gettext("Paste or type at least one address, like leila@school.example."))

    def leave(self, pasted: Pasted) -> None:
        """Keep in the field what could not be read, and beside it what could."""
        self.addresses.data, self.read.data = "\n".join(pasted.bad), "\n".join(pasted.good)


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """The letter to somebody who is not let in."""

    reply = TextAreaField(_("Your letter"))
    keep = BooleanField(
        _("Propose this text next time"),
        description=_("To every facilitator of this community, who may change it each time."),
    )

    def validate_reply(self, field: TextAreaField) -> None:
        """Nobody is turned away without a word."""
        _some_words(field, gettext("Write a kind sentence: nobody is turned away without a word."), REPLY_LIMIT)


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """What a facilitator would like to know before deciding."""

    question = TextAreaField(_("Your question"))

    def validate_question(self, field: TextAreaField) -> None:
        """Refuse nothing at all, and more than a question."""
        _some_words(field, gettext("Write what you would like to know."), QUESTION_LIMIT)


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """The answer to that."""

    answer = TextAreaField(_("Your answer"))

    def validate_answer(self, field: TextAreaField) -> None:
        """Refuse nothing at all, and more than an answer."""
        _some_words(field, gettext("Write an answer first."), ANSWER_LIMIT)


def _some_words(field: TextAreaField, sentence: str, limit: int) -> None:
    text = (field.data or "").replace("\r\n", "\n").strip()
    if not any(c.isalnum() for c in text):
        raise ValidationError(sentence)
    _not_longer(text, limit)
    field.data = text


NOWHERE = "-"


class InvitedForm(PasswordForm):
    """A new account for whoever came by a letter: its address is proved by that."""

    name = Line(_("Your name"), filters=[lined], validators=[AtMost(PERSON_NAME_LIMIT), a_name])
    password = Secret(_("Password"), validators=[NewPassword("name")])
    institution = RadioField(_("Where you work or learn"), validate_choice=False)

    def offer(self, institutions: Sequence[Institution]) -> None:
        """The institutions whose people have such an address; chosen already if it is one."""
        choices = [(each.slug, each.name) for each in institutions]
        self.institution.choices = [*choices, (NOWHERE, gettext("Somewhere else, or I say it later"))]
        if self.institution.data is None:
            self.institution.data = institutions[0].slug if len(institutions) == 1 else NOWHERE

    def chosen(self, institutions: Sequence[Institution]) -> Institution | None:
        """The one that was chosen among those that were offered."""
        return next((each for each in institutions if each.slug == self.institution.data), None)
