"""People like somebody: who, because of what, for whom; what it costs; and that the unseen has no part in it."""

import html
import json
import re
from dataclasses import asdict

import pytest
from sqlalchemy import select

from cop import search
from cop.communities.models import Membership
from cop.core import terms
from cop.core.db import unit_of_work
from cop.core.markup import render
from cop.forums.models import Post
from cop.people import similar
from cop.people.models import Person
from cop.people.service import evidence as hiding
from tests.people.test_finder import names_on
from tests.people.test_privacy import WORDS, fill, settled, talk  # noqa: F401  the fixture
from tests.support.cast import fresh


def like(reader, person, **how):
    return similar.like(fresh(reader) if reader else None, fresh(person), **how)


def names(found):
    return [each.person.name for each in found.people]


@pytest.fixture
def readers(village, make, knows):
    """Ada says and writes of phonics, as Ben does; Olu writes of lunch."""
    knows(village.ada, "early reading")
    for n in range(3):
        asked = make.topic(village.square, village.ada, f"Blending with phonics cards {n}", "We try blending.")
        make.reply(asked, village.ben, "Blending with phonics cards works for us.")
    lunch = make.topic(village.square, village.fay, "Queues at lunch", "They wait for long.")
    for n in range(12):
        make.reply(lunch, (village.mona, village.fay)[n % 2], f"Two doors, and {n} minutes more.")
    search.rebuild()
    return village


def test_they_come_by_what_is_said_and_written_with_the_reasons(readers, sign_in, knows):
    knows(readers.mona, "early reading support")
    search.rebuild()
    page = html.unescape(sign_in(readers.olu).get("/people/ada/similar").text)
    assert names_on(page) == ["Ben Okoro", "Mona Reid"]
    assert "<mark>Blending</mark> with <mark>phonics</mark> <mark>cards</mark>" in page
    assert "<mark>early</mark> <mark>reading</mark> support" in page
    because = page[page.index('id="because"') :]
    assert '<a href="/find?q=early+reading">early reading</a>' in because
    assert ">blending</a>" in because


def test_the_words_lead_on_to_the_finder(readers, sign_in):
    client = sign_in(readers.olu)
    page = html.unescape(client.get("/people/ada/similar").text)
    onward = re.search(r'href="(/find\?q=[^"]+)">Look for all of these', page)[1]
    assert set(names_on(client.get(onward).text)) == {"Ada Lowe", "Ben Okoro"}


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (['5" rulers', "phonics", '6" books'], ["5 rulers", "phonics", "6 books"]),
        (["-phonics books", "“Phonics”", "early -reading"], ["phonics books", "early reading"]),
    ],
)
def test_signs_in_what_somebody_knows_ask_for_nothing(village, make, sign_in, knows, own, words):
    knows(village.ada, *own)
    make.topic(village.square, village.ben, "Phonics cards", "Phonics again.")
    search.rebuild()
    assert like(village.olu, village.ada).words[: len(words)] == words
    client = sign_in(village.olu)
    page = html.unescape(client.get("/people/ada/similar").text)
    assert names_on(page) == ["Ben Okoro"]
    onward = re.search(r'href="(/find\?q=[^"]+)">Look for all of these', page)[1]
    assert set(names_on(client.get(onward).text)) == {"Ada Lowe", "Ben Okoro"}


def test_the_page_of_a_person_leads_there(readers, sign_in):
    page = sign_in(readers.olu).get("/people/ada").text
    assert '<a href="/people/ada/similar">People like Ada</a>' in page
    assert "People like you" in sign_in(readers.ada).get("/people/ada").text


def test_it_has_pages_and_whoever_asks_past_the_last_is_led_back(village, make, knows, sign_in):
    for person in (village.ada, *(make.person(f"Reader Number{n:02}") for n in range(12))):
        knows(person, "bar models")
    search.rebuild()
    client = sign_in(village.olu)
    first, second = (names_on(client.get(f"/people/ada/similar?page={n}").text) for n in (1, 2))
    assert (len(first), len(second)) == (10, 2)
    assert not set(first) & set(second)
    assert "Ada Lowe" not in first + second
    assert "There is nobody on this page" in client.get("/people/ada/similar?page=3").text


