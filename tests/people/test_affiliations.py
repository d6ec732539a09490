"""Where people work or learn: several at once, past ones kept, proved by an address or only said."""

import re

import pytest

from cop.core.activity import Activity
from cop.core.db import session, unit_of_work, utcnow
from cop.institutions.models import Institution
from cop.people import queries
from cop.people.models import Address, Person

PAGE = "/settings/affiliations"


@pytest.fixture
def places(make):
    """Two schools of one name, a university with a domain, and two that share one."""
    return {
        "alder": make.institution("St Mary's School", code="1", town="Alder"),
        "birch": make.institution("St Mary's School", code="2", town="Birch"),
        "vale": make.institution("Vale University", type="university", domains=("vale.example",)),
        "north": make.institution("North Academy", domains=("trust.example",)),
        "south": make.institution("South Academy", domains=("trust.example",)),
    }


def of(person):
    return queries.affiliations_of(session().get_one(Person, person.id))


def add(client, **fields):
    return client.post(PAGE, data=fields)


def stands_beside(person):
    row = session().get_one(Person, person.id, populate_existing=True)
    return row.role, row.institution


def with_address(person, address):
    with unit_of_work() as db:
        db.add(Address(person_id=person.id, address=address, verified_at=utcnow()))


def test_a_name_that_several_have_is_asked_about_and_nothing_typed_is_lost(village, sign_in, places):
    ada = sign_in(village.ada)
    asked = add(ada, institution="st marys", role="Year 4 teacher", began="09/2019")
    assert asked.status_code == 200
    assert of(village.ada) == []
    for kept in ('value="st marys"', 'value="Year 4 teacher"', 'value="2019-09"'):
        assert kept in asked.text
    offered = re.findall(r'name="chosen"[^>]*value="([^"]+)"', asked.text)
    assert offered == [places["alder"].slug, places["birch"].slug, "-"]
    assert "Alder, England" in asked.text
    assert "Nothing is saved yet." in asked.text
    done = add(ada, institution="st marys", role="Year 4 teacher", began="09/2019", chosen=places["birch"].slug)
    assert (done.status_code, done.location) == (303, PAGE)
    (work,) = of(village.ada)
    assert (work.institution.town, work.name, work.role, work.began) == (
        "Birch", "St Mary's School", "Year 4 teacher", "2019-09",
    )  # fmt: skip
    assert stands_beside(village.ada) == ("Year 4 teacher", "St Mary's School")


def test_one_that_no_register_has_stays_as_it_was_written(village, sign_in, places):
    ada = sign_in(village.ada)
    assert add(ada, institution="Between posts").status_code == 303
    assert add(ada, institution="Vale", chosen="-", role="Student").status_code == 303
    assert [(each.name, each.institution) for each in of(village.ada)] == [("Between posts", None), ("Vale", None)]
    assert stands_beside(village.ada) == ("", "Between posts")


def test_several_at_once_and_past_ones_are_shown_with_their_years(village, sign_in, places):
    ada = sign_in(village.ada)
    add(ada, institution="Vale", chosen=places["vale"].slug, role="Tutor", began="2021")
    add(ada, institution="North", chosen=places["north"].slug, role="Teacher", began="2010", ended="2020-07")
    add(ada, institution="South", chosen=places["south"].slug, role="Governor")
    page = sign_in(village.ben).get("/people/ada").text
    works = page[page.index('id="works"') :]
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", works[: works.index("</section>")]))
    for words in (
        "since 2021 Vale University , Tutor",
        "now South Academy , Governor",
        "2010 – 07/2020 North Academy , Teacher",
    ):
        assert words in said, said
    assert said.index("South Academy") < said.index("North Academy"), "present ones first"
    assert f'href="{places["vale"].url}"' in works


