"""The finder: who is found, in which order, with which evidence; the pages that show it; and what they cost."""

import html
import re
from pathlib import Path

import pytest

from cop import search
from cop.core import kinds, policy
from cop.core.db import session, unit_of_work
from cop.core.kinds import Merit
from cop.core.policy import Act
from cop.forums import service as forums
from cop.forums.models import Post
from cop.people import evaluation, finder
from cop.people.evidence import merits_of
from cop.people.finder import Asked
from cop.people.models import EmptySearch, Person
from cop.people.order import NEAR, in_order, settle, with_profile
from cop.people.ranking import PersonHit, rank
from cop.people.service import searches
from tests.support.cast import fresh
from tests.support.shared import SHARED


def names_on(page):
    return re.findall(r'<article class="person-result" aria-label="([^"]+)"', html.unescape(page))


def titles_on(page):
    return re.findall(r'<h3 class="answer-result-title"><a href="[^"]+">([^<]+)', html.unescape(page))


def test_people_come_with_their_reasons(village, make, sign_in, knows):
    topic = make.topic(village.square, village.ada, "Which phonics books for Year 9?", "They read like six year olds.")
    answer = make.reply(topic, village.ben, "Use phonics readers for teenagers, and never the baby ones.")
    with unit_of_work():
        forums.thank_author(fresh(village.fay), session().get_one(Post, answer.id), "helped")
        forums.accept_answer(fresh(village.ada), session().get_one(Post, answer.id))
    knows(village.ben, "older readers", "phonics catch-up")
    search.rebuild()
    page = sign_in(village.olu).get("/find?q=phonics").text
    assert names_on(page)[0] == "Ben Okoro"
    ben = page[page.index('aria-label="Ben Okoro"') :]
    ben = ben[: ben.index("</article>")]
    assert f'<a href="/posts/{answer.id}?words=phonics+readers+for+teenagers%2C+and+never+the+baby"' in ben
    assert "<dt>Answered</dt>" in ben
    assert "<mark>phonics</mark> readers for teenagers" in ben
    assert "the accepted answer, helped 1 person" in ben
    assert "older readers" not in ben
    assert "<mark>phonics</mark> catch-up" in ben
    ada = page[page.index('aria-label="Ada Lowe"') :]
    assert "<dt>Asked</dt>" in ada
    assert "<mark>phonics</mark> books" in ada, "only the title holds the word: it is what is marked"


def test_a_colleague_is_found_by_name_whatever_the_accents(village, make, sign_in):
    make.person("Siân Llŷr-Evans", role="Head of science")
    search.rebuild()
    for words in ("sian", "Siân", "llyr", "LLŶR evans"):
        assert names_on(sign_in(village.ada).get("/find", query_string={"q": words}).text) == ["Siân Llŷr-Evans"], words


def test_one_talk_is_one_line_however_often_somebody_spoke_in_it(village, make):
    topic = make.topic(village.square, village.ada, "Spelling tests", "Do spelling tests work?")
    for n in range(4):
        make.reply(topic, village.ben, f"Spelling, thought number {n}.")
    search.rebuild()
    found = finder.find(village.ada, Asked("spelling"))
    ben = next(each for each in found.people if each.person.name == "Ben Okoro")
    assert [line.verb for line in ben.evidence] == ["Answered"]
    assert found.topics_total == len(found.answers) == 1


def test_signed_out_searchers_find_only_people_who_are_public(village, make, guest, sign_in, knows):
    topic = make.topic(village.square, village.ada, "Sand trays", "Sand trays for number bonds.")
    make.reply(topic, village.ben, "Sand trays, always.")
    search.rebuild()
    page = guest.get("/find?q=sand+trays").text
    assert names_on(page) == []
    assert "1 topic" in page
    assert "Ada Lowe" not in page
    assert "Ben Okoro" not in page
    knows(village.ben, "sand trays", audience="public")
    search.rebuild()
    page = guest.get("/find?q=sand+trays").text
    assert names_on(page) == ["Ben Okoro"]
    assert "University tutor" not in page, "the role is for signed-in people"
    assert set(names_on(sign_in(village.olu).get("/find?q=sand+trays").text)) == {"Ada Lowe", "Ben Okoro"}


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_whoever_is_gone_is_not_found(village, make, sign_in, status):
    make.topic(village.square, village.ben, "Cursive", "Cursive handwriting from Year 2.")
    search.rebuild()
    client = sign_in(village.ada)
    assert names_on(client.get("/find?q=cursive").text) == ["Ben Okoro"]
    with unit_of_work() as db:
        db.get_one(Person, village.ben.id).status = status
    page = client.get("/find?q=cursive").text
    assert names_on(page) == [], "from the commit on, whatever the index says"
    search.rebuild()
    assert "0 people" in client.get("/find?q=cursive").text


