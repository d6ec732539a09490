"""No text that anybody types is an error, and none finds what its searcher may not see."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.people.ranking import rank_people
from cop.search import analysis
from cop.search.engine import Engine
from tests.search.making import MEMBER, posts
from tests.support.shared import inputs

SYNTAX = st.sampled_from(
    [
        '"',
        "'",
        "-",
        "“",
        "”",
        "*",
        "?",
        "(",
        ")",
        "[",
        "{",
        "~",
        "^",
        ":",
        "\\",
        "AND",
        "NOT",
        "title:",
        " ",
        "\t",
        "\x00",
    ]
)
WORDS = st.sampled_from(["phonics", "maths", "the", "Llŷn", "7", "a" * 70])
TEXTS = st.one_of(
    st.text(), st.text(st.characters()), st.lists(st.one_of(SYNTAX, WORDS, st.text(max_size=3))).map("".join)
)


@pytest.fixture(scope="module")
def engine():
    engine = Engine.in_memory()
    engine.write(posts(1, 0, 30, "public"))
    engine.write(posts(2, 100, 30, "community:1"))
    return engine


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, limit=st.integers(-3, 50), offset=st.integers(-3, 50), flag=st.booleans())
def test_any_text_is_a_query(engine, text, limit, offset, flag):
    hits = engine.search(text, MEMBER, {"post"} if flag else None, limit, offset, collapse=flag, newest=flag)
    assert all(int(hit.id.removeprefix("post:")) < 100 for hit in hits.hits)
    assert len(hits.hits) <= max(0, limit)
    assert all(int(id.removeprefix("post:")) < 100 for hit in rank_people(engine, text, MEMBER) for id, _ in hit.votes)
    engine.completions(text, MEMBER)
    engine.corrected(text, MEMBER)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, terms=st.lists(st.sampled_from(["phonic", "math", "7", ""])), width=st.integers(-5, 400))
def test_any_text_can_be_cut_and_marked(text, terms, width):
    assert "".join(piece for piece, _ in analysis.highlight(text, terms)) == analysis.plain(text)
    passage = "".join(piece for piece, _ in analysis.passages(text, terms, width))
    assert passage.strip("…") in analysis.plain(text) or passage.startswith("…") or passage.endswith("…")


def test_a_very_long_text_is_asked_with_its_rarest_words(engine):
    hits = engine.search(" ".join(f"word{n} phonics" for n in range(5000)), MEMBER)
    assert len(hits.terms) == 32


@pytest.mark.shared
@pytest.mark.parametrize("corpus", ["unicode-blns", "csv-injection", "path-traversal", "xss-payloadsallthethings"])
def test_awkward_strings_of_the_shared_corpora(engine, corpus):
    """Left out where there is no shared folder beside the repository."""
    texts = inputs(corpus)
    for text in texts[:: 1 + len(texts) // 150]:
        engine.search(text, MEMBER)
        rank_people(engine, text, MEMBER)
