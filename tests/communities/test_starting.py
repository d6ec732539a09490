"""Starting a community: three pages that keep what is typed, shapes that say what they set, principles, who helps."""

import re

import pytest

from cop.communities import principles, service
from cop.communities.models import Community, FirstStep, Front, Invitation, Membership
from cop.communities.service import invitations
from cop.communities.shapes import SHAPES, Step
from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.people.models import Person
from tests.support.founding import Founding, named


@pytest.fixture
def olu(village, sign_in):
    return Founding(sign_in(village.olu))


def checked(page, name):
    """The value of the radio button that is chosen."""
    found = re.search(rf'<input checked id="[^"]*" name="{name}" type="radio" value="([^"]*)"', page)
    return found[1] if found else None


def test_a_community_is_started_in_three_pages(village, olu):
    assert olu.go(1, for_whom="Year 1 teachers", shape="innovators").headers["Location"].endswith("page=2")
    assert (
        olu.go(2, welcome="**Hello.**", step_1="Say hello", step_1_writing="y").headers["Location"].endswith("page=3")
    )
    answer = olu.start()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/communities/early-reading")
    made = named("Early Reading")
    assert (made.member_count, made.shape, made.for_whom) == (1, "innovators", "Year 1 teachers")
    assert session().get(Membership, (village.olu.id, made.id)).role == "facilitator"
    assert "<strong>Hello.</strong>" in session().get(Front, made.id).welcome_html
    assert session().get(FirstStep, (made.id, 1)).by_writing
    home = olu.client.get(made.url).text
    assert "Innovators" in home and "Year 1 teachers" in home


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_says_what_it_begins_with_and_begins_so(village, olu, shape):
    first = olu.page(1).text
    assert str(SHAPES[shape].name) in first and SHAPES[shape].begins in first
    olu.go(1, shape=shape)
    second = olu.page(2).text
    wanted = SHAPES[shape]
    assert wanted.begins in second
    assert (checked(second, "reading"), checked(second, "joining")) == (wanted.reading, wanted.joining)
    assert checked(second, "listed") == "yes"
    assert all(f'value="{step.words}"' in second for step in wanted.steps)


def test_what_was_changed_stays_changed_when_another_shape_is_chosen(village, olu):
    olu.go(1, shape="open")
    olu.go(2, "back", reading="everyone", joining="request", of="open", step_1="Wave")
    olu.go(1, shape="enquiry")
    page = olu.page(2).text
    assert checked(page, "reading") == "members"  # as the new shape has it
    assert checked(page, "joining") == "request"  # as it was chosen
    assert 'value="Wave"' in page


@pytest.mark.parametrize("number", [1, 2, 3])
def test_going_back_and_coming_again_keeps_everything(village, olu, number):
    if number > 1:
        olu.go(1)
    if number > 2:
        olu.go(2)
    typed = {1: {"name": "!", "purpose": "Half a sen"}, 2: {"welcome": "Hello, y"}, 3: {"co_facilitator": "Ada L"}}[
        number
    ]
    answer = olu.go(number, "back", **typed)
    assert answer.status_code == 303  # nothing is asked of what is only half written
    assert all(words in olu.page(number).text for words in typed.values())


def test_a_draft_is_its_writers_alone_and_can_be_cleared(village, sign_in, olu):
    olu.go(1, name="Half a name", purpose="")
    assert "Half a name" in olu.page(1).text
    assert "Half a name" not in sign_in(village.ada).get("/communities/new").text
    olu.go(1, "clear")
    assert "Half a name" not in olu.page(1).text


def test_nothing_is_started_before_all_pages_are_filled_in(village, olu):
    assert olu.page(3).headers["Location"] == "/communities/new"
    assert olu.start().headers["Location"] == "/communities/new"
    olu.go(1)
    assert olu.page(3).status_code == 200  # the second page is as its shape has it: nothing is missing
    olu.go(2, step_1_link="/topics", step_1="")
    assert olu.page(3).headers["Location"].endswith("page=2")
    assert olu.page(4).status_code == 404


