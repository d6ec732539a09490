"""The one search box while somebody types: what is offered, in which order, how it is forgiven, and to whom."""

import itertools
import re

import pytest
from sqlalchemy import insert

from cop.communities import service as communities
from cop.communities.models import Community
from cop.communities.service.places import Purpose
from cop.core.db import unit_of_work
from cop.core.terms import keeping
from cop.core.terms.models import TermWord
from cop.people.models import Person, PersonWord

STATEMENTS = 20
"""SQL of a list, whatever is typed and however much there is."""
OPTION = re.compile(r'role="option"[^>]*data-url="([^"]*)"')


def offered(browser, typed):
    """Where the options lead, without the first, which searches."""
    answer = browser.get("/suggest", query_string={"q": typed}).json
    found = OPTION.findall(answer["html"])[1:]
    assert len(found) == answer["count"]
    return found


def groups(browser, typed):
    html = browser.get("/suggest", query_string={"q": typed}).json["html"]
    return re.findall(r'role="group" aria-label="(\w+)"', html)


@pytest.fixture
def ada(village, sign_in):
    return sign_in(village.ada)


@pytest.fixture
def known(village, make):
    """Something of everything that begins with "thorn", and Welsh names."""
    make.vocabulary("Thorn hedges", "Phonics")
    make.person("Siân Thornbeck", handle="sian", role="SENCO", institution="Thorn Primary")
    make.institution("Thorn Primary School", town="Hexham")
    make.institution("Ysgol Llŷn", town="Pwllheli")
    make.community("Thorny questions", slug="thorny")


def test_terms_people_institutions_and_communities_stand_in_one_list(known, ada):
    assert groups(ada, "thorn") == ["Terms", "People", "Institutions", "Communities"]
    assert offered(ada, "thorn") == [
        "/find?q=Thorn+hedges",
        "/people/sian",
        "/institutions/thorn-primary-school",
        "/communities/thorny",
    ]


def test_the_first_option_searches_for_the_words_as_they_were_typed(known, ada):
    html = ada.get("/suggest", query_string={"q": 'thorn "<p>'}).json["html"]
    assert OPTION.findall(html)[0] == "/find?q=thorn+%22%3Cp%3E"
    assert "Search for “thorn &#34;&lt;p&gt;”" in html


def test_each_option_says_what_tells_it_from_others(known, ada):
    html = ada.get("/suggest?q=thorn").json["html"]
    assert "SENCO, Thorn Primary" in html
    assert "<span>School</span><span>Hexham</span>" in html


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("llyn", ["/institutions/ysgol-llyn"]),
        ("Llŷn", ["/institutions/ysgol-llyn"]),
        ("pwllh", ["/institutions/ysgol-llyn"]),
        ("SIAN THORN", ["/people/sian"]),
        ("@sian", ["/people/sian"]),
        ("hedg", ["/find?q=Thorn+hedges"]),
        ("onic", ["/find?q=Phonics"]),
        ("Ada", ["/people/ada"]),
        ("ada fenwick", []),
        ("%", []),
        ("_", []),
        ("  ", []),
        ("", []),
    ],
)
def test_they_are_found_by_how_words_begin_and_terms_by_what_words_hold(known, ada, typed, found):
    assert offered(ada, typed) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("thronbeck", ["/people/sian"]),
        ("sina thornbekc", ["/people/sian"]),
        ("siann", ["/people/sian"]),
        ("hexam", ["/institutions/thorn-primary-school"]),
        ("yscol", ["/institutions/ysgol-llyn"]),
        ("phnoics", ["/find?q=Phonics"]),
        ("squaer", ["/communities/square"]),
        ("elsewere", ["/communities/elsewhere"]),
        ("fay fenwik", ["/people/fay"]),
        ("fay zzzzzz", []),
    ],
)
def test_typing_errors_are_forgiven(known, ada, typed, found):
    assert offered(ada, typed) == found


def test_the_very_words_come_before_words_that_are_like_them(make, village, ada):
    for name in ("Aled Smith", "Zoe Smyth"):
        make.person(name)
    assert offered(ada, "smyth") == ["/people/zoe-smyth", "/people/aled-smith"]


