"""A vocabulary as a table: a row for each term, columns set apart by tabs. Key: scheme and id."""

from pathlib import Path

from cop.core.terms.keeping import Entry
from cop.imports.registers.reading import BadRegister, Unfit, cell, required, rows_of
from cop.imports.vocabularies.reading import BadVocabulary, Collecting, Vocabulary, check_size

COLUMNS = ("id", "label", "alt_labels", "parent_id", "scheme")
"""Alternative labels have | between them. Broader terms are named by id, and may lie in another scheme."""


def read(path: Path) -> Vocabulary:
    """Read and check a whole table. Raises BadVocabulary."""
    check_size(path)
    try:
        headings, found = rows_of(path, "\t")
        required(path, headings, COLUMNS)
        rows = list(found)
    except BadRegister as error:
        raise BadVocabulary(str(error)) from None
    schemes = {row["id"]: row["scheme"] for _number, row in rows}
    collecting = Collecting()
    for number, row in rows:
        place = f"{path.name}, row {number}"
        try:
            entry = _entry(row, schemes)
        except Unfit as error:
            collecting.reject(place, error)
        else:
            collecting.add(place, entry, "label", "id")
    return collecting.finished("parent_id")


def _entry(row: dict[str, str], schemes: dict[str, str]) -> Entry:
    for column in ("id", "scheme"):
        if not row[column]:
            raise Unfit(column, f"there is no {column}")
    parent = cell(row, "parent_id")
    return Entry(
        scheme=row["scheme"],
        code=row["id"],
        name=row["label"],
        aliases=tuple(filter(None, (name.strip() for name in row["alt_labels"].split("|")))),
        parent=(schemes.get(parent, row["scheme"]), parent) if parent else None,
    )
