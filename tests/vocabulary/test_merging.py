"""Two terms become one: what was filed moves, the old label and address lead on, and all of it can be undone."""

import random
import re

import pytest
from sqlalchemy import func, select

from cop import search
from cop.core import terms
from cop.core.activity import Activity, record
from cop.core.db import session, unit_of_work
from cop.core.terms import Tagging, Term, TermAlias, TermMerge, merging
from tests.support.cast import fresh


@pytest.fixture
def mona(village, sign_in):
    return sign_in(village.mona)


def filed():
    """Everything that is filed under anything."""
    rows = session().execute(select(Tagging.term_id, Tagging.kind, Tagging.thing_id, Tagging.place))
    return sorted(tuple(row) for row in rows)


def called(name):
    return session().scalars(select(Term).where(Term.name == name)).one()


def tags_of(topic):
    return [term.name for term in terms.terms_of("topic", [topic.id]).get(topic.id, [])]


def knows(person, *names):
    with unit_of_work():
        terms.set_terms(fresh(person), names)
        record(None, "changed", fresh(person))


@pytest.fixture
def talk(make, village):
    """Ben asks about phonix twice, once with phonics; Ada knows phonix."""
    one = make.topic(village.square, village.ben, "Which one first?", tags=("Reading", "Phonix"))
    both = make.topic(village.square, village.ben, "And which then?", tags=("Phonix", "Phonics"))
    knows(village.ada, "Phonix", "Maths")
    return one, both