def test_leaving_ends_an_affiliation_and_nothing_else(village, sign_in, places):
    ada = sign_in(village.ada)
    add(ada, institution="Vale", chosen=places["vale"].slug, role="Tutor")
    add(ada, institution="South", chosen=places["south"].slug, role="Governor")
    first, _second = of(village.ada)
    assert ada.post(f"{PAGE}/{first.id}/end").status_code == 303
    assert [(each.name, each.is_past) for each in of(village.ada)] == [
        ("South Academy", False),
        ("Vale University", True),
    ]
    assert stands_beside(village.ada) == ("Governor", "South Academy")
    assert ada.get("/inbox").status_code == 200, "still signed in"
    assert "ada@village.example" in [each.address for each in queries.addresses_of(village.ada)]


def test_another_one_can_stand_beside_the_name_and_one_can_go(village, sign_in, places):
    ada = sign_in(village.ada)
    add(ada, institution="Vale", chosen=places["vale"].slug)
    add(ada, institution="South", chosen=places["south"].slug)
    vale, south = of(village.ada)
    ada.post(f"{PAGE}/{south.id}/first")
    assert stands_beside(village.ada) == ("", "South Academy")
    ada.post(f"{PAGE}/{south.id}/remove")
    assert stands_beside(village.ada) == ("", "Vale University")
    ada.post(f"{PAGE}/{vale.id}", data={"institution": "Vale", "chosen": places["vale"].slug, "role": "Dean"})
    assert stands_beside(village.ada) == ("Dean", "Vale University")
    verbs = {each.verb for each in session().query(Activity).filter_by(kind="person", thing_id=village.ada.id)}
    assert verbs == {"changed"}


def test_a_verified_address_of_its_own_domain_proves_it_in_one_click(village, sign_in, places):
    with_address(village.ada, "ada@staff.vale.example")
    ada = sign_in(village.ada)
    page = ada.get(PAGE).text
    assert "ada@staff.vale.example belongs to one institution." in page
    add(ada, institution="Vale University", chosen=places["vale"].slug)
    (work,) = of(village.ada)
    assert work.proved_domain == "staff.vale.example"
    assert "proved by an address at staff.vale.example" in sign_in(village.ben).get("/people/ada").text
    assert "ada@staff" not in sign_in(village.ben).get("/people/ada").text
    assert "belongs to one institution" not in ada.get(PAGE).text, "it was taken up"


def test_a_domain_that_several_share_proves_nothing_and_the_person_chooses(village, sign_in, places):
    with_address(village.ada, "ada@trust.example")
    ada = sign_in(village.ada)
    page = ada.get(PAGE).text
    assert "ada@trust.example is used by several institutions. Which one is yours?" in page
    assert "I am at North Academy" in page
    assert "I am at South Academy" in page
    add(ada, institution="North Academy", chosen=places["north"].slug)
    (work,) = of(village.ada)
    assert (work.name, work.proved_domain) == ("North Academy", "")


