"""The vocabulary and a term's page, with what each reader may see; and what managers change."""

import re

import pytest
from sqlalchemy import select

from cop.core import terms
from cop.core.db import session, unit_of_work
from cop.core.terms import Term, keeping
from tests.support.cast import fresh


@pytest.fixture
def mona(village, sign_in):
    return sign_in(village.mona)


@pytest.fixture
def known(village):
    """Psychology twice, with what is broader; and Bullying."""
    with unit_of_work():
        keeping.keep(
            [
                keeping.Entry("One", "1", "Sciences"),
                keeping.Entry("One", "2", "Psychology", (), ("One", "1")),
                keeping.Entry("Two", "1", "Teaching"),
                keeping.Entry("Two", "2", "Psychology", (), ("Two", "1")),
                keeping.Entry("Two", "3", "Bullying", ("Peer abuse",), ("Two", "1")),
            ]
        )


def rows(page):
    """Each term of a list with the words beside it."""
    found = re.findall(r'<h3 class="topic-row-title"><a [^>]+>([^<]+)</a></h3>\s*<p class="meta dots">(.*?)</p>', page)
    return [(name, " ".join(re.findall(r"<span>([^<]+)", beside))) for name, beside in found]


def called(name):
    return session().scalars(select(Term).where(Term.name == name)).one()


def test_terms_are_listed_by_name_and_those_of_one_label_with_what_is_broader(known, sign_in, village):
    ada = sign_in(village.ada)
    assert rows(ada.get("/terms").text) == [
        ("Bullying", ""), ("Psychology", "under Sciences"), ("Psychology", "under Teaching"), ("Sciences", ""),
        ("Teaching", ""),
    ]  # fmt: skip
    assert [name for name, _beside in rows(ada.get("/terms?letter=b").text)] == ["Bullying"]
    assert [name for name, _beside in rows(ada.get("/terms?q=abus").text)] == ["Bullying"]
    assert "No term like this" in ada.get("/terms?q=xylophone").text
    for nonsense in ("letter=%00", "letter=%25", "page=0", "page=99999", "q=" + "x" * 5000, "q=%F0%9F%98%80"):
        assert ada.get(f"/terms?{nonsense}").status_code == 200
    for nonsense in ("/terms/%00", "/terms/%20", "/terms/" + "x" * 5000, "/topics?tag=%00"):
        assert ada.get(nonsense).status_code == 404


def test_counts_are_of_what_the_reader_may_see(make, village, sign_in):
    for place in (village.square, village.close, village.cellar):
        make.topic(place, village.fay, tags=("Phonics",))
    with unit_of_work():
        terms.set_terms(fresh(village.ben), ["Phonics"])
        quiet = fresh(village.fay)
        terms.set_terms(quiet, ["Phonics"])
        quiet.visibility = {"terms": "me"}
    told = {}
    for person in (village.fay, village.ada, village.ben, village.olu, village.mona):
        browser = sign_in(person)
        told[person.handle] = dict(rows(browser.get("/terms").text))["Phonics"]
        assert told[person.handle] in " ".join(re.findall(r"<span>([^<]+)", browser.get("/terms/phonics").text))
    assert told == {
        "fay": "3 topics 2 people",
        "ada": "3 topics 1 person",
        "ben": "2 topics 1 person",
        "olu": "1 topic 1 person",
        "mona": "1 topic 1 person",
    }


def test_a_term_used_only_where_somebody_may_not_look_is_no_term_for_them(make, village, sign_in, guest):
    make.topic(village.cellar, village.fay, tags=("Underground",))
    make.topic(village.square, village.fay, tags=("Outdoors",))
    with unit_of_work():
        quiet = fresh(village.ben)
        terms.set_terms(quiet, ["Sorrow"])
        quiet.visibility = {"terms": "me"}
        keeping.set_parent(called("Underground"), called("Outdoors"))
    for person, seen in ((village.ada, True), (village.olu, False), (village.mona, False)):
        browser = sign_in(person)
        assert ("Underground" in browser.get("/terms").text) is seen
        assert ("Underground" in browser.get("/terms?q=underground").text.partition("<h2")[2]) is seen
        assert ("Underground" in browser.get("/terms/outdoors").text) is seen, "nor among the narrower ones"
        assert browser.get("/terms/underground").status_code == (200 if seen else 404)
        assert browser.get("/topics?tag=underground").status_code == (200 if seen else 404)
        assert browser.get("/communities/square/topics?tag=underground").status_code == (200 if seen else 404)
        assert "Sorrow" not in browser.get("/terms").text
        assert browser.get("/terms/sorrow").status_code == 404
        assert ("u" in re.findall(r"letter=(\w)", browser.get("/terms").text)) is seen, "nor its letter"
    assert sign_in(village.ben).get("/terms/sorrow").status_code == 200
    for path in ("/terms", "/terms/outdoors"):
        assert guest.get(path).status_code == 302


