"""People of The Carpentries, imported as an operator does: known by exactly their names, what they wrote with its day
and its source, each record that is left out with its line, and as often as one likes.
"""

import csv
import html
import json
import re
from ast import literal_eval

import pytest
from sqlalchemy import func, select

import cop
from cop import search
from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.imports import keeping, statements
from cop.people import finder
from cop.people.finder import Asked
from cop.people.models import Affiliation, Person, Statement
from cop.people.service import claim
from cop.people.service.statements import hide_statement
from cop.search import analysis
from tests.support.shared import SHARED

FILE = SHARED / "data" / "people-carpentries" / "people.jsonl"


def imported(command, path, *more):
    answer = command("import", "people", str(path), "--json", *more)
    assert answer.status == 0, answer.err
    return answer.json


def counts(told):
    return told["added"], told["changed"], told["unchanged"], told["rejected"]


def how_many(model):
    return session().scalar(select(func.count()).select_from(model))


def called(name):
    return session().scalars(select(Person).where(Person.name == name)).one()


def the_statement():
    return session().scalars(select(Statement)).one()


def text(**fields):
    return {
        "kind": "introduction", "date": "2021-07-26", "post": "2021/07/new-trainers.md", "title": "Our new trainers",
        "bio": "I teach *bookbinding*.", "organisations_mentioned": ["University of Nowhere"], **fields,
    }  # fmt: skip


def record(name="Mia Marsh", *texts):
    return {"name": name, "texts": list(texts) or [text()]}


@pytest.fixture
def people(tmp_path):
    """A file with these records, or lines."""

    def write(*records):
        path = tmp_path / "people.jsonl"
        lines = [each if isinstance(each, str) else json.dumps(each) for each in records]
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return path

    return write


def test_a_person_comes_with_what_they_wrote_and_where(command, people):
    told = imported(command, people(record("Mia Marsh", text(), text(post="2019/01/election.html", date="2019-01-02"))))
    assert counts(told) == (1, 0, 0, 0)
    mia = called("Mia Marsh")
    assert (mia.status, mia.about, mia.handle) == ("placeholder", "", "mia-marsh")
    first, second = session().scalars(select(Statement).order_by(Statement.written_on)).all()
    assert (first.post, first.written_on.isoformat()) == ("2019/01/election.html", "2019-01-02")
    assert (second.title, second.occasion, second.text) == ("Our new trainers", "introduction", "I teach bookbinding.")
    assert second.html == "<p>I teach <em>bookbinding</em>.</p>\n"
    assert (second.attribution, second.licence) == ("The Carpentries, carpentries.org", "CC BY 4.0")
    assert second.post_url.endswith("/content/posts/2021/07/new-trainers.md")
    assert second.audience == "network"
    assert how_many(Affiliation) == 0, "an institution that was guessed is nobody's word"


def test_nobody_hears_of_it_and_it_happened_once(command, people):
    path = people(record())
    imported(command, path)
    imported(command, path)
    deeds = [(each.verb, each.kind, each.quiet) for each in session().scalars(select(Activity).order_by(Activity.id))]
    assert deeds == [("imported", "person", True), ("stated", "statement", True)]


def test_a_dry_run_tells_the_same_and_writes_nothing(command, people):
    path = people(record(), record("Noor Nash", text(date="yesterday")))
    told = imported(command, path, "--dry-run")
    assert (counts(told), told["dry_run"]) == ((1, 0, 0, 1), True)
    assert how_many(Person) == how_many(Statement) == 0
    again = imported(command, path)
    assert {**told, "dry_run": False} == again
    assert counts(imported(command, path, "--dry-run")) == (0, 0, 1, 1)


def test_what_the_file_says_otherwise_is_changed_and_what_it_lacks_stays(command, people):
    imported(command, people(record("Mia Marsh", text(), text(post="2019/01/election.md"))))
    told = imported(command, people(record("Mia Marsh", text(bio="I teach *printing*.", title="Trainers"))))
    assert counts(told) == (0, 1, 0, 0)
    assert [(each.title, each.text) for each in session().scalars(select(Statement).order_by(Statement.id))] == [
        ("Trainers", "I teach printing."),
        ("Our new trainers", "I teach bookbinding."),
    ]
    told = imported(command, people(record("Mia Marsh", text(bio="I teach *printing*.", title="Trainers"))))
    assert counts(told) == (0, 0, 1, 0)
    told = imported(command, people(record("Mia Marsh", text(post="2025/01/later.md"))))
    assert counts(told) == (0, 1, 0, 0)
    assert how_many(Person) == 1
    assert how_many(Statement) == 3


