"""Councils of the four nations, from a folder of tables, one a nation. Key: nation and code: `BLA` stands in two.

Web sites and e-mail domains are joined from `la_websites.csv` by exact normalised name only; what finds no council is
listed and left.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cop.core.websites import domain_of, website_of
from cop.imports.registers.reading import (
    BadRegister,
    Register,
    Rejected,
    Unfit,
    cell,
    day_of,
    normalised,
    required,
    rows_of,
)
from cop.institutions.service import Entry

NATIONS = {
    "eng.tsv": ("eng", "England", "local-authority-eng"),
    "sct.tsv": ("sct", "Scotland", "local-authority-sct"),
    "wls_principal.tsv": ("wls", "Wales", "principal-local-authority"),
    "nir.tsv": ("nir", "Northern Ireland", "local-authority-nir"),
}
WEBSITES = "la_websites.csv"


def read(folder: Path) -> Register:
    """Read and check the whole folder. Raises BadRegister."""
    found = [name for name in NATIONS if (folder / name).is_file()]
    if not found:
        raise BadRegister(f"{folder} has none of the tables {', '.join(NATIONS)}: name the folder that holds them.")
    register = Register()
    for name in found:
        _read_nation(folder / name, register)
    if (folder / WEBSITES).is_file():
        _join_websites(folder / WEBSITES, register)
    return register


def _read_nation(path: Path, register: Register) -> None:
    short, country, code_column = NATIONS[path.name]
    headings, rows = rows_of(path, "\t")
    required(path, headings, (code_column, "name", "end-date"))
    for number, row in rows:
        try:
            register.add(number, _entry(row, short, country, code_column), code_column)
        except Unfit as error:
            register.rejected.append(Rejected(f"{path.name}, row {number}", error.column, error.reason))


def _entry(row: dict[str, str], short: str, country: str, code_column: str) -> Entry:
    code, name = cell(row, code_column), cell(row, "official-name", "name")
    if not code:
        raise Unfit(code_column, "there is no code")
    if not name:
        raise Unfit("name", "there is no name")
    ended_on = day_of(cell(row, "end-date"), "end-date")
    return Entry(
        scheme="local-authority",
        code=f"{short}:{code}",
        name=name,
        type="local-authority",
        authority=cell(row, "name"),
        country=country,
        website=website_of(cell(row, "website")),
        ended_on=ended_on,
        is_ended=ended_on is not None,
    )


def _join_websites(path: Path, register: Register) -> None:
    by_name: dict[str, list[int]] = {}
    for at, entry in enumerate(register.entries):
        by_name.setdefault(normalised(entry.name), []).append(at)
    for place, name, website, domain in _websites(path, register):
        named = by_name.get(normalised(name), [])
        if len(named) != 1:
            why = "no council has exactly this name" if not named else "several councils have this name"
            register.notes.append(f"{place}: {name}: {why}; its web site was left.")
            continue
        entry = register.entries[named[0]]
        domains = tuple(sorted({*entry.domains, domain} - {""}))
        register.entries[named[0]] = replace(entry, website=entry.website or website, domains=domains)


def _websites(path: Path, register: Register) -> Iterator[tuple[str, str, str, str]]:
    headings, rows = rows_of(path)
    required(path, headings, ("Name", "Home page URL"))
    for number, row in rows:
        name, typed, domain = cell(row, "Name"), cell(row, "Home page URL"), cell(row, "E-mail domain")
        place = f"{path.name}, row {number}"
        if typed and not website_of(typed):
            register.rejected.append(Rejected(place, "Home page URL", f"“{typed}” is no address of a web site"))
        elif domain and not domain_of(domain):
            register.rejected.append(Rejected(place, "E-mail domain", f"“{domain}” is no domain"))
        else:
            yield place, name, website_of(typed), domain_of(domain)
