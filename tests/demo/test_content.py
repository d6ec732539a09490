"""What the demo consists of holds together: everybody who speaks belongs, and nothing happens before its time."""

import re

import pytest

from cop.core.markup import MENTION
from cop.demo.content import content
from cop.people.handles import stem_of
from cop.people.models import SORTS

TOPICS = [(community, topic) for community in content().communities for topic in community.topics]


def test_it_is_as_large_as_promised():
    found = content()
    assert len(found.people) == 60
    assert len({person.institution for person in found.people} - {""}) >= 19
    assert len(found.communities) == 8
    assert len(TOPICS) == 60
    assert sum(len(topic.posts) for _, topic in TOPICS) == 300


def test_nobody_has_the_name_of_another():
    handles = [stem_of(person.name) for person in content().people]
    assert len(set(handles)) == len(handles)


def test_what_is_asked_can_be_answered_so():
    keys = {person.key for person in content().people}
    for field in content().fields:
        assert field.sort in SORTS
        assert set(field.answers) <= keys
        for said in field.answers.values():
            assert isinstance(said, str) == (field.sort in {"line", "text", "link"})
            assert isinstance(said, str) or set(said) <= set(field.choices)


@pytest.mark.parametrize(("community", "topic"), TOPICS, ids=[topic.title[:40] for _, topic in TOPICS])
def test_a_topic_is_possible(community, topic):
    people = {person.key: person for person in content().people}
    belong = {*community.facilitators, *community.members}
    handles = {stem_of(people[key].name) for key in belong}
    days = topic.days_ago
    for number, post in enumerate(topic.posts, 1):
        days -= post.after / 1440
        author = post.author or topic.author
        assert {author, *post.thanks, *post.helped, *topic.followers} <= belong
        assert days > 0, "it is written in the future"
        assert people[author].joined > days, f"{author} had not joined"
        assert author not in {*post.thanks, *post.helped}
        assert post.reply_to is None or post.reply_to < number
        mentioned = {handle.lower() for handle in MENTION.findall(post.text)}
        assert mentioned <= handles
        assert not re.search(r"https?://(?!example\.org)", post.text)
    if topic.accepted is not None:
        assert topic.posts[topic.accepted - 1].author not in {"", topic.author}
