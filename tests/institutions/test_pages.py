"""The list of institutions, narrowed by words and facets with true counts, and an institution's page."""

import html
import re

import pytest

from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.institutions import queries, service
from cop.institutions.models import Institution
from cop.institutions.service import Entry
from tests.support.cast import fresh


def entry(code, name, **more):
    return Entry(scheme="urn", code=str(code), name=name, **{"type": "school", "country": "England", **more})


@pytest.fixture
def schools(village):
    """Some institutions of the village."""
    kept = [
        entry(1, "Alder Primary School", phase="primary", authority="Northmoor", region="North", town="Alder"),
        entry(2, "Alder Grammar School", phase="secondary", authority="Northmoor", region="North"),
        entry(3, "St Oswin's School", phase="primary", authority="Tarnside", region="South", is_ended=True),
        entry(4, "Prifysgol Llŷn", type="university", country="Wales", domains=("llyn.example",)),
        entry(5, "Northmoor Council", type="local-authority", domains=("northmoor.example", "trust.example")),
        entry(6, "Tarnside Council", type="local-authority", domains=("trust.example",)),
    ]
    with unit_of_work():
        service.keep(kept)
    return kept


def names_on(page):
    return [
        html.unescape(name)
        for name in re.findall(r'<h3 class="topic-row-title"><a href="/institutions/[^"]+">([^<]+)', page)
    ]


def counts_on(page):
    """Each choice of each facet with its count: `{("phase", "primary"): 2}`."""
    found = re.findall(
        r'name="(\w+)" value="([^"]+)"[^>]*>\s*<span>[^<]*</span>\s*<span class="facet-count">([\d,]+)', page
    )
    return {(name, html.unescape(value)): int(count.replace(",", "")) for name, value, count in found}


def test_all_are_listed_by_name_and_those_that_ended_last(schools, guest):
    page = guest.get("/institutions").text
    assert names_on(page) == [
        "Alder Grammar School", "Alder Primary School", "Northmoor Council", "Prifysgol Llŷn", "Tarnside Council",
        "St Oswin's School",
    ]  # fmt: skip
    assert "6 institutions" in page


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("alder prim", ["Alder Primary School"]),
        ("LLYN", ["Prifysgol Llŷn"]),
        ("oswin’s", ["St Oswin's School"]),
        ("st oswins", ["St Oswin's School"]),
        ("zebra", []),
    ],
)
def test_words_begin_words_of_the_name(schools, guest, words, names):
    assert names_on(guest.get("/institutions", query_string={"q": words}).text) == names


def test_each_count_is_what_choosing_it_gives(schools, guest):
    for address in ("/institutions", "/institutions?phase=primary", "/institutions?q=school&region=North"):
        page = guest.get(address).text
        shown = counts_on(page)
        assert shown
        chosen = re.findall(r'name="(\w+)" value="([^"]+)" checked', page)
        if ("phase", "primary") in chosen:
            assert shown["phase", "secondary"] == 1, "what could be chosen instead stays in sight"
        for (name, value), count in shown.items():
            if (name, value) in chosen:
                continue
            others = [f"{each}={what}" for each, what in chosen if each != name]
            query = "&".join([*others, f"{name}={value}", *(["q=school"] if "q=" in address else [])])
            assert f">{count} institution" in guest.get(f"/institutions?{query}").text, (address, name, value)


def test_what_was_chosen_stays_chosen_and_can_be_cleared(schools, guest):
    page = guest.get("/institutions?q=alder&phase=primary").text
    assert names_on(page) == ["Alder Primary School"]
    assert 'value="primary" checked' in page
    assert 'href="/institutions?q=alder"' in page
    assert '<input type="hidden" name="phase" value="primary">' in page, "other words keep the choices"


@pytest.mark.parametrize(
    "query", ["page=0", "page=99999999", "phase=nothing", "type='&type=\x00", "q=%F0%9F%98%80", "q=" + "x" * 5000]
)
def test_nonsense_is_answered_with_a_page(schools, guest, query):
    assert guest.get(f"/institutions?{query}").status_code == 200


def test_a_page_says_what_registers_say(schools, guest):
    page = guest.get("/institutions/prifysgol-llyn").text
    for said in ("Prifysgol Llŷn", "University or college", "Wales", "llyn.example"):
        assert said in page
    assert guest.get("/institutions/none").status_code == 404


def test_one_that_was_joined_with_another_leads_there(schools, guest):
    with unit_of_work() as db:
        one, other = (
            db.query(Institution).filter_by(slug=slug).one()
            for slug in ("alder-primary-school", "alder-grammar-school")
        )
        one.merged_into_id = other.id
    answer = guest.get("/institutions/alder-primary-school")
    assert (answer.status_code, answer.location) == (301, "/institutions/alder-grammar-school")
    assert "Alder Primary School" not in names_on(guest.get("/institutions").text)


