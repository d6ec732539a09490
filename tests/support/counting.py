"""Counting SQL: so that a page's number of statements is pinned, and "a view writes nothing" can be checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")
WRITING = ("INSERT", "UPDATE", "DELETE")


class Counted:
    """The statements that ran, in order."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    @property
    def count(self) -> int:
        """How many."""
        return len(self.statements)

    @property
    def writes(self) -> list[str]:
        """Those that change rows."""
        return [each for each in self.statements if each.lstrip().upper().startswith(WRITING)]


@contextmanager
def counted() -> Iterator[Counted]:
    """Count the SQL of a block, on every database of this process."""
    found = Counted()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(NOT_COUNTED):
            found.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)
