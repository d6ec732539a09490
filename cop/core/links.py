"""Signed links: an address that proves something for a while (verify, reset, claim, join), made without a table."""

from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

HOURS = 3600
_secret = ""
_base_url = ""


class BadLink(Exception):
    """The link is not ours, was changed, or is too old."""


def use(secret: str, base_url: str) -> None:
    """Set the key that signs and the address that links begin with."""
    global _secret, _base_url
    _secret, _base_url = secret, base_url


def sign(purpose: str, value: Any) -> str:
    """A token that says `value` for one purpose; useless for another."""
    return URLSafeTimedSerializer(_secret, salt=f"cop-{purpose}").dumps(value)


def read(purpose: str, token: str, hours: float) -> Any:
    """What a token says, if it is ours, for this purpose and not too old; else BadLink."""
    try:
        return URLSafeTimedSerializer(_secret, salt=f"cop-{purpose}").loads(token, max_age=int(hours * HOURS))
    except (BadSignature, UnicodeError):
        raise BadLink from None


def absolute(path: str) -> str:
    """A path on this network as an address that works in an e-mail."""
    return f"{_base_url}{path}"
