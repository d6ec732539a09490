"""`cop doctor`: is everything as it should be, and if not, what is to be done; and the who-may table, read aloud."""

import fcntl
import shutil
import smtplib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from cop.cli.index import in_words
from cop.cli.migrations import missing
from cop.cli.network import BEHIND, opened
from cop.cli.saying import FAILED, explained, json_option, say, say_json
from cop.config import BadSetting, Settings, load_settings
from cop.core import db, mail, outbox, policy

STUCK_SECONDS = 60
"""A deed that waits longer has nobody who reads it."""
LITTLE_SPACE = 500 * 1024 * 1024
PATIENCE_SECONDS = 5
SECRETS = {"secret_key", "smtp_password", "metrics_token"}
ADDRESSES = {"database_url", "redis_url"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    text: str


class Wrong(Exception):
    """Something is not as it should be; the text says what, and what to do."""


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Say how the network is. Ends with 1 when something is wrong."""
    if context.invoked_subcommand is not None:
        return
    findings = list(_examined())
    if as_json:
        say_json({"ok": all(each.ok for each in findings), "checks": [each.__dict__ for each in findings]})
    else:
        for each in findings:
            say(f"{'ok   ' if each.ok else 'WRONG'}  {each.name:<11} {each.text}")
    if not all(each.ok for each in findings):
        context.exit(FAILED)


@doctor.command()
def rules() -> None:
    """Read the whole who-may table aloud: who may do what with which thing."""
    with opened():
        for number, (model, table) in enumerate(policy.table().items()):
            say(f"{'' if number == 0 else chr(10)}{model}")
            for act, alternatives in table.items():
                say(f"  {act.value}: if {_aloud(alternatives)}.")


def _aloud(alternatives: policy.Alternatives) -> str:
    return ";\n    or if ".join(", and ".join(_said(predicate) for predicate in each) for each in alternatives)


def _said(predicate: policy.Predicate) -> str:
    words = (predicate.__doc__ or predicate.__name__.replace("_", " ")).strip().splitlines()[0].rstrip(".")
    return words[:1].lower() + words[1:]


def _examined() -> Iterator[Finding]:
    """Each check in turn; what needs the database is left out when there is none."""
    from cop import prepare

    try:
        settings = load_settings()
    except BadSetting as error:
        yield Finding("settings", ok=False, text=str(error))
        return
    yield Finding("settings", ok=True, text=_settings(settings))
    data = _check("data folder", lambda: _data_folder(settings))
    yield data
    if not data.ok:
        return
    prepare(settings)
    database = _check("database", lambda: _database(settings))
    yield database
    if database.ok:
        migrations = _check("migrations", _migrations)
        yield migrations
        if migrations.ok:
            yield _check("outbox", _outbox)
            yield _check("index", _index)
    yield _check("locks", lambda: _locks(settings))
    yield _check("mail", lambda: _mail(settings))
    if settings.redis_url:
        yield _check("redis", lambda: _redis(settings))
    db.release()


def _check(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, ok=True, text=look())
    except Wrong as error:
        return Finding(name, ok=False, text=str(error))
    except Exception as error:
        return Finding(name, ok=False, text=explained(error)[0])


def _settings(settings: Settings) -> str:
    """Those that were set, with the secret ones only named."""
    chosen = []
    for name in sorted(settings.model_fields_set):
        value = "(set)" if name in SECRETS else getattr(settings, name)
        if name in ADDRESSES and "@" in str(value):
            value = f"…@{str(value).rpartition('@')[2]}"
        chosen.append(f"COP_{name.upper()}={value}")
    return f"{settings.environment}; {', '.join(chosen) or 'all as they come'}"


def _data_folder(settings: Settings) -> str:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=settings.data_dir):
        pass
    free = shutil.disk_usage(settings.data_dir).free
    if free < LITTLE_SPACE:
        raise Wrong(f"{settings.data_dir.resolve()} has only {free // 2**20:,} MB left; make room.")
    return f"{settings.data_dir.resolve()}, {free / 2**30:,.1f} GB free"


def _database(settings: Settings) -> str:
    db.check()
    return db.database().engine.url.render_as_string(hide_password=True)


def _migrations() -> str:
    if missing(db.database().engine):
        raise Wrong(BEHIND)
    return "all were run"


def _outbox() -> str:
    """What waits and why; wrong when a reader fails, or when nobody reads."""
    lines, wrong = [], False
    for row in outbox.waiting():
        age = (db.utcnow() - row.oldest).total_seconds() if row.oldest else 0
        line = f"{row.reader}: {row.due:,} due, {row.rows - row.due:,} later"
        if row.failing:
            line += f", {row.failing:,} failed and are tried again ({row.error})"
        elif age > STUCK_SECONDS:
            line += f", the oldest for {age:,.0f} s: no `cop serve` or `cop work` is reading"
        wrong = wrong or bool(row.failing) or age > STUCK_SECONDS
        lines.append(line)
    if wrong:
        raise Wrong("; ".join(lines))
    return "; ".join(lines) or "nothing waits"


def _index() -> str:
    from cop import search

    found = search.status()
    if found.rebuilding or (not found.is_true and not found.waiting):
        raise Wrong(in_words(found))
    return in_words(found)


def _locks(settings: Settings) -> str:
    held = []
    for file in sorted((settings.data_dir / "locks").glob("drain-*")):
        with file.open("r+") as opened_file:
            try:
                fcntl.flock(opened_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                held.append(file.name.removeprefix("drain-"))
    return f"held at this moment: {', '.join(held)}" if held else "all free"


def _mail(settings: Settings) -> str:
    if not settings.smtp_host:
        if settings.is_production:
            raise Wrong("No mail server is set, so nobody gets letters; set COP_SMTP_HOST.")
        return f"no server is set: letters are kept in {mail.catcher_folder()}"
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=PATIENCE_SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise Wrong(f"The mail server {where} does not answer ({error}); letters wait in the outbox.") from None
    return f"{where} answers"


def _redis(settings: Settings) -> str:
    import redis

    client = redis.Redis.from_url(settings.redis_url, socket_timeout=PATIENCE_SECONDS)
    try:
        client.ping()
    except redis.RedisError as error:
        raise Wrong(f"Redis does not answer ({error}); processes find each other's deeds a second later.") from None
    return "answers"
