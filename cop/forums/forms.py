"""What a browser may send to the forum."""

import datetime as dt
import secrets
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, Optional, ValidationError

from cop.core import markup
from cop.core.db import utcnow
from cop.core.forms import DayField, MomentField, TextForm
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.terms import LONGEST, MOST, parsed
from cop.forums.models import SLOW, TITLE_LIMIT, ScheduledPost, Topic


class ReplyForm(TextForm):
    """A reply to a topic, perhaps to one of its posts in particular."""

    text = TextAreaField(_("Your reply"))
    parent_number = IntegerField(validators=[Optional()])
    publish_at = MomentField(_("When it is to appear"), validators=[Optional()])
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
    publish_at = MomentField(_("When it is to appear"), validators=[Optional()])
    sent_key = HiddenField(default=lambda: secrets.token_urlsafe(12), validators=[Length(max=64)])


class EditPostForm(TextForm):
    """A change to a post."""

    note = StringField(_("What you changed"), validators=[Length(max=200, message=_("At most 200 characters."))])


class EditTopicForm(TitledForm):
    """A change to a topic's title and terms."""


class ScheduledForm(TextForm):
    """A change to a reply that is to appear at a moment, or to that moment."""

    text = TextAreaField(_("Your reply"))
    publish_at = MomentField(_("When it is to appear"))
    sent_key = HiddenField(validators=[Length(max=64)])

    def validate_publish_at(self, field: MomentField) -> None:
        """Refuse to keep it without a moment."""
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Say when it is to appear."))

    @property
    def due_at(self) -> dt.datetime:
        """The moment, of a form that was found right."""
        assert self.publish_at.data is not None
        return self.publish_at.data

    @property
    def title_and_terms(self) -> tuple[str, list[str]]:
        """A reply has neither."""
        return "", []

    def show(self, scheduled: ScheduledPost) -> None:
        """Fill the form with what is scheduled."""
        self.text.data, self.sent_key.data = scheduled.source, scheduled.sent_key
        self.publish_at.data = scheduled.due_at


class ScheduledTopicForm(TitledForm, ScheduledForm):
    """The same of a new topic."""

    text = TextAreaField(_("Say more"))

    @property
    def title_and_terms(self) -> tuple[str, list[str]]:
        """What was typed."""
        return self.title.data or "", self.terms

    def show(self, scheduled: ScheduledPost) -> None:
        """Fill the form with what is scheduled."""
        super().show(scheduled)
        self.title.data, self.tags.data = scheduled.title, scheduled.tags


# -- keeping talk in order --------------------------------------------------------------------------------------------

USUAL_ANNOUNCEMENT = dt.timedelta(days=7)


class OrderForm(FlaskForm):  # type: ignore[misc]
    """What a facilitator decides about a topic, and how it stood when they did."""

    seen = HiddenField(validators=[Length(max=200)])

    def show(self, topic: Topic) -> None:
        """Fill the form with how the topic is."""
        raise NotImplementedError

    @property
    def wanted(self) -> Any:
        """What was decided."""
        raise NotImplementedError


class PinForm(OrderForm):
    """Until when a topic is pinned."""

    until = DayField(_("Until the end of"), validators=[Optional()])

    def show(self, topic: Topic) -> None:
        """Its last day there, if it has one."""
        self.until.show(topic.pinned_until if topic.is_pinned else None)

    @property
    def wanted(self) -> Any:
        """A moment, or nothing: for good."""
        return self.until.end


class AnnounceForm(OrderForm):
    """Until when a topic is announced."""

    until = DayField(_("Until the end of"))

    def validate_until(self, field: DayField) -> None:
        """Refuse an announcement without an end: it would be read by nobody."""
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Choose its last day: what stands there for ever is read by nobody."))

    def show(self, topic: Topic) -> None:
        """Its last day there; a week from now where none was said."""
        self.until.show(topic.announced_until if topic.is_announced else utcnow() + USUAL_ANNOUNCEMENT)

    @property
    def wanted(self) -> Any:
        """A moment."""
        return self.until.end


class CloseForm(OrderForm):
    """When a topic closes."""

    at = MomentField(_("It closes on"))

    def validate_at(self, field: MomentField) -> None:
        """Refuse to schedule nothing."""
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Say when it closes."))

    def show(self, topic: Topic) -> None:
        """When it is to close."""
        self.at.data = topic.closes_at

    @property
    def wanted(self) -> Any:
        """A moment."""
        return self.at.data


class SlowForm(OrderForm):
    """How often each person may post."""

    minutes = RadioField(
        _("One post from each person every"), choices=[SelectChoice(str(each), words) for each, words in SLOW.items()]
    )

    def show(self, topic: Topic) -> None:
        """What holds; else the middle."""
        self.minutes.data = str(topic.slow_minutes or 15)

    @property
    def wanted(self) -> Any:
        """Minutes."""
        return int(self.minutes.data)