def test_where_there_is_nothing_it_says_why_and_what_to_do(village, make, sign_in, guest, knows):
    search.rebuild()
    nia = make.person("Nia New", visibility={"headline": "public"})
    other = sign_in(village.ada).get("/people/nia-new/similar").text
    assert "Nia New has not said or written anything that you may read." in other
    assert "Say what you know" in sign_in(nia).get("/people/nia-new/similar").text
    assert "Most people show themselves to signed-in people only." in guest.get("/people/nia-new/similar").text
    knows(nia, "falconry")
    alone = html.unescape(sign_in(village.ada).get("/people/nia-new/similar").text)
    assert "Nobody yet" in alone
    assert "Look for “falconry”" in alone


def test_archived_authors_are_found_and_the_suspended_and_deleted_are_not(readers, make, drain):
    people = {
        status: make.person(f"{status} Cards", status=status) for status in ("placeholder", "suspended", "deleted")
    }
    for person in people.values():
        make.reply(make.topic(readers.square, person, "Blending", "Blending and phonics cards."), person, "Blending.")
    search.rebuild()
    assert set(names(like(readers.olu, readers.ada))) == {"Ben Okoro", "placeholder Cards"}
    with unit_of_work() as db:
        db.get_one(Person, people["placeholder"].id).status = "deleted"
    assert names(like(readers.olu, readers.ada)) == ["Ben Okoro"], "at once, before the index hears of it"


def test_hidden_evidence_neither_asks_nor_answers(readers):
    def hide_all(person):
        with unit_of_work() as db:
            author = db.get_one(Person, person.id)
            for post in db.scalars(select(Post).where(Post.author_id == author.id)):
                hiding.hide_evidence(author, post)

    assert "blending" in like(readers.olu, readers.ada).words
    hide_all(readers.ben)
    assert names(like(readers.olu, readers.ada)) == [], "at once, before the index hears of it"
    hide_all(readers.ada)
    assert "blending" not in like(readers.olu, readers.ada).words


def test_greetings_make_no_friends_of_namesakes(village, make):
    make.person("Thora Tuffin")
    for n in range(4):
        make.topic(village.square, village.ada, f"Thora and the cards {n}", "Thanks, Thora, for the cards.")
    make.topic(village.square, village.ben, "More cards", "Cards for Thora.")
    search.rebuild()
    found = like(village.olu, village.ada)
    assert "cards" in found.words
    assert "thora" not in found.words
    assert names(found) == ["Ben Okoro"]


def test_somebody_who_wrote_more_than_votes_count_does_not_outvote_the_others(readers, make):
    with unit_of_work():
        topic = make.topic(readers.square, readers.ada, "Blending with phonics cards again", "Blending phonics cards.")
        for _ in range(220):
            make.reply(topic, readers.ada, "Blending phonics cards.")
    search.rebuild()
    ben = like(readers.olu, readers.ada).people[0]
    assert ben.person.name == "Ben Okoro"
    assert ben.score == pytest.approx(1, abs=0.06), "first in votes and in text"


def test_the_page_costs_the_same_queries_whoever_is_on_it(village, make, sign_in, guest, counted, knows):
    for n in range(12):
        author = make.person(f"Author Number{n}")
        knows(author, "bar models")
        place = make.community(f"Place {n}", reading="everyone")
        make.reply(make.topic(place, author, f"Bar models {n}", "Bar models."), village.ada, "Bar models again.")
    knows(village.ada, "bar models", audience="public")
    search.rebuild()
    for client, most in ((sign_in(village.olu), 17), (guest, 9)):
        client.get("/people/ada/similar")
        with counted() as sql:
            page = client.get("/people/ada/similar").text
        assert len(names_on(page)) == (0 if client is guest else 10)
        assert sql.count <= most, "\n".join(sql.statements)


