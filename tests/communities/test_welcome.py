"""What newcomers find on a community's home: a welcome and a few first steps, until they are done or not wanted."""

import datetime as dt
import re

import pytest

from cop.communities.models import FirstStep, Front, Membership, WelcomeTick
from cop.core.db import session, unit_of_work, utcnow
from cop.notify.models import Alert
from tests.support.cast import fresh

STEPS = {
    "step_1": "Say hello",
    "step_1_writing": "y",
    "step_2": "Look round",
    "step_2_link": "/topics",
    "step_3": "Nod",
}


@pytest.fixture
def written(village, sign_in):
    """Fay has written a welcome to the Close."""
    answer = sign_in(village.fay).post("/communities/close/settings/welcome", data={"welcome": "Come **in**.", **STEPS})
    assert answer.status_code == 303
    return village.close


@pytest.fixture
def ada(village, sign_in):
    return sign_in(village.ada)


def ticks():
    return {(tick.person_id, tick.place) for tick in session().query(WelcomeTick)}


def test_a_newcomer_is_welcomed_and_offered_first_steps(village, written, ada):
    page = ada.get(written.url).text
    assert "Welcome to The Close" in page and "<strong>in</strong>" in page
    assert f'href="{written.url}/topics/new">Say hello' in page and 'href="/topics">Look round' in page
    assert page.count("/welcome/") == 3  # two steps to tick and the button that ends it; the first ticks itself


@pytest.mark.parametrize("name", ["fay", "olu", "mona", "guest"])
def test_nobody_else_is(village, sign_in, guest, written, name):
    client = guest if name == "guest" else sign_in(getattr(village, name))
    assert "Come <strong>in" not in client.get(written.url).text


def test_whoever_has_been_there_for_a_month_is_no_newcomer(village, written, ada):
    with unit_of_work() as db:
        db.get_one(Membership, (village.ada.id, written.id)).joined_at = utcnow() - dt.timedelta(days=31)
    assert "Welcome to The Close" not in ada.get(written.url).text


def test_steps_are_ticked_and_unticked_by_oneself_alone(village, sign_in, written, ada):
    assert ada.post(f"{written.url}/welcome/2/done").headers["Location"] == f"{written.url}#welcome"
    ada.post(f"{written.url}/welcome/2/done")
    page = ada.get(written.url).text
    assert page.count("is-done") == 1 and "welcome/2/undone" in page
    assert "is-done" not in sign_in(village.ben).get(written.url).text
    ada.post(f"{written.url}/welcome/2/undone")
    ada.post(f"{written.url}/welcome/2/undone")
    assert "is-done" not in ada.get(written.url).text
    assert ada.post(f"{written.url}/welcome/9/done").status_code == 404


def test_saying_hello_ticks_itself(village, make, written, ada):
    make.topic(village.square, village.ada)
    assert "is-done" not in ada.get(written.url).text  # elsewhere is not here
    make.topic(written, village.ada, title="Hello")
    assert ada.get(written.url).text.count("is-done") == 1


def test_it_goes_when_all_is_done_or_when_it_is_not_wanted(village, make, sign_in, written, ada):
    make.topic(written, village.ada, title="Hello")
    for place in (2, 3):
        ada.post(f"{written.url}/welcome/{place}/done")
    assert "Welcome to The Close" not in ada.get(written.url).text
    ben = sign_in(village.ben)
    ben.post(f"{written.url}/welcome/dismiss")
    assert "Welcome to The Close" not in ben.get(written.url).text


def test_a_step_that_is_changed_is_to_be_done_anew_and_the_others_stay_done(village, sign_in, written, ada):
    for place in (2, 3):
        ada.post(f"{written.url}/welcome/{place}/done")
    sent = {"welcome": "Come **in**.", **STEPS, "step_3": "Nod twice"}
    sign_in(village.fay).post("/communities/close/settings/welcome", data=sent)
    assert ticks() == {(village.ada.id, 2)}
    page = ada.get(written.url).text
    assert page.count("is-done") == 1 and "Nod twice" in page