def test_counts_and_pages_agree(village, make, sign_in):
    for n in range(13):
        author = make.person(f"Person Number{n}")
        make.topic(village.square, author, f"Chess club {n}", "A chess club at lunch.")
    search.rebuild()
    client = sign_in(village.ada)
    overview = client.get("/find?q=chess+club").text
    assert "5 of 13" in overview
    assert "All 13 people" in overview
    assert "6 of 13" in overview
    assert "All 13 topics" in overview
    for tab, found_on in (("people", names_on), ("topics", titles_on), ("posts", titles_on)):
        seen, page = [], 1
        while found := found_on(client.get(f"/find?q=chess+club&tab={tab}&page={page}").text):
            seen += found
            page += 1
        assert len(seen) == len(set(seen)) == 13, tab
        assert "Back to the first" in client.get(f"/find?q=chess+club&tab={tab}&page=9").text


def test_nothing_found_helps(village, make, sign_in, guest):
    make.topic(village.square, village.ada, "Phonics", "Phonics every morning, phonics again after lunch.")
    search.rebuild()
    for client in (sign_in(village.olu), guest):
        page = client.get("/find?q=phonixs").text
        assert 'href="/find?q=phonics"' in page
        assert "The Square" in page
        assert "/ask?q=phonixs" in page
        assert "The Cellar" not in page
    assert guest.get("/find?q=++").location.endswith("/")


@pytest.mark.parametrize(
    "words", ['"', "-", "*" * 500, "a" * 5000, "<script>alert(1)</script>", "%00", "(((", "ﷺ", "the"]
)
def test_any_words_are_a_question(village, make, sign_in, words):
    search.rebuild()
    page = sign_in(village.ada).get("/find", query_string={"q": words})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def hits(*scores):
    return [PersonHit(n, score, ((f"post:{n}", 1.0),), ()) for n, score in enumerate(scores, 1)]


def test_thanks_settle_near_ties_and_nothing_else():
    best = Merit(thanked=1000, helped=1000, accepted=True)
    assert [hit.person_id for hit in settle(hits(1.0, 0.97, 0.9), {"post:2": best, "post:3": best})] == [2, 1, 3]
    assert [hit.person_id for hit in settle(hits(1.0, 0.97), {})] == [1, 2]
    for gap in (0.051, 0.2, 0.5):
        assert [hit.person_id for hit in settle(hits(1 + gap, 1.0), {"post:2": best})] == [1, 2], gap
    assert NEAR == 0.05


def test_of_several_posts_in_one_talk_the_one_whose_own_words_say_it_is_cited(village, make):
    topic = make.topic(village.square, village.ada, "Citing sources", "Do we?")
    make.reply(topic, village.ben, "Yes.")
    said = make.reply(
        topic, village.ben, f"{'Somebody has to, and for a long while nobody did. ' * 20}Name your sources."
    )
    search.rebuild()
    [line] = next(
        each for each in finder.find(village.olu, Asked("citing sources")).people if each.person.name == "Ben Okoro"
    ).evidence
    assert line.url == f"{said.url}?words=sources"
    assert "sources" in line.passage_html


