"""What the network asks of everybody: managers add it, put it in order and change it, and lose no answer by it."""

import html
import re

import pytest
from sqlalchemy import select

from cop.core.activity import Activity
from cop.core.db import session
from cop.people.models import ProfileField
from cop.people.service import fields as service
from tests.support.cast import fresh

FIELD = {
    "group_name": "Teaching", "label": "Exam boards", "hint": "Those you mark for.", "sort": "several",
    "choices": "AQA\nOCR\n\n aqa \nWJEC", "audience": "network",
}  # fmt: skip


def only():
    """The one field that there is."""
    return session().scalars(select(ProfileField).execution_options(populate_existing=True)).one()


def deeds(field):
    """What was recorded of it."""
    statement = select(Activity.verb).where(Activity.kind == "field", Activity.thing_id == field.id)
    return list(session().scalars(statement.order_by(Activity.id)))


def shown(client):
    """The list as it stands on the page: each group with its fields."""
    page = html.unescape(client.get("/fields").text)
    found = {}
    for heading, rest in re.findall(r'<h2 id="(?:group-\d+|withdrawn)">(.*?)</h2>(.*?)</section>', page, re.DOTALL):
        found[heading] = re.findall(r'class="own-row-name">(.*?)</p>', rest)
    return found


def sent(field, **otherwise):
    """The form of a field as a browser sends it."""
    values = {name: getattr(field, name) for name in ("group_name", "label", "hint", "sort", "audience", "version")}
    return {**values, "choices": "\n".join(field.choices), **otherwise}


# -- adding -----------------------------------------------------------------------------------------------------------


def test_a_manager_asks_something_of_everybody(village, mona, sign_in):
    assert "Nothing more is asked" in mona.get("/fields").text
    assert "More about you" not in sign_in(village.ada).get("/settings").text
    answer = mona.post("/fields/new", data=FIELD)
    field = only()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/fields#field-{field.id}")
    assert (field.label, field.choices, field.audience) == ("Exam boards", ["AQA", "OCR", "WJEC"], "network")
    assert shown(mona) == {"Teaching": ["Exam boards"]}
    assert deeds(field) == ["added"]
    page = sign_in(village.ada).get("/settings").text
    assert re.search(r'href="/settings/more"[^>]*>More about you', page)
    asked = sign_in(village.ada).get("/settings/more").text
    for words in ("Teaching", "Exam boards", "Those you mark for.", "WJEC"):
        assert words in asked


def test_the_page_is_reached_from_the_inbox_by_managers_alone(village, mona, sign_in):
    assert 'href="/fields"' in mona.get("/inbox").text
    assert 'href="/fields"' not in sign_in(village.ada).get("/inbox").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("label", "", "Write something here."),
        ("label", "\u200b", "Write something here."),
        ("label", "x" * 61, "at most 60 fit"),
        ("group_name", " ", "Write something here."),
        ("group_name", "x" * 41, "at most 40 fit"),
        ("hint", "x" * 201, "at most 200 fit"),
        ("sort", "secret", "Not a valid choice"),
        ("choices", " \n", "Write what can be chosen, one a line."),
        ("choices", "\n".join(f"choice {n}" for n in range(41)), "keep 40"),
        ("choices", "x" * 61, "is too long: at most 60"),
        ("choices", "A|B", "Leave out the sign"),
        ("audience", "public", "Not a valid choice"),
        ("audience", "all the world", "Not a valid choice"),
    ],
)
def test_mistakes_keep_what_was_typed(mona, field, value, sentence):
    answer = mona.post("/fields/new", data={**FIELD, field: value})
    assert (answer.status_code, sentence in html.unescape(answer.text)) == (422, True)
    for other, words in FIELD.items():
        if other not in {field, "audience", "sort"}:
            assert words.partition("\n")[0] in answer.text, other
    assert session().scalars(select(ProfileField)).all() == []


def test_what_is_no_list_needs_no_choices_and_keeps_none(mona):
    assert mona.post("/fields/new", data={**FIELD, "sort": "line"}).status_code == 303
    assert only().choices == []


