"""Home, a person's page and the list of people: who sees what there, and what it costs."""

import html
import re

import pytest

from cop import search
from cop.core.db import unit_of_work
from cop.people import queries
from cop.people.models import Person

# -- a person --------------------------------------------------------------------------------------------------------


def test_a_persons_terms_stand_with_what_shows_them(village, make, sign_in, knows):
    knows(village.ben, "bar models", "quilting")
    topic = make.topic(village.square, village.ada, "Drawing", "How do you draw it?")
    post = make.reply(topic, village.ben, "Bar models, drawn by the child.")
    make.reply(topic, village.ada, "Quilting is what I do on Sundays.")
    make.topic(village.close, village.ben, "Bar models in secret", "Bar models and bar models.")
    search.rebuild()
    page = sign_in(village.olu).get("/people/ben").text
    assert f'href="/posts/{post.id}"' in page
    assert "Nothing shown yet" in page
    assert "Bar models in secret" not in page
    assert "more post" not in page, "what the reader may not see is not counted"
    assert "Bar models in secret" in sign_in(village.ada).get("/people/ben").text


@pytest.mark.parametrize(
    ("reader", "seen"),
    [("ada", {"square", "close", "cellar"}), ("ben", {"square", "close"}), ("olu", {"square"}), (None, set())],
)
def test_where_somebody_belongs_is_told_to_those_who_may_see_members(village, sign_in, guest, knows, reader, seen):
    knows(village.fay, "anything", audience="public")
    client = sign_in(getattr(village, reader)) if reader else guest
    page = client.get("/people/fay").text
    assert {slug for slug in ("square", "close", "cellar") if f'href="/communities/{slug}"' in page} == seen


@pytest.mark.parametrize(
    ("handle", "reader", "status"),
    [("ben", None, 404), ("ben", "olu", 200), ("nobody", "olu", 404), ("nobody", None, 404), ("gone", "olu", 404)],
)
def test_who_may_open_a_page(village, make, sign_in, guest, handle, reader, status):
    make.person("Gone", handle="gone", status="suspended")
    client = sign_in(getattr(village, reader)) if reader else guest
    assert client.get(f"/people/{handle}").status_code == status


def test_the_owner_sees_the_page_as_others_do(village, make, sign_in, knows):
    with unit_of_work() as db:
        db.get_one(Person, village.ada.id).visibility = {"role": "me", "institution": "public"}
    make.topic(village.cellar, village.ada, "Below stairs", "Only we know.")
    client = sign_in(village.ada)
    mine, members, everyone = (client.get(f"/people/ada{how}").text for how in ("", "?as=members", "?as=everyone"))
    assert "Year 4 teacher" in mine
    assert "Below stairs" in mine
    assert "Change your profile" in mine
    for page in (members, everyone):
        assert "Year 4 teacher" not in page
        assert "Below stairs" not in page
        assert "The Cellar" not in page
        assert "Birch Primary" in page
    assert "The Square" in members
    assert sign_in(village.ben).get("/people/ada?as=everyone").text.count("As everyone sees it") == 0


def test_a_look_with_other_eyes_offers_nobody_to_write_to_or_block(village, sign_in):
    ada, ben = sign_in(village.ada), sign_in(village.ben)
    for look in ("", "?as=members", "?as=everyone"):
        assert "Write to Ada" not in ada.get(f"/people/ada{look}").text
        assert "/people/ada/block" not in ada.get(f"/people/ada{look}").text
    assert "Write to Ada" in ben.get("/people/ada").text
    assert "/people/ada/block" in ben.get("/people/ada").text


def test_a_page_that_is_nobodys_says_so(village, sign_in):
    page = sign_in(village.ada).get("/people/ada?as=everyone").text
    assert "cannot open this page" in page
    assert "Birch Primary" not in page


def test_a_persons_page_costs_few_queries_however_much_they_wrote(village, make, sign_in, counted, knows):
    knows(village.ben, *(f"subject {n}" for n in range(8)))
    for n in range(8):
        place = make.community(f"Room {n}", reading="everyone")
        make.member(place, village.ben)
        make.topic(place, village.ben, f"Subject {n}", f"About subject {n}.")
    search.rebuild()
    client = sign_in(village.olu)
    client.get("/people/ben")
    with counted() as sql:
        assert "Subject 7" in client.get("/people/ben").text
    assert sql.count <= 16, sql