def test_on_a_real_page_a_thanked_answer_comes_before_an_equal_one(village, make):
    for author, helped in ((village.ada, False), (village.ben, True)):
        topic = make.topic(village.square, author, "Marking in the lesson", "Live marking saves an hour.")
        if helped:
            with unit_of_work():
                post = session().query(Post).filter_by(topic_id=topic.id).one()
                forums.thank_author(fresh(village.fay), post, "helped")
    search.rebuild()
    assert [each.person.name for each in finder.find(village.olu, Asked("live marking")).people] == [
        "Ben Okoro",
        "Ada Lowe",
    ]


NEEDS = (
    "phonics", "word problems", "behaviour after lunch", "new to English", "marking policy", "mentoring trainees",
    "reading for pleasure", "homework", "lesson study", "retrieval practice", "year 9 reading", "small groups",
)  # fmt: skip


@pytest.mark.trial
def test_on_the_demo_only_near_ties_change_places(app):
    from cop.demo.loader import load_demo

    load_demo(lambda done, of: None)
    search.rebuild()
    audiences, moved = {"public", "network"}, 0
    for words in NEEDS:
        before = rank(search.current_index(), words, audiences, with_profile).hits(0, 50)
        after = in_order(search.current_index(), words, audiences, merits_of).hits(0, 50)
        assert {hit.person_id for hit in after} == {hit.person_id for hit in before}
        for place, hit in enumerate(after):
            for behind in after[place + 1 :]:
                assert hit.score * (1 + NEAR) >= behind.score, words
        moved += [hit.person_id for hit in after] != [hit.person_id for hit in before]
    assert moved, "on a living network some are nearly equal"


def test_the_page_costs_the_same_queries_whoever_is_on_it(village, make, sign_in, guest, counted, knows):
    for n in range(8):
        author = make.person(f"Author Number{n}")
        knows(author, "bar models")
        place = make.community(f"Place {n}", reading="everyone")
        make.reply(make.topic(place, author, f"Bar models {n}", "Bar models."), make.person(), "Bar models again.")
    search.rebuild()
    for client, most in ((sign_in(village.ada), 11), (guest, 6)):
        client.get("/find?q=bar+models")
        with counted() as sql:
            page = client.get("/find?q=bar+models").text
        assert len(names_on(page)) == (0 if client is guest else 5)
        assert "6 of 8" in page
        assert sql.count <= most, sql


@pytest.mark.shared
def test_page_command_and_benchmark_agree_on_a_collection(app, make, sign_in, tmp_path):
    """The same people in the same order: `evaluate`, `finder.find` (what `cop people find` prints) and the page."""
    collection = SHARED / "collections" / "dblp7"
    run = tmp_path / "run"
    evaluation.evaluate(collection, run)
    expected = {}
    for line in run.read_text().splitlines():
        query, _, person, *_ = line.split()
        expected.setdefault(query, []).append(person)
    people, searcher = _load(collection, make)
    client = sign_in(searcher)
    for asked in evaluation._lines(collection / "queries.jsonl"):
        wanted = expected[asked["id"]]
        found = finder.find(searcher, Asked(asked["text"]), people_each=100)
        assert [people[each.person.id] for each in found.people] == wanted
        shown, page = [], 1
        while len(shown) < len(wanted):
            text = client.get("/find", query_string={"q": asked["text"], "tab": "people", "page": page}).text
            handles = re.findall(r'class="person-chip-name"><a href="/people/([^"]+)"', text)
            assert handles, f"page {page} of {asked['text']}"
            shown += handles
            page += 1
        assert shown == wanted


class _Paper(evaluation._Post):
    """The documents of the collection as things of this network, in place of posts."""

    def __init__(self, papers):
        self._papers = papers

    def url(self, thing):
        return f"/posts/{thing.id}"

    def load(self, ids):
        return [self._papers[id] for id in ids if id in self._papers]

    def all_ids(self):
        return list(self._papers)


def _load(collection: Path, make):
    """People with accounts and the papers that they wrote, several to a paper; who searches is not among them."""
    numbers, ids = {}, {}
    with unit_of_work() as db:
        for row in evaluation._lines(collection / "people.jsonl"):
            person = Person(name=row["label"], handle=row["id"], status="active")
            db.add(person)
            db.flush()
            numbers[row["id"]], ids[person.id] = person.id, row["id"]
    papers = {each.id: each for each in evaluation.writings_of(collection, numbers)}
    kinds.register(_Paper(papers))
    policy.register(evaluation.Writing, {Act.READ: [[]]})
    search.rebuild()
    assert search.current_index().count() == len(papers) + len(numbers)
    return ids, make.person("Zq Zq")