def test_a_group_is_joined_by_its_name_and_nothing_is_asked_twice_in_it(village, mona, make):
    field = make.field(village.mona, "Key stages")
    again = mona.post("/fields/new", data={**FIELD, "group_name": "teaching", "label": "KEY stages"})
    assert (again.status_code, "“Key stages” is asked in this group already." in again.text) == (422, True)
    mona.post("/fields/new", data={**FIELD, "group_name": "teaching"})
    mona.post("/fields/new", data={**FIELD, "group_name": "Training", "label": "Key stages"})
    assert shown(mona) == {"Teaching": ["Key stages", "Exam boards"], "Training": ["Key stages"]}
    make.withdrawn(village.mona, field)
    again = mona.post("/fields/new", data={**FIELD, "label": "Key stages"})
    assert "was asked in this group, and withdrawn: put it back." in again.text


def test_thirty_are_asked_at_most(village, mona, make):
    made = [make.field(village.mona, f"Number {n}") for n in range(service.FIELDS_AT_MOST)]
    full = mona.post("/fields/new", data=FIELD)
    assert (full.status_code, "30 things are asked already" in full.text) == (422, True)
    make.withdrawn(village.mona, made[3])
    assert mona.post("/fields/new", data=FIELD).status_code == 303
    page = mona.post(f"/fields/{made[3].id}/restore", follow_redirects=True).text
    assert "30 things are asked already" in page
    assert fresh(made[3]).withdrawn_at is not None


# -- order ------------------------------------------------------------------------------------------------------------


def test_fields_and_groups_are_moved_up_and_down(village, mona, make):
    a, b, c = (make.field(village.mona, label) for label in "ABC")
    d = make.field(village.mona, "D", group_name="Training")
    assert shown(mona) == {"Teaching": ["A", "B", "C"], "Training": ["D"]}
    answer = mona.post(f"/fields/{c.id}/up")
    assert answer.headers["Location"] == f"/fields#field-{c.id}", "who moves it by keyboard goes on from there"
    mona.post(f"/fields/{a.id}/down")
    assert shown(mona)["Teaching"] == ["C", "A", "B"]
    mona.post(f"/fields/{d.id}/group-up")
    assert list(shown(mona)) == ["Training", "Teaching"]
    assert shown(mona)["Teaching"] == ["C", "A", "B"]
    for field, deed in ((d, "up"), (d, "group-up"), (b, "down"), (b, "group-down")):
        assert mona.post(f"/fields/{field.id}/{deed}").status_code == 303
    assert list(shown(mona).items()) == [("Training", ["D"]), ("Teaching", ["C", "A", "B"])], "there is no further"
    assert (deeds(c), deeds(b)) == (["added", "moved"], ["added"])


def test_the_order_is_everybodys(village, mona, make, sign_in):
    fields = [
        make.field(village.mona, label, group_name=group) for label, group in (("A", "X"), ("B", "X"), ("C", "Y"))
    ]
    for each in fields:
        make.answered(village.ada, each, f"said {each.label}")
    mona.post(f"/fields/{fields[1].id}/up")
    mona.post(f"/fields/{fields[2].id}/group-up")
    page = sign_in(village.ben).get("/people/ada").text
    assert re.findall(r"said \w", page) == ["said C", "said B", "said A"]
    settings = sign_in(village.ada).get("/settings/more").text
    assert re.findall(r'value="(said \w)"', settings) == ["said C", "said B", "said A"]


def test_what_goes_into_another_group_stands_last_there(village, mona, make):
    a, _b = make.field(village.mona, "A"), make.field(village.mona, "B")
    make.field(village.mona, "C", group_name="Training")
    mona.post(f"/fields/{a.id}/edit", data=sent(a, group_name="training"))
    assert shown(mona) == {"Teaching": ["B"], "Training": ["C", "A"]}


# -- changing ---------------------------------------------------------------------------------------------------------


def test_a_field_is_changed_and_its_answers_stay(village, mona, make, sign_in):
    field = make.field(village.mona, sort="one", choices=("AQA", "OCR"))
    make.answered(village.ada, field, "AQA")
    form = mona.get(f"/fields/{field.id}/edit").text
    assert "1 person has answered." in form
    assert 'value="link"' not in form, "their answer could not be read so"
    data = sent(field, label="Boards", choices="AQA\nOCR\nWJEC", sort="several", audience="me")
    assert mona.post(f"/fields/{field.id}/edit", data=data).status_code == 303
    assert deeds(field) == ["added", "retitled"]
    page = sign_in(village.ben).get("/people/ada").text
    assert re.search(r"<dt>Boards</dt>\s*<dd[^>]*>AQA</dd>", page), "for whom she said, and not for herself alone"
    boxes = re.findall(r'<input[^>]*name="answer_\d+"[^>]*>', sign_in(village.ada).get("/settings/more").text)
    assert ["AQA" in box for box in boxes if "checked" in box] == [True]
    mona.post(f"/fields/{field.id}/edit", data=sent(fresh(field), hint="Please."))
    mona.post(f"/fields/{field.id}/edit", data=sent(fresh(field)))
    assert deeds(field) == ["added", "retitled", "changed"], "nothing is no deed"


