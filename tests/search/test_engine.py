"""Writing, finding and counting, as the rest of the house does it."""

import threading

import pytest

from cop.search.engine import Engine
from cop.search.hits import MOST
from tests.search.making import MEMBER, post, posts


@pytest.fixture
def engine():
    return Engine.in_memory()


def found(engine, text, audiences=MEMBER, **options):
    return [hit.id for hit in engine.search(text, audiences, **options).hits]


def test_what_is_written_is_found_at_once_and_only_by_its_words(engine):
    engine.write([post(1, "**hello** from Llŷn"), post(2, "goodbye")])
    assert found(engine, "hello") == ["post:1"]
    assert found(engine, "llyn") == ["post:1"]
    assert found(engine, "nothing") == []


def test_writing_again_replaces_and_deleting_removes(engine):
    engine.write([post(1, "phonics")])
    engine.write([post(1, "marking")])
    assert (found(engine, "phonics"), found(engine, "marking")) == ([], ["post:1"])
    engine.write([post(1, "maths"), post(1, "drama")], ["post:9"])
    assert (found(engine, "maths"), found(engine, "drama"), engine.count()) == ([], ["post:1"], 1)
    engine.write([], ["post:1"])
    assert (found(engine, "drama"), engine.count(), list(engine.ids())) == ([], 0, [])


def test_a_document_in_both_lists_is_written(engine):
    engine.write([post(1, "phonics")], ["post:1"])
    assert found(engine, "phonics") == ["post:1"]


def test_deleting_what_is_not_there_makes_no_commit(engine):
    engine.write([post(1, "phonics")])
    before = engine.view(MEMBER)
    engine.write([], ["post:7"])
    engine.write([], [])
    assert engine.view(MEMBER) is before


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        ("public", {"guest", "member", "insider", "friend"}),
        ("network", {"member", "insider", "friend"}),
        ("community:4", {"insider"}),
        ("person:7", {"friend"}),
        ("community:4 person:7", {"insider", "friend"}),
        ("public community:4", {"guest", "member", "insider", "friend"}),
        ("network community:4", {"member", "insider", "friend"}),
        ("community:9", set()),
    ],
)
def test_whoever_holds_one_of_the_audiences_sees_the_document(engine, audience, seen_by):
    engine.write([post(1, "phonics", audience)])
    who = {
        "guest": {"public"},
        "member": MEMBER,
        "insider": MEMBER | {"community:4", "community:5"},
        "friend": MEMBER | {"person:7"},
    }
    assert {name for name, audiences in who.items() if found(engine, "phonics", audiences)} == seen_by


def test_nobody_sees_a_document_without_audiences(engine):
    engine.write([post(1, "phonics", "")])
    assert engine.count() == 1
    assert found(engine, "phonics", MEMBER | {""}) == []


def test_all_the_words_or_else_some_of_them(engine):
    engine.write([post(1, "phonics reading"), post(2, "phonics"), post(3, "reading")])
    every = engine.search("phonics reading", MEMBER)
    assert ([hit.id for hit in every.hits], every.relaxed) == (["post:1"], False)
    some = engine.search("phonics drama", MEMBER)
    assert ({hit.id for hit in some.hits}, some.relaxed) == ({"post:1", "post:2"}, True)


def test_quotes_and_minus(engine):
    engine.write([post(1, "early reading at home"), post(2, "reading early"), post(3, "early reading", title="Drama")])
    assert set(found(engine, '"early reading"')) == {"post:1", "post:3"}
    assert found(engine, '"early reading" -drama') == ["post:1"]
    assert found(engine, 'reading -"early reading"') == ["post:2"]
    assert found(engine, "-drama") == []


def test_a_phrase_does_not_run_from_the_title_into_the_text(engine):
    engine.write([post(1, "reading at home", title="Early")])
    assert found(engine, '"early reading"') == []


def test_titles_and_tags_count(engine):
    engine.write([post(1, "marking of drama"), post(2, "drama club", title="Marking"), post(3, "x", tags=("Marking",))])
    assert set(found(engine, "marking")) == {"post:1", "post:2", "post:3"}
    assert found(engine, "marking")[-1] == "post:1"


def test_kinds_narrow_the_hits_and_not_the_counts(engine):
    engine.write([post(1, "phonics"), post(2, "phonics"), post(3, "phonics", kind="topic")])
    hits = engine.search("phonics", MEMBER, {"topic", "unheard-of"})
    assert ([hit.id for hit in hits.hits], hits.total, hits.kinds) == (["topic:3"], 1, {"post": 2, "topic": 1})


def test_results_of_one_container_collapse(engine):
    engine.write(
        [post(n, "phonics " * n, container=f"topic:{n % 2}") for n in range(1, 6)] + [post(9, "phonics drama")]
    )
    hits = engine.search("phonics", MEMBER, collapse=True)
    assert sorted((hit.container, hit.others) for hit in hits.hits) == [("", 0), ("topic:0", 1), ("topic:1", 2)]
    assert hits.total == 3
    assert found(engine, "phonics", collapse=True, offset=1, limit=1) == [hits.hits[1].id]