def test_a_manager_sees_what_moves_merges_and_undoes_it(talk, village, mona):
    before = filed()
    page = mona.get("/terms/phonix/merge?into=phonics").text
    moves = re.search(r"What moves</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL)[1]
    assert "2 topics" in moves
    assert "1 person" in moves
    assert filed() == before, "looking moves nothing"
    answer = mona.post("/terms/phonix/merge", data={"into": "phonics"})
    assert (answer.status_code, answer.location) == (303, "/terms/phonics")
    assert [tags_of(topic) for topic in talk] == [["Reading", "Phonics"], ["Phonics"]]
    page = mona.get("/terms/phonics").text
    assert "“Phonix” is “Phonics” now." in page
    assert re.search(r"Also called</dt><dd>Phonix</dd>", page)
    undo = re.search(r'action="(/terms/merges/\d+/undo)"', page)[1]
    assert mona.post(undo).status_code == 303
    assert filed() == before
    assert "Also called" not in mona.get("/terms/phonics").text
    assert mona.get("/terms/phonix").status_code == 200
    mona.post(undo)
    assert "They are two terms again already." in mona.get("/terms").text
    assert filed() == before


def test_only_managers_merge_and_undo(talk, make, village, sign_in):
    fay = sign_in(village.fay)
    assert fay.get("/terms/phonix/merge").status_code == 403
    assert fay.post("/terms/phonix/merge", data={"into": "phonics"}).status_code == 403
    merge = make.merge("Phonix", "Phonics")
    before = filed()
    assert fay.post(f"/terms/merges/{merge.id}/undo").status_code == 403
    assert filed() == before
    assert "Keep it in order" not in fay.get("/terms/phonics").text


def test_the_old_address_and_label_lead_on(talk, make, village, guest, sign_in):
    make.merge("Phonix", "Phonics")
    answer = guest.get("/topics?tag=phonix&list=unanswered")
    assert (answer.status_code, answer.location) == (301, "/topics?tag=phonics&list=unanswered")
    answer = sign_in(village.ada).get("/terms/phonix")
    assert (answer.status_code, answer.location) == (301, "/terms/phonics")
    topic = make.topic(village.square, village.ada, tags=("phonix", "PHONICS", "New"))
    assert tags_of(topic) == ["Phonics", "New"], "two names of one term count once"


@pytest.mark.parametrize(
    ("into", "said"),
    [
        ("", "Name the term that stays."),
        ("phonix", "These two are one term already."),
        ("nothing", "There is no term “nothing”."),
        ("underground", "There is no term “underground”."),
    ],
)
def test_what_cannot_be_merged_is_said_beside_the_field(talk, make, village, mona, into, said):
    make.topic(village.cellar, village.fay, tags=("Underground",))
    before = filed()
    assert said in mona.get("/terms/phonix/merge", query_string={"into": into}).text
    answer = mona.post("/terms/phonix/merge", data={"into": into})
    assert (answer.status_code, said in answer.text) == (422, True)
    assert filed() == before


def test_search_finds_what_moved_by_its_new_name_and_again_by_the_old(talk, make, mona, drain):
    drain()

    def found(word):
        hits = search.ask(lambda engine: engine.search(word, {"public", "network"})).hits
        return sorted(hit.id for hit in hits)

    before = found("phonix")
    assert len(before) == 3
    merge = make.merge("Phonix", "Phonics")
    drain()
    assert found("phonix") == []
    assert len(found("phonics")) == 3
    mona.post(f"/terms/merges/{merge.id}/undo")
    drain()
    assert found("phonix") == before


def test_it_is_recorded_once_for_what_stays_and_once_for_what_is_back(talk, make, mona):
    merge = make.merge("Phonix", "Phonics")
    mona.post(f"/terms/merges/{merge.id}/undo")
    deeds = select(Activity.verb, Activity.thing_id).where(Activity.kind == "term").order_by(Activity.id)
    assert session().execute(deeds).all() == [("merged", called("Phonics").id), ("unmerged", called("Phonix").id)]


def test_of_merges_on_merges_the_last_is_undone_first(talk, make, mona):
    make.merge("Phonix", "Phonics")
    before = filed()
    second = make.merge("Phonics", "Reading")
    first = session().scalars(select(TermMerge).order_by(TermMerge.id)).first()
    assert mona.post(f"/terms/merges/{first.id}/undo").status_code == 404, "Phonics is no term now"
    assert terms.term("phonix").name == "Reading"
    mona.post(f"/terms/merges/{second.id}/undo")
    assert filed() == before


def test_what_somebody_took_away_since_does_not_come_back(talk, make, village, mona):
    merge = make.merge("Phonix", "Phonics")
    knows(village.ada, "Maths")
    make.topic(village.square, village.ada, "A third", tags=("Phonics",))
    mona.post(f"/terms/merges/{merge.id}/undo")
    assert [term.name for term in terms.terms_of("person", [village.ada.id])[village.ada.id]] == ["Maths"]
    assert session().scalar(select(func.count()).where(Tagging.term_id == called("Phonics").id)) == 2


def test_narrower_terms_move_and_a_term_may_become_one_that_lies_under_it(make, mona):
    make.vocabulary("Top", "Middle", "Bottom", "Leaf")
    with unit_of_work():
        for name, parent in (("Middle", "Top"), ("Bottom", "Middle"), ("Leaf", "Top")):
            terms.keeping.set_parent(called(name), called(parent))

    def parents():
        names = {term.id: term.name for term in session().scalars(select(Term))}
        return {term.name: names.get(term.parent_id) for term in session().scalars(select(Term))}

    before = parents()
    merge = make.merge("Top", "Bottom")
    assert parents() == {"Top": None, "Middle": "Bottom", "Bottom": None, "Leaf": "Bottom"}
    mona.post(f"/terms/merges/{merge.id}/undo")
    assert parents() == before


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_merged_and_undone_everything_is_filed_as_before(make, village, seed):
    chance = random.Random(seed)
    names = [f"Term {letter}" for letter in "abcdef"]
    make.vocabulary(*names)
    for _topic in range(6):
        make.topic(village.square, village.ada, tags=chance.sample(names, chance.randint(1, 4)))
    for person in (village.ada, village.ben, village.olu):
        knows(person, *chance.sample(names, 3))
    before, labels = filed(), labels_of_all()
    with unit_of_work():
        for _step in range(40):
            step(chance)
        while open_merges := undoable():
            merging.undo(None, chance.choice(open_merges))
    assert filed() == before
    assert labels_of_all() == labels
    assert session().scalar(select(func.count()).select_from(TermAlias)) == 0


def step(chance):
    """A merge of two terms, or an undo of any that can be undone."""
    alone = session().scalars(select(Term).where(Term.merged_into_id.is_(None)).order_by(Term.id)).all()
    open_merges = undoable()
    if len(alone) > 1 and (not open_merges or chance.random() < 0.6):
        merging.merge(None, *chance.sample(alone, 2))
        assert (
            session().scalar(select(func.count()).select_from(Tagging).join(Term).where(Term.merged_into_id > 0)) == 0
        )
    elif open_merges:
        merging.undo(None, chance.choice(open_merges))


def undoable():
    statement = (
        select(TermMerge)
        .join(Term, Term.id == TermMerge.target_id)
        .where(TermMerge.undone_at.is_(None), Term.merged_into_id.is_(None))
        .order_by(TermMerge.id)
    )
    return session().scalars(statement).all()


def labels_of_all():
    """Each term with its words and where it leads."""
    found = session().scalars(select(Term).order_by(Term.id)).all()
    return [(term.slug, term.name, sorted(word.word for word in term.words), term.merged_into_id) for term in found]
