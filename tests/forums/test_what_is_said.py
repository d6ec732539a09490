"""What pages say of a topic, and of what is new, is so for whoever reads it."""

import pytest

from cop.core.db import unit_of_work
from cop.forums import service
from cop.forums.models import Topic
from cop.people.models import Person

READ_ONLY = "This topic is locked: it can be read, but not added to."
FACILITATORS = "This topic is locked: only the facilitators can add to it."


@pytest.fixture
def topic(village, make):
    return make.topic(village.square, village.ada, "Quiet mornings")


def look_after(village, topic, deed):
    with unit_of_work() as db:
        deed(db.get_one(Person, village.fay.id), db.get_one(Topic, topic.id))


@pytest.mark.parametrize(
    ("who", "said", "not_said"), [("ada", READ_ONLY, FACILITATORS), ("fay", FACILITATORS, READ_ONLY)]
)
def test_a_locked_topic_says_once_who_may_still_write(village, sign_in, topic, who, said, not_said):
    look_after(village, topic, service.lock_topic)
    page = sign_in(getattr(village, who)).get(topic.url).text
    assert page.count(said) == 1
    assert not_said not in page
    assert ('id="composer"' in page) == (who == "fay")


def test_beside_the_button_stands_who_sees_a_topic_that_is_out_of_sight(village, sign_in, topic):
    fay = sign_in(village.fay)
    everyone, facilitators = "Anyone on the web can read this", "Only the facilitators will see this"
    assert everyone in fay.get(topic.url).text
    look_after(village, topic, service.hide_topic)
    page = fay.get(topic.url).text
    assert facilitators in page
    assert everyone not in page


def test_who_belongs_to_no_community_yet_sees_what_is_being_talked_about(village, make, sign_in, topic):
    make.topic(village.close, village.ben, "Behind the door")
    newcomer = sign_in(make.person("Nia New")).get("/").text
    assert "Being talked about" in newcomer
    assert "Quiet mornings" in newcomer
    assert "Behind the door" not in newcomer
    assert "Being talked about" not in sign_in(village.ada).get("/").text


def test_within_a_sentence_a_day_begins_with_a_small_letter(village, sign_in, topic):
    page = sign_in(village.ben).get(topic.url).text
    assert ">today, " in page[page.index("topic-summary") : page.index('class="post')]
    assert ">Today, " in page[page.index('class="post-time"') :]


@pytest.mark.parametrize(("asked", "said"), [(2, "2 topics with something new"), (8, "The latest 6 topics with")])
def test_home_says_how_many_topics_have_something_new_and_whether_there_are_more(village, make, sign_in, asked, said):
    for number in range(asked):
        make.topic(village.square, village.fay, f"Matter {number}")
    assert said in sign_in(village.ben).get("/").text


def test_a_list_by_tag_says_nothing_of_all_topics(village, make, guest):
    make.topic(village.square, village.ada, "Rulers", tags=["measuring"])
    everything = "What people in all the communities you can see are asking."
    assert everything in guest.get("/topics").text
    assert everything not in guest.get("/topics?tag=measuring").text


def test_the_oldest_that_waits_is_named_only_where_all_that_wait_are_shown(village, make, sign_in):
    ben = sign_in(village.ben)
    for number in range(4):
        make.topic(village.square, village.fay, f"Matter {number}")
        page = ben.get("/communities/square").text
        assert ("the oldest from" in page) == (number < 3)
        assert ('href="/communities/square/topics?list=unanswered">All that wait' in page) == (number == 3)


def test_ones_own_topics_are_called_so_and_none_is_no_missing_question(village, make, sign_in, topic):
    everything = "What people in all the communities you can see are asking."
    ada, olu = sign_in(village.ada), sign_in(village.olu)
    assert everything not in ada.get("/topics?list=mine").text
    page = olu.get("/topics?list=mine").text
    assert "You have not written in a topic yet" in page
    assert "No questions yet" not in page


def test_out_of_sight_a_topic_waits_for_nobody(village, sign_in, topic):
    fay = sign_in(village.fay)
    assert "waiting for an answer" in fay.get(topic.url).text
    look_after(village, topic, service.hide_topic)
    assert "waiting for an answer" not in fay.get(topic.url).text