def test_names_that_are_only_alike_stay_apart(command, people):
    imported(command, people(record("Mia Marsh"), record("Mia Marsh Moor"), record("Mía Marsh")))
    assert [each.handle for each in session().scalars(select(Person).order_by(Person.id))] == [
        "mia-marsh",
        "mia-marsh-moor",
        "mia-marsh-2",
    ]


def test_everyone_reads_it_if_the_command_says_so(command, people):
    imported(command, people(record()), "--audience", "public")
    assert the_statement().audience == "public"
    assert counts(imported(command, people(record()))) == (0, 1, 0, 0)
    assert the_statement().audience == "network"
    assert command("import", "people", str(people(record())), "--audience", "me").status == 2


@pytest.mark.parametrize(
    ("bad", "field", "reason"),
    [
        ([1], "", "it is not an object"),
        ({"texts": [text()]}, "name", "there is no name"),
        (record("123"), "name", "“123” has no letter"),
        (record("m" * 121), "name", "it is longer than 120 characters"),
        ({"name": 7, "texts": [text()]}, "name", "it is not a text"),
        ({"name": "Noor"}, "texts", "there is no list of texts"),
        ({"name": "Noor", "texts": []}, "texts", "there is no list of texts"),
        (record("Noor", "words"), "texts 1", "it is not an object"),
        (record("Noor", text(), text(post="b.md", date="2021-02-30")), "texts 2, date", "“2021-02-30” is not a day"),
        (record("Noor", text(post="")), "texts 1, post", "there is no post"),
        (record("Noor", text(post="../../x")), "texts 1, post", "“../../x” does not name a post"),
        (record("Noor", text(), text()), "texts 2, post", "“2021/07/new-trainers.md” stands there twice"),
        (record("Noor", text(title="  ")), "texts 1, title", "there is no title"),
        (record("Noor", text(title="t" * 301)), "texts 1, title", "it is longer than 300 characters"),
        (record("Noor", text(bio=None)), "texts 1, bio", "it is not a text"),
        (record("Noor", text(bio="<p> </p>")), "texts 1, bio", "there is no word in it"),
        (record("Noor", text(bio="w" * 30_001)), "texts 1, bio", "it is longer than 30,000 characters"),
        (
            record("Noor", text(bio="w * " * 7_000)),
            "texts 1, bio",
            "with its markup it is longer than 30,000 characters",
        ),
        (record(), "name", "“Mia Marsh” stands in line 1 too"),
    ],
)
def test_a_record_that_cannot_be_is_left_out_whole_with_line_field_and_reason(command, people, bad, field, reason):
    told = imported(command, people(record(), bad, record("Zoe Zell")))
    assert counts(told) == (2, 0, 0, 1)
    (left_out,) = told["left_out"]
    assert (left_out["place"], left_out["column"]) == ("people.jsonl, line 2", field)
    assert reason in left_out["reason"]
    assert sorted(session().scalars(select(Person.name))) == ["Mia Marsh", "Zoe Zell"]
    assert how_many(Statement) == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"name": "Noor", "texts": [{"bio": "I', "people.jsonl, line 2, column 36: Unterminated string"),
        ('{"name": ' + "[" * 99_999, "people.jsonl, line 2: it is nested too deeply"),
        ('{"name": ' + "9" * 9_999 + "}", "people.jsonl, line 2: Exceeds the limit"),
    ],
)
def test_a_broken_file_is_refused_with_line_and_reason_and_nothing_is_written(command, people, line, said):
    answer = command("import", "people", str(people(record(), line)))
    assert answer.status == 1
    assert said in answer.err
    assert "Nothing was imported." in answer.err
    assert how_many(Person) == 0


def test_what_is_no_such_file_is_refused_in_a_sentence(command, people, tmp_path):
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")
    for path, said in (
        (people(), "people.jsonl is empty"),
        (tmp_path / "picture", "picture is not a text file in UTF-8"),
        (tmp_path / "none", "No such file"),
    ):
        answer = command("import", "people", str(path))
        assert answer.status == 1
        assert said in answer.err


def test_a_day_that_is_not_told_is_the_one_in_the_posts_name_or_none(command, people):
    named = text(date="", post="2018/08/2018-08-09-committee.md")
    told = imported(command, people(record("Mia Marsh", named), record("Noor", text(date=""))))
    assert told["notes"] == [
        f"people.jsonl, line 1: the text of {named['post']} has no date: 2018-08-09, from the post's name, was taken.",
        "people.jsonl, line 2: the text of 2021/07/new-trainers.md has no date: it stands without one.",
    ]
    days = session().scalars(select(Statement.written_on).order_by(Statement.id)).all()
    assert [str(day) for day in days] == ["2018-08-09", "None"]


