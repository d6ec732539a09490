"""People: whoever wrote what fits, with what they wrote as the reason; not whoever wrote most."""

import importlib.util

import numpy as np
import pytest

from cop.people.ranking import CUT, EVIDENCE, rank, rank_people
from cop.search.engine import Engine
from tests.search.making import MEMBER, post
from tests.support.shared import SHARED

ADA, BEN, OLU, FAY = 1, 2, 3, 4


@pytest.fixture
def engine():
    return Engine.in_memory()


def people(engine, text, audiences=MEMBER):
    return [hit.person_id for hit in rank_people(engine, text, audiences)]


def test_the_number_of_posts_is_no_score(engine):
    engine.write([post(1, "teaching phonics with stories and songs in reception", authors=[ADA])])
    engine.write(post(100 + n, f"minutes of meeting {n}, and lunch", authors=[BEN]) for n in range(300))
    engine.write(
        [post(2, "phonics was on the agenda, and then we talked about the car park for an hour", authors=[BEN])]
    )
    assert people(engine, "phonics") == [ADA, BEN]
    assert people(engine, "phonics teaching")[0] == ADA


def test_text_about_other_things_only_lowers(engine):
    engine.write([post(1, "phonics games", authors=[ADA]), post(2, "phonics games", authors=[BEN])])
    before = {hit.person_id: hit.score for hit in rank_people(engine, "phonics", MEMBER)}
    engine.write(post(10 + n, "drama and music and dance", authors=[BEN]) for n in range(50))
    after = {hit.person_id: hit.score for hit in rank_people(engine, "phonics", MEMBER)}
    assert before[ADA] == before[BEN]
    assert after[BEN] < after[ADA]


def test_everybody_comes_with_documents_that_the_searcher_may_see(engine):
    engine.write([post(n, f"phonics {'games ' * n}", "network", authors=[ADA]) for n in range(1, 9)])
    engine.write([post(n, "phonics phonics", "community:1", authors=[ADA]) for n in range(10, 15)])
    engine.write([post(20, "phonics", "community:1", authors=[BEN])])
    [hit] = rank_people(engine, "phonics", MEMBER)
    assert hit.person_id == ADA
    assert len(hit.votes) == EVIDENCE
    assert all(int(id.removeprefix("post:")) < 10 and 0 < share <= 1 for id, share in hit.votes)
    assert [share for _, share in hit.votes] == sorted((share for _, share in hit.votes), reverse=True)
    inside = {hit.person_id: hit for hit in rank_people(engine, "phonics", MEMBER | {"community:1"})}
    assert inside[BEN].votes[0][0] == "post:20"


def test_evidence_also_for_people_whose_documents_are_too_many_to_vote(engine):
    engine.write(post(n, "phonics", authors=[ADA]) for n in range(250))
    engine.write([post(900, "phonics and much else besides, at length, from the staff room", authors=[BEN])])
    hits = {hit.person_id: hit for hit in rank_people(engine, "phonics", MEMBER)}
    assert hits[BEN].votes[0][0] == "post:900"


def test_a_profile_is_evidence_and_its_title_counts(engine):
    engine.write(
        [
            post(ADA, "I like walking", kind="person", title="Phonics lead", authors=[ADA]),
            post(
                BEN, "somewhere in this long text about many things phonics is mentioned", kind="person", authors=[BEN]
            ),
        ]
    )
    first, second = rank_people(engine, "phonics", MEMBER)
    assert (first.person_id, first.votes[0][0], second.person_id) == (ADA, "person:1", BEN)


def test_all_authors_of_a_page_share_its_merit(engine):
    engine.write([post(1, "phonics handbook", kind="page", authors=[ADA, BEN])])
    assert people(engine, "phonics") == [ADA, BEN]


def test_who_hides_evidence_is_ranked_without_it(engine):
    engine.write([post(1, "phonics handbook", kind="page", authors=[ADA, BEN])])
    engine.write([post(1, "phonics handbook", kind="page", authors=[BEN])])
    assert people(engine, "phonics") == [BEN]


def test_signed_out_only_public_writing_counts(engine):
    engine.write([post(1, "phonics", "public", authors=[ADA]), post(2, "phonics phonics", authors=[BEN])])
    assert people(engine, "phonics", {"public"}) == [ADA]
    assert set(people(engine, "phonics")) == {ADA, BEN}


def test_people_far_below_the_best_are_no_hits(engine):
    engine.write([post(1, "phonics games", title="Phonics", authors=[ADA])])
    engine.write([post(2, "drama " * 3000 + "phonics", authors=[BEN])])
    scores = {hit.person_id: hit.score for hit in rank_people(engine, "phonics", MEMBER, None)}
    assert all(score >= CUT * max(scores.values()) for score in scores.values())


def test_matched_words_are_as_typed(engine):
    engine.write([post(1, "phonic games", authors=[ADA]), post(2, "teachers", "community:1", authors=[ADA])])
    [hit] = rank_people(engine, "Phonics teaching dinosaurs", MEMBER)
    assert hit.matched_terms == ("Phonics",)
    [hit] = rank_people(engine, "Phonics teachers", MEMBER | {"community:1"})
    assert hit.matched_terms == ("Phonics", "teachers")


def test_quotes_and_minus_narrow_what_counts(engine):
    engine.write([post(1, "early reading", authors=[ADA]), post(2, "reading early drama", authors=[BEN])])
    assert people(engine, '"early reading"') == [ADA]
    assert people(engine, "reading -drama") == [ADA]


def test_pages_and_facets_cut_one_ranking(engine):
    engine.write(post(n, "phonics " + "drama " * n, authors=[n]) for n in range(1, 40))
    ranking = rank(engine, "phonics", MEMBER)
    everybody = ranking.hits()
    assert [hit.person_id for hit in everybody] == list(ranking.person_ids)
    assert ranking.hits(5, 10) == everybody[5:10]
    assert ranking.hits_at(np.array([4, 9])) == [everybody[4], everybody[9]]
    assert len(ranking) == len(everybody)


def test_nothing_asked_and_nobody_there(engine):
    assert rank_people(engine, "", MEMBER) == rank_people(engine, "phonics", MEMBER) == []
    engine.write([post(1, "phonics", authors=[])])
    assert rank_people(engine, "phonics", MEMBER) == []


@pytest.mark.shared
def test_dblp7_is_ranked_as_well_as_before(tmp_path):
    """Left out where there is no shared folder beside the repository."""
    from cop.people import evaluation

    collection, run = SHARED / "collections" / "dblp7", tmp_path / "run.txt"
    phases = []
    seconds = evaluation.evaluate(collection, run, lambda phase, done, of: phases.append(phase))
    assert set(seconds) == {"reading", "indexing", "asking"}
    assert set(phases) == {"indexing", "asking"}
    spec = importlib.util.spec_from_file_location("evaluate", SHARED / "collections" / "evaluate.py")
    evaluate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(evaluate)
    mean, _ = evaluate.evaluate(evaluate.read_qrels(collection / "qrels.txt"), evaluate.read_run(run))
    assert mean["MAP"] >= 0.205
    assert mean["MRR"] >= 0.65
    by_query = {}
    for line in run.read_text().splitlines():
        by_query.setdefault(line.split()[0], []).append(line.split()[2])
    assert len(by_query) == 7
    assert all(len(found) == len(set(found)) <= 100 for found in by_query.values())