def test_where_many_hold_the_very_words_nothing_is_forgiven(make, village, ada):
    for name in ("Aled Smith", "Bea Smyth", "Cai Smyth", "Dee Smyth"):
        make.person(name)
    assert offered(ada, "smyth") == ["/people/bea-smyth", "/people/cai-smyth", "/people/dee-smyth"]


def test_ten_are_offered_at_most_and_each_sort_has_its_share(make, village, ada):
    make.vocabulary(*(f"Moor term {n}" for n in range(6)))
    for n in range(6):
        make.person(f"Moor Person {n}")
        make.institution(f"Moor School {n}")
    assert len(offered(ada, "moor")) == 10
    assert [url.split("/")[1][:4] for url in offered(ada, "moor")] == ["find"] * 4 + ["peop"] * 3 + ["inst"] * 3
    for n in range(6):
        make.community(f"Moor community {n}")
    shares = [url.split("/")[1][:4] for url in offered(ada, "moor")]
    assert shares == ["find"] * 3 + ["peop"] * 3 + ["inst"] * 2 + ["comm"] * 2


def test_a_label_of_several_terms_leads_to_their_pages_and_says_which_is_which(make, village, ada):
    with unit_of_work():
        keeping.keep(
            [
                keeping.Entry("Age", "1", "Primary schools"),
                keeping.Entry("Age", "2", "Reading", (), ("Age", "1")),
                keeping.Entry("Skills", "1", "Reading"),
            ]
        )
    html = ada.get("/suggest?q=reading").json["html"]
    assert offered(ada, "reading") == ["/terms/reading", "/terms/reading-2"]
    assert "<span>Primary schools</span>" in html
    assert "<span>Skills</span>" in html


def test_a_term_is_found_by_what_else_it_is_called(make, village, ada):
    with unit_of_work():
        keeping.keep([keeping.Entry("T", "1", "Bullying", ("Peer abuse",))])
    assert offered(ada, "peer ab") == ["/find?q=Bullying"]
    assert "<span>Peer abuse</span>" in ada.get("/suggest?q=peer+ab").json["html"]


def test_a_community_is_found_by_its_new_name_and_no_more_by_its_old_one(village, ada):
    with unit_of_work() as db:
        square = db.get_one(Community, village.square.id)
        communities.change_community(
            db.get_one(Person, village.fay.id), square, Purpose("The Orchard", "Talk.", "open")
        )
    assert offered(ada, "orchard") == ["/communities/square"]
    assert offered(ada, "square") == []


# -- who is offered what ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["cellar", "the cel", "cellra"])
def test_a_hidden_community_is_offered_to_those_who_know_of_it_alone(village, sign_in, guest, typed):
    for person in (village.fay, village.ada):
        assert offered(sign_in(person), typed) == ["/communities/cellar"]
    for person in (village.ben, village.olu, village.mona):
        assert offered(sign_in(person), typed) == []
    assert offered(guest, typed) == []


def test_the_signed_out_are_offered_what_is_public(known, village, guest):
    assert offered(guest, "square") == ["/communities/square"]
    assert offered(guest, "close") == []
    assert offered(guest, "thorn") == ["/institutions/thorn-primary-school"]
    assert offered(guest, "phonics") == []
    assert offered(guest, "ada") == []
    with unit_of_work() as db:
        db.get_one(Person, village.ada.id).visibility = {"headline": "public"}
    assert offered(guest, "ada") == ["/people/ada"]
    assert "Year 4 teacher" not in guest.get("/suggest?q=ada").text


@pytest.mark.parametrize("status", ["suspended", "deleted", "new", "placeholder"])
def test_who_has_no_account_in_good_standing_is_offered_to_nobody(make, village, sign_in, guest, status):
    make.person("Zed Quarry", status=status, visibility={"headline": "public"})
    for browser in (guest, *(sign_in(each) for each in (village.ada, village.olu, village.mona))):
        assert offered(browser, "quarry") == []
        assert offered(browser, "quary") == []


def test_of_a_person_only_those_fields_are_told_that_the_reader_may_see(village, sign_in):
    with unit_of_work() as db:
        db.get_one(Person, village.ada.id).visibility = {"role": "communities", "institution": "me"}
    seen = {
        person.handle: sign_in(person).get("/suggest?q=ada+lowe").text
        for person in (village.ada, village.ben, village.olu, village.mona)
    }
    assert [handle for handle, text in seen.items() if "Year 4 teacher" in text] == ["ada", "ben"]
    assert [handle for handle, text in seen.items() if "Birch Primary" in text] == ["ada"]
    assert all("Ada Lowe" in text for text in seen.values())