def test_a_page_says_what_is_broader_and_narrower_and_leads_on(known, make, village, sign_in):
    make.topic(village.square, village.ada, tags=("peer abuse",))
    page = sign_in(village.ada).get("/terms/bullying").text
    for said in (
        "Peer abuse",
        'href="/terms/teaching"',
        'href="/topics?tag=bullying"',
        'href="/find?q=Bullying"',
        "Two",
    ):
        assert said in page
    assert ("Bullying", "1 topic") in rows(sign_in(village.ada).get("/terms/teaching").text)
    assert sign_in(village.ada).get("/terms/peer-abuse").location == "/terms/bullying"


def test_a_label_files_under_the_networks_own_term_else_under_the_one_that_is_used_most(known, make, village):
    one, two = session().scalars(select(Term).where(Term.name == "Psychology").order_by(Term.id))
    with unit_of_work():
        session().add(terms.Tagging(term_id=two.id, kind="person", thing_id=village.ada.id))
    topic = make.topic(village.square, village.ada, tags=("psychology",))
    assert terms.terms_of("topic", [topic.id])[topic.id][0].id == two.id
    with unit_of_work():
        for person in (village.ben, village.fay, village.olu):
            session().add(terms.Tagging(term_id=one.id, kind="person", thing_id=person.id))
        terms.set_terms(fresh(topic), ["Psychology", "New"])
    assert terms.terms_of("topic", [topic.id])[topic.id][0].id == two.id, "it stays where it is"
    with unit_of_work():
        own = Term(slug=terms.filing.free_slug("Psychology"), name="Psychology")
        session().add(own)
    topic = make.topic(village.square, village.ada, tags=("PSYCHOLOGY",))
    assert terms.terms_of("topic", [topic.id])[topic.id][0].id == own.id


def test_a_manager_names_a_term_and_what_was_is_its_alias(make, village, mona, guest):
    make.topic(village.square, village.ada, tags=("Phonix", "Reading"))
    answer = mona.post("/terms/phonix/edit", data={"name": "Phonics", "broader": "reading", "also": "Letter sounds"})
    assert (answer.status_code, answer.location) == (303, "/terms/phonics")
    page = mona.get("/terms/phonics").text
    assert "Letter sounds, Phonix" in page
    assert 'href="/terms/reading"' in page
    assert guest.get("/topics?tag=phonix").location == "/topics?tag=phonics"
    assert terms.of_label("letter sounds") is called("Phonics")
    form = mona.get("/terms/phonics/edit").text
    assert 'value="Letter sounds, Phonix"' in form
    mona.post("/terms/phonics/edit", data={"name": "Phonics", "broader": "", "also": "Phonix"})
    assert terms.of_label("letter sounds") is None
    assert called("Phonics").parent_id is None
    make.topic(village.square, village.ada, tags=("phonix",))
    assert mona.get("/terms/phonix").location == "/terms/phonics"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Write one term, without commas."),
        ({"name": "a, b"}, "Write one term, without commas."),
        ({"name": "x" * 61}, "At most 60 characters."),
        ({"name": "teaching"}, "There is another term with this name: merge the two instead."),
        ({"name": "Bullying", "broader": "nothing"}, "There is no term “nothing”."),
        ({"name": "Bullying", "broader": "Bullying"}, "That lies under this term itself."),
        ({"name": "Bullying", "also": "y" * 61}, "is too long for a term"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_changes(known, mona, typed, said):
    answer = mona.post("/terms/bullying/edit", data={"broader": "Teaching", "also": "", **typed})
    assert (answer.status_code, said in answer.text) == (422, True)
    term = called("Bullying")
    assert (term.parent_id, [alias.name for alias in term.aliases]) == (called("Teaching").id, ["Peer abuse"])


def test_nothing_is_broader_than_itself(known, mona):
    answer = mona.post("/terms/teaching/edit", data={"name": "Teaching", "broader": "bullying", "also": ""})
    assert (answer.status_code, "That lies under this term itself." in answer.text) == (422, True)
    assert called("Teaching").parent_id is None


def test_a_broader_term_that_shares_its_label_stays_the_one_it_is(known, mona):
    with unit_of_work():
        _one, two = session().scalars(select(Term).where(Term.name == "Psychology").order_by(Term.id))
        keeping.set_parent(called("Bullying"), two)
    mona.post("/terms/bullying/edit", data={"name": "Bullying", "broader": "Psychology", "also": ""})
    assert called("Bullying").parent_id == two.id