# -- what one may not see ---------------------------------------------------------------------------------------------

CAST = ("ada", "ben", "fay", "olu", "mona")


def seen_by(client, world, reader):
    """Everything that a reader can get hold of about likeness: pages to the letter, scores to the last digit."""
    got = {}
    for name in CAST:
        for page in ("similar", "similar?page=2"):
            answer = client.get(f"/people/{name}/{page}")
            got[name, page] = (answer.status_code, settled(answer.text))
        found = like(getattr(world, reader) if reader else None, getattr(world, name), each=50)
        rows = [(each.person.id, each.score, [asdict(line) for line in each.evidence]) for each in found.people]
        got[name, "scores"] = json.dumps([list(found.words), found.total, rows], default=str)
        got[name, "page"] = settled(client.get(f"/people/{name}").text)
    return got


@pytest.mark.parametrize(
    ("place", "readers"), [("cellar", (None, "olu", "mona", "ben")), ("close", (None, "olu", "mona"))]
)
def test_what_is_said_where_one_may_not_look_changes_nothing(talk, make, sign_in, guest, drain, place, readers):  # noqa: F811
    clients = {name: sign_in(getattr(talk, name)) if name else guest for name in readers}
    before = {name: seen_by(client, talk, name) for name, client in clients.items()}
    fay = like(talk.fay, talk.ada, each=50)
    fill(make, getattr(talk, place), [talk.fay, talk.ada], 120)
    drain("search")
    assert like(talk.fay, talk.ada, each=50) != fay, "for those who may see it, it counts"
    for name, client in clients.items():
        assert seen_by(client, talk, name) == before[name], name


SECRETS = {"role": "Falconer", "headline": "phonics spelling homework", "about": "phonics maths", "institution": "Lode"}


@pytest.mark.parametrize(
    ("audience", "readers"), [("me", (None, "olu", "ben")), ("communities", (None, "olu")), ("network", (None,))]
)
def test_what_a_profile_says_to_others_changes_nothing(talk, make, sign_in, guest, drain, audience, readers):  # noqa: F811
    """Of the person themselves, and of those who are like them."""
    asked = make.field(talk.mona)
    with unit_of_work() as db:
        for one in (talk.ada, talk.fay):
            row = db.get_one(Person, one.id)
            for field in SECRETS:
                setattr(row, field, "")
            row.visibility = {"picture": "public", **dict.fromkeys([*SECRETS, "terms", "offers", "teaching"], audience)}
            terms.set_terms(row, [])
    search.rebuild()
    clients = {name: sign_in(getattr(talk, name)) if name else guest for name in readers}
    before = {name: seen_by(client, talk, name) for name, client in clients.items()}
    with unit_of_work() as db:
        for one in (talk.ada, talk.fay):
            row = db.get_one(Person, one.id)
            for field, words in SECRETS.items():
                setattr(row, field, words)
            row.about_html = render(row.about).html
            terms.set_terms(row, ["phonics", "falconry", *WORDS[6:9]])
    for one in (talk.ada, talk.fay):
        make.answered(one, asked, "phonics falconry spelling", audience=audience)
    search.rebuild()
    assert like(talk.ada, talk.ada).words != before[readers[-1]]["ada", "scores"]
    for name, client in clients.items():
        assert seen_by(client, talk, name) == before[name], name


def test_who_leaves_a_community_loses_its_words_at_once(talk, make, drain):  # noqa: F811
    before = like(talk.ben, talk.fay, each=50)
    fill(make, talk.close, [talk.fay, talk.ada], 60)
    drain("search")
    assert like(talk.ben, talk.fay, each=50) != before
    with unit_of_work() as db:
        db.delete(db.get_one(Membership, (talk.ben.id, talk.close.id)))
        db.get_one(Person, talk.ben.id).audience_version += 1
    assert like(talk.ben, talk.fay, each=50) == before
