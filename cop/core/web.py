"""What every page needs: request ids and logs, security headers, CSRF, languages, and the words templates may use."""

import datetime as dt
import hashlib
import logging
import secrets
import sys
import time
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date, format_datetime, format_time
from flask import Flask, Response, abort, current_app, g, has_request_context, redirect, request, url_for
from flask_babel import Babel, get_locale
from flask_compress import Compress
from flask_wtf import CSRFProtect
from markupsafe import Markup
from pythonjsonlogger.json import JsonFormatter
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

from cop.config import Settings
from cop.core import db, i18n, markup, policy
from cop.core.guest_pages import GuestPages
from cop.core.i18n import gettext as _
from cop.core.login import me
from cop.core.paging import LARGEST_ROW

LANGUAGES = ("en", "cy")
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
STATIC_SECONDS = 365 * 24 * 3600
log = logging.getLogger("cop.request")
csrf = CSRFProtect()


class RowNumber(IntegerConverter):
    """A number in an address. One that no row can have leads nowhere, and is no failure of the database."""

    def to_python(self, value: str) -> int:
        """The number; refused beyond what an INTEGER column holds."""
        number = int(super().to_python(value))
        if number > LARGEST_ROW:
            raise ValidationError
        return number


class Word(UnicodeConverter):
    """A word in an address. One with a NUL in it is nobody's and nothing's, and PostgreSQL would not hear of it."""

    def to_python(self, value: str) -> str:
        """The word; refused with a NUL."""
        if "\0" in value:
            raise ValidationError
        return value


def init_app(app: Flask, settings: Settings) -> None:
    """Prepare an application for requests."""
    app.config.update(
        SECRET_KEY=settings.secret,
        SESSION_COOKIE_NAME=f"cop_{app.config['COP_PREFIX']}",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=dt.timedelta(days=60),
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        WTF_I18N_ENABLED=False,  # what forms say is ours; WTForms' own catalogue would be read from the disk each time
    )
    if settings.trusted_proxies:
        proxies = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.url_map.converters.update(int=RowNumber, default=Word)
    app.get_send_file_max_age = _static_seconds  # type: ignore[method-assign,assignment]
    app.wsgi_app = GuestPages(app)  # type: ignore[method-assign]
    csrf.init_app(app)
    Compress(app)
    Babel(app, locale_selector=_language, timezone_selector=lambda: str(zone()))
    app.before_request(_begin)
    app.before_request(_only_forms)
    app.after_request(_headers(settings))
    app.teardown_request(_end)
    app.add_url_rule("/static/-<version>/<path:filename>", "static_version", _static_version)
    _words(app, settings)


def _static_version(version: str, filename: str) -> Response:
    """A static file under its version: see `asset` in `_asset_maker`."""
    return current_app.send_static_file(filename)


def _static_seconds(_name: str | None) -> int | None:
    """An address with a version is good for a year; one without (a script that another imports) is asked for again."""
    return STATIC_SECONDS if request.args.get("v") else None


def log_as_json(settings: Settings) -> None:
    """One JSON object a line on standard error, with the request id where there is one."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s", defaults={"request_id": None})
    )
    handler.addFilter(_with_request_id)
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.getLogger("werkzeug").setLevel("ERROR")


def _with_request_id(entry: logging.LogRecord) -> bool:
    entry.request_id = g.get("request_id") if has_request_context() else None
    return True


def _only_forms() -> None:
    """Refuse JSON where forms are read: Flask-WTF would take it for one, with values of any type in it."""
    if request.method == "POST" and request.is_json:
        abort(415)


def _begin() -> None:
    db.release()
    i18n.forget()
    _kept_reader.set(None)
    g.request_id = secrets.token_hex(8)
    g.begun = time.perf_counter()


def _end(_error: BaseException | None) -> None:
    db.release()


def _headers(settings: Settings) -> Any:
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CSP)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        headers["X-Request-Id"] = g.get("request_id", "")
        if settings.is_production:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if request.endpoint not in {"static", "static_version"}:
            headers.setdefault("Cache-Control", "private, no-store" if me_known() else "no-cache")
            _log_request(response)
        return response

    return add


def me_known() -> bool:
    """Whether somebody is signed in, without asking the database again."""
    from flask_login import current_user

    return bool(current_user and current_user.is_authenticated)


def _log_request(response: Response) -> None:
    log.info(
        "%s %s %d",
        request.method,
        request.path,
        response.status_code,
        extra={"milliseconds": round((time.perf_counter() - g.get("begun", time.perf_counter())) * 1000, 1)},
    )


def _language() -> str | None:
    person = me()
    if person is not None and person.language:
        return str(person.language)
    chosen = request.cookies.get("language") if person is None else None
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES)


def zone() -> ZoneInfo:
    """The reader's time zone: their own choice, or the network's."""
    if not has_request_context():
        return _network_zone
    person = me()
    return zone_of(person) if person is not None else _zone(request.cookies.get("time_zone", ""))


def zone_name() -> str:
    """The reader's time zone, as people write it: "Europe/London"."""
    return zone().key.replace("_", " ")


def zone_of(person: Any) -> ZoneInfo:
    """The time zone of somebody with an account: their own choice, or the network's."""
    return _zone(person.time_zone or "")


_network_zone = ZoneInfo("Europe/London")


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name) if name in available_timezones() else _network_zone


def when(moment: dt.datetime | None, within: bool = False) -> Markup:
    """A moment as people say it, in the reader's zone, with the whole of it for machines and on hovering.

    `within` a sentence it begins with a small letter.
    """
    if moment is None:
        return Markup("")
    return _when(moment, within, *_reader())


