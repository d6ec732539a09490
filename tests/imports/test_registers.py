"""Registers of institutions, imported as an operator does: known by their keys, each row that is left out with its
reason, and as often as one likes.
"""

import csv
import json
from collections import Counter

import pytest
from sqlalchemy import func, select

from cop.core.activity import Activity
from cop.core.db import session
from cop.core.websites import website_of
from cop.imports import keeping
from cop.imports.registers import gias
from cop.imports.registers.reading import normalised
from cop.institutions import service
from cop.institutions.models import Institution, InstitutionCode, InstitutionDomain
from tests.support.shared import SHARED

DATA = SHARED / "data"


def imported(command, path, kept_as, *more):
    answer = command("import", "institutions", str(path), "--format", kept_as, "--json", *more)
    assert answer.status == 0, answer.err
    return answer.json


def counts(told):
    return told["added"], told["changed"], told["unchanged"], told["rejected"]


def institution(scheme, code):
    statement = (
        select(Institution).join(InstitutionCode).where(InstitutionCode.scheme == scheme, InstitutionCode.code == code)
    )
    return session().scalars(statement).one()


# -- schools ----------------------------------------------------------------------------------------------------------

TODAY = (
    "URN,LA (name),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),CloseDate,"
    "PhaseOfEducation (name),Town,Postcode,SchoolWebsite,UKPRN,Easting,Northing,GOR (name)"
)
GREENWICH = (
    "100001,Greenwich,Rule Street School,Community school,Open,,Primary,London,SE10 8EW,www.rule.example,10000001,"
    "538874,177344,London"
)


@pytest.fixture
def register(tmp_path):
    """A register with today's headings and these rows."""

    def write(*rows, headings=TODAY, encoding="utf-8"):
        path = tmp_path / "register.csv"
        path.write_bytes("\r\n".join([headings, *rows, ""]).encode(encoding))
        return path

    return write


@pytest.mark.shared
@pytest.mark.service  # it starts none, but takes as long
def test_the_register_of_schools_is_kept_by_urn_and_a_second_run_changes_nothing(command):
    path = DATA / "schools-england" / "edubase_schools_2017.csv"
    told = imported(command, path, "gias")
    assert counts(told) == (5329, 0, 0, 1)
    assert told["left_out"] == [{"place": f"{path.name}, row 5331", "column": "", "reason": "the row is empty"}]
    assert counts(imported(command, path, "gias")) == (0, 0, 5329, 1)
    assert session().scalar(select(func.count()).select_from(Institution)) == 5329
    names = Counter(session().scalars(select(Institution.name)))
    assert names.most_common(1) == [("St Joseph's Catholic Primary School", 14)], "one name is no key"
    authorities = Counter(session().scalars(select(Institution.authority)))
    assert authorities.most_common(1) == [("Hertfordshire", 191)]
    slugs = session().scalars(select(Institution.slug).where(Institution.name == names.most_common(1)[0][0])).all()
    assert len(set(slugs)) == 14
    with path.open(encoding="utf-8") as file:
        typed = {row["URN"]: row["Website address"] for row in csv.DictReader(file)}
    bare = [urn for urn, website in typed.items() if website and not website.lower().startswith("http")]
    assert len(bare) == 2627
    there = dict(
        session()
        .execute(
            select(InstitutionCode.code, Institution.website).join(Institution).where(InstitutionCode.scheme == "urn")
        )
        .all()
    )
    assert all(there[urn].startswith("http://") for urn in bare)
    assert session().scalar(select(func.count()).select_from(InstitutionDomain)) == 0, "none is made of a web site"


def test_todays_headings_are_read_with_the_place_on_the_national_grid(command, register):
    assert counts(imported(command, register(GREENWICH), "gias")) == (1, 0, 0, 0)
    school = institution("urn", "100001")
    assert (school.name, school.type, school.phase) == ("Rule Street School", "school", "primary")
    assert (school.authority, school.region, school.country) == ("Greenwich", "London", "England")
    assert (school.website, school.town, school.postcode) == ("http://www.rule.example/", "London", "SE10 8EW")
    assert (round(school.latitude, 3), round(school.longitude, 3)) == (51.478, -0.002)
    assert institution("ukprn", "10000001") is school


@pytest.mark.parametrize(
    ("easting", "northing", "latitude", "longitude"),
    [
        # Test points TP01 (Scilly), TP09 (Lambeth) and TP20 (Pudsey) of Ordnance Survey's OSTN15 developer pack.
        (91492.146, 11318.804, 49.92226393730, -6.29977752014),
        (530624.974, 178388.464, 51.48936564950, -0.11992557180),
        (422242.186, 433818.701, 53.80021519630, -1.66379168242),
    ],
)
def test_places_on_the_grid_become_degrees_within_ten_metres(easting, northing, latitude, longitude):
    found = gias.degrees(easting, northing)
    assert abs(found[0] - latitude) * 111_200 < 10
    assert abs(found[1] - longitude) * 111_200 * 0.6 < 10


