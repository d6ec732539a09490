"""Facets: choosing narrows and never re-ranks, counts say what choosing gives, and what is unseen is not counted."""

import datetime as dt
import html
import random
import re

import pytest

from cop import search
from cop.core import terms
from cop.core.db import session, unit_of_work, utcnow
from cop.core.terms import Term, keeping
from cop.forums.models import Post
from cop.people import finder
from cop.people.facets.choosing import SHOWN
from cop.people.finder import Asked
from cop.people.models import Affiliation, Person, PersonTrait
from tests.people.conftest import counts
from tests.support.cast import fresh

FIELDS = {
    "offer": "offers", "language": "languages", "phase": "teaching", "role": "role", "term": "terms",
    "institution": "institution", "type": "institution", "region": "institution", "authority": "institution",
}  # fmt: skip
"""The field of a profile by whose audience each facet is seen."""


@pytest.fixture
def says():
    """Somebody's profile: what they say, where they work, who sees each field."""

    def say(person, audiences=None, places=(), knows=(), **traits):
        with unit_of_work() as db:
            stored = db.get_one(Person, person.id)
            stored.visibility = {**stored.visibility, **(audiences or {})}
            stored.traits = [PersonTrait(field=name, value=each) for name, of in traits.items() for each in of]
            db.add_all(
                Affiliation(person_id=person.id, institution_id=at.id, name=at.name, role=role, is_past=past, place=n)
                for n, (at, role, past) in enumerate(places)
            )
            terms.set_terms(stored, knows)

    return say


def people_of(reader, words="reading", **chosen):
    return finder.find(
        fresh(reader) if reader is not None else None,
        Asked(words, "people", chosen={name: [value] for name, value in chosen.items()}),
    )


def names(found):
    return [each.person.name for each in found.people]


@pytest.fixture
def crowd(village, make, says):
    """Thirty people who wrote of reading, each of whom says something else of themselves; always the same."""
    dice = random.Random(7)
    places = [
        make.institution(
            f"School {n}", phase=dice.choice(["primary", "secondary"]), region=dice.choice(["North", "South"]),
            authority=dice.choice(["Northmoor", "Tarnside", ""]), type=dice.choice(["school", "university"]),
            **({"latitude": 53 + n / 5, "longitude": -1.5} if n % 3 else {}),
        )
        for n in range(6)
    ]  # fmt: skip
    with unit_of_work():
        keeping.keep(
            [keeping.Entry("Tree", "reading", "Reading"), keeping.Entry("Tree", "phonics", "Phonics", "reading")]
        )
    audiences = ["public", "network", "network", "communities", "me"]
    for n in range(30):
        person = make.person(f"Reader Number{n}")
        make.member(dice.choice([village.close, village.square, village.cellar]), person)
        says(
            person,
            {field: dice.choice(audiences) for field in dict.fromkeys(FIELDS.values())},
            [(dice.choice(places), dice.choice(["Head", "head", "Teacher"]), dice.random() < 0.2) for _ in range(2)],
            dice.sample(["Phonics", "Reading", "homework clubs"], 2),
            offers=dice.sample(["mentor", "host", "speak"], dice.randint(0, 2)),
            languages=dice.sample(["Welsh", "Polish", "Urdu"], dice.randint(0, 2)),
            phases=dice.sample(["primary", "higher"], dice.randint(0, 1)),
        )
        place = dice.choice([village.square, village.close, village.cellar])
        post = make.topic(
            place, person, f"Reading {n}", "Reading " + "and writing " * n, tags=["Phonics"] if n % 2 else []
        )
        with unit_of_work() as db:
            opening = db.query(Post).filter_by(topic_id=post.id).one()
            opening.created_at = utcnow() - dt.timedelta(days=dice.choice([5, 200, 900]))
    says(village.ada, places=[(places[1], "Teacher", False)])
    says(village.olu, places=[(places[0], "Adviser", False)])
    search.rebuild()
    return village


def chosen_at_random(dice, facets):
    return {
        facet.name: [each.value for each in dice.sample(list(facet.values), 1)]
        for facet in dice.sample(list(facets), min(len(facets), dice.randint(0, 2)))
    }


