"""How this network works, as far as its managers decide it: one table of names and values.

What an operator decides stands in `cop/config.py`. Whoever needs a setting declares it where it is used.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, text
from sqlalchemy.orm import Mapped, mapped_column

from cop.core.db import Base, database, session, utcnow

T = TypeVar("T")


class NetworkSetting(Base):
    """What the managers decided about one thing; without a row, the setting's default holds."""

    __tablename__ = "network_settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[dt.datetime] = mapped_column(default=utcnow)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One thing that managers decide."""

    name: str
    default: T

    @property
    def value(self) -> T:
        """What holds now."""
        found = session().get(NetworkSetting, self.name)
        return found.value if found is not None else self.default

    def decide(self, value: T) -> None:
        """Let this hold from now on; inside a unit of work that is `alone`."""
        found = session().get(NetworkSetting, self.name)
        if found is None:
            session().add(NetworkSetting(name=self.name, value=value))
        else:
            found.value, found.changed_at = value, utcnow()


def alone() -> None:
    """Let nobody else decide until this unit of work ends (SQLite's write lock does so by itself)."""
    if not database().is_sqlite:
        session().execute(text("LOCK TABLE network_settings IN SHARE ROW EXCLUSIVE MODE"))
