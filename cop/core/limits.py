"""Limits on how often something may be asked, where abuse pays.

Counted per account when signed in, because a whole school shares one address; per address otherwise, IPv6 by /64.
"""

import ipaddress
from collections.abc import Callable

from flask import Flask, request
from flask_limiter import Limiter
from flask_login import current_user

from cop.config import Settings


def address() -> str:
    """The visitor's address; an IPv6 one by its /64, which is one household or school."""
    try:
        ip = ipaddress.ip_address(request.remote_addr or "127.0.0.1")
    except ValueError:
        return str(request.remote_addr)
    if ip.version == 6:
        return str(ipaddress.ip_network(f"{ip}/64", strict=False))
    return str(ip)


def who() -> str:
    """The account, or the address of somebody signed out."""
    return f"person:{current_user.person_id}" if current_user.is_authenticated else f"address:{address()}"


limiter = Limiter(key_func=who, strategy="moving-window", headers_enabled=True)
WRITING = "60 per minute"
SENDING = "30 per 5 minutes"
UPLOADS = "30 per 30 minutes"


def per_account_and_address(field: str) -> Callable[[], str]:
    """A key of the typed account together with the address: five wrong guesses lock nobody else out."""
    return lambda: f"{request.form.get(field, '').strip().lower()[:200]}|{address()}"


def init_app(app: Flask, settings: Settings) -> None:
    """Count in Redis when there is one, so that all processes count together; in memory while it is away."""
    app.config.update(
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis_url),
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_KEY_PREFIX=f"cop-{app.config['COP_PREFIX']}",
    )
    if settings.redis_url:
        app.config["RATELIMIT_IN_MEMORY_FALLBACK"] = ["600 per minute"]
    limiter.init_app(app)