@pytest.mark.parametrize("reader", [None, "ada", "ben", "olu", "mona"])
def test_counts_are_what_clicking_gives(crowd, reader):
    dice = random.Random(reader)
    person = fresh(getattr(crowd, reader)) if reader else None
    for tab in ("people", "topics", "posts") * 4:
        first = finder.find(person, Asked("reading", tab)).facets
        assert first
        before = Asked("reading", tab, chosen=chosen_at_random(dice, first))
        for facet in finder.find(person, before).facets:
            for value in facet.values:
                after = Asked("reading", tab, chosen={**before.chosen, facet.name: [value.value]})
                left = finder.find(person, after).left
                assert left == value.count + facet.unknown, (reader, before.chosen, facet.name, value)


def test_choosing_narrows_and_leaves_the_order(crowd):
    everybody = [each.person.name for page in (1, 2, 3, 4) for each in
                 finder.find(fresh(crowd.ada), Asked("reading", "people", page)).people]  # fmt: skip
    left = names(people_of(crowd.ada, offer="mentor"))
    assert 1 < len(left) < len(everybody)
    assert left == [name for name in everybody if name in left][: len(left)]
    scores = {each.person.id: each.score for each in finder.find(fresh(crowd.ada), Asked("reading"), 50).people}
    assert all(scores[each.person.id] == each.score for each in people_of(crowd.ada, offer="mentor").people)


def test_values_of_one_facet_widen_and_facets_narrow(village, make, says):
    for person, offers, languages in (
        (village.ben, ["mentor"], ["Welsh"]),
        (village.fay, ["host"], []),
        (village.olu, [], []),
    ):
        make.topic(village.square, person, "Reading aloud", "Reading aloud at noon.")
        says(person, offers=offers, languages=languages)
    search.rebuild()

    def left(**chosen):
        return set(names(finder.find(fresh(village.ada), Asked("reading", "people", chosen=chosen))))

    assert left() == {"Ben Okoro", "Fay Fenwick", "Olu Adeyemi"}
    assert left(offer=["mentor", "host"]) == {"Ben Okoro", "Fay Fenwick"}
    assert left(offer=["mentor", "host"], language=["Welsh"]) == {"Ben Okoro"}
    assert left(offer=["nonsense"]) == left(community=["nowhere"]) == left(term=["nothing"]) == set()


@pytest.mark.parametrize("audience", ["public", "network", "communities", "me"])
@pytest.mark.parametrize("facet", FIELDS)
def test_a_field_counts_and_narrows_for_its_audience_alone(village, make, says, drain, facet, audience):
    search.rebuild()
    make.topic(village.square, village.ben, "Reading aloud", "Reading aloud at noon.")
    there = make.institution("Zed School", type="school", region="Zed North", authority="Zedshire")
    says(
        village.ben, dict.fromkeys(FIELDS.values(), audience), [(there, "Zedmaster", False)], ["zedology"],
        offers=["host"], languages=["Zedish"], phases=["higher"],
    )  # fmt: skip
    with unit_of_work() as db:  # a page of his own, that he is found at all by everybody
        ben = db.get_one(Person, village.ben.id)
        ben.visibility = {**ben.visibility, "headline": "public"}
    search.rebuild()
    seen_by = {"public": {None, "ada", "olu"}, "network": {"ada", "olu"}, "communities": {"ada"}, "me": set()}[audience]
    value = {
        "offer": "host", "language": "Zedish", "phase": "higher", "role": "Zedmaster", "term": "zedology",
        "institution": there.slug, "type": "school", "region": "Zed North", "authority": "Zedshire",
    }[facet]  # fmt: skip
    for name in (None, "ada", "olu"):
        reader = getattr(village, name) if name else None
        assert names(people_of(reader)) == ["Ben Okoro"], name
        assert bool(counts(people_of(reader), facet)) == (name in seen_by), name
        assert names(people_of(reader, **{facet: value})) == (["Ben Okoro"] if name in seen_by else []), name


def test_a_broader_term_takes_its_narrower_ones_along(village, make, says):
    with unit_of_work():
        keeping.keep(
            [
                keeping.Entry("Tree", "1", "Literacy"),
                keeping.Entry("Tree", "2", "Reading", parent=("Tree", "1")),
                keeping.Entry("Tree", "3", "Phonics", parent=("Tree", "2")),
            ]
        )
    for person, knows in ((village.ben, ["Phonics"]), (village.fay, ["Reading"]), (village.olu, ["chess"])):
        make.topic(village.square, person, "Reading aloud", "Reading aloud at noon.")
        says(person, knows=knows)
    search.rebuild()
    found = people_of(village.ada)
    assert counts(found, "term") == {"Literacy": 2, "Reading": 2, "Phonics": 1, "chess": 1}
    slug = session().query(Term).filter_by(name="Literacy").one().slug
    assert set(names(people_of(village.ada, term=slug))) == {"Ben Okoro", "Fay Fenwick"}


