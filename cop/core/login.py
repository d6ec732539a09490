"""Signing in: one row for each signed-in browser, listed and revocable by its owner; the cookie holds only a token."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from flask import Flask, has_request_context, request
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import ForeignKey, and_, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from cop.core.db import Base, is_writing, session, utcnow
from cop.core.i18n import lazy

REMEMBERED_DAYS = 60
FORGOTTEN_HOURS = 12
"""A browser whose owner did not ask to be remembered is signed out after this long without a visit."""
SEEN_EVERY = dt.timedelta(minutes=5)


class SignIn(Base):
    """One browser in which a person is signed in."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    remembered: Mapped[bool]
    begun_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    seen_at: Mapped[dt.datetime] = mapped_column(default=utcnow)
    browser: Mapped[str]

    @property
    def expired(self) -> bool:
        """Whether it has not been used for too long."""
        kept = dt.timedelta(days=REMEMBERED_DAYS) if self.remembered else dt.timedelta(hours=FORGOTTEN_HOURS)
        return utcnow() - self.seen_at > kept


class Login(UserMixin):  # type: ignore[misc]
    """What Flask-Login carries: the sign-in and whose it is, without a database row attached."""

    def __init__(self, token: str, sign_in_id: int, person_id: int) -> None:
        self.token, self.sign_in_id, self.person_id = token, sign_in_id, person_id

    def get_id(self) -> str:
        """What the signed cookie holds."""
        return self.token


manager = LoginManager()
_people: Any = None


def init_app(app: Flask, person_model: Any) -> None:
    """Let Flask-Login know people by their sign-ins."""
    global _people  # noqa: PLW0603  set once at start
    _people = person_model
    manager.init_app(app)
    manager.login_view = "people.sign_in"
    manager.login_message = lazy("Sign in first, then you go on where you were.")
    manager.session_protection = None  # a school's address and browser change; the token is what counts


@manager.user_loader
def _load(token: str) -> Login | None:
    row = (
        session()
        .execute(
            select(SignIn, _people)
            .join(_people, _people.id == SignIn.person_id)
            .where(SignIn.token_hash == _hash(token))
        )
        .first()
    )
    if row is None or row[0].expired or not row[1].may_sign_in:
        return None
    session().info["me"] = row[1]
    return Login(token, row[0].id, row[0].person_id)


def people_of(sign_in_ids: Iterable[int]) -> dict[int, Any]:
    """The people behind those of these sign-ins that are still good: what a live connection is checked against."""
    statement = (
        select(SignIn, _people).join(_people, _people.id == SignIn.person_id).where(SignIn.id.in_(list(sign_in_ids)))
    )
    rows = session().execute(statement)
    return {row.id: person for row, person in rows if not row.expired and person.may_sign_in}


def me() -> Any:
    """The signed-in person as a row of the session of the moment, or None where nobody is (never behind a log-in)."""
    if not current_user.is_authenticated:
        return None
    kept = session().info  # the session alone would forget a row that nobody holds
    if "me" not in kept or kept["me"].id != current_user.person_id:
        kept["me"] = session().get(_people, current_user.person_id)
    return kept["me"]


def begin(person: Any, remembered: bool) -> Login:
    """Record a new sign-in; inside a unit of work. `enter` then tells the browser."""
    token = secrets.token_urlsafe(32)
    row = SignIn(
        person_id=person.id,
        token_hash=_hash(token),
        remembered=remembered,
        browser=browser_of(request.user_agent.string) if has_request_context() else "",
    )
    session().add(row)
    session().flush()
    return Login(token, row.id, person.id)


def enter(login: Login, remembered: bool) -> None:
    """Sign this browser in; the old session's contents are left behind so that nothing is carried over."""
    from flask import session as cookie

    cookie.clear()
    cookie.permanent = remembered
    login_user(login)


def end() -> None:
    """Sign this browser out; inside a unit of work."""
    from flask import session as cookie

    if current_user.is_authenticated:
        session().execute(delete(SignIn).where(SignIn.id == current_user.sign_in_id))
    logout_user()
    cookie.clear()


def end_others(person: Any, keep: int | None = None) -> None:
    """Sign the person out everywhere, but for one sign-in; inside a unit of work."""
    statement = delete(SignIn).where(SignIn.person_id == person.id)
    session().execute(statement if keep is None else statement.where(SignIn.id != keep))


def end_one(row: SignIn) -> None:
    """Sign one browser out; inside a unit of work."""
    session().delete(row)


def discard_expired() -> None:
    """Forget sign-ins that have not been used for too long; inside a unit of work."""
    oldest = utcnow() - dt.timedelta(days=REMEMBERED_DAYS)
    unremembered = utcnow() - dt.timedelta(hours=FORGOTTEN_HOURS)
    session().execute(
        delete(SignIn).where(or_(SignIn.seen_at < oldest, and_(~SignIn.remembered, SignIn.seen_at < unremembered)))
    )


def sign_ins_of(person: Any) -> list[SignIn]:
    """Where the person is signed in, the latest first."""
    rows = session().scalars(select(SignIn).where(SignIn.person_id == person.id).order_by(SignIn.seen_at.desc()))
    return [row for row in rows if not row.expired]


def saw() -> None:
    """Note that this sign-in is in use: called by the page's beacon, never by a view that reads."""
    if not is_writing():
        raise RuntimeError("inside a unit of work")
    session().execute(
        update(SignIn)
        .where(SignIn.id == current_user.sign_in_id, SignIn.seen_at < utcnow() - SEEN_EVERY)
        .values(seen_at=utcnow())
    )


def browser_of(agent: str) -> str:
    """A browser in two words that its owner recognises, as "Firefox, Windows"."""
    programs = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {
        "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "CrOS": "Chromebook",
        "Windows": "Windows", "Mac OS X": "Mac", "Linux": "Linux",
    }  # fmt: skip
    program = next((name for sign, name in programs.items() if sign in agent), "")
    system = next((name for sign, name in systems.items() if sign in agent), "")
    return ", ".join(part for part in (program, system) if part) or "Another program"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