def test_what_the_register_says_otherwise_is_changed_and_said(command, register):
    imported(command, register(GREENWICH), "gias")
    closed = GREENWICH.replace("Open,,", "Closed,31/08/2026,").replace("Rule Street", "Ruler Street")
    assert counts(imported(command, register(closed), "gias", "--dry-run")) == (0, 1, 0, 0)
    assert institution("urn", "100001").name == "Rule Street School", "a dry run writes nothing"
    assert counts(imported(command, register(closed), "gias")) == (0, 1, 0, 0)
    school = institution("urn", "100001")
    assert (school.name, school.is_ended, school.ended_on.isoformat()) == ("Ruler Street School", True, "2026-08-31")
    assert [word.word for word in sorted(school.words, key=lambda each: each.word)] == [
        "london",
        "ruler",
        "school",
        "street",
    ]
    deeds = [(each.verb, each.quiet) for each in session().scalars(select(Activity).order_by(Activity.id))]
    assert deeds == [("added", True), ("changed", True)]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (GREENWICH.replace("100001", "x1"), "URN", "“x1” is not a URN: it has up to eight digits"),
        (GREENWICH.replace("100001", "", 1), "URN", "there is no URN"),
        (GREENWICH.replace("Rule Street School", ""), "EstablishmentName", "there is no name"),
        (GREENWICH.replace("Primary", "Teenage"), "PhaseOfEducation (name)", "“Teenage” is no phase that we know"),
        (GREENWICH.replace("538874", "far"), "Easting", "“far” is not a number of metres"),
        (GREENWICH.replace("177344", "9999999"), "Northing", "9999999 m lies outside Great Britain"),
        (GREENWICH.replace("538874", "inf"), "Easting", "inf m lies outside Great Britain"),
        (GREENWICH.replace("Open,,", "Open,31/02/2026,"), "CloseDate", "is not a day"),
        (GREENWICH, "URN", "the same key stands in row 2"),
        (",,,,", "", "the row is empty"),
    ],
)
def test_a_row_that_cannot_be_is_left_out_with_row_column_and_reason(command, register, row, column, reason):
    told = imported(command, register(GREENWICH, row), "gias")
    assert counts(told) == (1, 0, 0, 1)
    (left_out,) = told["left_out"]
    assert (left_out["place"], left_out["column"]) == ("register.csv, row 3", column)
    assert reason in left_out["reason"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "register.csv is empty: the first row must name the columns."),
        (b"\x00\x01PNG", "register.csv is not a text file"),
        (b"Name,Town\r\nA,B\r\n", "register.csv has no columns “URN” and “EstablishmentName”"),
        (b'URN,EstablishmentName\r\n100001,"' + b"x" * 200_000 + b'"\r\n', "register.csv, row 2: field larger"),
    ],
)
def test_what_is_no_register_is_refused_in_a_sentence_and_nothing_is_written(command, tmp_path, content, said):
    path = tmp_path / "register.csv"
    path.write_bytes(content)
    answer = command("import", "institutions", str(path), "--format", "gias")
    assert answer.status == 1
    assert said in answer.err
    assert session().scalar(select(func.count()).select_from(Institution)) == 0


def test_what_windows_saved_is_read_too(command, register):
    path = register(GREENWICH.replace("Rule Street", "Llŷn Café").replace("ŷ", "y"), encoding="cp1252")
    imported(command, path, "gias")
    assert institution("urn", "100001").name == "Llyn Café School"


def test_an_interrupted_run_leaves_no_halves_and_is_gone_on_with(command, register, monkeypatch):
    rows = [GREENWICH.replace("100001", str(200_000 + number)) for number in range(30)]
    monkeypatch.setattr(keeping, "BATCH", 10)
    path, keep = register(*rows), service.keep
    batches = iter(range(3))

    def interrupted(entries):
        done = keep(entries)
        if next(batches) == 1:
            raise KeyboardInterrupt  # after the rows of the second batch, before they are committed
        return done

    monkeypatch.setattr(service, "keep", interrupted)
    assert command("import", "institutions", str(path), "--format", "gias").status == 1
    assert session().scalar(select(func.count()).select_from(Institution)) == 10
    assert (
        session().scalar(select(func.count()).select_from(InstitutionCode).where(InstitutionCode.scheme == "urn")) == 10
    )
    monkeypatch.undo()
    assert counts(imported(command, path, "gias")) == (20, 0, 10, 0)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("www.rule.example", "http://www.rule.example/"),
        ("HTTPS://Rule.Example/a?b=c", "https://rule.example/a?b=c"),
        ("http:/rule.example", "http://rule.example/"),
        ("http//rule.example", "http://rule.example/"),
        ("javascript:alert(1)", ""),
        ("http://user:word@rule.example", ""),
        ("no address", ""),
        ("ftp://rule.example", ""),
        ("", ""),
    ],
)
def test_a_web_site_gets_its_scheme_or_is_left(typed, address):
    assert website_of(typed) == address


