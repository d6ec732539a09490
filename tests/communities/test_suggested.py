"""Communities that are recommended: with reasons made of what their reader may see, and of nothing else."""

import re

import pytest

from cop.communities import queries
from cop.communities.models import Community
from cop.communities.queries.suggested import TERMS
from cop.core import terms
from cop.core.db import unit_of_work
from cop.forums import service as forums
from cop.forums.models import Topic
from cop.institutions import service as institutions
from cop.people.models import Affiliation, Person
from tests.communities.test_directory import work_at
from tests.support.cast import fresh


def suggested(person):
    """What is recommended to somebody: names with their reasons, in order."""
    return [(row.community.name, *map(str, row.reasons)) for row in queries.suggested(fresh(person), 20)]


def change(person, **fields):
    with unit_of_work() as db:
        for name, value in fields.items():
            setattr(db.get_one(Person, person.id), name, value)


@pytest.fixture
def school(village, make):
    """Where Ada works, with three colleagues in the Hall and one in the Yard."""
    at = make.institution("Rule Street School")
    hall, yard = make.community("The Hall"), make.community("The Yard", joining="request")
    work_at(village.ada, at)
    make.colleagues = []
    for number in range(3):
        person = make.person(f"Colleague {number}")
        work_at(person, at)
        make.member(hall, person)
        make.colleagues.append(person)
    make.member(yard, make.colleagues[0])
    return at


def test_colleagues_are_a_reason(village, make, school, sign_in):
    assert suggested(village.ada) == [
        ("The Hall", "3 people from Rule Street School belong here."),
        ("The Yard", "One person from Rule Street School belongs here."),
    ]
    ada = sign_in(village.ada)
    assert "3 people from Rule Street School belong here." in ada.get("/communities?which=for-you").text
    assert "Recommended for you" not in ada.get("/communities").text, "who belongs to three knows the way"
    ada.post("/communities/close/leave")
    page = ada.get("/communities").text
    assert "Recommended for you" in page and "3 people from Rule Street School belong here." in page
    assert "Recommended for you" not in ada.get("/communities?q=hall").text
    assert suggested(village.olu) == []
    assert "Nothing to recommend yet" in sign_in(village.olu).get("/communities?which=for-you").text


def test_an_institution_that_was_joined_with_another_counts_as_one(village, make, school):
    other = make.institution("Rule Street Infants")
    newcomer = make.person("Colleague 9")
    work_at(newcomer, other)
    make.member(make.community("The Den of Infants"), newcomer)
    with unit_of_work() as db:
        institutions.merge(None, db.merge(other), db.merge(school))
    assert ("The Den of Infants", "One person from Rule Street School belongs here.") in suggested(village.ada)


@pytest.mark.parametrize(
    "how",
    [
        "keeps it to themselves",
        "shows it in communities",
        "past",
        "suspended",
        "in a closed community",
        "hidden community",
        "by invitation",
        "belongs",
    ],
)
def test_whom_and_what_one_may_not_see_is_no_reason(village, make, school, how):
    person = make.colleagues[0]
    with unit_of_work() as db:
        yard = db.merge(queries.suggested(fresh(village.ada), 20)[1].community)
        if how == "keeps it to themselves":
            db.get_one(Person, person.id).visibility = {"institution": "me"}
        elif how == "shows it in communities":
            db.get_one(Person, person.id).visibility = {"institution": "communities"}
        elif how == "past":
            db.query(Affiliation).filter_by(person_id=person.id).one().is_past = True
        elif how == "suspended":
            db.get_one(Person, person.id).status = "suspended"
        elif how == "in a closed community":
            yard.reading = "members"
        elif how == "hidden community":
            yard.listed, yard.reading, yard.joining = False, "members", "invitation"
        elif how == "by invitation":
            yard.joining = "invitation"
    if how == "belongs":
        make.member(yard, village.ada)
    found = suggested(village.ada)
    assert [name for name, *_why in found] == ["The Hall"]
    about_people = how in {"keeps it to themselves", "shows it in communities", "past", "suspended"}
    assert found[0][1].startswith("2 people" if about_people else "3 people")


def test_what_is_shown_to_ones_communities_counts_for_those_who_share_one(village, make, school):
    change(make.colleagues[0], visibility={"institution": "communities"})
    assert suggested(village.ada)[0][1].startswith("2 people")
    make.member(village.close, make.colleagues[0])
    assert suggested(village.ada)[0][1].startswith("3 people")


