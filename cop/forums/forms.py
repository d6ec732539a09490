"""What a browser may send to the forum."""

import secrets

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from cop.core import markup
from cop.core.forms import TextForm
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.terms import LONGEST, MOST, parsed
from cop.forums.models import TITLE_LIMIT


class ReplyForm(TextForm):
    """A reply to a topic, perhaps to one of its posts in particular."""

    text = TextAreaField(_("Your reply"))
    parent_number = IntegerField(validators=[Optional()])
    sent_key = HiddenField(default=lambda: secrets.token_urlsafe(12), validators=[Length(max=64)])


class TitledForm(FlaskForm):  # type: ignore[misc]
    """A topic's title and the terms it is filed under."""

    title = StringField(_("Your question, or what this is about"))
    tags = StringField(_("Filed under"))

    def validate_title(self, field: StringField) -> None:
        """Refuse a title without a word and one that no list can show."""
        title = markup.one_line(field.data or "")
        if not any(c.isalnum() for c in title):
            raise ValidationError(gettext("Give it a title: one line that says what you need."))
        if len(title) > TITLE_LIMIT:
            raise ValidationError(
                gettext(
                    "This title is %(length)s characters long; at most %(limit)s fit.",
                    length=len(title),
                    limit=TITLE_LIMIT,
                )
            )

    def validate_tags(self, field: StringField) -> None:
        """Refuse more terms, and longer ones, than can be of use."""
        names = parsed(field.data or "")
        if len(names) > MOST:
            raise ValidationError(gettext("Choose at most %(most)s terms.", most=MOST))
        long = next((name for name in names if len(name) > LONGEST), None)
        if long is not None:
            raise ValidationError(
                gettext("“%(start)s…” is too long for a term: put commas between terms.", start=long[:30])
            )

    @property
    def terms(self) -> list[str]:
        """The terms, one by one."""
        return parsed(self.tags.data or "")


class TopicForm(TitledForm, TextForm):
    """A new topic."""

    text = TextAreaField(_("Say more"))
    sent_key = HiddenField(default=lambda: secrets.token_urlsafe(12), validators=[Length(max=64)])


class EditPostForm(TextForm):
    """A change to a post."""

    note = StringField(_("What you changed"), validators=[Length(max=200, message=_("At most 200 characters."))])


class EditTopicForm(TitledForm):
    """A change to a topic's title and terms."""