def test_an_address_that_is_not_verified_proves_and_offers_nothing(village, sign_in, places):
    with unit_of_work() as db:
        db.add(Address(person_id=village.ada.id, address="ada@vale.example"))
    ada = sign_in(village.ada)
    assert "ada@vale.example" not in ada.get(PAGE).text
    add(ada, institution="Vale University", chosen=places["vale"].slug)
    assert of(village.ada)[0].proved_domain == ""


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Write where you work or learn, or at least your role."),
        ({"institution": "\u2800"}, "Write where you work or learn, or at least your role."),
        ({"institution": "x" * 121}, "at most 120 fit"),
        ({"institution": "Elm", "began": "long ago"}, "Write a year or a month, like 2019 or 09/2019."),
        ({"institution": "Elm", "began": "2019-13"}, "Write a year or a month"),
        ({"institution": "Elm", "began": "2019", "ended": "2018"}, "This is before it began."),
        ({"institution": "Elm", "began": "2019-09", "ended": "08/2019"}, "This is before it began."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_kept(village, sign_in, fields, sentence):
    answer = add(
        sign_in(village.ada),
        **{"role": "My role", **fields} if fields.get("institution") != "\u2800" and fields else fields,
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert of(village.ada) == []
    if fields and "role" not in fields and fields["institution"] != "\u2800":
        assert 'value="My role"' in answer.text


def test_a_year_and_a_month_of_it_are_no_contradiction(village, sign_in):
    assert add(sign_in(village.ada), institution="Elm", began="2019-09", ended="2019").status_code == 303


def test_there_is_room_for_twenty(village, sign_in):
    ada = sign_in(village.ada)
    for number in range(20):
        assert add(ada, institution=f"Place {number}").status_code == 303
    answer = add(ada, institution="One more")
    assert (answer.status_code, "You have 20 entries here. Remove one first." in answer.text) == (422, True)


@pytest.mark.parametrize("deed", ["first", "end", "remove", ""])
def test_nobody_changes_anybody_elses(village, sign_in, places, deed):
    add(sign_in(village.ada), institution="Elm", role="Teacher")
    (work,) = of(village.ada)
    answer = sign_in(village.mona).post(f"{PAGE}/{work.id}/{deed}".rstrip("/"), data={"institution": "Oak"})
    assert answer.status_code == 404
    (after,) = of(village.ada)
    assert (after.name, after.is_past) == ("Elm", False)


@pytest.mark.parametrize(
    ("audience", "others", "guest_sees"), [("me", False, False), ("network", True, False), ("public", True, True)]
)
def test_who_sees_them_is_chosen_by_the_person(village, sign_in, guest, places, audience, others, guest_sees):
    ada = sign_in(village.ada)
    add(ada, institution="Vale", chosen=places["vale"].slug, role="Tutor")
    chosen = {"institution_audience": audience, "role_audience": audience}
    assert ada.post(f"{PAGE}/audiences", data=chosen).status_code == 303
    for client, sees in ((sign_in(village.ben), others), (guest, guest_sees), (ada, True)):
        for address in ("/people/ada", places["vale"].url):
            page = client.get(address).text
            if address == "/people/ada":
                assert ("Vale University" in page) == sees
                assert ("Tutor" in page) == sees
            else:
                assert ("Ada Lowe" in page[page.index("<main") :]) == sees


def test_on_its_page_an_institution_has_those_who_are_there_now_of_all_that_were_joined(village, sign_in, places):
    add(sign_in(village.ada), institution="x", chosen=places["alder"].slug)
    add(sign_in(village.ben), institution="x", chosen=places["birch"].slug)
    add(sign_in(village.fay), institution="x", chosen=places["birch"].slug, ended="2020")
    with unit_of_work() as db:
        db.get_one(Institution, places["alder"].id).merged_into_id = places["birch"].id
    page = sign_in(village.olu).get(places["birch"].url).text
    assert "Ada Lowe" in page
    assert "Ben Okoro" in page
    assert "Fay Fenwick" not in page, "she left"


def test_its_page_gathers_communities_and_open_questions_that_the_reader_may_see(village, make, sign_in, guest, places):
    add(sign_in(village.ada), institution="x", chosen=places["vale"].slug)
    add(sign_in(village.fay), institution="x", chosen=places["vale"].slug, ended="2020")
    make.topic(village.square, village.ada, "Open to all?")
    make.topic(village.close, village.ada, "Behind the door?")
    make.topic(village.square, village.fay, "Asked by somebody who left?")
    answered = make.topic(village.square, village.ada, "Answered by now?")
    make.reply(answered, village.ben)
    seen = {
        "ben": ({"The Square", "The Close"}, {"Open to all?", "Behind the door?"}),
        "olu": ({"The Square"}, {"Open to all?"}),
    }
    for name, (communities, questions) in seen.items():
        page = sign_in(getattr(village, name)).get(places["vale"].url).text
        page = page[page.index("<main") :]
        for each in ("The Square", "The Close", "The Cellar"):
            assert (each in page) == (each in communities), (name, each)
        for each in ("Open to all?", "Behind the door?", "Asked by somebody who left?", "Answered by now?"):
            assert (each in page) == (each in questions), (name, each)
    assert "Ada Lowe" not in guest.get(places["vale"].url).text, "her institution is for signed-in people"