def test_a_broader_term_that_one_may_not_know_of_is_not_told(village, make, says):
    """A vocabulary's terms are for who is signed in; people's own, for who sees something filed under them."""
    says(village.ben, {"terms": "public"}, knows=["falconry"])
    make.topic(village.square, village.ben, "Reading aloud", "Reading aloud at noon.", tags=["falconry"])
    make.topic(village.cellar, village.fay, "Secret", "Secret.", tags=["birdcraft"])
    (hobbies,) = make.vocabulary("Hobbies")
    with unit_of_work() as db:
        birdcraft, falconry = (db.query(Term).filter_by(name=name).one() for name in ("birdcraft", "falconry"))
        keeping.set_parent(falconry, birdcraft)
        keeping.set_parent(birdcraft, db.get_one(Term, hobbies.id))
    search.rebuild()
    assert counts(people_of(village.olu), "term") == {"falconry": 1, "Hobbies": 1}
    assert counts(people_of(None), "term") == {"falconry": 1}
    guests = finder.find(None, Asked("reading", "topics"))
    assert counts(guests, "term") == {"falconry": 1}


def test_only_where_somebody_is_now_counts(village, make, says):
    then, now = (make.institution(name, latitude=53.0, longitude=-1.5) for name in ("Then School", "Now School"))
    make.topic(village.square, village.ben, "Reading aloud", "Reading aloud at noon.")
    says(village.ben, places=[(then, "Tutor", True), (now, "Head", False)])
    says(village.ada, places=[(then, "Teacher", True)])
    search.rebuild()
    found = people_of(village.ada)
    assert counts(found, "institution") == {"Now School": 1}
    assert counts(found, "role") == {"Head": 1}
    assert not any(facet.name == "distance" for facet in found.facets), "she is nowhere now"


def test_what_was_said_elsewhere_is_not_written_here(village, make):
    make.statement(village.ben, "Reading aloud, said elsewhere.", written_on=utcnow().date())
    search.rebuild()
    assert names(people_of(village.ada)) == ["Ben Okoro"]
    assert counts(people_of(village.ada), "active") == {}


def test_a_community_narrows_for_those_who_may_see_its_members(village, make, sign_in):
    for person in (village.ben, village.fay):
        make.topic(village.square, person, "Reading aloud", "Reading aloud at noon.")
    search.rebuild()
    seen = {name: counts(people_of(getattr(village, name)), "community") for name in ("ada", "ben", "olu", "mona")}
    assert seen["ada"] == {"The Square": 2, "The Close": 2, "The Cellar": 1}
    assert seen["ben"] == {"The Square": 2, "The Close": 2}
    assert seen["olu"] == seen["mona"] == {"The Square": 2}
    assert names(people_of(village.ada, community="cellar")) == ["Fay Fenwick"]
    olu = sign_in(village.olu)
    hidden, none = (
        olu.get("/find", query_string={"q": "reading", "tab": "people", "community": slug}).text.replace(slug, "X")
        for slug in ("cellar", "nowhere")
    )
    tokens = re.compile(r'name="csrf[_-]token"[^>]*>|request: \w+')
    assert tokens.sub("", hidden) == tokens.sub("", none)


def test_who_leaves_a_community_is_not_counted_there_any_more(village, make, sign_in, drain):
    make.topic(village.square, village.ben, "Reading aloud", "Reading aloud at noon.")
    search.rebuild()
    assert counts(people_of(village.ada), "community")["The Close"] == 1
    sign_in(village.ben).post("/communities/close/leave")
    drain("search")
    assert "The Close" not in counts(people_of(village.ada), "community")