def test_steps_left_empty_close_up_and_may_all_go(village, sign_in, written, ada):
    fay = sign_in(village.fay)
    fay.post("/communities/close/settings/welcome", data={"welcome": "", "step_1": "", "step_2": "", "step_3": "Nod"})
    assert [(step.place, step.words) for step in session().query(FirstStep)] == [(1, "Nod")]
    fay.post("/communities/close/settings/welcome", data={"welcome": ""})
    assert session().query(FirstStep).count() == 0
    assert "Welcome to The Close" not in ada.get(written.url).text


def test_who_leaves_and_comes_back_is_new_again(village, sign_in, make, written, ada):
    ada.post(f"{written.url}/welcome/dismiss")
    ada.post(f"{written.url}/leave")
    assert ticks() == set()
    make.member(written, fresh(village.ada))
    assert "Welcome to The Close" in ada.get(written.url).text


def test_nobody_outside_ticks_anything(village, sign_in, written):
    assert sign_in(village.olu).post(f"{written.url}/welcome/2/done").status_code == 303
    assert sign_in(village.olu).post("/communities/cellar/welcome/2/done").status_code == 404
    assert ticks() == set()


def test_nobody_is_alerted_by_any_of_it(village, drain, written, ada):
    ada.post(f"{written.url}/welcome/2/done")
    drain()
    assert session().query(Alert).count() == 0


@pytest.mark.parametrize(("name", "status"), [("fay", 303), ("ada", 403), ("olu", 403), ("mona", 403)])
def test_facilitators_alone_write_the_welcome(village, sign_in, name, status):
    answer = sign_in(getattr(village, name)).post("/communities/close/settings/welcome", data={"welcome": "Hello"})
    assert answer.status_code == status
    assert (session().get(Front, village.close.id) is not None) == (status == 303)


# -- two at once ------------------------------------------------------------------------------------------------------


def basis(client, community, section):
    """What a section's form was opened with."""
    page = client.get(f"{community.url}/settings").text
    return re.search(r'name="basis" type="hidden" value="(\w+)"', page.split(f'action="{section}"')[1])[1]


ABOUT = {"name": "The Close", "purpose": "Mine.", "listed": "yes", "reading": "members", "joining": "request"}
SECTIONS = {
    "": (ABOUT, {**ABOUT, "purpose": "Theirs."}, "Mine.", "Theirs."),
    "/look": ({"cloth": "2", "intro": "Mine."}, {"cloth": "3", "intro": "Theirs."}, "Mine.", "Theirs."),
    "/welcome": ({"welcome": "Mine.", "step_1": "A"}, {"welcome": "Theirs.", "step_1": "B"}, "Mine.", "Theirs."),
}


@pytest.mark.parametrize("section", SECTIONS)
def test_of_two_who_change_a_section_one_wins_and_the_other_sees_both(village, make, sign_in, section):
    with unit_of_work() as db:
        db.get_one(Membership, (village.ada.id, village.close.id)).role = "facilitator"
    fay, ada = sign_in(village.fay), sign_in(village.ada)
    path, (mine, theirs, my_words, their_words) = f"/communities/close/settings{section}", SECTIONS[section]
    opened = basis(fay, village.close, path)
    assert ada.post(path, data={**theirs, "basis": opened}).status_code == 303
    late = fay.post(path, data={**mine, "basis": opened})
    assert late.status_code == 409 and "Somebody else has changed this meanwhile" in late.text
    assert my_words in late.text and their_words in late.text
    assert their_words in fay.get(f"{village.close.url}/settings").text
    again = re.search(r'name="basis" type="hidden" value="(\w+)"', late.text.split(f'action="{path}"')[1])[1]
    assert fay.post(path, data={**mine, "basis": again}).status_code == 303
    assert my_words in fay.get(f"{village.close.url}/settings").text
