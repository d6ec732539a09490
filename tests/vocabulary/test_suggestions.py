"""Terms while one is typed: by what labels hold, in spite of accents and typing errors, and only what one may see."""

import pytest
from sqlalchemy import func, select

from cop.core.db import session, unit_of_work
from cop.core.terms import Term, keeping
from cop.imports.vocabularies import tables
from tests.support.shared import SHARED

STATEMENTS = 18
"""SQL of a suggestion, whatever is typed and however many terms there are."""
TERMS = (
    keeping.Entry("T", "1", "Assessment"),
    keeping.Entry("T", "2", "Peer assessment", ("Marking one another",), ("T", "1")),
    keeping.Entry("T", "3", "Self-assessment", (), ("T", "1")),
    keeping.Entry("T", "4", "Bullying", ("Peer abuse",)),
    keeping.Entry("T", "5", "Addysg Llŷn"),
    keeping.Entry("T", "6", "Reassessment"),
)


@pytest.fixture
def known(village):
    """A small vocabulary in the village."""
    with unit_of_work():
        keeping.keep(TERMS)


@pytest.fixture
def ada(village, sign_in):
    return sign_in(village.ada)


def suggested(browser, typed):
    return browser.get("/terms/suggest", query_string={"q": typed}).json


def names(browser, typed):
    return [each["name"] for each in suggested(browser, typed)]


def test_it_is_for_who_is_signed_in(known, guest, ada):
    assert guest.get("/terms/suggest?q=assess").status_code == 302
    assert ada.get("/terms/suggest?q=assess").status_code == 200


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("assess", ["Assessment", "Peer assessment", "Self-assessment", "Reassessment"]),
        ("ASSESS pe", ["Peer assessment"]),
        ("abuse", ["Bullying"]),
        ("peer abuse", ["Bullying"]),
        ("sessm", ["Assessment", "Reassessment", "Peer assessment", "Self-assessment"]),
        ("llyn", ["Addysg Llŷn"]),
        ("Llŷn", ["Addysg Llŷn"]),
        ("asessment", ["Assessment", "Peer assessment", "Self-assessment"]),
        ("bulying", ["Bullying"]),
        ("peer asess", ["Peer assessment"]),
        ("zzzzz", []),
        ("%", []),
        ("_", []),
        ("", []),
    ],
)
def test_labels_and_other_labels_are_found_by_what_they_hold(known, ada, typed, found):
    assert names(ada, typed) == found


def test_a_term_is_told_with_its_broader_one_and_with_the_label_that_was_typed(known, ada):
    assert suggested(ada, "marking") == [
        {"name": "Peer assessment", "slug": "peer-assessment", "parent": "Assessment", "alias": "Marking one another"}
    ]
    assert suggested(ada, "bull") == [{"name": "Bullying", "slug": "bullying", "parent": ""}]


def test_what_is_used_most_comes_first_as_far_as_the_reader_sees_it(known, make, village, sign_in):
    make.topic(village.close, village.ben, tags=("Peer assessment",))
    make.topic(village.cellar, village.fay, tags=("Self-assessment",))
    make.topic(village.cellar, village.fay, tags=("Self-assessment",))
    in_the_cellar, in_the_close, outside = (sign_in(each) for each in (village.ada, village.ben, village.olu))
    assert names(in_the_cellar, "assess")[:3] == ["Self-assessment", "Peer assessment", "Assessment"]
    assert names(in_the_close, "assess")[:3] == ["Peer assessment", "Assessment", "Self-assessment"]
    assert names(outside, "assess")[:3] == ["Assessment", "Peer assessment", "Self-assessment"]


@pytest.mark.parametrize("typed", ["xyl", "ylop", "xylofone"])
def test_a_term_used_only_where_somebody_may_not_look_is_no_suggestion_for_them(make, village, sign_in, typed):
    make.topic(village.cellar, village.fay, tags=("Xylophone",))
    assert names(sign_in(village.ada), typed) == ["Xylophone"]
    for person in (village.ben, village.olu, village.mona):
        assert names(sign_in(person), typed) == []


def test_at_most_eight_are_told_and_nonsense_is_answered(make, village, ada):
    make.vocabulary(*(f"Reading {number}" for number in range(20)))
    assert len(names(ada, "read")) == 8
    for typed in ("\x00", "x" * 5000, "😀", "' OR 1=1", "a " * 500):
        assert ada.get("/terms/suggest", query_string={"q": typed}).status_code == 200


@pytest.mark.shared
def test_of_four_thousand_terms_the_fitting_ones_are_suggested(make, village, ada, counted):
    path = SHARED / "data" / "vocab-education" / "education_topics.tsv"
    entries = tables.read(path).entries
    with unit_of_work():
        keeping.keep(entries)
        keeping.keep([keeping.Entry(f"{each.scheme} again", each.code, f"{each.name} too"[:60]) for each in entries])
    assert session().scalar(select(func.count()).select_from(Term)) == 4000
    tags = [each.name for each in entries[:400]]
    for at in range(0, 400, 10):
        make.topic(village.close, village.ada, tags=tags[at : at + 10])
    assert any("assessment" in name.lower() for name in names(ada, "assess"))
    assert names(ada, "peer abuse")[0] == "Bullying"
    for word in (*"e ed edu education assess".split(), "peer abuse", "sycholog", "techer trainig", "matematics", "xqz"):
        with counted() as sql:
            suggested(ada, word)
        assert sql.count <= STATEMENTS, (word, sql.count)