@pytest.mark.parametrize(
    ("post", "bio", "made"),
    [
        ("a.html", "<h2>Why</h2>\n<p>\n    Because.</p>", "<h2>Why</h2>\n<p>Because.</p>"),
        ("a.md", '<p><b>From <a href="https://a.example">there</a></b></p>\n\n*Me.*', "<em>Me.</em>"),
        ("a.md", '<span style="color: red">Red</span> ink', "<p>Red ink</p>"),
        ("a.md", "See [this post](/blog/2014/12/x.html) and [that](../y.md).", "<p>See this post and that.</p>"),
        ("a.html", '<p>See <a href="/workshops/past/">these</a>.</p>', "<p>See these.</p>"),
        ("a.md", "![Mia, laughing](/images/mia.png) I teach.", "<p>Mia, laughing I teach.</p>"),
        ("a.html", '<img src="/m.png"><p>I teach.</p>', "<p>I teach.</p>"),
        ("a.md", "<script>alert(1)</script>\n\nI teach.", "<p>I teach.</p>"),
        ("a.html", '<p onclick="x()"><a href="javascript:x()">I</a> teach.</p>', "<p>I teach.</p>"),
        ("a.md", "Find me: @mia-marsh.", "<p>Find me: @mia-marsh.</p>"),
    ],
)
def test_markdown_html_and_both_become_clean_text_without_links_that_lead_nowhere(command, people, post, bio, made):
    imported(command, people(record("Mia Marsh")))
    with unit_of_work():
        called("Mia Marsh").status = "active"  # there is somebody whom @mia-marsh would name
    imported(command, people(record("Noor", text(post=post, bio=bio))))
    statement = session().scalars(select(Statement).join(Statement.person).where(Person.name == "Noor")).one()
    assert made in statement.html
    assert not re.search(r'<(script|img|span)|onclick|href="(?!https://)|&lt;', statement.html)


def test_an_interrupted_run_leaves_no_halves_and_is_gone_on_with(command, people, monkeypatch):
    path = people(*(record(f"Person {'abcdefghi'[n]}", text(), text(post="b.md")) for n in range(9)))
    monkeypatch.setattr(keeping, "BATCH", 3)
    keep, batches = statements.keep, iter(range(9))

    def interrupted(entries):
        done = keep(entries)
        if next(batches) == 1:
            raise KeyboardInterrupt  # after the rows of the second batch, before they are committed
        return done

    monkeypatch.setattr(statements, "keep", interrupted)
    assert command("import", "people", str(path)).status == 1
    assert (how_many(Person), how_many(Statement)) == (3, 6)
    monkeypatch.undo()
    assert counts(imported(command, path)) == (6, 0, 3, 0)
    assert (how_many(Person), how_many(Statement)) == (9, 18)


def test_after_a_claim_a_further_run_finds_what_was_claimed_and_leaves_its_readers_alone(command, own, people):
    imported(command, people(record()), "--audience", "public")
    ada = own.person("Ada Lowe", handle="ada")
    with unit_of_work() as db:
        claim.take_over(db.get_one(Person, ada.id), called("Mia Marsh"))
    assert counts(imported(command, people(record()))) == (0, 0, 1, 0)
    assert the_statement().person_id == ada.id
    assert the_statement().audience == "public", "it was public when she claimed it"
    told = imported(command, people(record("Mia Marsh", text(), text(post="2025/01/later.md"))))
    assert counts(told) == (0, 1, 0, 0)
    assert set(session().scalars(select(Statement.person_id))) == {ada.id}, "what comes later is hers too"
    assert how_many(Person) == 2


def test_after_a_claim_nothing_new_is_made_public_for_somebody(command, own, people):
    imported(command, people(record()), "--audience", "public")
    ada = own.person("Ada Lowe", handle="ada")
    with unit_of_work() as db:
        claim.take_over(db.get_one(Person, ada.id), called("Mia Marsh"))
    later = people(record("Mia Marsh", text(), text(post="2025/01/later.md")))
    assert counts(imported(command, later, "--audience", "public")) == (0, 1, 0, 0)
    assert counts(imported(command, later, "--audience", "public")) == (0, 0, 1, 0)
    of_posts = session().scalars(select(Statement.audience).order_by(Statement.id))
    assert of_posts.all() == ["public", "network"]


def test_what_was_taken_away_stays_away_when_its_source_changes(command, own, people):
    imported(command, people(record()))
    mona = own.person("Mona Reid", is_manager=True)
    with unit_of_work() as db:
        hide_statement(db.get_one(Person, mona.id), the_statement())
    assert counts(imported(command, people(record()))) == (0, 0, 1, 0)
    imported(command, people(record("Mia Marsh", text(title="Another title"))))
    assert (the_statement().title, the_statement().hidden_by_id) == ("Another title", mona.id)


