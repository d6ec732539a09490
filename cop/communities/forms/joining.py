"""What a browser may send with requests and invitations."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.validators import ValidationError

from cop.communities.forms.places import not_longer
from cop.communities.models import ANSWER_LIMIT, QUESTION_LIMIT, REASON_LIMIT, REPLY_LIMIT
from cop.core.addresses import Pasted, TooMany, pasted
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.markup import one_line
from cop.institutions.models import Institution
from cop.people.forms.accounts import NewPassword, PasswordForm
from cop.people.forms.fields import NAME_LIMIT, AtMost, Line, Secret, a_name, lined


class RequestForm(FlaskForm):  # type: ignore[misc]
    """Why somebody would like to join."""

    reason = TextAreaField(_("Why would you like to join?"))

    def validate_reason(self, field: TextAreaField) -> None:
        """Refuse a request that gives the facilitators nothing to go by."""
        reason = one_line(field.data or "")
        if not any(c.isalnum() for c in reason):
            raise ValidationError(gettext("Write a sentence: what you do, and what you hope to find here."))
        not_longer(reason, REASON_LIMIT)


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


class DeclineRequestForm(FlaskForm):  # type: ignore[misc]
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
    not_longer(text, limit)
    field.data = text


NOWHERE = "-"


class InvitedForm(PasswordForm):
    """A new account for whoever came by a letter: its address is proved by that."""

    name = Line(_("Your name"), filters=[lined], validators=[AtMost(NAME_LIMIT), a_name])
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