@pytest.fixture(autouse=True)
def _registered_as_before():
    """What a test registers is forgotten with it."""
    before = dict(kinds._kinds), dict(policy._rules)
    yield
    for registry, kept in zip((kinds._kinds, policy._rules), before, strict=True):
        registry.clear()
        registry.update(kept)


# -- landing, and finding nothing ------------------------------------------------------------------------------------


def test_a_hit_leads_to_the_words_that_were_found(village, make, sign_in):
    topic = make.topic(village.square, village.ada, "Quiet readers", "One.\n\nThey say: half-read books - and more.")
    search.rebuild()
    client = sign_in(village.olu)
    page = html.unescape(client.get("/find?q=books+half&tab=posts").text)
    address = re.search(r'class="answer-result-title"><a href="([^"]+)"', page)[1]
    assert address.endswith("?words=half-read+books+-+and+more")
    assert client.get(address).headers["Location"] == (
        f"{topic.url}#post-1:~:text=half%2Dread%20books%20%2D%20and%20more"
    )
    hostile = client.get(f"{address.partition('?')[0]}?words=%0d%0aSet-Cookie:+x=1").headers["Location"]
    assert hostile.endswith("#post-1:~:text=Set%2DCookie%3A%20x%3D1")
    assert "half-read+books" in html.unescape(client.get("/find?q=books+half").text), "as evidence, too"


def test_searches_that_found_nothing_are_told_to_managers_without_names(village, make, sign_in, guest):
    make.topic(village.square, village.ada, "Quiet readers", "They say little.")
    search.rebuild()
    ada, olu, mona = sign_in(village.ada), sign_in(village.olu), sign_in(village.mona)
    asked = ((ada, "Zebra crossings"), (olu, "zebra  crossings"), (olu, "quiet"), (guest, "guests of honour"))
    nothing = ((olu, "zebra crossings"), (mona, '"'), (mona, "-zebra"), (mona, "nul\0nul"))
    for client, words in (*asked, *nothing):
        assert client.get("/find", query_string={"q": words}).status_code in {200, 302}
    assert ada.get("/find/without-result").status_code == 403
    page = mona.get("/find/without-result").text
    assert re.search(r">zebra crossings</a></th><td[^>]*>2<", page)
    assert page.count("/find?q=") == 2, "what asks nothing is not noted"
    assert ">nul nul</a>" in page
    assert "quiet" not in page
    assert "guests of honour" not in page
    assert "Ada" not in page
    assert "/find/without-result" in mona.get("/inbox").text
    assert "/find/without-result" not in ada.get("/inbox").text


def test_a_search_that_finds_nothing_says_where_to_go_on(village, make, sign_in, knows):
    knows(village.ben, "phonics catch-up")
    search.rebuild()
    page = html.unescape(sign_in(village.ada).get("/find?q=phonix+xylotheque").text)
    assert 'href="/ask?q=phonix+xylotheque">Ask the network' in page
    assert "Terms like these" in page
    assert ">phonics catch-up</a>" in page
    assert "/communities/square" in page


def test_old_searches_without_result_are_forgotten(village, sign_in):
    ada = sign_in(village.ada)
    for n in range(4):
        ada.get(f"/find?q=nothing{n}")
    with unit_of_work() as db:
        first = db.query(EmptySearch).order_by(EmptySearch.id).first()
        first.asked_at -= searches.KEPT * 2
    searches.forget_old({})
    assert [each.words for each in session().query(EmptySearch)] == ["nothing1", "nothing2", "nothing3"]


def test_nobody_fills_the_list_of_searches_without_result(village, sign_in):
    ada = sign_in(village.ada)
    for n in range(searches.MOST_A_MINUTE + 3):
        ada.get(f"/find?q=nothing{n}")
    assert session().query(EmptySearch).count() == searches.MOST_A_MINUTE