# -- the real file ----------------------------------------------------------------------------------------------------


def golden(check):
    with (SHARED / "data" / "GOLDEN.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return literal_eval(next(row["value"] for row in rows if (row["set"], row["check"]) == (FILE.parent.name, check)))


ASKED = {
    "bioinformatic": "bioinformatics",
    "information literacy": "information literacy",
    "librarian": "librarian",
    "data visuali": "data visualization",
    "R-Ladies": "R-Ladies",
    "accessib": "accessibility",
    "genomic": "genomics",
}
"""What somebody would ask for whom the measured facts are about a part of a word."""


@pytest.fixture
def carpentries(command):
    """The network after the real file was imported, with what the command told."""
    return imported(command, FILE)


@pytest.mark.shared
def test_the_real_people_are_all_there_with_their_texts(command, carpentries):
    assert counts(carpentries) == (101, 0, 0, 0)
    assert (how_many(Person), how_many(Statement), how_many(Affiliation)) == (101, 118, 0)
    assert set(session().scalars(select(Person.status))) == {"placeholder"}
    assert set(session().scalars(select(Person.about))) == {""}
    many = select(Statement.person_id).group_by(Statement.person_id).having(func.count() > 1)
    assert len(session().scalars(many).all()) == golden("people with 2+ texts")
    told = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert {each["name"] for each in told} == set(session().scalars(select(Person.name)))
    assert called("Bonny Adane").id != called("Bonny Adane Bayissa").id
    assert called("Ekatarina (Eka) Grguric").handle == "ekatarina-eka-grguric"
    assert called("Yanina Noemí Bellini Saibene").handle == "yanina-noemi-bellini-saibene"
    days = {text["post"]: text["date"] for each in told for text in each["texts"]}
    kept = session().execute(select(Statement.post, Statement.written_on, Statement.title, Statement.occasion)).all()
    assert all(str(day) == (days[post] or "2018-08-09") and title and kind for post, day, title, kind in kept)
    assert len(carpentries["notes"]) == sum(not text["date"] for each in told for text in each["texts"]) == 3
    pages = session().scalars(select(Statement.html)).all()
    assert not [page for page in pages if re.search(r'&lt;/?\w|<(img|script|span)|href="(?!https?://|mailto:)', page)]
    assert counts(imported(command, FILE)) == (0, 0, 101, 0)
    assert (how_many(Person), how_many(Statement)) == (101, 118)


@pytest.mark.shared
@pytest.mark.parametrize("words", ASKED)
def test_the_finder_gives_the_real_people_who_say_so_with_what_they_said(command, own, carpentries, words):
    number, some = golden(f'people whose own text says "{words}"')
    rows = session().execute(select(Person.name, Statement.text).join(Statement, Statement.person_id == Person.id))
    texts: dict[str, list[str]] = {}
    for name, said in rows:
        texts.setdefault(name, []).append(" ".join(said.split()))
    saying = sorted(name for name, said in texts.items() if any(words.lower() in each.lower() for each in said))
    assert (len(saying), saying[:6]) == (number, some)

    ada = own.person("Ada Lowe", handle="ada")
    search.rebuild()
    found = everybody_found(ada, ASKED[words])
    asked = set(analysis.terms(ASKED[words]))
    holding = {name for name, said in texts.items() if any(asked <= set(analysis.terms(each)) for each in said)}
    assert holding
    assert holding <= set(found), "all whose text holds the words, whatever their endings"
    one = {name for name, said in texts.items() if any(asked & set(analysis.terms(each)) for each in said)}
    assert set(found) <= one, "and nobody whose text holds none of them"
    for name in holding:
        lines = [line for line in found[name] if line.url.startswith("/statements/")]
        assert any(hit for line in lines for _piece, hit in line.passage), f"{name} is found without a reason"


def everybody_found(person, words):
    """Everybody on all pages of what was found, with the evidence."""
    found, page = {}, 1
    while people := finder.find(person, Asked(words, "people", page)).people:
        found |= {each.person.name: each.evidence for each in people}
        page += 1
    return found


@pytest.mark.shared
def test_the_page_of_what_was_found_cites_the_real_people(command, own, carpentries):
    ada = own.person("Ada Lowe", handle="ada")
    search.rebuild()
    application = cop.create_app(
        cop.load_settings(data_dir=command.folder, database_url=command.environment["COP_DATABASE_URL"])
    )
    client = application.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = own.sign_in(ada), True
    page = html.unescape(client.get("/find?q=information+literacy").text)
    result = page[page.index('aria-label="Ben Chiewphasa"') :]
    result = result[: result.index("</article>")]
    assert re.search(r'<a href="/statements/\d+', result)
    assert "<mark>information</mark> <mark>literacy</mark>" in result
