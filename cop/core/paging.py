"""Numbered pages of a list, as the pager part shows them; and numbers as addresses and forms send them."""

from collections.abc import Callable
from dataclasses import dataclass

MOST_PAGES = 10_000
LARGEST_ROW = 2**31 - 1
"""What an INTEGER column holds. A larger number is no row's, and asking for it would be an error of the database."""


@dataclass(frozen=True)
class Pages:
    """Where in a list the reader is."""

    page: int
    pages: int
    url_for_page: Callable[[int], str]


def page_number(typed: str | None) -> int:
    """The page that an address asks for; the first when it asks for none or for nonsense."""
    return (
        min(max(int(typed), 1), MOST_PAGES) if typed and typed.isascii() and typed.isdigit() and len(typed) < 9 else 1
    )


def row_number(typed: str | None) -> int | None:
    """The number that was sent, if a row could have it."""
    if not typed or not typed.isascii() or not typed.isdigit() or len(typed) > len(str(LARGEST_ROW)):
        return None
    return int(typed) if int(typed) <= LARGEST_ROW else None


def pages_of(total: int, each: int) -> int:
    """How many pages a list fills; an empty one fills one."""
    return max((total + each - 1) // each, 1)
