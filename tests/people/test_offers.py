"""What people offer, speak and teach, and where else they are; who sees it and who finds it."""

import datetime as dt
import re

import pytest

from cop import search
from cop.core import terms
from cop.core.db import unit_of_work
from cop.people import finder
from cop.people.finder import Asked
from cop.people.models import Person, PersonTrait
from tests.support.cast import fresh

PAGE = "/settings/offers"
AUDIENCES = {f"{field}_audience": "network" for field in ("offers", "languages", "teaching")}
OFFERS = {
    "offers": ["mentor", "host"],
    "languages": "cymraeg, english, Klingonish",
    "phases": ["primary"],
    "subjects": "maths, computing",
    "reach": "network",
    "away_until": "",
    **AUDIENCES,
}
PROFILE = {
    "name": "Ada Lowe", "headline": "Number talks", "about": "", "terms": "", "links": "", "orcid": "",
    **{f"{field}_audience": "network" for field in ("headline", "about", "terms", "links")},
}  # fmt: skip


def aside(client, address="/people/ada"):
    page = client.get(address).text
    return page[page.index("<main") :]


def names(person, words):
    return [each.person.name for each in finder.find(person, Asked(words)).people]


def test_what_is_offered_is_kept_shown_and_found(village, sign_in, drain):
    search.rebuild()
    ada = sign_in(village.ada)
    assert ada.post(PAGE, data=OFFERS).status_code == 303
    person = fresh(village.ada)
    assert person.values_of("languages") == ["Welsh", "English", "Klingonish"], "as everybody here calls them"
    page = aside(sign_in(village.ben))
    for words in ("Be a mentor, Host a visit", "Welsh, English, Klingonish", "Primary", "maths, computing"):
        assert words in page
    drain()
    for words in ("mentor", "Klingonish", "computing"):
        assert names(village.ben, words) == ["Ada Lowe"], words
    again = ada.get(PAGE).text
    boxes = re.findall(r'<input[^>]*name="offers"[^>]*>', again)
    assert [re.search(r'value="(\w+)"', box)[1] for box in boxes if "checked" in box] == ["mentor", "host"]
    assert "Welsh, English, Klingonish" in again


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        ("public", {"guest", "ben", "olu"}),
        ("network", {"ben", "olu"}),
        ("communities", {"ben"}),
        ("me", set()),
    ],
)
def test_each_field_is_seen_and_found_by_its_audience_alone(village, make, sign_in, guest, drain, audience, seen_by):
    search.rebuild()
    ada = sign_in(village.ada)
    to = dict.fromkeys(AUDIENCES, audience)
    ada.post(PAGE, data={**OFFERS, "languages": "Klingonish", "subjects": "quidditch", **to})
    profile = {**PROFILE, "headline": "Zanzibar talks", "links": "https://ada.example/snark", "about": "Wombats."}
    ada.post("/settings", data={**profile, **{name: audience for name in PROFILE if name.endswith("_audience")}})
    drain()
    clients = {"guest": guest, "ben": sign_in(village.ben), "olu": sign_in(village.olu)}
    for name, client in clients.items():
        viewer = getattr(village, name, None)
        page = client.get("/people/ada").text
        for words in ("Klingonish", "quidditch", "Zanzibar", "Wombats"):
            assert (words in page) == (name in seen_by), (name, words)
            assert (names(viewer, words) == ["Ada Lowe"]) == (name in seen_by), (name, words)
            total = finder.find(viewer, Asked(words)).people_total
            assert total == (name in seen_by), (name, words, "not even as a number")
        assert ("ada.example/snark" in page) == (name in seen_by), name
    assert "Klingonish" in ada.get("/people/ada").text


def test_who_leaves_a_community_shares_it_no_more(village, sign_in, drain):
    search.rebuild()
    ben = sign_in(village.ben)
    sign_in(village.ada).post(PAGE, data={**OFFERS, "languages": "Klingonish", "languages_audience": "communities"})
    drain()
    assert names(village.ben, "Klingonish") == ["Ada Lowe"]
    for slug in ("close", "square"):
        ben.post(f"/communities/{slug}/leave")
    assert "Klingonish" not in ben.get("/people/ada").text
    assert names(fresh(village.ben), "Klingonish") == [], "at once"
    fay = sign_in(village.fay)
    assert "Klingonish" in fay.get("/people/ada").text
    ada = sign_in(village.ada)
    for slug in ("close", "square", "cellar"):
        ada.post(f"/communities/{slug}/leave")
    drain()
    assert names(village.fay, "Klingonish") == []
    assert search.status().is_true


