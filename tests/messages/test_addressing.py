"""Writing to people by name: one who fits is meant, of several one is chosen, and no message goes to the wrong one."""

import html
import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from cop.core import policy
from cop.core.db import session
from cop.core.policy import Act
from cop.messages.models import Message, Participant
from cop.messages.rules import writable
from cop.people.models import Person
from tests.messages.conftest import write
from tests.support.cast import fresh
from tests.support.services import wait_until


@pytest.fixture
def namesakes(make):
    """Two who are called Nia Rees, and one with a longer name."""
    return (
        make.person("Nia Rees", handle="nia-rees", role="Teacher", institution="Alder Primary"),
        make.person("Nia Rees", handle="nia-rees-2", role="Governor"),
        make.person("Nia Rees-Morgan", handle="nia-morgan"),
    )


def offered(answer):
    return re.findall(r'name="chosen"[^>]*value="([^"]+)"', answer.text)


def typed_to(answer):
    return html.unescape(re.search(r'<input[^>]*name="to"[^>]*value="([^"]*)"', answer.text)[1])


def written_to():
    """The handles of all who got something, but for Ada, who writes."""
    statement = select(Person.handle).join(Participant, Participant.person_id == Person.id)
    return sorted(session().scalars(statement.where(Person.handle != "ada")))


@pytest.mark.parametrize(
    ("to", "whom"),
    [
        ("Ben Okoro", ["ben"]),
        ("ben okoro, FENWICK", ["ben", "fay"]),
        ("Okoro; @fay", ["ben", "fay"]),
        ("ben, Ben Okoro, @ben", ["ben"]),
        ("Nia Rees-Morgan", ["nia-morgan"]),
        ("@nia-rees-2", ["nia-rees-2"]),
    ],
)
def test_a_name_that_fits_one_person_is_enough(village, sign_in, namesakes, to, whom):
    assert write(sign_in(village.ada), to).status_code == 303
    assert written_to() == whom


def test_of_several_one_is_chosen_and_nothing_typed_is_lost(village, sign_in, namesakes):
    ada = sign_in(village.ada)
    asked = write(ada, "ben, Nia Rees, morgan", "What I typed.")
    assert asked.status_code == 422
    assert offered(asked) == ["nia-rees", "nia-rees-2"], "who is called just so"
    assert "Teacher, Alder Primary" in asked.text
    assert "What I typed." in asked.text
    assert typed_to(asked) == "Ben Okoro, Nia Rees, morgan"
    still = write(ada, typed_to(asked), " ", chosen="nia-rees-2")
    assert still.status_code == 422
    assert offered(still) == [], "it is clear now"
    assert typed_to(still) == "Ben Okoro, @nia-rees-2, Nia Rees-Morgan"
    assert write(ada, typed_to(still), "What I typed.").status_code == 303
    assert written_to() == ["ben", "nia-morgan", "nia-rees-2"]


def test_two_names_that_are_not_clear_are_asked_about_one_after_the_other(village, make, sign_in, namesakes):
    make.person("Ben Nevis", handle="ben-nevis")
    ada = sign_in(village.ada)
    asked = write(ada, "nia rees, ben", chosen="nia-rees")
    assert offered(asked) == ["ben", "ben-nevis"]
    assert write(ada, typed_to(asked), chosen="ben-nevis").status_code == 303
    assert written_to() == ["ben-nevis", "nia-rees"]


def test_the_beginning_of_a_name_is_asked_about_even_if_it_fits_one_person(village, sign_in):
    ada = sign_in(village.ada)
    asked = write(ada, "oko")
    assert asked.status_code == 422
    assert offered(asked) == ["ben"]
    assert write(ada, "oko", chosen="fay").status_code == 422, "who is not offered cannot be chosen"
    assert write(ada, "oko", chosen="ben").status_code == 303
    assert written_to() == ["ben"]


def test_a_name_of_somebody_who_is_not_written_to_never_leads_to_somebody_else(village, sign_in, change, namesakes):
    first, second, _longer = namesakes
    change(second, reach="nobody")
    ada = sign_in(village.ada)
    asked = write(ada, "Nia Rees")
    assert asked.status_code == 422
    assert offered(asked) == ["nia-rees"]
    change(first, reach="nobody")
    assert "You cannot write to anybody who is called “Nia Rees”." in write(ada, "Nia Rees").text
    assert session().scalar(select(func.count()).select_from(Message)) == 0


