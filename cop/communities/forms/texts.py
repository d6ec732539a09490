"""Texts in Markdown that may be empty: rendered while their form is checked."""

from wtforms.validators import ValidationError

from cop.core import markup
from cop.core.i18n import gettext


def rendered(typed: str | None, limit: int) -> markup.Rendered:
    """The text, read once. Raises ValidationError with a sentence when it is too long."""
    try:
        return markup.render(typed or "", limit)
    except markup.TooLong as error:
        raise ValidationError(
            gettext("This is %(length)s long; at most %(limit)s fits.", length=error.length, limit=error.limit)
        ) from None
