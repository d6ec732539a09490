"""Passwords: what may be one, and its argon2id hash. Slow on purpose: `hashed` and `matches` before a unit opens."""

import unicodedata
from collections.abc import Iterable

import argon2
from zxcvbn import zxcvbn

from cop.core.i18n import gettext as _

SHORTEST = 8
LONGEST = 200
ESTIMATED = 20
"""The first characters from which guesses are counted: beyond these a hostile text would take seconds."""
GUESSES = 10**8
"""How many guesses it must withstand: what zxcvbn counts for eight characters without any pattern, so that the least
length stays eight. Below lie the common ones, names, dates and runs of keys."""

_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's least for argon2id: about 20 ms and 19 MiB each, so that a training day can sign in at nine."""
_NOBODYS = _hasher.hash("nobody has this password")


def normalised(password: str) -> str:
    """The form in which a password is hashed: the same whatever keyboard composed its accents."""
    return unicodedata.normalize("NFKC", password)


def refusal(password: str, about: Iterable[str] = ()) -> str:
    """The sentence that says why this cannot be a password, or nothing. `about`: words that belong to its owner."""
    password = normalised(password)
    if len(password) < SHORTEST:
        return str(
            _(
                "This is shorter than %(number)s characters. Three or four words that do not belong together make a "
                "good password.",
                number=SHORTEST,
            )
        )
    if len(password) > LONGEST:
        return str(_("This is longer than %(number)s characters. Make it shorter.", number=LONGEST))
    if is_guessable(password, about):
        return str(
            _(
                "This is among the first that somebody would guess: a common password, a name or a pattern. Three or "
                "four words that do not belong together make a good one."
            )
        )
    return ""


def is_guessable(password: str, about: Iterable[str] = ()) -> bool:
    """Whether it is a common password, a run of keys, a date, a name, or made of the owner's own words."""
    own = sorted({part for words in about for part in _parts(words)})
    return bool(zxcvbn(normalised(password)[:ESTIMATED], user_inputs=own)["guesses"] < GUESSES)


def _parts(words: str) -> list[str]:
    """A name or an address as it is, run together, and in its parts."""
    apart = "".join(c if c.isalnum() else " " for c in words.casefold()).split()
    return [words.casefold(), "".join(apart), *(part for part in apart if len(part) > 2)]


def hashed(password: str) -> str:
    """The argon2id hash that is stored."""
    return _hasher.hash(normalised(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password. Without one to compare, as much time passes: nobody learns which accounts exist."""
    try:
        return _hasher.verify(stored or _NOBODYS, normalised(password)[:LONGEST]) and stored is not None
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHash):
        return False


def needs_hashing(stored: str) -> bool:
    """Whether a hash was made with weaker numbers than today's."""
    return _hasher.check_needs_rehash(stored)
