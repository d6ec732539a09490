"""Vocabularies of terms, imported as an operator does: known by scheme and id, never half-loaded, as often as one
likes.
"""

from ast import literal_eval

import pytest
from sqlalchemy import func, select

from cop.core import terms
from cop.core.activity import Activity
from cop.core.db import session
from cop.core.terms import Term, TermAlias, keeping
from cop.imports import keeping as kept_in_batches
from tests.support.shared import SHARED

TOPICS = SHARED / "data" / "vocab-education" / "education_topics.tsv"
HEADINGS = "id\tlabel\talt_labels\tparent_id\tscheme\tkind\trelated_ids"


def imported(command, path, *more):
    answer = command("import", "vocabulary", str(path), "--json", *more)
    assert answer.status == 0, answer.err
    return answer.json


def counts(told):
    return told["added"], told["changed"], told["unchanged"], told["rejected"]


def called(name, scheme=None):
    statement = select(Term).where(Term.name == name, *([Term.scheme == scheme] if scheme else []))
    return session().scalars(statement).one()


@pytest.fixture
def table(tmp_path):
    """A table with these rows."""

    def write(*rows, headings=HEADINGS, encoding="utf-8"):
        path = tmp_path / "terms.tsv"
        path.write_bytes("\n".join([headings, *rows, ""]).encode(encoding))
        return path

    return write


@pytest.fixture
def turtle(tmp_path):
    """A file in SKOS."""

    def write(text):
        path = tmp_path / "terms.ttl"
        path.write_text(PREFIXES + text, encoding="utf-8")
        return path

    return write


