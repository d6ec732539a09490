"""What counts as the same word, and what is shown of a text that matched."""

import pytest

from cop.search import analysis, query


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("**hello**", "hello"),
        ("Llŷn", "llyn"),
        ("Lly\u0302n", "Llŷn"),  # the accent typed as a character of its own
        ("Ysgol Tŷ Gwyn", "ysgol ty gwyn"),
        ("Teaching", "teaches"),
        ("Ofsted's", "ofsted"),
        ("Ofsted’s", "Ofsted"),
        ("assessments", "assessment"),
        ("rte_eth_dev", "eth"),
        ("year_7", "Year 7"),
        ("<b>phonics</b>", "phonics"),
    ],
)
def test_spellings_that_meet(written, asked):
    assert set(analysis.terms(asked)) <= set(analysis.terms(written))


@pytest.mark.parametrize(("one", "other"), [("Year 7", "Year 9"), ("C", "B"), ("D&T", "D"), ("KS 3", "KS 2")])
def test_short_words_and_numbers_tell_things_apart(one, other):
    assert analysis.terms(one) != analysis.terms(other)


def test_endings_after_an_apostrophe_are_no_words():
    assert analysis.terms("don't we'll I'm they've") == analysis.terms("don we i they")


def test_stop_words_and_noise_are_left_out():
    assert analysis.terms("The of and " + "x" * 65) == []
    assert analysis.terms("") == []


def test_one_token_at_a_time_gives_what_the_whole_chain_gives():
    text = "The Teachers' marking — “Assessment for Learning” in Llŷn, Año 7; naïve cafés & running_dogs don't STOP."
    assert analysis.terms(text) == [token.text for token in analysis.ANALYSER(analysis.plain(text))]


def test_dictionary_words_keep_accents_and_leave_out_numbers():
    assert analysis.words("The Llŷn pilot: 2024, ks3, Phonics phonics of a") == {"llŷn", "pilot", "phonics"}


def test_the_passage_is_where_most_of_the_words_stand():
    text = "phonics " + "filler " * 100 + "marking and phonics together " + "filler " * 100
    passage = analysis.passages(text, analysis.terms("phonics marking"), 120)
    assert [piece for piece, matched in passage if matched] == ["marking", "phonics"]
    assert passage[0] == ("…", False)
    assert passage[-1] == ("…", False)
    assert sum(len(piece) for piece, _ in passage) < 200


def test_pieces_make_up_the_text_again():
    text = "<script>Phonics</script> & marking"
    assert "".join(piece for piece, _ in analysis.highlight(text, analysis.terms("phonics"))) == text
    assert ("Phonics", True) in analysis.highlight(text, analysis.terms("phonics"))
    assert analysis.passages(text, []) == [(text, False)]
    assert analysis.passages("", ["phonic"]) == []


def test_a_query_is_words_phrases_and_what_must_not_occur():
    asked = query.parse('marking "assessment for learning" -maths -"key stage" well-being')
    assert asked.terms == ("mark", "assess", "learn", "well", "be")
    assert asked.phrases == (("assess", "learn"),)
    assert asked.excluded == (("math",), ("key", "stage"))


@pytest.mark.parametrize("text", ['"', "-", '-"', '" "', "- -", '""', "--", "“", "the of", "   ", "\x00", "\ud800"])
def test_odd_queries_ask_for_nothing(text):
    assert query.parse(text).terms == ()


def test_a_quote_that_is_never_closed_is_text():
    assert query.parse('"phonics in wales').terms == query.parse("phonics wales").terms
    assert query.parse('"phonics"reading').terms == ("phonic", "read")


def test_words_of_asking_count_only_when_there_are_no_others():
    assert query.parse("How do I teach phonics?").terms == ("teach", "phonic")
    assert query.parse("who").terms == ("who",)
