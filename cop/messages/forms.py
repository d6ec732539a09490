"""What a browser may send to conversations, and with a report."""

import re
import secrets
from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its stubs are older
from wtforms.validators import Length, ValidationError

from cop.core.forms import TextForm
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.markup import normalised, one_line
from cop.messages.models import PEOPLE_AT_MOST, REASON_LIMIT
from cop.people.forms import NAME_LIMIT
from cop.people.shown import ShownPerson


class AnswerForm(TextForm):
    """A message in a conversation."""

    text = TextAreaField(_("Your message"))
    sent_key = HiddenField(default=lambda: secrets.token_urlsafe(12), validators=[Length(max=64)])


class NewMessageForm(AnswerForm):
    """A message to somebody, or to a few people together."""

    to = StringField(_("To"))
    chosen = RadioField(_("Which one do you mean?"), choices=[], validate_choice=False)

    def validate_to(self, field: StringField) -> None:
        """Refuse nobody, and more people than a conversation holds."""
        if not self.names:
            raise ValidationError(gettext("Say to whom you are writing."))
        if len(self.names) > PEOPLE_AT_MOST - 1:
            raise ValidationError(
                gettext(
                    "A conversation has at most %(most)s people with you in it. Start a community for more.",
                    most=PEOPLE_AT_MOST,
                )
            )

    @property
    def names(self) -> list[str]:
        """The names of those who are written to, or their @handles, each once."""
        typed = re.split(r"[,;\n]", self.to.data or "")
        return list(dict.fromkeys(name[:NAME_LIMIT] for each in typed if (name := one_line(each))))

    def offer(self, people: Sequence[ShownPerson]) -> None:
        """Offer some people to choose from; what was chosen before is not among them."""
        self.chosen.data = None
        self.chosen.choices = [
            SelectChoice(each.handle, f"{each.name}|{', '.join(filter(None, (each.role, each.institution)))}")
            for each in people
        ]


class ReportForm(FlaskForm):  # type: ignore[misc]
    """Why something should not be there."""

    reason = TextAreaField(_("What is wrong with it?"))

    def validate_reason(self, field: TextAreaField) -> None:
        """Refuse none, and one that nobody would read."""
        length = len(self.words)
        if not any(each.isalnum() for each in self.words):
            raise ValidationError(gettext("Say in a few words what is wrong."))
        if length > REASON_LIMIT:
            raise ValidationError(
                gettext("This is %(length)s long; at most %(limit)s fits.", length=length, limit=REASON_LIMIT)
            )

    @property
    def words(self) -> str:
        """The reason, as it is kept."""
        return normalised(self.reason.data or "").strip()