def golden(check):
    with (SHARED / "data" / "GOLDEN.tsv").open(encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return next(value for name, what, value in rows if (name, what) == ("vocab-education", check))


@pytest.mark.shared
@pytest.mark.service  # it starts none, but takes as long
def test_two_thousand_terms_are_kept_with_their_hierarchy_and_a_second_run_changes_nothing(command):
    assert counts(imported(command, TOPICS, "--dry-run")) == (2000, 0, 0, 0)
    assert session().scalar(select(func.count()).select_from(Term)) == 0, "a dry run writes nothing"
    told = imported(command, TOPICS)
    assert counts(told) == (2000, 0, 0, 0)
    assert not any("is not there" in note for note in told["notes"]), "no broader term is missing"
    assert counts(imported(command, TOPICS)) == (0, 0, 2000, 0)
    assert counts(imported(command, TOPICS, "--dry-run")) == (0, 0, 2000, 0)
    assert session().scalar(select(func.count()).where(Term.parent_id.is_not(None))) == 1978
    number, aliases = literal_eval(golden("terms / alt labels"))
    assert session().scalar(select(func.count()).select_from(Term)) == number
    assert session().scalar(select(func.count()).select_from(TermAlias)) == aliases
    labels = select(func.lower(Term.name)).group_by(func.lower(Term.name))
    several = session().scalars(labels.having(func.count() > 1)).all()
    assert len(several) == int(golden("same label in two schemes")), "each of them is a term of its own"
    assert told["notes"] == [
        "145 labels stand in several schemes: each is a term of each.",
        "26 labels stand more than once in one scheme: each is a term of its own.",
    ]
    assert [terms.of_label("peer abuse").name] == literal_eval(golden('alt "peer abuse" ->'))
    begins = session().scalars(select(Term.name).where(Term.name_key.startswith("assess"))).all()
    assert begins == literal_eval(golden('prefix "assess"')), "no label begins so"
    slugs = session().scalars(select(Term.slug)).all()
    assert len(set(slugs)) == number


SCHOOLS = (
    "e:1\tTeaching\t\t\tEducation",
    "e:2\tAssessment\tTesting|Marking\te:1\tEducation",
    "e:3\tPeer assessment\t\te:2\tEducation",
)


def test_what_the_vocabulary_says_otherwise_is_changed_and_said(command, table):
    assert counts(imported(command, table(*SCHOOLS))) == (3, 0, 0, 0)
    newer = (SCHOOLS[0], SCHOOLS[1].replace("Assessment", "Assessing"), SCHOOLS[2].replace("e:2", "e:1"))
    assert counts(imported(command, table(*newer), "--dry-run")) == (0, 2, 1, 0)
    assert called("Assessment").slug == "assessment", "a dry run writes nothing"
    assert counts(imported(command, table(*newer))) == (0, 2, 1, 0)
    assert counts(imported(command, table(*newer))) == (0, 0, 3, 0)
    assert terms.term("assessment") is called("Assessing"), "the old address leads there"
    assert called("Peer assessment").parent_id == called("Teaching").id
    deeds = session().execute(select(Activity.verb, Activity.quiet).order_by(Activity.id)).all()
    assert deeds == [("added", True)] * 3 + [("changed", True)] * 2


def test_broader_terms_may_stand_anywhere_in_the_file(command, table):
    assert counts(imported(command, table(*reversed(SCHOOLS)))) == (3, 0, 0, 0)
    assert called("Peer assessment").parent_id == called("Assessment").id


def test_what_a_manager_named_and_joined_stays_so(command, table, own):
    imported(command, table(*SCHOOLS))
    own.merge("Peer assessment", "Assessment")
    own.merge("Teaching", "Assessment")
    assert counts(imported(command, table(*SCHOOLS))) == (0, 0, 3, 0)
    assert terms.of_label("peer assessment") is terms.of_label("teaching") is called("Assessment")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("\tNo id\t\t\tEducation", "id", "there is no id"),
        ("e:9\t\t\t\tEducation", "label", "there is no label"),
        ("e:9\t***\t\t\tEducation", "label", "“***” has no letter or figure"),
        ("e:9\tNo scheme\t\t\t", "scheme", "there is no scheme"),
        ("e:2\tAgain\t\t\tEducation", "id", "the same term stands in terms.tsv, row 3"),
        ("e:9\tItself\t\te:9\tEducation", "parent_id", "its broader terms lead back to it"),
        (f"e:9\t{'x' * 61}\t\t\tEducation", "label", f"“{'x' * 60}…” is longer than 60 characters"),
    ],
)
def test_a_row_that_does_not_fit_is_left_out_with_the_reason_and_the_others_are_kept(
    command, table, row, column, reason
):
    told = imported(command, table(*SCHOOLS, row))
    assert counts(told) == (3, 0, 0, 1)
    assert told["left_out"] == [{"place": "terms.tsv, row 5", "column": column, "reason": reason}]
    answer = command("import", "vocabulary", str(table(*SCHOOLS, row)))
    assert f"terms.tsv, row 5, column “{column}”: {reason}." in answer.out


def test_terms_that_lie_under_one_another_in_a_circle_are_left_out_and_what_lay_under_them_is_told(command, table):
    told = imported(
        command,
        table("e:1\tA\t\te:3\tE", "e:2\tB\t\te:1\tE", "e:3\tC\t\te:2\tE", "e:4\tD\t\te:1\tE", "e:5\tF\t\tgone\tE"),
    )
    assert counts(told) == (2, 0, 0, 3)
    assert [each["place"] for each in told["left_out"]] == [f"terms.tsv, row {row}" for row in (2, 3, 4)]
    assert told["notes"] == [
        "terms.tsv, row 5: the broader term “e:1” is not there.",
        "terms.tsv, row 6: the broader term “gone” is not there.",
    ]


def test_a_tower_of_broader_terms_is_no_vocabulary(command, table):
    told = imported(command, table(*(f"e:{n}\tTerm {n}\t\te:{n - 1}\tE" for n in range(40))))
    assert counts(told) == (31, 0, 0, 9)