def test_a_term_used_only_where_somebody_may_not_look_is_not_offered(make, village, sign_in, guest):
    make.topic(village.cellar, village.fay, tags=("Xylophone",))
    for typed in ("xyloph", "xylofone", "lophone"):
        assert offered(sign_in(village.ada), typed) == ["/find?q=Xylophone"]
        for browser in (guest, *(sign_in(each) for each in (village.ben, village.olu, village.mona))):
            assert offered(browser, typed) == []


@pytest.mark.parametrize("typed", ["smoth", "smitth", "smiht"])
def test_what_one_may_not_see_changes_nothing_of_what_is_offered(make, village, sign_in, guest, typed):
    make.person("Aled Smith", visibility={"role": "public"})
    make.community("Smith circle", reading="everyone")
    make.vocabulary("Smithing")
    browsers = [guest, *(sign_in(each) for each in (village.ben, village.olu, village.mona))]
    before = [browser.get("/suggest", query_string={"q": typed}).json for browser in browsers]
    assert all(answer["count"] for answer in before)
    for n, near in enumerate(("smoths", "smothy", "smath", "smeth", "smooth", "smotha", "smothe", "smothers", "smot")):
        make.person(f"A {near} {n}", status="suspended")
        hidden = make.community(f"A {near} {n}", joining="invitation", reading="members", listed=False)
        make.member(hidden, village.fay, role="facilitator")
        make.topic(hidden, village.fay, tags=(f"{near} {n}",))
    assert [browser.get("/suggest", query_string={"q": typed}).json for browser in browsers] == before


# -- limits -----------------------------------------------------------------------------------------------------------


def test_nonsense_is_answered(village, ada):
    for typed in ("\x00", "x" * 5000, "😀", "' OR 1=1", "a " * 500, "\U0010ffff"):
        assert ada.get("/suggest", query_string={"q": typed}).status_code == 200


@pytest.mark.parametrize("typed", ["phonixx", "ada phonixx", "phonixx elsewhere"])
def test_more_than_a_thousand_words_that_are_alike_are_forgiven(make, village, ada, guest, typed):
    places, letters = itertools.combinations(range(1, 7), 2), itertools.product("abcdefgjkl", repeat=2)
    alike = {_with_letters("phonixx", *change) for change in itertools.product(places, letters)}
    assert len(alike) > 1_000
    (term,) = make.vocabulary("Whatever")
    words = [*alike, "elsewhere"]
    with unit_of_work() as db:
        db.execute(insert(PersonWord), [{"person_id": village.ada.id, "word": word} for word in words])
        db.execute(insert(TermWord), [{"term_id": term.id, "word": word} for word in [*words, "ada"]])
    assert offered(ada, typed) == ["/find?q=Whatever", "/people/ada"]
    assert offered(guest, typed) == []


def _with_letters(word, places, letters):
    changed = list(word)
    for place, letter in zip(places, letters, strict=True):
        changed[place] = letter
    return "".join(changed)


def test_who_asks_without_end_is_told_to_wait(village, ada):
    statuses = [ada.get("/suggest").status_code for _ in range(241)]
    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {200}


def test_it_takes_the_same_few_statements_however_many_people_there_are(known, make, village, ada, counted):
    typed = ("th", "thorn", "thronbeck", "sina thornbekc", "phnoics", "moor person", "zzzzzz")
    few = _statements(ada, typed, counted)
    with unit_of_work() as db:
        people = [{"handle": f"m-{n}", "name": f"Moor Person {n}", "name_key": "moor person"} for n in range(500)]
        ids = db.scalars(insert(Person).returning(Person.id), people).all()
        db.execute(insert(PersonWord), [{"person_id": id, "word": word} for id in ids for word in ("moor", "person")])
    many = _statements(ada, typed, counted)
    assert max(few) <= STATEMENTS
    assert max(many) <= STATEMENTS


def _statements(browser, typed, counted):
    found = []
    for words in typed:
        with counted() as sql:
            offered(browser, words)
        found.append(sql.count)
    return found
