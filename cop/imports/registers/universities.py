"""Universities and their e-mail domains, as JSON: a list of objects with name, country, domains and web pages.

Key: normalised name and country; rows with one key become one institution, and that is said.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cop.core.markup import one_line
from cop.core.websites import domain_of, website_of
from cop.imports.registers.reading import (
    BadRegister,
    Register,
    Rejected,
    Unfit,
    normalised,
    text_of,
)
from cop.institutions.service import Entry


def read(path: Path) -> Register:
    """Read and check a whole register. Raises BadRegister."""
    try:
        rows = json.loads(text_of(path))
    except json.JSONDecodeError as error:
        raise BadRegister(f"{path.name}, line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise BadRegister(f"{path.name} is nested too deeply.") from None
    if not isinstance(rows, list):
        raise BadRegister(f"{path.name} is not a list of universities.")
    register, by_code = Register(), dict[str, int]()
    for number, row in enumerate(rows, 1):
        place = f"{path.name}, entry {number}"
        try:
            entry = _entry(row)
        except Unfit as error:
            register.rejected.append(Rejected(place, error.column, error.reason))
            continue
        at = by_code.setdefault(entry.code, len(register.entries))
        if at == len(register.entries):
            register.entries.append(entry)
        else:
            register.entries[at] = _both(register.entries[at], entry)
            register.notes.append(f"{place}: {entry.name} stands there twice; both are one institution.")
    return register


def _entry(row: Any) -> Entry:
    if not isinstance(row, dict):
        raise Unfit("", "it is not an object")
    name, country = _line(row, "name"), _line(row, "country")
    if not normalised(name):
        raise Unfit("name", "there is no name")
    if not country:
        raise Unfit("country", "there is no country")
    domains = [domain_of(each) for each in _lines(row, "domains")]
    if "" in domains:
        raise Unfit("domains", f"“{_lines(row, 'domains')[domains.index('')]}” is no domain")
    websites = [website_of(each) for each in _lines(row, "web_pages")]
    return Entry(
        scheme="university",
        code=f"{normalised(country)}:{normalised(name)}",
        name=name,
        type="university",
        country=country,
        region=_line(row, "state-province"),
        website=next(filter(None, websites), ""),
        domains=tuple(sorted(set(domains))),
    )


def _line(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unfit(name, "it is not a text")
    return one_line(value)


def _lines(row: dict[str, Any], name: str) -> list[str]:
    values = row.get(name) or []
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise Unfit(name, "it is not a list of texts")
    return values


def _both(one: Entry, other: Entry) -> Entry:
    return replace(one, website=one.website or other.website, domains=tuple(sorted({*one.domains, *other.domains})))