def test_what_somebody_wrote_about_is_a_reason(village, make, drain):
    hall, yard = make.community("The Hall"), make.community("The Yard")
    there = make.person("Somebody Else")
    make.topic(village.close, village.ada, tags=("Phonics",))
    make.topic(village.close, village.ben, tags=("Fractions",))
    for community, tag in ((hall, "Phonics"), (hall, "Phonics"), (yard, "Phonics"), (yard, "Fractions")):
        make.topic(community, there, tags=(tag,))
    drain()
    assert suggested(village.ada) == [
        ("The Hall", "You wrote about Phonics; so do 2 topics here."),
        ("The Yard", "You wrote about Phonics; so does one topic here."),
    ]
    make.reply(make.topic(village.close, village.ben, tags=("Fractions",)), village.ada)
    make.reply(make.topic(village.close, village.ben, tags=("Fractions",)), village.ada)
    drain()
    assert suggested(village.ada)[0][0] == "The Hall"


def test_what_somebody_says_they_know_is_a_reason(village, make, drain):
    make.topic(make.community("The Hall"), make.person(), tags=("Phonics",))
    with unit_of_work() as db:
        terms.set_terms(db.get_one(Person, village.olu.id), ["Phonics"])
    drain()
    assert suggested(village.olu) == [("The Hall", "You know about Phonics; one topic here is about it.")]


def test_who_has_both_reasons_comes_first(village, make, school, drain):
    make.topic(village.close, village.ada, tags=("Phonics",))
    yard = queries.suggested(fresh(village.ada), 20)[1].community
    make.topic(yard, make.colleagues[0], tags=("Phonics",))
    drain()
    assert [name for name, *_why in suggested(village.ada)] == ["The Yard", "The Hall"]
    assert len(suggested(village.ada)[0]) == 3


def test_what_lies_out_of_sight_changes_nothing(village, make, school, drain, sign_in):
    """Talk, members and communities that one may not see: the same page, to the letter."""
    make.topic(village.square, village.olu, tags=("Phonics",))
    work_at(village.olu, school)
    hall = queries.suggested(fresh(village.ada), 20)[0].community
    make.topic(hall, make.colleagues[0], tags=("Phonics",))
    hidden = make.topic(hall, make.colleagues[0], tags=("Phonics",))
    with unit_of_work() as db:
        forums.hide_topic(db.get_one(Person, make.colleagues[0].id), db.get_one(Topic, hidden.id))
    behind = make.community("Behind Doors", reading="members", joining="request")
    drain()
    olu = sign_in(village.olu)

    def pages():
        said = [olu.get(address).text for address in ("/communities", "/communities?which=for-you")]
        return [re.sub(r"request: \w+|content=.[\w.-]+.|value=\"[\w.-]{20,}\"", "", each) for each in said]

    before = pages()
    assert "You wrote about Phonics; so does one topic here." in before[0]
    den = make.community("The Den", listed=False, reading="members", joining="invitation")
    for place in (den, behind, village.cellar):
        for person in make.colleagues:
            make.member(place, person)
        for _ in range(3):
            make.topic(place, make.colleagues[1], tags=("Phonics", "Aardvarks"))
    quiet = make.person("Quiet Colleague", visibility={"institution": "me"})
    work_at(quiet, school)
    make.member(hall, quiet)
    with unit_of_work() as db:
        db.get_one(Community, hall.id).member_count -= 1
        db.get_one(Community, behind.id).member_count = 0
    drain()
    assert pages() == before


@pytest.mark.parametrize("first", ["what is hidden", "what is open"])
def test_of_terms_that_are_equal_the_same_count_whatever_the_index_heard_of_first(village, make, drain, first):
    tags = [f"Term {number}" for number in range(TERMS + 1)]
    den = make.community("The Den", listed=False, reading="members", joining="invitation")
    make.topic(village.square, village.olu, tags=tags)
    if first == "what is hidden":
        make.topic(den, village.fay, tags=(tags[-1],))
        drain()
    for place, tag in (("The Hall", tags[0]), ("The Yard", tags[-1])):
        make.topic(make.community(place), village.fay, tags=(tag,))
    drain()
    assert [name for name, _why in suggested(village.olu)] == ["The Hall"]
