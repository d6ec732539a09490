"""What forms begin with: a text, rendered once while it is checked; a day and a moment, as people say them there."""

import datetime as dt
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, DateTimeLocalField, TextAreaField
from wtforms.validators import ValidationError

from cop.core import markup
from cop.core.db import utcnow
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _
from cop.core.web import zone


class TextForm(FlaskForm):  # type: ignore[misc]
    """A form whose text is Markdown; it is rendered once, while the form is checked."""

    text = TextAreaField(_("Your text"))
    rendered: markup.Rendered

    def validate_text(self, field: TextAreaField) -> None:
        """Refuse nothing at all and too much; keep what was rendered."""
        try:
            self.rendered = markup.render(field.data or "")
        except markup.TooLong as error:
            raise ValidationError(
                gettext(
                    "This is %(length)s long; at most %(limit)s fits. Cut it, or send it in two parts.",
                    length=error.length,
                    limit=error.limit,
                )
            ) from None
        if not self.rendered.html.strip():
            raise ValidationError(gettext("Write something first."))


MOMENTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
"""How a moment is written: as browsers do, which comes first, and as people do."""
FURTHEST = dt.timedelta(days=366)
"""How far ahead people plan."""


class DayField(DateField):
    """A day still to come; it ends as it does where the reader is."""

    def __init__(self, label: Any = None, validators: list[Any] | None = None, **more: Any) -> None:
        told: dict[str, Any] = {"invalid_value_message": _("Write a day, like 2026-12-24.")}
        super().__init__(label, validators, **told, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing typed is no mistake: whether a day is needed is the form's to say."""
        if any(valuelist):
            super().process_formdata(valuelist)

    def show(self, moment: dt.datetime | None) -> None:
        """Fill the field with the day of a moment."""
        self.data = moment.astimezone(zone()).date() if moment is not None else None

    @property
    def end(self) -> dt.datetime | None:
        """The last second of that day."""
        return dt.datetime.combine(self.data, dt.time(23, 59, 59), zone()) if self.data is not None else None

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what is past, and what is too far ahead to be meant."""
        _require_to_come(self.end, gettext("Choose a day that is still to come."))


class MomentField(DateTimeLocalField):
    """A moment still to come, typed as the clock shows it where the reader is; what is read has their zone."""

    def __init__(self, label: Any = None, validators: list[Any] | None = None, **more: Any) -> None:
        wrong = _("Write a day and a time, like 2026-12-24 16:15.")
        told: dict[str, Any] = {"format": list(MOMENTS), "tz": zone, "invalid_value_message": wrong}
        super().__init__(label, validators, **told, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing typed is no mistake: whether a moment is needed is the form's to say."""
        if any(valuelist):
            super().process_formdata(valuelist)

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what is past, and what is too far ahead to be meant."""
        _require_to_come(self.data, gettext("Choose a time that is still to come."))


def _require_to_come(moment: dt.datetime | None, sentence: str) -> None:
    if moment is None:
        return
    if moment <= utcnow():
        raise ValidationError(sentence)
    if moment > utcnow() + FURTHEST:
        raise ValidationError(gettext("Choose one within a year from now."))
