"""The list of communities: words, facets with true counts, orders, asking before joining; what it never counts."""

import datetime as dt
import itertools
import re

import pytest

from cop.communities import queries
from cop.communities.models import Community
from cop.communities.queries import Asked
from cop.core.db import session, unit_of_work, utcnow
from cop.forums import service as forums
from cop.forums.models import Post, Topic
from cop.people.models import Person
from tests.support.cast import fresh

WITH_SUGGESTIONS = 17
CAST = ("guest", "fay", "ada", "ben", "olu", "mona")


def browser(village, sign_in, guest, name):
    return guest if name == "guest" else sign_in(getattr(village, name))


def names(page):
    """The communities of the list, in order, without those that are recommended."""
    found = page.partition('class="rows community-rows"')[2]
    return re.findall(r'community-row-name"><a href="[^"]+">([^<]+)<', found)


def long_ago(topic, days):
    """A topic was written in last so many days ago."""
    with unit_of_work() as db:
        then = utcnow() - dt.timedelta(days=days)
        db.get_one(Topic, topic.id).last_post_at = then
        for post in db.query(Post).filter_by(topic_id=topic.id):
            post.created_at = then


@pytest.fixture
def places(village, make):
    """The village, and communities of each sort."""
    for number, (joining, reading) in enumerate(
        itertools.product(("open", "request", "invitation"), ("everyone", "network", "members"))
    ):
        there = make.community(f"Place {number}", joining=joining, reading=reading, member_count=number * 9)
        guide = make.person()
        make.member(there, guide)
        make.topic(there, guide)
    return village


@pytest.mark.parametrize("name", CAST)
@pytest.mark.parametrize(
    "asked",
    [{}, {"joining": ["open", "request"]}, {"size": ["small"], "reading": ["network"]}, {"activity": ["month"]}],
)
def test_a_count_says_how_long_the_list_would_be(places, name, asked):
    reader = None if name == "guest" else fresh(getattr(places, name))
    found = queries.directory(reader, Asked(chosen=asked))
    for facet, values in found.facets.items():
        for each in values:
            others = {other: chosen for other, chosen in asked.items() if other != facet}
            narrowed = queries.directory(reader, Asked(chosen={**others, facet: [each.value]}))
            assert each.count == narrowed.total, (facet, each.value)
            assert narrowed.total == sum(1 for _row in narrowed.rows)
    assert found.total == len(found.rows)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("joining=request", ["The Close", "Elsewhere"]),
        ("joining=open&reading=everyone", ["The Square"]),
        ("joining=open&joining=request", ["The Close", "The Square", "Elsewhere"]),
        ("reading=members&q=close", ["The Close"]),
        ("size=large", []),
        ("size=small&sort=new", ["Elsewhere", "The Square", "The Close"]),
        ("q=WHAT+clo", ["The Close"]),
        ("joining=nonsense", ["The Close", "The Square", "Elsewhere"]),
    ],
)
def test_the_list_is_narrowed_by_words_and_facets(village, sign_in, query, found):
    assert names(sign_in(village.olu).get(f"/communities?{query}").text) == found


def test_every_state_has_an_address_that_keeps_it(village, sign_in):
    page = sign_in(village.ada).get("/communities?q=the&joining=open&sort=new").text
    for link in re.findall(r'href="(/communities\?[^"]*)"', page):
        if "sort=" in link or "which=mine" in link:
            assert "q=the" in link and "joining=open" in link
    assert '<input type="hidden" name="sort" value="new">' in page and 'value="open" checked' in page
    for wrong in ("which=open", "sort=loudest"):
        assert sign_in(village.ada).get(f"/communities?{wrong}").status_code == 404


def test_the_liveliest_come_first_as_far_as_one_may_read(village, make, sign_in):
    long_ago(make.topic(village.square, village.ada), 2)
    make.topic(village.close, village.ada)
    elsewhere = session().query(Community).filter_by(slug="elsewhere").one()
    make.topic(elsewhere, village.olu)
    assert names(sign_in(village.ada).get("/communities?sort=active").text)[:2] == ["The Close", "The Square"]
    assert names(sign_in(village.olu).get("/communities?sort=active").text)[:2] == ["Elsewhere", "The Square"]
    mona = sign_in(village.mona)
    assert names(mona.get("/communities?sort=active").text)[0] == "The Square"
    assert names(mona.get("/communities?activity=month").text) == ["The Square"]
    assert mona.get("/communities").text.count("Last active") == 1