def test_while_a_name_is_typed_open_ones_are_suggested_first(schools, guest):
    found = guest.get("/institutions/suggest?q=school").json
    assert [each["name"] for each in found] == ["Alder Grammar School", "Alder Primary School", "St Oswin's School"]
    assert found[1] == {
        "slug": "alder-primary-school",
        "name": "Alder Primary School",
        "where": "Alder, Northmoor, England",
    }
    assert guest.get("/institutions/suggest?q=").json == []


@pytest.mark.parametrize(
    ("address", "slugs"),
    [
        ("x@llyn.example", ["prifysgol-llyn"]),
        ("x@STUDENT.llyn.example", ["prifysgol-llyn"]),
        ("x@trust.example", ["northmoor-council", "tarnside-council"]),
        ("x@notllyn.example", []),
        ("x@example", []),
    ],
)
def test_an_address_lies_in_the_domains_that_were_given(schools, address, slugs):
    assert [each.slug for each in queries.with_domain_of(address)] == slugs


def test_of_one_name_each_has_an_address_of_its_own(village):
    with unit_of_work():
        service.keep([entry(number, "St Mary's", town="Alder" if number % 2 else "") for number in range(6)])
        service.keep([entry(9, "St Mary's Alder")])
    slugs = session().query(Institution.slug).all()
    assert len(set(slugs)) == 7


def test_one_whose_name_holds_no_letter_has_an_address_too(village):
    with unit_of_work():
        service.keep([entry(number, "<%", town=("%%", "Alder", "")[number % 3]) for number in range(6)])
    with unit_of_work():
        service.keep([entry(10 + number, "%>", town="<%") for number in range(3)])
        service.keep([entry(20, "Alder")])
    slugs = [slug for (slug,) in session().query(Institution.slug)]
    assert len(set(slugs)) == len(slugs) == 10
    assert all(slugs)


def test_a_manager_joins_two_entries_and_tells_them_apart_again(schools, village, sign_in):
    mona, page = sign_in(village.mona), "/institutions/alder-primary-school"
    assert "Alder Grammar School" in mona.get(f"{page}/merge?q=alder").text
    preview = mona.get(f"{page}/merge?into=alder-grammar-school").text
    assert "its address leads to “Alder Grammar School”" in html.unescape(preview)
    assert mona.get(page).status_code == 200, "looking changes nothing"
    answer = mona.post(f"{page}/merge", data={"into": "alder-grammar-school"})
    assert (answer.status_code, answer.location) == (303, "/institutions/alder-grammar-school")
    assert mona.get(page).location == "/institutions/alder-grammar-school"
    assert "Tell them apart again" in mona.get("/institutions/alder-grammar-school").text
    assert "Tell them apart again" not in sign_in(village.ada).get("/institutions/alder-grammar-school").text
    with unit_of_work():
        assert service.keep(schools) == ["unchanged"] * 6, "registers go on keeping both"
    assert mona.post(f"{page}/tell-apart").status_code == 303
    assert mona.get(page).status_code == 200
    verbs = [each.verb for each in session().query(Activity).filter(Activity.actor_id == village.mona.id)]
    assert verbs == ["merged", "told apart"]


@pytest.mark.parametrize(
    ("into", "sentence"),
    [
        ("", "Choose the institution that it is."),
        ("nowhere", "Choose the institution that it is."),
        ("alder-primary-school", "That is the same institution."),
    ],
)
def test_what_cannot_be_joined_is_said(schools, village, sign_in, into, sentence):
    answer = sign_in(village.mona).post("/institutions/alder-primary-school/merge", data={"into": into})
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_two_are_never_joined_with_each_other(schools, village, sign_in):
    mona = sign_in(village.mona)
    assert mona.post("/institutions/northmoor-council/merge", data={"into": "tarnside-council"}).status_code == 303
    answer = mona.post("/institutions/tarnside-council/merge", data={"into": "northmoor-council"})
    assert (answer.status_code, "That is the same institution." in answer.text) == (422, True)
    again = mona.post("/institutions/northmoor-council/merge", data={"into": "prifysgol-llyn"})
    assert (again.status_code, "was joined with another one already" in again.text) == (422, True)


def test_nor_by_two_managers_at_once(schools, village):
    """Each page was opened before the other's deed."""
    mona = fresh(village.mona)
    with unit_of_work() as db:
        one, other = (
            db.query(Institution).filter_by(slug=slug).one() for slug in ("northmoor-council", "tarnside-council")
        )
        service.merge(mona, one, other)
        with pytest.raises(service.Refusal):
            service.merge(mona, other, one)
