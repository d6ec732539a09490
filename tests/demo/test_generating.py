"""A generated network: as large as asked, the same each time, of one piece, and honest about being generated."""

import re
import statistics
from collections import Counter

import pytest
from sqlalchemy import func, select

import cop
from cop.communities.models import Community, Membership
from cop.core.activity import Activity
from cop.core.db import session, unit_of_work, utcnow
from cop.core.thanks import Thank, counts
from cop.demo.loader import LOGINS
from cop.forums import service as forums
from cop.forums.models import Post, Topic
from cop.institutions.models import Institution
from cop.people.models import Affiliation, Password, Person
from cop.people.service import accounts
from cop.search.analysis import tokens

SMALL = ("demo", "--members", "60", "--communities", "6")
COUNTERS = ("last_number", "reply_count", "answer_count", "last_post_at", "last_author_id")


def count(model, *conditions):
    return session().scalar(select(func.count()).select_from(model).where(*conditions))


@pytest.mark.service  # it starts none, but takes as long
def test_a_generated_network_is_of_one_piece(command):
    made = command(*SMALL, "--json")
    assert made.status == 0, made.err
    told = made.json
    assert [told[each] for each in ("people", "communities", "posts")] == [60, 6, 90]
    assert [count(model) for model in (Person, Community, Post, Topic)] == [60, 6, 90, told["topics"]]
    assert told["seconds"].keys() == {"loading", "indexing"}
    everything_says_that_it_is_generated()
    only_three_have_a_password(told["logins"])
    people_work_somewhere_on_the_map()
    nothing_happens_before_its_time()
    stored_counters_are_what_counting_finds()
    the_record_has_everything_quietly_and_in_order()
    texts_are_as_long_as_promised()
    whoever_writes_about_it_is_found(command)
    assert command("index", "status").status == 0
    refused = command(*SMALL)
    assert (refused.status, "has people already" in refused.err) == (1, True)


def everything_says_that_it_is_generated():
    for community in session().scalars(select(Community)):
        assert "(generated)" in community.name
        assert "Generated to measure with" in community.purpose
    assert all("(generated)" in each.name for each in session().scalars(select(Institution)))
    assert all("Generated to measure with" in each.about for each in session().scalars(select(Person)))


def only_three_have_a_password(told):
    assert [each["address"] for each in told] == [login.address for login in LOGINS]
    people = [accounts.person_for(each["address"], each["password"]) for each in told]
    assert [person.is_manager for person in people] == [False, False, True]
    assert count(Password) == 3
    assert count(Membership, Membership.person_id == people[0].id) == 6, "a member of 20, or of all there are"
    looks_after = (Membership.person_id == people[1].id) & (Membership.role == "facilitator")
    assert count(Membership, looks_after) >= 1


def people_work_somewhere_on_the_map():
    work = select(Institution).join(Affiliation, Affiliation.institution_id == Institution.id)
    places = list(session().scalars(work))
    assert len(places) == 60
    assert all(49 < each.latitude < 61 and -8 < each.longitude < 3 for each in places)
    assert {each.country for each in places} <= {"England", "Wales", "Scotland"}


def nothing_happens_before_its_time():
    now = utcnow()
    assert count(Post, Post.created_at > now) == count(Activity, Activity.at > now) == 0
    together = (
        select(func.count())
        .select_from(Post)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Membership, (Membership.person_id == Post.author_id) & (Membership.community_id == Topic.community_id))
    )
    assert session().scalar(together) == 90, "somebody wrote where they do not belong"
    assert session().scalar(together.where(Post.created_at < Membership.joined_at)) == 0
    early = select(func.count()).select_from(Membership).join(Person, Person.id == Membership.person_id)
    assert session().scalar(early.where(Membership.joined_at < Person.joined_at)) == 0
    founded = select(func.count()).select_from(Membership).join(Community, Community.id == Membership.community_id)
    assert session().scalar(founded.where(Membership.joined_at < Community.created_at)) == 0


def stored_counters_are_what_counting_finds():
    for community in session().scalars(select(Community)):
        assert community.member_count == count(Membership, Membership.community_id == community.id)
        assert count(Membership, Membership.community_id == community.id, Membership.role == "facilitator")
    for post in session().scalars(select(Post)):
        found = counts("post", post.id)
        assert (post.thank_count, post.helped_count) == (found.get("thanked", 0), found.get("helped", 0))
    assert count(Thank) > 5
    assert count(Topic, Topic.accepted_post_id.is_not(None)) >= 1
    with unit_of_work():
        for topic in session().scalars(select(Topic)):
            before = [getattr(topic, name) for name in COUNTERS]
            forums.recount(topic)
            assert [getattr(topic, name) for name in COUNTERS] == before


def the_record_has_everything_quietly_and_in_order():
    deeds = list(session().scalars(select(Activity).where(Activity.kind != "institution").order_by(Activity.id)))
    assert all(deed.quiet and deed.room is None for deed in deeds)
    assert [deed.at for deed in deeds] == sorted(deed.at for deed in deeds)
    verbs = Counter(deed.verb for deed in deeds)
    assert (verbs["signed up"], verbs["started"], verbs["asked"]) == (60, 6, count(Topic))
    assert verbs["asked"] + verbs["replied"] == 90
    assert verbs["joined"] == count(Membership) - 6
    assert verbs["thanked"] + verbs["helped"] == count(Thank)


def texts_are_as_long_as_promised():
    posts = list(session().scalars(select(Post.text)))
    assert 350 < statistics.median(map(len, posts)) < 700
    abouts = [len(each) for each in session().scalars(select(Person.about))]
    assert 600 < statistics.mean(abouts) < 1000
    words = {word.lower() for text in posts for word in tokens(text)}
    assert len(words) > 1500


def whoever_writes_about_it_is_found(command):
    theme = session().scalars(select(Community.name).order_by(Community.id)).first()
    words = re.sub(r" \d+ \(generated\)", "", theme)
    found = command("people", "find", words, "--as", LOGINS[0].address, "--json").json
    assert found["people"]
    assert all(each["evidence"] for each in found["people"])


def test_the_smallest_network_is_one_community_of_three(command):
    made = command("demo", "--members", "3", "--communities", "1")
    assert made.status == 0, made.err
    assert LOGINS[0].password in made.out
    assert count(Person) == 3


@pytest.mark.parametrize(
    "words", [("--members", "2"), ("--communities", "5"), ("--members", "60", "--communities", "0")]
)
def test_what_cannot_be_generated_is_refused(command, words):
    refused = command("demo", *words)
    assert refused.status == 2
    assert count(Person) == 0


def test_it_is_the_same_each_time(empty_command, template):
    def generated():
        made = empty_command(template.copy())
        cop.prepare(cop.load_settings(data_dir=made.folder, database_url=made.environment["COP_DATABASE_URL"]))
        assert made("demo", "--members", "12", "--communities", "2").status == 0
        posts = select(Post.source, Topic.title).join(Topic, Topic.id == Post.topic_id).order_by(Post.id)
        people = select(Person.name, Person.about).order_by(Person.id)
        return [list(map(tuple, session().execute(statement))) for statement in (posts, people)]

    assert generated() == generated()
