"""What people said of themselves elsewhere: on their page and one of its own, found, claimed, taken away and hidden."""

import html
import re

import pytest

from cop import search
from cop.core.activity import record
from cop.core.db import unit_of_work
from cop.core.markup import render
from cop.people import finder
from cop.people.finder import Asked
from cop.people.models import Person
from cop.people.service import accounts, claim
from tests.messages.conftest import write
from tests.support import letters
from tests.support.cast import fresh

WORDS = "letterpress in a garage"


@pytest.fixture
def pat(village):
    """Somebody whom nobody has claimed."""
    with unit_of_work():
        made = accounts.create_placeholder("Pat Archive", "elsewhere:pat", render(""), None)
        made.handle = "pat"
    return made


@pytest.fixture
def said(make, pat, drain):
    """What Pat said elsewhere; search has read it."""
    made = make.statement(pat, "I keep a **letterpress** in a garage.")
    search.rebuild()
    drain()
    return made


def found(person, words=WORDS):
    """Who is found, with the addresses of what is cited of each, without the words at which they open."""
    people = finder.find(person, Asked(words)).people
    return {each.person.name: [re.split("[?#]", line.url)[0] for line in each.evidence] for each in people}


def status_of(client, statement):
    return client.get(statement.url).status_code


def test_it_stands_on_the_persons_page_and_on_its_own_with_day_source_and_licence(village, sign_in, said):
    olu = sign_in(village.olu)
    page = html.unescape(olu.get("/people/pat").text)
    panel = page[page.index('id="panel-statements"') :]
    panel = panel[: panel.index("</section>")]
    assert f'<a href="{said.url}">Welcome to our trainers</a>' in panel
    assert "I keep a letterpress in a garage." in panel
    assert "26 July 2021" in panel
    assert "The Trainers" in panel
    alone = html.unescape(olu.get(said.url).text)
    assert '<a href="/people/pat">Pat Archive</a>' in alone
    assert "<strong>letterpress</strong>" in alone
    assert "introduction" in alone
    assert "26 July 2021" in alone
    assert re.search(r'Source:\s+The Trainers, <a href="https://trainers.example/2021/07/new.md"', alone)
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in alone
    assert "Everyone who is signed in can read this." in alone


def test_one_without_a_day_says_so_and_stands_last(village, make, sign_in, pat, said):
    undated = make.statement(pat, "I bind books.", title="Before anybody wrote days", written_on=None)
    page = sign_in(village.olu).get("/people/pat").text
    assert page.index(said.url) < page.index(undated.url)
    assert "no date is known" in sign_in(village.olu).get(undated.url).text


def test_the_finder_cites_it_and_it_is_found_as_what_was_said(village, sign_in, said):
    assert found(village.olu) == {"Pat Archive": [said.url]}
    page = sign_in(village.olu).get("/find?q=letterpress").text
    person = page[page.index('aria-label="Pat Archive"') :]
    person = person[: person.index("</article>")]
    assert '<a href="/people/pat">Pat Archive</a>' in person, "the page of an unclaimed author can be opened"
    assert "<dt>Wrote</dt>" in person
    assert "<mark>letterpress</mark>" in person
    answer = page[page.index('class="answer-result"') :]
    assert f'href="{said.url}' in answer
    assert "about a person" in answer


def test_guests_find_and_read_only_what_is_public(village, make, guest, pat, said):
    assert status_of(guest, said) == 404
    assert "letterpress" not in guest.get("/find?q=garage").text.replace("/find", "")
    public = make.statement(pat, "I keep bees on a roof.", audience="public")
    search.rebuild()
    page = guest.get(public.url).text
    assert "I keep bees on a roof." in page
    assert "Everyone can read this." in page
    assert "Pat Archive" in page
    assert 'href="/people/pat"' not in page
    assert f'href="{public.url}' in guest.get("/find?q=bees+roof").text


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_of_whoever_is_suspended_or_deleted_nobody_reads_it_or_finds_it(village, make, sign_in, guest, drain, status):
    ada = make.statement(village.ada, "I keep a letterpress in a garage.", audience="public")
    search.rebuild()
    drain()
    olu = sign_in(village.olu)
    assert (status_of(olu, ada), status_of(guest, ada)) == (200, 200)
    with unit_of_work() as db:
        stored = db.get_one(Person, village.ada.id)
        stored.status = status
        record(village.mona, "changed", stored)
    assert [status_of(client, ada) for client in (olu, guest, sign_in(village.mona))] == [404, 404, 404]
    assert found(village.olu) == {}
    assert ada.url not in guest.get("/find?q=letterpress").text, "before search has read it"
    drain()
    assert finder.find(village.olu, Asked(WORDS)).topics_total == 0
    assert search.status().is_true