_kept_reader: ContextVar[tuple[ZoneInfo, str, dt.date] | None] = ContextVar("cop_reader", default=None)


def _reader() -> tuple[ZoneInfo, str, dt.date]:
    """The reader's zone, language and day, looked up once a request."""
    found = _kept_reader.get()
    if found is None:
        found = (zone(), str(get_locale()), db.utcnow().astimezone(zone()).date())
        if has_request_context():
            _kept_reader.set(found)
    return found


@lru_cache(maxsize=20_000)
def _when(moment: dt.datetime, within: bool, reader_zone: ZoneInfo, locale: str, today: dt.date) -> Markup:
    """Kept, because a page of posts asks for dozens and each takes Babel a quarter of a millisecond."""
    local = moment.astimezone(reader_zone)
    time = format_time(local, "HH:mm", locale=locale)
    days = (today - local.date()).days
    if days == 0:
        words = _("today, %(time)s", time=time) if within else _("Today, %(time)s", time=time)
    elif days == 1:
        words = _("yesterday, %(time)s", time=time) if within else _("Yesterday, %(time)s", time=time)
    elif local.year == today.year or -150 < days < 150:
        words = format_datetime(local, "EEE d MMM, HH:mm", locale=locale)
    else:
        words = format_datetime(local, "d MMM yyyy", locale=locale)
    full = format_datetime(local, "EEEE d MMMM yyyy, HH:mm zzz", locale=locale)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(timespec="seconds"), full, words)


def clock(moment: dt.datetime) -> str:
    """The time of day of a moment, in the zone that it carries."""
    return str(format_time(moment, "HH:mm", locale=get_locale()))


def day(moment: dt.datetime | dt.date) -> str:
    """A date in words, of a moment in the reader's zone: "9 May 2026"."""
    if not isinstance(moment, dt.datetime):
        return str(format_date(moment, "d MMMM yyyy", locale=get_locale()))
    return str(format_datetime(moment.astimezone(zone()), "d MMMM yyyy", locale=get_locale()))


def day_name(moment: dt.datetime) -> str:
    """A day as people say it within a week, "Thursday", else its date; in the reader's zone."""
    local, today = moment.astimezone(zone()).date(), db.utcnow().astimezone(zone()).date()
    if local == today:
        return str(_("today"))
    form = "EEEE" if (today - local).days < 7 else "d MMMM"
    return str(format_date(local, form, locale=get_locale()))


@lru_cache(maxsize=256)
def _version(path: str, changed: float) -> str:
    return hashlib.sha256(f"{path}{changed}".encode()).hexdigest()[:8]


def _asset_maker(folder: Path) -> Any:
    known: dict[str, str] = {}
    known_scripts: list[str] = []

    def asset(path: str) -> str:
        """A static file's address, which changes when the file does."""
        if path not in known:
            file = folder / path
            changed = file.stat().st_mtime if file.exists() else 0.0
            known[path] = f"/static/{path}?v={_version(path, changed)}"
        return known[path]

    def script(path: str) -> str:
        """As `asset`, with the version in front, so that the modules which a module imports are fetched anew too."""
        if not known_scripts:
            files = sorted((*folder.glob("js/**/*.js"), *folder.glob("vendor/*.js")))
            known_scripts.append(_version("scripts", sum(file.stat().st_mtime for file in files)))
        return f"/static/-{known_scripts[0]}/{path}"

    return lambda path: script(path) if path.startswith("js/") else asset(path)


def _words(app: Flask, settings: Settings) -> None:
    global _network_zone  # noqa: PLW0603  one process serves one network
    _network_zone = ZoneInfo(settings.time_zone)
    network = {"name": settings.network_name, "tagline": settings.network_tagline}
    app.jinja_env.globals.update(
        network=network,
        asset=_asset_maker(Path(str(app.static_folder))),
        can=lambda act, thing: policy.can(me(), policy.Act(act), thing),
        banner=banners,
    )
    # Jinja's own way to gettext costs three calls more, two hundred times a page.
    app.jinja_env.globals.update(_=i18n.page_gettext, ngettext=i18n.page_ngettext)
    app.jinja_env.filters.update(when=when, day=day, clock=clock, excerpt=markup.excerpt)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_each_page)


def _each_page() -> dict[str, Any]:
    person = me()
    return {
        "me": person,
        "theme": (person.theme if person else request.cookies.get("theme")) or "system",
        "text_size": (person.text_size if person else request.cookies.get("text_size")) or "normal",
        "request_id": g.get("request_id"),
        "now": db.utcnow(),
    }


_banner_sources: list[Any] = []


def banner_source(source: Any) -> None:
    """Register who may say, on every page and in one plain sentence, what does not work just now."""
    if source not in _banner_sources:
        _banner_sources.append(source)


def banners() -> list[str]:
    """What does not work just now, in sentences."""
    return [sentence for source in _banner_sources if (sentence := source())]


def safe_next(address: str | None, otherwise: str) -> str:
    """Where to go on to: a path on this network only, whatever the form or the link says."""
    # Browsers drop tabs and line ends from addresses: "/<tab>/elsewhere" leads away.
    if address and address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable():
        return address
    return otherwise


def back(otherwise: str, **values: Any) -> Response:
    """Send the browser back to the page that sent the form, which named itself in `next`."""
    target = safe_next(request.form.get("next"), url_for(otherwise, **values))
    return redirect(target, 303)  # type: ignore[return-value]
