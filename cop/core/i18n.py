"""Words for people in their language: gettext now, and lazily for what is written at import.

Services, rules and kinds use this instead of Flask-Babel, so that they run in a worker without a request. A page asks
for some two hundred messages: the request's catalogue is looked up once and kept, because each look-up costs as
much as the message.
"""

import datetime as dt
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations
from typing import Any

import flask_babel
from babel.dates import format_timedelta
from babel.support import Translations
from markupsafe import Markup

MINUTE = dt.timedelta(minutes=1)
_kept: ContextVar[NullTranslations | None] = ContextVar("cop_translations", default=None)


def gettext(message: str, **values: Any) -> str:
    """The message in the reader's language, with its values in their places."""
    text = _catalogue().gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The message for this number, which it may name as `%(num)s`."""
    return _catalogue().ngettext(one, many, num) % {"num": num, **values}


def lazy(message: str, **values: Any) -> Any:
    """A message that is translated when it is shown."""
    return flask_babel.lazy_gettext(message, **values)


def page_gettext(message: str, **values: Any) -> Markup:
    """The message for a template: its values are escaped."""
    text = _marked(_catalogue().gettext(message))
    return text % values if values else text


@lru_cache(maxsize=5_000)
def _marked(message: str) -> Markup:
    return Markup(message)  # noqa: S704  messages are ours


def page_ngettext(one: str, many: str, num: int, **values: Any) -> Markup:
    """The message for a number, for a template."""
    return Markup(_catalogue().ngettext(one, many, num)) % {"num": num, **values}  # noqa: S704  messages are ours


def duration(delta: dt.timedelta) -> str:
    """How long something takes, in words, at least a minute: "12 minutes"."""
    locale = flask_babel.get_locale() or "en"
    return str(format_timedelta(max(delta, MINUTE), granularity="minute", threshold=1.5, locale=locale))


def _catalogue() -> NullTranslations:
    found = _kept.get()
    if found is None:
        found = flask_babel.get_translations()
        if isinstance(found, Translations):  # outside a request, where nothing would end it, it is another class
            _kept.set(found)
    return found


def forget() -> None:
    """Another request begins: its reader may have another language."""
    _kept.set(None)