def test_a_page_leads_to_the_form_with_a_name_that_is_clear(village, sign_in, namesakes):
    ada = sign_in(village.ada)
    assert typed_to(ada.get("/messages/new?to=ben")) == "Ben Okoro"
    assert typed_to(ada.get("/messages/new?to=nia-rees-2")) == "@nia-rees-2"
    assert "Only Nia Rees and you can read this." in ada.get("/messages/new?to=nia-rees-2").text


@pytest.mark.parametrize("status", ["suspended", "deleted", "new"])
def test_a_namesake_out_of_sight_changes_nothing(village, sign_in, change, namesakes, status):
    _first, second, _longer = namesakes
    change(second, status=status)
    ada = sign_in(village.ada)
    assert typed_to(ada.get("/messages/new?to=nia-rees")) == "Nia Rees"
    typed = [each["typed"] for each in ada.get("/messages/people?q=nia").json]
    assert typed == ["Nia Rees", "Nia Rees-Morgan"]
    asked = write(ada, "Nia Rees, ben, oko")
    assert typed_to(asked) == "Nia Rees, Ben Okoro, oko"
    assert write(ada, "Nia Rees").status_code == 303
    assert written_to() == ["nia-rees"]


def test_names_are_completed_with_people_whom_one_may_write_to(village, make, sign_in, guest, change, namesakes):
    make.person("Comma, the Great", handle="comma")
    ada = sign_in(village.ada)

    def suggested(client, typed):
        return [each["typed"] for each in client.get("/messages/people", query_string={"q": typed}).json]

    assert suggested(ada, "nia") == ["@nia-rees", "@nia-rees-2", "Nia Rees-Morgan"]
    assert ada.get("/messages/people?q=okor").json == [
        {"name": "Ben Okoro", "beside": "University tutor, Northfield University", "typed": "Ben Okoro"}
    ]
    assert suggested(ada, "comma") == ["@comma"]
    assert suggested(ada, "ada") == suggested(ada, "") == suggested(ada, "pat") == []
    change(village.ben, reach="communities")
    assert suggested(ada, "okoro") == ["Ben Okoro"]
    assert suggested(sign_in(village.olu), "okoro") == []
    sign_in(village.ben).post("/people/ada/block")
    assert suggested(ada, "okoro") == []
    assert guest.get("/messages/people?q=okoro").status_code == 302


def test_the_rule_in_sql_is_the_rule(village, make, sign_in, change):
    change(village.ben, reach="communities")
    change(village.fay, reach="nobody")
    for status in ("placeholder", "suspended", "new"):
        make.person(status=status)
    sign_in(village.ada).post("/people/mona/block")
    policy.forget_audiences()
    everybody = list(session().scalars(select(Person)))
    for author in (village.ada, village.ben, village.fay, village.olu, village.mona):
        listed = set(session().scalars(select(Person.id).where(writable(fresh(author)))))
        assert listed == {each.id for each in everybody if policy.can(fresh(author), Act.WRITE, each)}, author.name


def test_completing_costs_the_same_however_many_fit(village, make, sign_in, counted):
    for number in range(12):
        make.person(f"Kit Number{number}", reach="communities" if number % 2 else "network")
    ada = sign_in(village.ada)
    ada.get("/messages/people?q=kit")
    with counted() as sql:
        ada.get("/messages/people?q=kit")
    assert sql.count <= 5, sql.statements


def test_in_a_browser_a_name_is_completed_by_keys(server, browser_page):
    village = server.make.village()
    page = browser_page(village.ada, width=360)
    page.goto("/messages/new")
    field = page.get_by_role("combobox", name="To")
    field.press_sequentially("oko")
    expect(page.get_by_role("option")).to_contain_text(["University tutor, Northfield University"])
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("Ben Okoro, ")
    field.press_sequentially("fenw")
    page.get_by_role("option").click()
    expect(field).to_have_value("Ben Okoro, Fay Fenwick, ")
    page.get_by_label("Your message").fill("Hello, both.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Fay Fenwick and Ben Okoro")).to_be_visible()


def test_in_a_browser_a_name_begun_before_the_scripts_have_come_is_completed(server, browser_page):
    village = server.make.village()
    page, held = browser_page(village.ada), []
    page.route("**/js/behaviours/names.js", lambda route: held.append(route))  # noqa: PLW0108  Playwright marks it
    page.goto("/messages/new", wait_until="commit")
    page.get_by_label("To", exact=True).press_sequentially("oko")
    wait_until(lambda: page.evaluate("document.readyState") and held, "the page never asked for the script")
    held[0].continue_()
    expect(page.get_by_role("option")).to_contain_text(["University tutor, Northfield University"])