@pytest.mark.parametrize("sort", ["text", "one", "several", "link"])
def test_what_people_answered_can_always_be_read(village, mona, make, sort):
    """A short text is a long one too, and nothing else; one of a list is several of it."""
    field = make.field(village.mona)
    make.answered(village.ada, field, "AQA, mostly")
    answer = mona.post(f"/fields/{field.id}/edit", data=sent(field, sort=sort, choices="AQA", hint="Typed here"))
    if sort == "text":
        assert (answer.status_code, fresh(field).sort) == (303, "text")
        return
    assert (answer.status_code, fresh(field).sort) == (422, "line")
    assert "1 person has answered, and that answer cannot be read so." in answer.text
    assert "Typed here" in answer.text
    make.answered(village.ada, field)
    assert mona.post(f"/fields/{field.id}/edit", data=sent(field, sort=sort, choices="AQA")).status_code == 303


def test_a_choice_that_people_made_is_taken_away_knowingly_and_stays_theirs(village, mona, make, sign_in):
    field = make.field(village.mona, sort="one", choices=("AQA", "OCR", "WJEC"))
    make.answered(village.ada, field, "AQA")
    make.answered(village.ben, field, "AQA", audience="me")
    without = sent(field, choices="OCR", hint="Typed here")
    answer = mona.post(f"/fields/{field.id}/edit", data=without)
    assert answer.status_code == 422
    assert "People chose what is not in the list any more: “AQA” (2 people)." in answer.text
    assert "Typed here" in answer.text
    assert fresh(field).choices == ["AQA", "OCR", "WJEC"]
    assert 'name="they_keep_choices"' in answer.text
    assert mona.post(f"/fields/{field.id}/edit", data={**without, "they_keep_choices": "y"}).status_code == 303
    assert "AQA" in sign_in(village.olu).get("/people/ada").text
    ada = sign_in(village.ada)
    assert "AQA (not in the list any more)" in ada.get("/settings/more").text
    assert "AQA" not in sign_in(village.olu).get("/settings/more").text
    now = fresh(field)
    mine = {
        f"answer_{field.id}": "AQA",
        f"answer_{field.id}_audience": "network",
        f"answer_{field.id}_version": now.version,
    }
    assert ada.post("/settings/more", data=mine).status_code == 303, "she keeps it"
    assert sign_in(village.olu).post("/settings/more", data=mine).status_code == 422, "he cannot choose it"
    assert mona.post(f"/fields/{field.id}/edit", data=sent(now, hint="Once more")).status_code == 303, "asked once only"


def test_two_managers_lose_nothing_of_each_other(village, make, mona, sign_in):
    field = make.field(village.mona, sort="one", choices=("AQA", "OCR"))
    other = sign_in(make.person("Max Manager", is_manager=True))
    first, second = sent(field, label="Boards", choices="AQA\nOCR\nWJEC"), sent(field, hint="What you mark for.")
    assert mona.post(f"/fields/{field.id}/edit", data=first).status_code == 303
    answer = other.post(f"/fields/{field.id}/edit", data=second)
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert "Another manager changed this while you wrote." in page
    now = page[page.index('id="now"') :].partition("</section>")[0]
    assert "Boards" in now
    assert "AQA, OCR, WJEC" in now
    assert 'value="What you mark for."' in page
    assert (fresh(field).label, fresh(field).hint) == ("Boards", "")
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    assert other.post(f"/fields/{field.id}/edit", data={**second, "version": version}).status_code == 303
    assert (fresh(field).label, fresh(field).hint) == ("Exam boards", "What you mark for."), "knowingly"


def test_both_managers_may_press_the_same_button(village, make, mona, sign_in):
    field = make.field(village.mona)
    other = sign_in(make.person("Max Manager", is_manager=True))
    for deed in ("withdraw", "restore"):
        assert [each.post(f"/fields/{field.id}/{deed}").status_code for each in (mona, other)] == [303, 303]
    assert deeds(field) == ["added", "withdrew", "restored"]