def test_a_term_with_signs_of_a_query_is_borne_out_by_all_its_words(village, make, sign_in, knows):
    knows(village.ben, "-chess clubs")
    make.topic(village.square, village.ben, "Clubs at lunch", "Clubs of any sort.")
    make.topic(village.square, village.ben, "Chess at lunch", "Chess clubs need boards.")
    search.rebuild()
    page = sign_in(village.olu).get("/people/ben").text
    knows_part = page[page.index('id="knows"') :].partition("</section>")[0]
    assert "Chess at lunch" in knows_part
    assert "Clubs at lunch" not in knows_part


# -- people by name --------------------------------------------------------------------------------------------------


def test_people_are_listed_by_name_for_those_who_are_signed_in(village, make, sign_in, guest):
    for n in range(90):
        make.person(f"Łukasz Nr{n:02}")
    make.person("Ångström Ärlig")
    assert guest.get("/people").status_code == 302
    client = sign_in(village.ada)
    seen, address = [], "/people"
    while address:
        page = html.unescape(client.get(address).text)
        seen += re.findall(r'class="person-chip-name"><a href="[^"]+">([^<]+)</a>', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1] if following else None
    assert len(seen) == len(set(seen)) == 96
    assert seen[:3] == ["Ada Lowe", "Ångström Ärlig", "Ben Okoro"]
    assert "Łukasz Nr00" in client.get("/people?from=l").text
    found = client.get("/people?q=lukasz+nr7").text
    assert "Łukasz Nr77" in found
    assert "Łukasz Nr61" not in found
    assert "Ada" not in re.sub(r"<header.*?</header>", "", found, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("sia", ["Siân Trevelyan-Hughes"]),
        ("hugh", ["Siân Trevelyan-Hughes"]),
        ("trev SIÂN", ["Siân Trevelyan-Hughes"]),
        ("@wisn", ["Danuta Wiśniewska"]),
        ("wiś", ["Danuta Wiśniewska"]),
        ("dw7", ["Danuta Wiśniewska"]),
        ("ughes", []),
        ("sian wis", []),
    ],
)
def test_names_are_found_by_how_their_words_begin(app, make, words, names):
    make.person("Siân Trevelyan-Hughes")
    make.person("Danuta Wiśniewska", handle="dw7")
    assert [person.name for person in queries.named_like(words, Person.status == "active")] == names


def test_a_new_name_is_found_and_the_old_one_is_not(app, make):
    person = make.person("Nia Old", handle="nia")
    with unit_of_work() as db:
        db.get_one(Person, person.id).name = "Nia Newham"
    assert queries.named_like("newh", Person.status == "active")
    assert not queries.named_like("old", Person.status == "active")
    assert queries.named_like("nia", Person.status == "active")


def test_those_who_come_first_come_first(app, make):
    others = [make.person(f"Ann {letter}") for letter in "BCDEFGHIJK"]
    last = make.person("Ann Z")
    found = queries.named_like("ann", Person.status == "active", first=Person.id == last.id, limit=3)
    assert [person.id for person in found] == [last.id, others[0].id, others[1].id]
    assert [person.id for person in queries.named_like("", Person.status == "active", first=Person.id == last.id)] == [
        last.id
    ]


# -- home ------------------------------------------------------------------------------------------------------------


def test_home_asks_one_question_and_offers_what_others_look_for(village, make, sign_in, guest):
    make.topic(village.square, village.ada, "One", "Words.", tags=["number bonds"])
    make.topic(village.cellar, village.ada, "Two", "Words.", tags=["whispering"])
    welcome = guest.get("/").text
    assert "What do you need help with?" in welcome
    assert "/find?q=number+bonds" in welcome
    assert "/communities/square" in welcome
    assert "whispering" not in welcome
    assert "/sign-up" in welcome
    assert "whispering" not in sign_in(village.olu).get("/").text
    assert "whispering" in sign_in(village.ada).get("/").text