def test_distance_is_from_where_i_work_and_unknown_stays_in_sight(village, make, says, sign_in):
    here = make.institution("Here", latitude=53.0, longitude=-1.5)
    near = make.institution("Near", latitude=53.1, longitude=-1.5)
    far = make.institution("Far", latitude=55.0, longitude=-1.5)
    for person, at in ((village.ben, near), (village.fay, far), (village.olu, None)):
        make.topic(village.square, person, "Reading aloud", "Reading aloud at noon.")
        says(person, places=[(at, "Tutor", False)] if at else [])
    says(village.ada, places=[(far, "Head", True), (here, "Teacher", False)])
    search.rebuild()
    page = sign_in(village.ada).get("/find?q=reading&tab=people&distance=10").text
    assert counts(people_of(village.ada), "distance") == {"10 miles": 1, "25 miles": 1, "50 miles": 1, "100 miles": 1}
    assert "Fay Fenwick" not in page
    assert "7 miles from you" in page, "a tenth of a degree of latitude is 6.9 miles"
    assert "Distance not known" in page
    assert "1 person stays in the list whose place is not known" in page
    assert not any(facet.name == "distance" for facet in people_of(village.olu).facets), "nobody knows where he is"


def test_who_wrote_lately_counts_by_what_the_searcher_may_see(village, make):
    for person, place, days in ((village.ben, village.square, 400), (village.fay, village.square, 400)):
        topic = make.topic(place, person, "Reading aloud", "Reading aloud at noon.")
        with unit_of_work() as db:
            db.query(Post).filter_by(topic_id=topic.id).one().created_at = utcnow() - dt.timedelta(days=days)
    make.topic(village.close, village.ben, "Chess", "Chess at noon.")
    search.rebuild()
    assert counts(people_of(village.ada), "active") == {"In the last 3 months": 1, "In the last 12 months": 1}
    assert names(people_of(village.ada, active="3")) == ["Ben Okoro"]
    assert counts(people_of(village.olu), "active") == {}
    assert names(people_of(village.olu, active="12")) == []


def test_joined_institutions_count_as_one(village, make, says):
    one, other = make.institution("St Mary's"), make.institution("Saint Mary's School", region="North")
    for person, at in ((village.ben, one), (village.fay, other)):
        make.topic(village.square, person, "Reading aloud", "Reading aloud at noon.")
        says(person, places=[(at, "Tutor", False)])
    with unit_of_work():
        fresh(one).merged_into_id = other.id
    search.rebuild()
    assert counts(people_of(village.ada), "institution") == {"Saint Mary's School": 2}
    assert counts(people_of(village.ada), "region") == {"North": 2}


def test_every_state_has_an_address_and_a_way_back(crowd, sign_in):
    ada = sign_in(crowd.ada)
    page = html.unescape(ada.get("/find?q=reading&tab=people&offer=mentor&offer=host&region=North").text)
    chips = re.findall(r'<a class="chip" href="([^"]+)">([^<]+)', page)
    assert [label.strip() for _url, label in chips] == ["Be a mentor", "Host a visit", "North"]
    assert chips[0][0] == "/find?q=reading&tab=people&offer=host&region=North#found"
    assert '<a href="/find?q=reading&tab=people#found">Clear all</a>' in page
    boxes = re.findall(r'<input type="checkbox" name="offer" value="(\w+)" checked', page)
    assert boxes == ["mentor", "host"]
    nobody = ada.get("/find?q=reading&tab=people&offer=mentor&offer=&role=Astronaut").text
    assert "Nothing fits all that you chose." in nobody
    assert "Astronaut" in nobody


def test_nonsense_in_addresses_is_no_error(crowd, sign_in, guest):
    for client in (sign_in(crowd.ada), guest):
        for more in (
            "tab=x&page=-1",
            "tab=people&offer=%00&distance=x",
            "tab=topics&since=9&order=x",
            "tab=people&" + "role=a&" * 500,
        ):
            assert client.get(f"/find?q=reading&{more}").status_code == 200


def test_a_long_list_of_values_is_cut_but_keeps_what_is_chosen(village, make, says):
    for n in range(SHOWN + 5):
        person = make.person(f"Linguist {n}")
        make.topic(village.square, person, "Reading aloud", "Reading aloud at noon.")
        says(person, languages=[f"Language {n:02}"])
    search.rebuild()
    found = people_of(village.ada, language=f"Language {SHOWN + 4:02}")
    values = next(facet.values for facet in found.facets if facet.name == "language")
    assert values[0].value == f"Language {SHOWN + 4:02}"
    assert len(values) == SHOWN + 1
    assert found.left == 1


def test_a_narrowed_page_costs_few_queries(crowd, sign_in, counted):
    ada = sign_in(crowd.ada)
    address = "/find?q=reading&tab=people&offer=mentor&distance=100&term=phonics"
    ada.get(address)
    with counted() as sql:
        ada.get(address)
    assert sql.count <= 16, sql