def test_what_was_hidden_or_is_long_past_makes_nothing_lively(village, make, sign_in):
    mona = sign_in(village.mona)
    topic, old = make.topic(village.square, village.ada), make.topic(village.square, village.ben)
    long_ago(old, 31)
    assert names(mona.get("/communities?activity=month").text) == ["The Square"]
    with unit_of_work() as db:
        forums.hide_topic(db.get_one(Person, village.fay.id), db.get_one(Topic, topic.id))
    assert names(mona.get("/communities?activity=month").text) == []


@pytest.mark.parametrize("name", ["guest", "olu", "mona"])
@pytest.mark.parametrize(
    "query", ["", "sort=active", "sort=new", "activity=month", "joining=invitation", "size=small", "q=the"]
)
def test_what_one_may_not_see_changes_nothing(village, make, sign_in, guest, drain, name, query):
    """The page before and after a hidden community comes, and talk where one may not look."""
    client = browser(village, sign_in, guest, name)

    def page():
        return re.sub(
            r"request: \w+|content=.[\w.-]+.|value=\"[\w.-]{20,}\"", "", client.get(f"/communities?{query}").text
        )

    drain()
    before = page()
    den = make.community("The Den", listed=False, reading="members", joining="invitation")
    for person in (village.fay, village.ada, village.ben):
        make.member(den, person)
    for place in (den, village.close, village.cellar):
        make.reply(make.topic(place, village.ada, tags=("phonics",)), village.fay)
    drain()
    assert page() == before


def test_who_looks_after_it_can_be_asked_before_joining(village, sign_in, guest):
    page = sign_in(village.olu).get("/communities").text
    close = page.partition("The Close")[2]
    assert "Ask before joining" in close and "/messages/new?to=fay" in close
    assert "Ask before joining" in page and "/messages/new?to=olu" not in page, "nobody asks themselves"
    assert "Ask before joining" not in sign_in(village.ada).get("/communities?q=close").text, "members need not"
    assert "/messages/new" not in guest.get("/communities").text
    home = sign_in(village.olu).get("/communities/close").text
    assert "Ask one of them before you join" in home and "/messages/new?to=fay" in home
    assert "/messages/new?to=fay" not in sign_in(village.ada).get("/communities/close").text


def test_who_does_not_want_to_be_written_to_is_not_offered(village, sign_in):
    with unit_of_work() as db:
        db.get_one(Person, village.fay.id).reach = "nobody"
    olu = sign_in(village.olu)
    assert "/messages/new?to=fay" not in olu.get("/communities").text + olu.get("/communities/close").text


def test_pages_of_a_long_list_hold_each_community_once(make, village, sign_in):
    for number in range(45):
        make.community(f"Place {number}")
    olu = sign_in(village.olu)
    for sort in queries.SORTS:
        found = [name for page in (1, 2, 3) for name in names(olu.get(f"/communities?sort={sort}&page={page}").text)]
        assert len(found) == len(set(found)) == 48
    assert "Back to the first" in olu.get("/communities?page=9").text


@pytest.mark.parametrize(
    ("query", "most"),
    [("", 10), ("", WITH_SUGGESTIONS), ("which=mine", 7), ("sort=active&activity=month", 10), ("which=for-you", 14)],
)
def test_the_list_costs_the_same_however_long_it_is(village, make, sign_in, counted, drain, query, most):
    school = make.institution("Rule Street School", domains=("rule.example",))
    work_at(village.ada, school)
    make.topic(village.close, village.ada, tags=("Phonics",))
    ada, costs = sign_in(village.ada), []
    if most == WITH_SUGGESTIONS:
        ada.post("/communities/close/leave")
    for count in (3, 30):
        for number in range(count):
            there, person = make.community(f"Place {count} {number}"), make.person(f"Guide {count} {number}")
            make.member(there, person, role="facilitator")
            work_at(person, school)
            make.topic(there, person, tags=("Phonics",))
        drain()
        with counted() as sql:
            assert ada.get(f"/communities?{query}").status_code == 200
        assert not sql.writes
        costs.append(sql.count)
    assert max(costs) <= most, "\n".join(sql.statements)


def work_at(person, institution):
    """Somebody says that they work there."""
    from cop.people.service.affiliations import Work, add_affiliation

    with unit_of_work() as db:
        told = Work(name="", institution=institution, role="Teacher", began="", ended="", is_past=False)
        add_affiliation(db.get_one(Person, person.id), told)