def test_links_and_an_orcid_are_kept_as_they_are_shown(village, sign_in):
    ada = sign_in(village.ada)
    links = "ada.example\nhttps://school.example/a?b=c\n\nada.example"
    answer = ada.post("/settings", data={**PROFILE, "links": links, "orcid": "https://orcid.org/0000 0002 1825 0097"})
    assert answer.status_code == 303
    person = fresh(village.ada)
    assert (person.links, person.orcid) == (
        ["http://ada.example/", "https://school.example/a?b=c"],
        "0000-0002-1825-0097",
    )
    page = aside(sign_in(village.ben))
    assert 'href="https://school.example/a?b=c" rel="nofollow noopener noreferrer"' in page
    assert 'href="https://orcid.org/0000-0002-1825-0097"' in page
    assert "Number talks" in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("links", "javascript:alert(1)", "is no address of a page"),
        ("links", "\n".join(f"https://{n}.example" for n in range(7)), "keep 6"),
        ("orcid", "0000-0002-1825-0098", "This is no ORCID iD."),
        ("orcid", "ada", "This is no ORCID iD."),
        ("headline", "x" * 121, "at most 120 fit"),
    ],
)
def test_what_a_profile_cannot_hold_is_said_beside_the_field(village, sign_in, field, value, sentence):
    answer = sign_in(village.ada).post("/settings", data={**PROFILE, "about": "Kept whole.", field: value})
    assert (answer.status_code, sentence in answer.text, "Kept whole." in answer.text) == (422, True, True)
    assert fresh(village.ada).headline == ""


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("languages", ",".join(f"tongue {n}" for n in range(13)), "keep 12"),
        ("subjects", "x" * 61, "is too long"),
        ("away_until", "soon", "Write a day, like 2026-12-24."),
        ("offers", ["money"], "money"),
        ("reach", "somebody", "Not a valid choice"),
    ],
)
def test_what_cannot_be_offered_is_said_beside_the_field(village, sign_in, field, value, sentence):
    answer = sign_in(village.ada).post(PAGE, data={**OFFERS, field: value})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert fresh(village.ada).values_of("offers") == []


def test_away_is_said_to_signed_in_people_until_the_day_has_passed(village, sign_in, guest):
    ada = sign_in(village.ada)
    ada.post(PAGE, data={**OFFERS, "away_until": "2999-01-02", **dict.fromkeys(AUDIENCES, "public")})
    assert "Away until 2 January 2999" in aside(sign_in(village.ben))
    assert "Away until" not in aside(guest)
    with unit_of_work() as db:
        db.get_one(Person, village.ada.id).away_until = dt.date(2001, 1, 2)
    assert "Away until" not in aside(sign_in(village.ben))


def test_its_owner_alone_reads_what_to_add_next(village, sign_in):
    ada, ben = sign_in(village.ada), sign_in(village.ben)
    assert "Say what others may ask you about" in aside(ada)
    assert "1 of 6 parts are there; only you see this." in aside(ada)
    assert "parts are there" not in aside(ben)
    assert "parts are there" not in aside(ada, "/people/ada?as=members")
    ada.post("/settings", data={**PROFILE, "terms": "EAL", "about": "I teach."})
    assert "Say what you offer" in aside(ada)


SAYS = {
    "headline": "Zanzibar talks", "role": "Wombatteacher", "institution": "Quokkahouse", "about": "Marmotwords.",
    "terms": "snarkology", "offers": "host", "languages": "Klingonish", "teaching": "quidditch",
    "links": "https://ada.example/jabberwock", "line": "Bandersnatch", "several": "Gallimaufry", "link": "https://tove.example/",
}  # fmt: skip
"""A word of each field that has an audience of its own, but for the picture; three are the network's own."""
OWN = ("line", "several", "link")
NOT_SEARCHED = ("links", "link")


@pytest.mark.parametrize("audience", ["public", "network", "communities", "me"])
@pytest.mark.parametrize("field", SAYS)
def test_one_field_for_somebody_opens_no_other(village, make, sign_in, guest, field, audience):
    """Each field with each audience, while all others are for the owner alone."""
    with unit_of_work() as db:
        ada = db.get_one(Person, village.ada.id)
        ada.headline, ada.about, ada.links = SAYS["headline"], SAYS["about"], [SAYS["links"]]
        ada.about_html, ada.role, ada.institution = f"<p>{SAYS['about']}</p>", SAYS["role"], SAYS["institution"]
        ada.traits = [
            PersonTrait(field=name, value=SAYS.get(name, "quidditch")) for name in ("offers", "languages", "subjects")
        ]
        terms.set_terms(ada, [SAYS["terms"]])
        builtin = dict.fromkeys({*SAYS, "picture"} - {*OWN}, "me")
        ada.visibility = {**builtin, **({field: audience} if field not in OWN else {})}
    for sort in OWN:
        asked = make.field(village.mona, f"Asked {sort}", sort=sort, choices=(SAYS[sort],) if sort == "several" else ())
        make.answered(village.ada, asked, SAYS[sort], audience=audience if field == sort else "me")
    gone = make.field(village.mona, "Asked once")
    make.answered(village.ada, gone, "Borogove", audience="public")
    make.withdrawn(village.mona, gone)
    search.rebuild()
    sees = {"public": {"guest", "ben", "olu"}, "network": {"ben", "olu"}, "communities": {"ben"}, "me": set()}[audience]
    for name, client in (("guest", guest), ("ben", sign_in(village.ben)), ("olu", sign_in(village.olu))):
        viewer = getattr(village, name, None)
        page = client.get("/people/ada").text
        for other, words in SAYS.items():
            word = "Host a visit" if other == "offers" else words.split()[0].rstrip(".").removeprefix("https://")
            seen = other == field and name in sees
            assert (word in page) == seen, (name, other)
            if other not in NOT_SEARCHED:
                assert bool(names(viewer, word)) == seen, (name, other)
                assert finder.find(viewer, Asked(word)).people_total == seen, (name, other, "not even as a number")
            if other in OWN:
                assert (f"Asked {other}" in page) == seen, "nor what is asked"
        assert "Borogove" not in page
        assert names(viewer, "Borogove") == []
