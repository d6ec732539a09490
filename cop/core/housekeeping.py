"""What must not be kept for ever: pictures that nothing shows, drafts that nobody goes on with, sign-ins out of use."""

import datetime as dt
from typing import Any

from cop.core import drafts, files, login, outbox
from cop.core.db import unit_of_work

EVERY = dt.timedelta(hours=1)


def register() -> None:
    """Do it every hour."""
    outbox.register_job(outbox.Job("housekeeping", tidy, EVERY))


def tidy(_payload: dict[str, Any]) -> None:
    """Forget what is out of date."""
    with unit_of_work():
        files.delete_orphans()
        drafts.discard_old()
        login.discard_expired()
