"""The form that every kind of writing begins with: a text, rendered once while it is checked."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import ValidationError

from cop.core import markup
from cop.core.i18n import gettext
from cop.core.i18n import lazy as _


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