def test_an_unclaimed_author_cannot_be_written_to(village, sign_in, said):
    olu = sign_in(village.olu)
    assert "Write to Pat" not in olu.get("/people/pat").text
    page = olu.get("/messages/new?to=pat")
    assert page.status_code == 403
    assert "Nobody has claimed this name yet, so nobody would read it." in page.text
    answer = write(olu, "pat", "What I typed.")
    assert answer.status_code == 422
    assert "Nobody has claimed this name yet, so nobody would read it." in answer.text
    assert "What I typed." in answer.text


def test_an_unclaimed_author_stands_in_the_list_of_people(village, sign_in, said):
    olu = sign_in(village.olu)
    for address in ("/people", "/people?q=archive", "/people?from=p"):
        assert 'href="/people/pat"' in olu.get(address).text, address


def test_a_new_account_that_claims_the_author_has_what_they_said(app, village, sign_in, pat, said, drain, mailbox):
    guest = app.test_client()
    link = claim.link_for(pat).removeprefix("http://localhost")
    guest.post(link, data={"address": "pat@school.example", "password": "seven green bottles"})
    drain()
    guest.post(letters.link(mailbox[0]))
    drain()
    assert fresh(pat).status == "active"
    assert f'action="{said.url}/hide"' in guest.get(said.url).text, "it is theirs"
    assert found(village.olu) == {"Pat Archive": [said.url]}
    assert search.status().is_true


def test_somebody_with_an_account_takes_it_over(village, sign_in, pat, said, drain):
    ben = sign_in(village.ben)
    ben.post(claim.link_for(pat).removeprefix("http://localhost"))
    assert fresh(said).person_id == village.ben.id
    assert status_of(ben, said) == 200
    assert said.url in ben.get("/people/ben").text
    drain()
    assert found(village.olu) == {"Ben Okoro": [said.url]}
    assert search.status().is_true


def test_its_author_hides_it_as_evidence_and_shows_it_again(village, make, sign_in, drain):
    said = make.statement(village.ben, "I keep a letterpress in a garage.")
    search.rebuild()
    ben = sign_in(village.ben)
    assert f'action="/evidence/statement/{said.id}/hide"' in ben.get(said.url).text
    assert "/evidence/" not in sign_in(village.mona).get(said.url).text
    ben.post(f"/evidence/statement/{said.id}/hide")
    assert found(village.olu) == {}
    drain()
    assert finder.find(village.olu, Asked(WORDS)).people_total == 0
    assert status_of(sign_in(village.olu), said) == 200, "it stays where it is"
    assert f'action="/evidence/statement/{said.id}/show"' in ben.get(said.url).text
    ben.post(f"/evidence/statement/{said.id}/show")
    drain()
    assert found(village.olu) == {"Ben Okoro": [said.url]}


def test_its_author_takes_it_away_and_puts_it_back(village, make, sign_in, guest, drain):
    said = make.statement(village.ben, "I keep a letterpress in a garage.", audience="public")
    search.rebuild()
    ben, olu, mona = sign_in(village.ben), sign_in(village.olu), sign_in(village.mona)
    answer = ben.post(f"{said.url}/hide")
    assert (answer.status_code, answer.location) == (303, said.url)
    assert "You have taken this away: nobody else sees it." in ben.get(said.url).text
    assert [status_of(client, said) for client in (olu, mona, guest)] == [404, 404, 404]
    assert said.url not in olu.get("/people/ben").text
    assert "taken away" in ben.get("/people/ben").text
    assert found(village.olu) == {}
    drain()
    gone = finder.find(village.olu, Asked(WORDS))
    assert (gone.people_total, gone.topics_total) == (0, 0)
    assert search.status().is_true
    assert mona.post(f"{said.url}/restore").status_code == 404
    assert ben.post(f"{said.url}/restore").status_code == 303
    drain()
    assert status_of(guest, said) == 200
    assert found(village.olu) == {"Ben Okoro": [said.url]}


def test_a_manager_takes_it_away_for_whoever_has_no_account_and_its_author_does_not_put_it_back(
    village, sign_in, pat, said
):
    olu, mona, ben = sign_in(village.olu), sign_in(village.mona), sign_in(village.ben)
    assert (olu.post(f"{said.url}/hide").status_code, mona.post(f"{said.url}/hide").status_code) == (403, 303)
    assert (status_of(olu, said), status_of(mona, said)) == (404, 200)
    assert said.url not in olu.get("/people/pat").text
    ben.post(claim.link_for(pat).removeprefix("http://localhost"))
    assert "The people who run this network have taken this away" in ben.get(said.url).text
    assert ben.post(f"{said.url}/restore").status_code == 403
    assert mona.post(f"{said.url}/restore").status_code == 303
    assert status_of(olu, said) == 200