def test_equal_hits_come_newest_first_and_pages_fit_together(engine):
    engine.write([post(n, "phonics", created=float(n)) for n in range(20)])
    assert found(engine, "phonics", limit=20) == [f"post:{n}" for n in reversed(range(20))]
    pages = [found(engine, "phonics", limit=7, offset=offset) for offset in (0, 7, 14, 21)]
    assert [id for page in pages for id in page] == found(engine, "phonics", limit=20)
    engine.write([post(50, "phonics " * 9, created=-1.0)])
    assert found(engine, "phonics", newest=True, limit=30)[-1] == "post:50"


def test_totals_end_at_a_thousand(engine):
    engine.write(post(n, "phonics") for n in range(MOST + 5))
    hits = engine.search("phonics", MEMBER)
    assert (hits.total, hits.kinds) == (MOST, {"post": MOST})


def test_order_does_not_depend_on_the_order_of_writing():
    written = list(posts(1, 0, 200, "network"))
    one, other = Engine.in_memory(), Engine.in_memory()
    one.write(written)
    for start in range(0, 200, 20):
        other.write(reversed(written[180 - start : 200 - start]))
    other.merge()
    assert one.search("phonics maths", MEMBER, limit=200) == other.search("phonics maths", MEMBER, limit=200)


def test_many_commits_make_few_segments_and_lose_nothing(engine):
    for number in range(80):
        engine.write([post(number, "phonics")])
    assert engine.statistics().segments < 50
    engine.write([], [f"post:{number}" for number in range(0, 80, 2)])
    assert engine.merge()
    assert not engine.merge()
    assert (engine.statistics().segments, engine.statistics().deleted, engine.count()) == (1, 0, 40)
    assert set(found(engine, "phonics", limit=99)) == {f"post:{number}" for number in range(1, 80, 2)}


def test_an_emptied_index_is_as_a_new_one(engine):
    engine.write(post(n, "phonics") for n in range(3))
    engine.write([], list(engine.ids()))
    engine.write([post(1, "phonics")])
    fresh = Engine.in_memory()
    fresh.write([post(1, "phonics")])
    assert engine.search("phonics", MEMBER) == fresh.search("phonics", MEMBER)


def test_statistics_are_of_the_living(engine):
    engine.write([post(1, "a", "public"), post(2, "a"), post(3, "a", "community:1"), post(4, "a", "community:1")])
    engine.write([], ["post:4"])
    statistics = engine.statistics()
    assert (statistics.documents, statistics.public, statistics.network, statistics.restricted) == (3, 1, 1, 1)
    assert statistics.deleted == 1


def test_the_card_says_whether_a_document_changed(engine):
    engine.write([post(1, "phonics", tags=("a",))])
    [before] = engine.cards()
    for other in (post(1, "phonics!"), post(1, "phonics", "public", tags=("a",)), post(1, "phonics", tags=("b",))):
        engine.write([other])
        assert [card.pack() for card in engine.cards()] != [before.pack()]
    engine.write([post(1, "phonics", tags=("a",))])
    assert list(engine.cards()) == [before]


def test_readers_and_writers_at_once(engine):
    failures = []

    def read():
        try:
            for _ in range(60):
                hits = engine.search("phonics", MEMBER, limit=100)
                assert hits.total % 5 == 0  # all of a batch or none of it
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for batch in range(20):
        engine.write(post(batch * 5 + number, "phonics reading") for number in range(5))
    for reader in readers:
        reader.join()
    assert failures == []
    assert engine.count() == 100


def test_an_index_in_a_folder_is_there_again_after_closing(tmp_path):
    first = Engine.open(tmp_path / "index")
    first.write([post(1, "phonics"), post(2, "phonics")])
    first.write([], ["post:2"])
    again = Engine.open(tmp_path / "index")
    assert found(again, "phonics") == ["post:1"]
    again.write([post(3, "phonics")])
    assert set(found(first, "phonics")) == {"post:1", "post:3"}  # the other process notices


def test_completions_are_the_commonest_open_words(engine):
    engine.write(
        [post(1, "phonics phoneme", "public"), post(2, "Phonics"), post(3, "phonograph secret", "community:1")]
    )
    assert engine.completions("pho", MEMBER | {"community:1"}) == [("phonics", 2), ("phoneme", 1)]
    assert engine.completions("PHÓ", {"public"}) == [("phoneme", 1), ("phonics", 1)]
    assert engine.completions("phonog", MEMBER | {"community:1"}) == []
    engine.write([], ["post:1"])
    assert engine.completions("pho", MEMBER) == [("phonics", 1)]
    assert engine.completions("", MEMBER) == engine.completions(" ", MEMBER) == []


def test_typing_errors_are_corrected_from_open_words(engine):
    engine.write([post(1, "safeguarding in Llŷn", "public"), post(2, "phonograph", "community:1")])
    assert engine.corrected('a "safegaurding" course!', MEMBER) == 'a "safeguarding" course!'
    assert engine.corrected("safeguarding", MEMBER) is None
    assert engine.corrected("phonogaph", MEMBER | {"community:1"}) is None
    engine.write([], ["post:1"])
    assert engine.corrected("safegaurding", MEMBER) is None
