"""The register of schools in England (GIAS, EduBase before), with its headings of 2017 and of today. Key: URN."""

import math
from pathlib import Path

from pyproj import Transformer

from cop.core.websites import website_of
from cop.imports.registers.reading import (
    BadRegister,
    Register,
    Rejected,
    Unfit,
    cell,
    day_of,
    rows_of,
)
from cop.institutions.service import Entry

NAME = ("EstablishmentName", "Establishment name")
TYPE = ("TypeOfEstablishment (name)", "Type of establishment")
PHASE = ("PhaseOfEducation (name)", "Phase of education")
AUTHORITY = ("LA (name)", "Local authority (name)")
REGION = ("GOR (name)", "Region")
STATUS = ("EstablishmentStatus (name)", "Establishment status")
WEBSITE = ("SchoolWebsite", "Website address")
CLOSED = ("CloseDate", "Closing date")

PHASES = {
    "nursery": "nursery",
    "primary": "primary",
    "middle deemed primary": "middle",
    "middle deemed secondary": "middle",
    "secondary": "secondary",
    "16 plus": "16-plus",
    "all through": "all-through",
    "all-through": "all-through",
    "not applicable": "",
    "": "",
}
UNIVERSITIES = {"higher education institutions", "university"}
"""Types of establishment that are no schools; university technical colleges are."""
ENGLAND_EAST, ENGLAND_NORTH = (0, 700_000), (0, 1_300_000)
"""Metres of the National Grid in which there is land."""


def read(path: Path) -> Register:
    """Read and check a whole register. Raises BadRegister."""
    headings, rows = rows_of(path)
    if "URN" not in headings or not set(headings) & set(NAME):
        raise BadRegister(f"{path.name} has no columns “URN” and “{NAME[0]}”: is it a register of schools (GIAS)?")
    register = Register()
    for number, row in rows:
        try:
            register.add(number, _entry(row), "URN")
        except Unfit as error:
            register.rejected.append(Rejected(f"{path.name}, row {number}", error.column, error.reason))
    return register


def _entry(row: dict[str, str]) -> Entry:
    if not any(row.values()):
        raise Unfit("", "the row is empty")
    urn, name = cell(row, "URN"), cell(row, *NAME)
    if not (urn.isascii() and urn.isdigit() and len(urn) <= 8):
        raise Unfit("URN", f"“{urn}” is not a URN: it has up to eight digits" if urn else "there is no URN")
    if not name:
        raise Unfit(_heading(row, NAME), "there is no name")
    phase = cell(row, *PHASE).casefold()
    if phase not in PHASES:
        raise Unfit(_heading(row, PHASE), f"“{cell(row, *PHASE)}” is no phase that we know")
    ended_on = day_of(cell(row, *CLOSED), _heading(row, CLOSED))
    latitude, longitude = _where(row)
    ukprn = cell(row, "UKPRN")
    return Entry(
        scheme="urn",
        code=urn,
        name=name,
        type="university" if cell(row, *TYPE).casefold() in UNIVERSITIES else "school",
        phase=PHASES[phase],
        authority=cell(row, *AUTHORITY),
        region=cell(row, *REGION),
        country="England",
        town=cell(row, "Town"),
        postcode=cell(row, "Postcode"),
        website=website_of(cell(row, *WEBSITE)),
        latitude=latitude,
        longitude=longitude,
        ended_on=ended_on,
        is_ended=ended_on is not None or cell(row, *STATUS).casefold() == "closed",
        other_codes=(("ukprn", ukprn),) if ukprn.isascii() and ukprn.isdigit() else (),
    )


def _heading(row: dict[str, str], names: tuple[str, ...]) -> str:
    return next((name for name in names if name in row), names[0])


def _where(row: dict[str, str]) -> tuple[float | None, float | None]:
    """Degrees of a place on the National Grid, if the row has one. Raises Unfit."""
    east, north = cell(row, "Easting"), cell(row, "Northing")
    if not east and not north:
        return None, None
    metres = []
    for column, value, (least, most) in (("Easting", east, ENGLAND_EAST), ("Northing", north, ENGLAND_NORTH)):
        try:
            metres.append(float(value))
        except ValueError:
            raise Unfit(column, f"“{value}” is not a number of metres") from None
        if not (math.isfinite(metres[-1]) and least <= metres[-1] <= most):
            raise Unfit(column, f"{value} m lies outside Great Britain")
    return degrees(*metres)


_transformer: list[Transformer] = []


def degrees(easting: float, northing: float) -> tuple[float, float]:
    """WGS84 latitude and longitude, in degrees to six places, of a place on the National Grid (OSGB36, EPSG:27700).

    By the seven-parameter shift of Ordnance Survey's "A guide to coordinate systems in Great Britain" where PROJ has no
    grid at hand: within some five metres.
    """
    if not _transformer:
        _transformer.append(Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True))
    longitude, latitude = _transformer[0].transform(easting, northing)
    return round(latitude, 6), round(longitude, 6)
