"""What a searcher may not see changes nothing of what they see: order, scores, totals, people, suggestions."""

import pytest

from cop.people.ranking import rank_people
from cop.search.engine import Engine
from tests.search.making import MEMBER, WORDS, post, posts

GUEST = frozenset({"public"})
NEIGHBOUR = MEMBER | {"community:2"}
SEARCHERS = {"guest": GUEST, "outsider": MEMBER, "member of another community": NEIGHBOUR}
QUERIES = [
    "phonics",
    "marking maths",
    '"phonics marking"',
    "drama -music",
    "reading behaviour computing wales",
    "zebra",
]


def seen():
    """What everybody finds in the index: open posts, and those of community 2."""
    yield from posts(1, 0, 80, "public")
    yield from posts(2, 100, 80, "network")
    yield from posts(3, 200, 40, "community:2")


def unseen():
    """500 posts of community 1, some with words that nobody else uses, by people who write elsewhere too."""
    yield from posts(4, 1000, 450, "community:1")
    yield from (
        post(1500 + n, "zebra phonics " * 3, "community:1", title="Zebra", authors=(n % 40,)) for n in range(50)
    )


def answers(engine, audiences):
    found = [engine.search(text, audiences, limit=300, **more) for text in QUERIES for more in ({}, {"collapse": True})]
    people = [rank_people(engine, text, audiences, None) for text in QUERIES]
    words = [engine.completions(word[:2], audiences) for word in [*WORDS, "zebra"]]
    corrections = [engine.corrected(text, audiences) for text in ("phonocs", "zebar", "marknig drma")]
    return found, people, words, corrections


@pytest.fixture(scope="module")
def without():
    engine = Engine.in_memory()
    engine.write(seen())
    return {name: answers(engine, audiences) for name, audiences in SEARCHERS.items()}


def always_restricted(engine):
    engine.write([*unseen(), *seen()])


def restricted_later(engine):
    engine.write(seen())
    for document in list(unseen())[::25]:
        engine.write([document])
    engine.write(unseen())


def once_public_then_narrowed(engine):
    engine.write(seen())
    engine.write(post(int(d.id[5:]), d.text, "public", title=d.title, authors=d.authors) for d in unseen())
    engine.write(unseen())


def once_public_then_hidden(engine):
    engine.write(
        [*seen(), *(post(int(d.id[5:]), d.text, "public", title=d.title, authors=d.authors) for d in unseen())]
    )
    engine.write([], [d.id for d in unseen()])


def once_in_the_network_then_gone_and_merged(engine):
    engine.write(post(int(d.id[5:]), d.text, "network", authors=d.authors, kind="post") for d in unseen())
    engine.write(seen())
    engine.write([], [d.id for d in unseen()])
    engine.merge(10_000)


def seen_ones_edited_and_put_back(engine):
    engine.write(seen())
    engine.write(post(int(d.id[5:]), "zebra zebra", "public", authors=(99,), kind="post") for d in seen())
    engine.write(seen())
    engine.write(unseen())


@pytest.mark.parametrize(
    "story",
    [
        always_restricted,
        restricted_later,
        once_public_then_narrowed,
        once_public_then_hidden,
        once_in_the_network_then_gone_and_merged,
        seen_ones_edited_and_put_back,
    ],
)
def test_everything_is_the_same_to_the_last_digit(without, story):
    engine = Engine.in_memory()
    story(engine)
    for searcher, audiences in SEARCHERS.items():
        assert answers(engine, audiences) == without[searcher], searcher


def test_members_do_find_what_is_theirs():
    engine = Engine.in_memory()
    always_restricted(engine)
    inside = engine.search("zebra", MEMBER | {"community:1"})
    assert inside.total == 50
    assert rank_people(engine, "zebra", MEMBER | {"community:1"})
    assert not engine.search("zebra", NEIGHBOUR).hits


def test_restricted_hits_are_scored_as_if_the_open_text_were_all():
    """A term is as rare as open text says, however common it is behind the door."""
    few, many = Engine.in_memory(), Engine.in_memory()
    few.write([*seen(), post(900, "zebra herd", "community:2")])
    many.write([*seen(), post(900, "zebra herd", "community:2"), *unseen()])
    assert few.search("zebra", NEIGHBOUR) == many.search("zebra", NEIGHBOUR)


def test_an_index_with_nothing_open_still_answers_its_members():
    engine = Engine.in_memory()
    engine.write([post(1, "zebra", "community:2", authors=(7,)), post(2, "zebra zebra", "community:1", authors=(8,))])
    assert [hit.id for hit in engine.search("zebra", NEIGHBOUR).hits] == ["post:1"]
    assert [hit.person_id for hit in rank_people(engine, "zebra", NEIGHBOUR)] == [7]
    assert rank_people(engine, "zebra", MEMBER) == []
