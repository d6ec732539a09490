"""Terms that somebody's own writing suggests: shown to them alone, accepted, hidden or corrected."""

import html
import re

import pytest
from sqlalchemy import func, select

from cop import search
from cop.core import terms
from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.core.terms import TermAlias
from cop.people import finder
from cop.people.finder import Asked
from cop.people.models import HiddenSuggestion

PAGE = "/settings/terms"
STATEMENTS = 24
"""SQL of the page, however much somebody wrote."""


@pytest.fixture
def spoke(village, make):
    """Ben writes of bar models in answers to Ada, Fay of assessment; both are in a vocabulary."""
    make.vocabulary("Bar models", "Models", "Assessment", "Handwriting")
    for n in range(3):
        topic = make.topic(village.square, village.ada, f"Question {n}", f"How do I begin with number {n}?")
        make.reply(topic, village.ben, f"We draw a bar model first, then talk. Step {n}.")
        make.reply(topic, village.fay, f"I would ask for assessment, round {n}.")
    search.rebuild()


def suggested(client):
    page = html.unescape(client.get(PAGE).text)
    return re.findall(r'class="term-row-name"[^>]*><a href="[^"]+">([^<]+)</a>', page)


def term_called(name):
    return terms.of_label(name)


def settle(client, name, deed, **data):
    return client.post(f"{PAGE}/{term_called(name).id}/{deed}", data=data)


def correct(client, name, typed):
    id = term_called(name).id
    return client.post(f"{PAGE}/{id}/correct", data={f"term-{id}-name": typed})


def own(person):
    return [term.name for term in terms.terms_of("person", [person.id]).get(person.id, [])]


def test_what_somebody_writes_of_often_and_others_do_not_is_suggested_with_what_says_it(village, sign_in, spoke):
    ben = sign_in(village.ben)
    assert suggested(ben) == ["Bar models"], "“Models” is only a part of it"
    page = html.unescape(ben.get(PAGE).text)
    assert "We draw a <mark>bar</mark> <mark>model</mark> first" in page
    assert "and 2 more posts about it" in page
    assert re.search(r'<a href="/posts/\d+[^"]*"[^>]*>Question 2', page)
    assert suggested(sign_in(village.fay)) == ["Assessment"]
    assert suggested(sign_in(village.ada)) == []
    assert suggested(sign_in(village.olu)) == []


def test_what_everybody_writes_of_is_not_suggested(village, make, sign_in, spoke):
    for n in range(4):
        topic = make.topic(village.square, village.ada, f"Again {n}", "Do you use bar models?")
        make.reply(topic, village.fay, "Bar models, yes.")
        make.reply(topic, village.ben, "Good to hear.")
    search.rebuild()
    assert "Bar models" not in suggested(sign_in(village.ben))


def test_an_alias_and_a_tag_of_talks_in_which_they_answered_suggest_a_term_too(village, make, sign_in, spoke):
    with unit_of_work() as db:
        term = term_called("Handwriting")
        db.add(TermAlias(term_id=term.id, name="Penmanship", slug="penmanship"))
    for n in range(2):
        make.reply(make.topic(village.square, village.ada, f"Pens {n}"), village.fay, "Penmanship comes with time.")
        filed = make.topic(village.square, village.ada, f"Sounds {n}", tags=("phonics",))
        make.reply(filed, village.ben, "Little and often.")
        make.topic(village.square, village.fay, f"Spelling {n}", tags=("spelling",))
    search.rebuild()
    assert "Handwriting" in suggested(sign_in(village.fay))
    assert "spelling" not in suggested(sign_in(village.fay)), "who asks does not say that they know"
    assert "phonics" in suggested(sign_in(village.ben))


def test_hidden_evidence_and_what_they_cannot_read_any_more_suggest_nothing(village, make, sign_in, spoke):
    ben = sign_in(village.ben)
    posts = re.findall(r'action="(/evidence/post/\d+/hide)"', _with_own_term(ben))
    assert len(posts) == 2
    settle_back(village.ben)
    for n in range(2):
        make.reply(make.topic(village.close, village.ada, f"Inside {n}"), village.ben, "Handwriting needs a table.")
    search.rebuild()
    assert "Handwriting" in suggested(ben)
    for post in posts:
        ben.post(post)
    assert suggested(ben) == ["Handwriting"], "before search has read that it is hidden"
    assert ben.post("/communities/close/leave").status_code == 303
    assert suggested(ben) == []


def _with_own_term(client):
    """Their page once the term is theirs: with the buttons that hide evidence."""
    settle(client, "Bar models", "accept")
    return client.get("/people/ben").text


def settle_back(person):
    with unit_of_work():
        terms.set_terms(person, [])