# -- universities -----------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_universities_are_kept_by_name_and_country(command):
    path = DATA / "universities-uk" / "universities_gb.json"
    told = imported(command, path, "universities")
    assert counts(told) == (192, 0, 0, 0)
    assert len(told["notes"]) == 1
    assert "University of Bath stands there twice; both are one institution." in told["notes"][0]
    assert session().scalar(select(func.count()).select_from(InstitutionDomain)) == 216
    bath = institution("university", "united kingdom:university of bath")
    assert {each.domain for each in bath.domains} == {"bath.ac.uk", "bath.edu"}
    assert counts(imported(command, path, "universities")) == (0, 0, 192, 0)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("a text", "", "it is not an object"),
        ({"name": "", "country": "Wales"}, "name", "there is no name"),
        ({"name": "!!!", "country": "Wales"}, "name", "there is no name"),
        ({"name": "Marlow"}, "country", "there is no country"),
        ({"name": "Marlow", "country": "Wales", "domains": "marlow.example"}, "domains", "it is not a list of texts"),
        ({"name": "Marlow", "country": "Wales", "domains": ["a b"]}, "domains", "“a b” is no domain"),
        ({"name": 7, "country": "Wales"}, "name", "it is not a text"),
    ],
)
def test_a_university_that_cannot_be_is_left_out(command, tmp_path, row, column, reason):
    path = tmp_path / "universities.json"
    path.write_text(json.dumps([row, {"name": "Vale", "country": "Wales", "domains": [], "web_pages": []}]))
    told = imported(command, path, "universities")
    assert counts(told) == (1, 0, 0, 1)
    assert told["left_out"] == [{"place": "universities.json, entry 1", "column": column, "reason": reason}]


@pytest.mark.parametrize(
    ("content", "said"), [("[{", "line 1, column 3"), ("{}", "not a list"), ("[" * 99_999, "too deeply")]
)
def test_broken_json_is_refused_with_its_place(command, tmp_path, content, said):
    path = tmp_path / "universities.json"
    path.write_text(content)
    answer = command("import", "institutions", str(path), "--format", "universities")
    assert (answer.status, said in answer.err) == (1, True)


# -- councils ---------------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_councils_are_kept_by_nation_and_code(command):
    folder = DATA / "local-authorities"
    told = imported(command, folder, "local-authorities")
    assert counts(told) == (444, 0, 0, 0)
    assert session().scalar(select(func.count()).where(Institution.is_ended)) == 25
    assert institution("local-authority", "eng:BLA").name == "Blaby District Council"
    assert institution("local-authority", "nir:BLA").name == "Ballymena Borough Council", "one code, two nations"
    assert institution("local-authority", "nir:BLA").ended_on.isoformat() == "2015-03-31"
    adur = session().scalars(select(Institution).where(Institution.name == "Adur District Council")).one()
    assert adur.website == "http://www.adur-worthing.gov.uk/"
    assert [each.domain for each in adur.domains] == ["adur-worthing.gov.uk"]
    with (folder / "la_websites.csv").open(encoding="utf-8") as file:
        listed = [normalised(row["Name"]) for row in csv.DictReader(file)]
    names = Counter(normalised(name) for name in session().scalars(select(Institution.name)))
    joined = sum(names[name] == 1 for name in listed)
    assert len(told["notes"]) == len(listed) - joined, "each web site without a council of exactly its name is listed"
    assert any(
        "Bradford Metropolitan District Council: no council has exactly this name" in each for each in told["notes"]
    )
    assert counts(imported(command, folder, "local-authorities")) == (0, 0, 444, 0)


def test_a_folder_without_councils_is_refused(command, tmp_path):
    answer = command("import", "institutions", str(tmp_path), "--format", "local-authorities")
    assert answer.status == 1
    assert "has none of the tables eng.tsv" in answer.err


def test_what_was_left_out_is_said_in_sentences(command, register):
    said = command("import", "institutions", str(register(GREENWICH, GREENWICH)), "--format", "gias").out
    assert "1 institutions were added and 0 changed; 0 were there already, unchanged." in said
    assert "register.csv, row 3, column “URN”: the same key stands in row 2." in said