@pytest.mark.parametrize(
    ("page", "wrong", "sentence"),
    [
        (1, {"name": " \t"}, "Give it a name"),
        (1, {"purpose": ""}, "Say in a sentence"),
        (1, {"for_whom": "x" * 201}, "at most 200 fit"),
        (1, {"shape": "triangle"}, "Choose the one that comes nearest"),
        (2, {"welcome": "x" * 3001}, "at most 3000 fits"),
        (2, {"step_1": "", "step_1_link": "/topics"}, "Say in a few words what the step is"),
        (2, {"step_2": "Look", "step_2_link": "https://elsewhere.example"}, "Link to a page of this network"),
        (2, {"step_2": "Look", "step_2_link": "//elsewhere.example"}, "Link to a page of this network"),
    ],
)
def test_a_mistake_is_said_and_what_was_typed_stays(village, olu, page, wrong, sentence):
    olu.go(1)
    answer = olu.go(page, **{"name": "My own name", "welcome": "My own words", **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("My own name" if page == 1 else "My own words") in answer.text or {"name", "welcome"} & set(wrong)


def test_a_whole_address_of_this_network_becomes_a_path(village, olu):
    olu.go(1)
    olu.go(2, step_1="Read", step_1_link="http://localhost/topics?list=unanswered")
    olu.start()
    assert session().get(FirstStep, (named("Early Reading").id, 1)).link == "/topics?list=unanswered"


def test_who_does_not_accept_the_principles_starts_nothing(village, olu):
    olu.go(1)
    olu.go(2)
    answer = olu.start(accepts="")
    assert answer.status_code == 422 and "Tick this if you accept them" in answer.text
    assert "Protect children and colleagues" in answer.text
    assert session().query(Community).filter_by(name="Early Reading").count() == 0


def test_principles_that_were_changed_meanwhile_are_read_once_more(village, olu):
    olu.go(1)
    olu.go(2)
    with unit_of_work():
        service.decide_how_communities_start(session().get_one(Person, village.mona.id), False, "Be **brave**.")
    answer = olu.start(version="0")
    assert answer.status_code == 422
    assert "The principles were changed while you were here" in answer.text and "<strong>brave</strong>" in answer.text
    assert not re.search(r'<input checked[^>]*name="accepts"', answer.text)
    assert olu.start().status_code == 303
    deed = session().query(Activity).filter_by(verb="started", thing_id=named("Early Reading").id).one()
    assert deed.facts["principles"] == principles.principles().version == 1


def test_who_ticked_another_text_has_not_accepted_this_one(village, olu):
    olu.go(1)
    olu.go(3, "back", accepts="y", version="0")
    ticked = r'<input[^>]*checked[^>]*name="accepts"'
    assert re.search(ticked, olu.page(3).text)
    with unit_of_work():
        service.decide_how_communities_start(session().get_one(Person, village.mona.id), False, "Be brave.")
    assert not re.search(ticked, olu.page(3).text)


def test_what_was_started_leaves_no_draft(village, olu):
    olu.through(for_whom="Nobody else")
    assert "Nobody else" not in olu.page(1).text


def test_a_form_sent_twice_starts_one_community(village, olu):
    first = olu.through()
    second = olu.start(name="Early Reading")
    assert first.headers["Location"] == second.headers["Location"] == "/communities/early-reading"
    assert session().query(Community).filter_by(name="Early Reading").count() == 1


def test_a_hidden_name_can_be_used_again_and_nobody_learns_of_it(village, olu):
    with unit_of_work():
        hidden = service.start_community(
            session().get_one(Person, village.fay.id), service.Purpose("Reading Room", "Ours.", listed=False)
        )
    assert (hidden.joining, hidden.reading) == ("invitation", "members")
    assert olu.through(name="Reading Room").headers["Location"] == "/communities/reading-room"
    again = olu.through(name="Reading Room", purpose="Another one.")
    assert again.headers["Location"] == "/communities/reading-room-2"
    assert olu.through(name="New").headers["Location"] == "/communities/new-2"


# -- who looks after it too -------------------------------------------------------------------------------------------


def test_a_co_facilitator_is_asked_and_looks_after_it_once_they_say_yes(village, sign_in, drain, olu):
    olu.go(1)
    olu.go(2)
    olu.start(co_facilitator="Ada Lowe")
    made = named("Early Reading")
    drain()
    ada = sign_in(village.ada)
    assert "Early Reading" in ada.get("/inbox").text
    assert "asks you to look after it together" in ada.get(made.url).text
    assert session().get(Membership, (village.ada.id, made.id)) is None
    ada.post(f"{made.url}/invitation/accept")
    assert session().get(Membership, (village.ada.id, made.id)).role == "facilitator"
    assert ada.get(f"{made.url}/settings").status_code == 200


def test_joining_by_the_button_of_an_open_community_is_saying_yes_too(village, sign_in, olu):
    olu.go(1)
    olu.go(2)
    olu.start(co_facilitator="Ada Lowe")
    made = named("Early Reading")
    sign_in(village.ada).post(f"{made.url}/join")
    assert session().get(Membership, (village.ada.id, made.id)).role == "facilitator"


def test_a_co_facilitator_may_say_no(village, sign_in, olu):
    olu.go(1)
    olu.go(2)
    olu.start(co_facilitator="Ada Lowe")
    made = named("Early Reading")
    sign_in(village.ada).post(f"{made.url}/invitation/decline")
    assert session().get(Membership, (village.ada.id, made.id)) is None
    assert session().query(Invitation).one().answer == "declined"
    assert "asks you to look after it together" not in sign_in(village.ada).get(made.url).text


def test_who_has_invited_as_many_as_a_day_holds_starts_it_without_asking_another(village, olu, monkeypatch):
    monkeypatch.setattr(invitations, "A_DAY", 0)
    olu.go(1)
    olu.go(2)
    answer = olu.start(co_facilitator="Ada Lowe")
    assert answer.status_code == 422 and "as many invitations today as fit" in answer.text and "Ada Lowe" in answer.text
    assert session().query(Community).filter_by(name="Early Reading").count() == 0
    assert olu.start().status_code == 303
    assert named("Early Reading").member_count == 1


def test_a_name_that_is_not_clear_is_asked_about(village, make, olu):
    make.person("Ada Lowell", handle="lowell")
    make.person("Pat Archive", status="placeholder")
    olu.go(1)
    olu.go(2)
    for name, sentence in (
        ("Ad", "It is not clear who “Ad” is"),
        ("Zebedee", "Nobody with an account here is called “Zebedee”"),
        ("Pat Archive", "Nobody with an account here"),
        ("Olu Adeyemi", "You look after it in any case"),
    ):
        answer = olu.start(co_facilitator=name)
        assert answer.status_code == 422 and sentence in answer.text and f'value="{name}"' in answer.text
    assert olu.start(co_facilitator="Ad", chosen="lowell").status_code == 303
    asked = session().query(Invitation).filter_by(community_id=named("Early Reading").id).one()
    assert (asked.person.name, asked.role) == ("Ada Lowell", "facilitator")


# -- one like another -------------------------------------------------------------------------------------------------


@pytest.fixture
def furnished(village):
    """The Close, with a welcome and steps."""
    with unit_of_work() as db:
        fay, close = db.get_one(Person, village.fay.id), db.get_one(Community, village.close.id)
        steps = (Step("Wave", by_writing=True), Step("Look round", "/topics"))
        service.change_welcome(fay, close, "Hello there", "<p>Hello there</p>", steps)
    return village.close


def test_a_community_serves_as_the_template_of_another(village, make, sign_in, furnished):
    make.topic(furnished, village.ada, title="Not to be copied")
    fay = Founding(sign_in(village.fay), "&like=close")
    fay.go(1, name="The Next", shape="")
    assert fay.go(1, name="The Next", shape="open").status_code == 303
    page = fay.page(2).text
    assert (checked(page, "reading"), checked(page, "joining")) == ("members", "request")
    assert "Hello there" in page and 'value="Wave"' in page and 'value="/topics"' in page
    fields = {"reading": "members", "joining": "request", "welcome": "Hello there", "step_1": "Wave"}
    fay.go(2, **fields, step_1_writing="y", step_2="Look round", step_2_link="/topics")
    assert fay.start().status_code == 303
    made = named("The Next")
    assert (made.reading, made.joining, made.member_count, made.parent_id) == ("members", "request", 1, None)
    assert session().get(Front, made.id).welcome == "Hello there"
    assert [step.words for step in session().query(FirstStep).filter_by(community_id=made.id)] == ["Wave", "Look round"]
    assert "Not to be copied" not in fay.client.get(made.url).text


@pytest.mark.parametrize(("name", "status"), [("fay", 200), ("ada", 403), ("olu", 403), ("mona", 403)])
def test_only_facilitators_start_one_like_theirs_or_one_within(village, sign_in, name, status):
    client = sign_in(getattr(village, name))
    for asked in ("like=close", "under=close"):
        assert client.get(f"/communities/new?{asked}").status_code == status
        cleared = client.post(f"/communities/new?{asked}", data={"go": "clear"})
        assert cleared.status_code == (303 if status == 200 else status)
    assert client.get("/communities/new?like=cellar").status_code == (
        200 if name == "fay" else 403 if name == "ada" else 404
    )
    assert client.get("/communities/new?under=nowhere").status_code == 404


def test_what_is_started_belongs_to_its_facilitators_and_not_to_its_founder(village, sign_in, olu):
    """The founder's row may go: the community, its welcome and its settings stay."""
    olu.go(1)
    olu.go(2)
    olu.start(co_facilitator="Ada Lowe")
    made, ada = named("Early Reading"), sign_in(village.ada)
    ada.post(f"{made.url}/invitation/accept")
    with unit_of_work() as db:
        db.get_one(Person, village.olu.id).status = "deleted"
    assert ada.get(made.url).status_code == ada.get(f"{made.url}/settings").status_code == 200
    data = {"welcome": "Still here"}
    assert ada.post(f"{made.url}/settings/welcome", data=data).status_code == 303
    assert session().get(Front, made.id, populate_existing=True).welcome == "Still here"