def test_nobody_else_sees_any_of_it(village, sign_in, guest, spoke):
    assert "term that your writing suggests" in sign_in(village.ben).get("/people/ben").text
    for client, path in (
        (sign_in(village.olu), "/people/ben"),
        (sign_in(village.mona), "/people/ben"),
        (sign_in(village.ben), "/people/ben?as=members"),
        (guest, "/people/ben"),
    ):
        assert "your writing suggests" not in client.get(path).text, path
    assert guest.get(PAGE).status_code == 302


def test_accepted_it_is_theirs_and_finder_and_page_know_when_search_has_read_it(village, sign_in, spoke, drain):
    ben = sign_in(village.ben)
    for _ in range(2):
        answer = settle(ben, "Bar models", "accept")
        assert (answer.status_code, answer.location) == (303, PAGE)
    assert own(village.ben) == ["Bar models"]
    assert suggested(ben) == []
    verbs = session().scalars(select(Activity.verb).where(Activity.kind == "person")).all()
    assert verbs == ["changed"], "twice is once"
    assert 'id="knows"' in sign_in(village.olu).get("/people/ben").text
    drain()
    (found,) = [
        each for each in finder.find(village.olu, Asked("bar models")).people if each.person.name == "Ben Okoro"
    ]
    assert [line.verb for line in found.evidence][-1] == "Says"


def test_hidden_it_is_not_suggested_again_until_they_say_so(village, make, sign_in, spoke):
    ben = sign_in(village.ben)
    for _ in range(2):
        assert settle(ben, "Bar models", "hide").status_code == 303
    assert suggested(ben) == ["Models"]
    assert "Not suggested again" in ben.get(PAGE).text
    assert own(village.ben) == []
    assert "Not suggested again" not in sign_in(village.fay).get(PAGE).text
    make.merge("Bar models", "Models")
    assert suggested(ben) == [], "what it has become is hidden too"
    assert settle(ben, "Models", "show").status_code == 303
    assert session().scalar(select(func.count()).select_from(HiddenSuggestion)) == 0
    assert suggested(ben) == ["Models"]


def test_corrected_the_other_one_is_theirs_and_the_first_is_not_suggested_again(village, sign_in, spoke):
    ben = sign_in(village.ben)
    page = ben.get(PAGE).text
    assert f'name="term-{term_called("Bar models").id}-name" type="text" value="Bar models"' in page
    assert correct(ben, "Bar models", " #Bar modelling ").status_code == 303
    assert own(village.ben) == ["Bar modelling"]
    assert "Bar models" not in suggested(ben)
    assert correct(sign_in(village.fay), "Assessment", "assessment").status_code == 303
    assert own(village.fay) == ["Assessment"]
    assert session().scalar(select(func.count()).select_from(HiddenSuggestion)) == 1, "the same one is only accepted"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Write one thing"),
        (" , ", "Write one thing"),
        ("one, two", "Write one thing"),
        ("x" * 61, "At most 60 characters fit."),
    ],
)
def test_a_mistake_keeps_what_was_typed(village, sign_in, spoke, typed, why):
    for client in (sign_in(village.ben), sign_in(village.ada)):  # to Ada nothing is suggested any more
        answer = correct(client, "Bar models", typed)
        assert answer.status_code == 422
        assert why in answer.text
        assert f'value="{typed.strip()}"' in answer.text
    assert own(village.ben) == own(village.ada) == []


def test_whoever_has_said_enough_is_told_what_to_do(village, sign_in, spoke, knows):
    knows(village.ben, *(f"thing {n}" for n in range(terms.MOST)))
    ben = sign_in(village.ben)
    answer = settle(ben, "Bar models", "accept")
    assert answer.status_code == 422
    assert "Take one out of your profile first." in answer.text
    answer = correct(ben, "Bar models", "Bar modelling")
    assert answer.status_code == 422
    assert 'value="Bar modelling"' in answer.text
    assert len(own(village.ben)) == terms.MOST
    assert session().scalar(select(func.count()).select_from(HiddenSuggestion)) == 0, "all of it or nothing"


@pytest.mark.parametrize("deed", ["accept", "hide", "show", "correct"])
def test_a_term_that_one_may_not_see_is_none(village, make, sign_in, spoke, deed):
    make.topic(village.cellar, village.fay, "Quokkas", tags=("quokka",))
    assert settle(sign_in(village.olu), "quokka", deed).status_code == 404


def test_five_at_most_and_the_page_costs_the_same_however_much_they_wrote(village, make, sign_in, spoke, counted):
    make.vocabulary(*(f"Subject {letter}" for letter in "abcdefgh"))
    for letter in "abcdefgh":
        for n in range(2):
            topic = make.topic(village.square, village.ada, f"{letter} {n}")
            make.reply(topic, village.ben, f"About subject {letter}.")
    search.rebuild()
    ben = sign_in(village.ben)
    assert len(suggested(ben)) == 5
    settle(ben, "Subject a", "hide")
    ben.get(PAGE)
    with counted() as sql:
        ben.get(PAGE)
    assert sql.count <= STATEMENTS, sql.statements
    assert sql.writes == []