def test_an_interrupted_import_is_finished_by_the_next(command, table, monkeypatch):
    monkeypatch.setattr(kept_in_batches, "BATCH", 2)
    path = table(*SCHOOLS)

    def stop(done, _total):
        if done:
            raise KeyboardInterrupt

    from cop.imports.vocabularies import tables

    with pytest.raises(KeyboardInterrupt):
        kept_in_batches.keep(tables.read(path).entries, keeping.keep, stop)
    assert counts(imported(command, path)) == (1, 0, 2, 0)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.tsv", None, "cannot be read: No such file or directory."),
        ("empty.tsv", b"", "empty.tsv is empty: the first row must name the columns."),
        ("other.tsv", b"a\tb\n1\t2\n", "other.tsv has no column “id”"),
        ("binary.tsv", b"id\tlabel\0\xff\xfe", "binary.tsv is not a text file"),
        ("broken.ttl", b"@prefix x: <http://x/> .\nx:a x:b\nx:c x:d x:e ; .\n<<<", "broken.ttl, line 3: this is not"),
        ("text.ttl", b"Dear all,\nplease find attached", "text.ttl, line 1: this is not Turtle."),
        ("latin.ttl", b"\xff\xfe\x00", "latin.ttl is not a text file in UTF-8."),
        ("deep.ttl", b"@prefix x: <http://x/> .\nx:a x:b " + b"[ x:b " * 20_000, "this is not Turtle"),
        ("nothing.ttl", b"@prefix x: <http://x/> .\nx:a x:b x:c .", "nothing.ttl has no skos:Concept"),
    ],
)
def test_what_is_no_vocabulary_is_refused_in_one_sentence_and_nothing_is_kept(command, tmp_path, name, content, said):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    answer = command("import", "vocabulary", str(path))
    assert answer.status == 1
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert session().scalar(select(func.count()).select_from(Term)) == 0


PREFIXES = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix e: <http://e.example/> .
"""
SKOS = """
e:scheme a skos:ConceptScheme ; dct:title "Education"@en, "Addysg"@cy .
e:1 a skos:Concept ; skos:inScheme e:scheme ; skos:prefLabel "Teaching"@en, "Addysgu"@cy, "Enseignement"@fr .
e:2 a skos:Concept ; skos:inScheme e:scheme ; skos:prefLabel "Assessment"@en-GB ; skos:broader e:1 ;
    skos:altLabel "Testing"@en, "Marking", "Asesu"@cy .
e:1 skos:narrower e:3 .
e:3 a skos:Concept ; skos:topConceptOf e:scheme ; skos:prefLabel "Ysgol"@cy .
e:4 a skos:Concept ; skos:inScheme e:scheme .
e:5 a skos:Concept ; skos:prefLabel "Alone"@en .
"""


def test_skos_is_read_with_its_english_labels_and_hierarchy(command, turtle):
    told = imported(command, turtle(SKOS))
    assert counts(told) == (3, 0, 0, 2)
    assert [(each["place"], each["column"]) for each in told["left_out"]] == [
        ("terms.ttl, http://e.example/4", "skos:prefLabel"),
        ("terms.ttl, http://e.example/5", "skos:inScheme"),
    ]
    teaching, assessment = called("Teaching", "Education"), called("Assessment", "Education")
    assert (assessment.code, assessment.parent_id) == ("http://e.example/2", teaching.id)
    assert sorted(alias.name for alias in assessment.aliases) == ["Marking", "Testing"]
    assert called("Ysgol").parent_id == teaching.id, "there is no English label, and narrower says it too"
    assert counts(imported(command, turtle(SKOS))) == (0, 0, 3, 2)


def test_skos_that_leads_back_is_left_out(command, turtle):
    told = imported(command, turtle(SKOS + "e:1 skos:broader e:2 ."))
    assert counts(told) == (1, 0, 0, 4)
    assert [each["place"] for each in told["left_out"] if each["column"] == "skos:broader"] == [
        "terms.ttl, http://e.example/1",
        "terms.ttl, http://e.example/2",
    ]
