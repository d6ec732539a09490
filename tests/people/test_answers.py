"""What people answer to what the network asks of everybody: kept as typed, seen and found by whom they say alone."""

import html
import re

import pytest

from cop import search
from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.people import finder
from cop.people.fields import own_answers
from cop.people.finder import Asked
from cop.people.models import Person
from cop.people.service import answers
from tests.people.test_privacy import seen_by, talk  # noqa: F401  the fixture
from tests.support.cast import fresh

PAGE = "/settings/more"
SORTS = {
    "line": "Gallimaufry", "text": "Slithy toves\nand borogoves", "one": "AQA", "several": ["OCR", "WJEC"],
    "link": "https://school.example/snark",
}  # fmt: skip


@pytest.fixture
def asked(village, make):
    """A field of each sort, by its name, in two groups."""
    choices = {"one": ("AQA", "OCR"), "several": ("AQA", "OCR", "WJEC")}
    groups = {"line": "Teaching", "text": "Teaching"}
    return {
        sort: make.field(
            village.mona,
            f"Asked {sort}",
            sort=sort,
            group_name=groups.get(sort, "Training"),
            choices=choices.get(sort, ()),
        )
        for sort in SORTS
    }


def sent(field, value, audience="network", version=None):
    """The controls of one field, as a browser sends them."""
    name = f"answer_{field.id}"
    return {name: value, f"{name}_audience": audience, f"{name}_version": str(version or field.version)}


def all_sent(asked, **otherwise):
    """Those of every field."""
    controls = {}
    for sort, value in SORTS.items():
        controls |= sent(asked[sort], otherwise.get(sort, value))
    return controls


def kept(person):
    """What somebody's answers are, by field."""
    return {id: (each.values, each.audience) for id, each in own_answers(fresh(person)).items()}


def names(person, words):
    """Who is found."""
    return [each.person.name for each in finder.find(fresh(person) if person else None, Asked(words)).people]


def facts(page):
    """What stands on a page, by what was asked."""
    found = re.findall(r"<dt>(Asked \w+)</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return {label: html.unescape(re.sub(r"<[^>]+>", "", value)) for label, value in found}


# -- answering --------------------------------------------------------------------------------------------------------


def test_each_sort_of_answer_is_kept_and_shown_under_its_group(village, asked, sign_in):
    ada = sign_in(village.ada)
    assert ada.post(PAGE, data=all_sent(asked)).status_code == 303
    page = sign_in(village.ben).get("/people/ada").text
    assert facts(page) == {
        "Asked line": "Gallimaufry", "Asked text": "Slithy toves\nand borogoves", "Asked one": "AQA",
        "Asked several": "OCR, WJEC", "Asked link": "school.example/snark",
    }  # fmt: skip
    assert 'href="https://school.example/snark" rel="nofollow noopener noreferrer"' in page
    assert page.index(">Teaching</h2>") < page.index("Gallimaufry") < page.index(">Training</h2>") < page.index("WJEC")
    form = ada.get(PAGE).text
    assert 'value="Gallimaufry"' in form
    assert "Slithy toves" in form
    assert '<option selected value="AQA">' in form
    boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', form)
    assert [re.search(r'value="(\w+)"', each)[1] for each in boxes if "checked" in each] == ["OCR", "WJEC"]
    assert list(session().query(Activity.verb).filter_by(kind="person", thing_id=village.ada.id)) == [("changed",)]
    ada.post(PAGE, data=all_sent(asked))
    assert session().query(Activity).filter_by(kind="person", thing_id=village.ada.id).count() == 1, (
        "nothing is no deed"
    )


def test_an_answer_is_taken_back_and_who_sees_it_stays_chosen(village, asked, sign_in):
    ada = sign_in(village.ada)
    ada.post(PAGE, data=sent(asked["line"], "Gallimaufry", "me"))
    ada.post(PAGE, data=sent(asked["line"], " \u200b ", "me"))
    assert kept(village.ada) == {asked["line"].id: ([], "me")}
    form = ada.get(PAGE).text
    assert re.search(rf'name="answer_{asked["line"].id}_audience".*?selected value="(\w+)"', form, re.DOTALL)[1] == "me"
    assert "Asked line" not in sign_in(village.ada).get("/people/ada").text
    ada.post(PAGE, data=sent(asked["line"], "", "network"))
    assert kept(village.ada) == {}, "as if nothing had been said"


def test_the_usual_audience_is_the_managers_and_everyone_only_the_owners(village, make, sign_in):
    field = make.field(village.mona, audience="communities")
    ada = sign_in(village.ada)
    chosen = re.search(r'name="answer_\d+_audience".*?selected value="(\w+)"', ada.get(PAGE).text, re.DOTALL)[1]
    assert chosen == "communities"
    ada.post(PAGE, data=sent(field, "Gallimaufry", "public"))
    assert kept(village.ada) == {field.id: (["Gallimaufry"], "public")}


@pytest.mark.parametrize(
    ("sort", "value", "sentence"),
    [
        ("line", "x" * 121, "at most 120 fit"),
        ("text", "x" * 2001, "at most 2000 fit"),
        ("one", "Eton", "Not a valid choice"),
        ("several", ["AQA", "Eton"], "Eton"),
        ("link", "javascript:alert(1)", "is no address of a page"),
        ("link", "data:text/html,x", "is no address of a page"),
        ("link", "https://ada:secret@school.example", "is no address of a page"),
        ("link", f"https://school.example/{'x' * 300}", "is no address of a page"),
    ],
)
def test_mistakes_keep_what_was_typed_and_change_nothing(village, asked, sign_in, sort, value, sentence):
    answer = sign_in(village.ada).post(PAGE, data=all_sent(asked, **{sort: value}))
    page = html.unescape(answer.text)
    assert (answer.status_code, sentence in page) == (422, True)
    assert "One thing to mend" in page
    typed = {"line": 'value="Gallimaufry"', "text": "Slithy toves\nand borogoves", "link": f'value="{SORTS["link"]}"'}
    assert all(words in page.replace("\r\n", "\n") for other, words in typed.items() if other != sort)
    if sort in typed:
        assert value in page
    assert kept(village.ada) == {}


@pytest.mark.parametrize("audience", ["everybody", ""])
def test_an_audience_that_there_is_not_is_refused(village, asked, sign_in, audience):
    answer = sign_in(village.ada).post(PAGE, data=sent(asked["line"], "Gallimaufry", audience))
    assert (answer.status_code, "Gallimaufry" in answer.text) == (422, True)
    assert kept(village.ada) == {}


def test_what_is_hostile_comes_out_harmless(village, make, sign_in, drain):
    bad = '<img src=x onerror="alert(1)">'
    field = make.field(village.mona, f"{bad} why", group_name=bad, hint=bad, sort="one", choices=(bad, "<b>AQA"))
    text = make.field(village.mona, f"{bad} so", group_name=bad, sort="text")
    ada = sign_in(village.ada)
    assert ada.post(PAGE, data={**sent(field, bad), **sent(text, f"Quokka {bad}\0\u202e")}).status_code == 303
    drain()
    assert kept(village.ada)[text.id][0] == [f"Quokka {bad}\u202e"]
    pages = ("/people/ada", PAGE, "/find?q=quokka")
    for page in [*(ada.get(path).text for path in pages), sign_in(village.mona).get("/fields").text]:
        assert "<img src=x" not in page
        assert "<b>AQA" not in page
        assert "&lt;img src=x onerror=" in page or "&lt;" in page


def test_who_has_answered_nothing_is_no_less_complete(village, asked, sign_in):
    ada = sign_in(village.ada)
    before = re.search(r"\d of \d parts", ada.get("/people/ada").text)[0]
    ada.post(PAGE, data=all_sent(asked))
    assert re.search(r"\d of \d parts", ada.get("/people/ada").text)[0] == before


def test_a_persons_page_costs_the_same_whatever_they_answered(village, asked, make, sign_in, counted):
    olu = sign_in(village.olu)
    olu.get("/people/ada")
    with counted() as bare:
        olu.get("/people/ada")
    for sort, value in SORTS.items():
        make.answered(village.ada, asked[sort], *([value] if isinstance(value, str) else value))
    with counted() as answered:
        olu.get("/people/ada")
    assert answered.count == bare.count, answered


# -- while managers change what is asked ------------------------------------------------------------------------------


def test_what_is_asked_otherwise_meanwhile_is_looked_at_again(village, make, sign_in):
    field, other = make.field(village.mona, "Do you mark?"), make.field(village.mona, "Key stages")
    ada, mona = sign_in(village.ada), sign_in(village.mona)
    typed = {**sent(field, "Yes"), **sent(other, "Two")}
    change = {"group_name": "Teaching", "label": "Did you ever give up marking?", "sort": "line", "audience": "network"}
    mona.post(f"/fields/{field.id}/edit", data={**change, "version": 1})
    answer = ada.post(PAGE, data=typed)
    assert answer.status_code == 422
    assert "What is asked here was changed while you wrote." in answer.text
    assert "Did you ever give up marking?" in answer.text
    assert 'value="Yes"' in answer.text
    assert 'value="Two"' in answer.text
    assert kept(village.ada) == {}
    assert ada.post(PAGE, data={**typed, **sent(field, "No", version=2)}).status_code == 303
    assert kept(village.ada)[field.id][0] == ["No"]


def test_what_changes_at_the_last_instant_is_not_answered(village, make, sign_in):
    """After the form was checked, and before the answers are written."""
    field = make.field(village.mona, "Do you mark?")
    change = {"group_name": "Teaching", "label": "Did you ever give up?", "sort": "line", "audience": "network"}
    sign_in(village.mona).post(f"/fields/{field.id}/edit", data={**change, "version": 1})
    with pytest.raises(answers.Changed):
        make.answered(village.ada, field, "Yes")
    with pytest.raises(answers.Changed):
        make.answered(village.ada, make.withdrawn(village.mona, field), "Yes")
    assert kept(village.ada) == {}


def test_what_is_withdrawn_meanwhile_is_given_back_to_be_copied(village, make, sign_in):
    field, other = make.field(village.mona), make.field(village.mona, "Key stages")
    make.answered(village.ada, field, "Before")
    ada = sign_in(village.ada)
    make.withdrawn(village.mona, field)
    answer = ada.post(PAGE, data={**sent(field, "Gallimaufry"), **sent(other, "Two")})
    assert answer.status_code == 422
    assert "What you wrote is not kept. Copy it if you need it:" in answer.text
    assert "Gallimaufry" in answer.text
    assert 'value="Two"' in answer.text
    unchanged = {**sent(field, "Before"), **sent(other, "Two")}
    assert ada.post(PAGE, data=unchanged).status_code == 303, "what is kept anyway is not lost"
    assert kept(village.ada)[field.id][0] == ["Before"]


def test_what_comes_back_meanwhile_is_not_answered_with_nothing(village, make, sign_in):
    field, other = make.field(village.mona), make.field(village.mona, "Key stages")
    make.answered(village.ada, field, "Before", audience="public")
    make.withdrawn(village.mona, field)
    ada = sign_in(village.ada)
    sign_in(village.mona).post(f"/fields/{field.id}/restore")
    assert ada.post(PAGE, data=sent(other, "Two")).status_code == 303
    assert kept(village.ada)[field.id] == (["Before"], "public")
    assert fresh(village.ada).has_public_answer


@pytest.mark.parametrize("value", ["1" * 30, "0", "999999", "x"])
def test_answers_to_what_was_never_asked_change_nothing(village, asked, sign_in, value):
    odd = {f"answer_{value}": "", f"answer_{value}_audience": "network", f"answer_{value}_version": "1"}
    assert sign_in(village.ada).post(PAGE, data={**odd, **sent(asked["line"], "Gallimaufry")}).status_code == 303
    assert list(kept(village.ada)) == [asked["line"].id]


# -- who finds it -----------------------------------------------------------------------------------------------------


def test_people_are_found_by_what_they_answered_with_what_was_asked(village, asked, make, sign_in, drain):
    search.rebuild()
    sign_in(village.ada).post(PAGE, data=all_sent(asked))
    drain()
    ben = sign_in(village.ben)
    for words in ("gallimaufry", "borogoves", "WJEC"):
        assert names(village.ben, words) == ["Ada Lowe"], words
    assert names(village.ben, "snark") == [], "links are not looked for"
    page = html.unescape(ben.get("/find?q=wjec").text)
    assert re.search(r"Says.*?Asked several: OCR, <mark>WJEC</mark>", page, re.DOTALL)
    make.answered(village.ada, asked["several"], "OCR")
    drain()
    assert names(village.ben, "wjec") == []


def test_what_is_asked_is_found_by_its_new_name(village, asked, make, sign_in, drain):
    search.rebuild()
    make.answered(village.ada, asked["line"], "2019")
    drain()
    assert names(village.ben, "asked line") == ["Ada Lowe"]
    mona = sign_in(village.mona)
    data = {"group_name": "Teaching", "label": "NQT mentor since", "sort": "line", "audience": "network", "version": 1}
    mona.post(f"/fields/{asked['line'].id}/edit", data=data)
    drain()
    assert names(village.ben, "NQT mentor") == ["Ada Lowe"]
    assert names(village.ben, "asked line") == []
    assert search.status().is_true


def test_what_is_withdrawn_is_found_by_nobody_at_once_and_in_no_number_soon(village, asked, make, sign_in, drain):
    search.rebuild()
    make.answered(village.ada, asked["line"], "Gallimaufry", audience="public")
    make.answered(village.ben, asked["line"], "Gallimaufry", audience="me")
    drain()
    mona = sign_in(village.mona)
    assert (names(None, "gallimaufry"), names(village.ada, "gallimaufry")) == (["Ada Lowe"], ["Ada Lowe"])
    mona.post(f"/fields/{asked['line'].id}/withdraw")
    for reader in (None, village.ada, village.olu, village.mona):
        assert names(reader, "gallimaufry") == [], "before the index has heard of it"
    drain()
    for reader in (None, village.ada, village.olu):
        found = finder.find(fresh(reader) if reader else None, Asked("gallimaufry"))
        assert (found.people_total, found.corrected, list(found.nearest)) == (0, None, [])
    assert search.current_index().completions("gal", frozenset({"public", "network"})) == []
    assert search.status().is_true, "the index is as if it were made anew"
    mona.post(f"/fields/{asked['line'].id}/restore")
    drain()
    assert (names(None, "gallimaufry"), names(village.olu, "gallimaufry")) == (["Ada Lowe"], ["Ada Lowe"])
    assert search.status().is_true


# -- what one may not see leaves no trace -----------------------------------------------------------------------------

WORDS = ("phonics spelling homework", "loden phonics xylotheque", "quincunxes reading lunch")


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("me", (None, "olu", "ben")),
        ("communities", (None, "olu")),
        ("network", (None,)),
        ("withdrawn", (None, "olu", "ben")),
    ],
)
def test_answers_for_others_change_nothing_to_the_last_digit(
    talk,  # noqa: F811
    make,
    sign_in,
    guest,
    drain,
    audience,
    readers,
):
    fields = [make.field(talk.mona, f"Asked {n}", sort=sort) for n, sort in enumerate(("line", "text", "link"))]
    with unit_of_work() as db:
        db.get_one(Person, talk.fay.id).visibility = {"headline": "public"}
    search.rebuild()
    clients = {name: sign_in(getattr(talk, name)) if name else guest for name in readers}
    before = {name: seen_by(client, getattr(talk, name) if name else None) for name, client in clients.items()}
    for person in (talk.ada, talk.fay):
        for field, words in zip(fields, WORDS, strict=True):
            value = f"https://{words.split()[0]}.example/" if field.sort == "link" else words
            make.answered(person, field, value, audience=audience if audience != "withdrawn" else "public")
    drain("search")
    assert "xylotheque" in sign_in(talk.ada).get("/people/ada").text
    assert bool(names(talk.ada, "xylotheque")) == (audience != "me"), "for those who may see it, it counts"
    if audience == "withdrawn":
        for field in fields:
            make.withdrawn(talk.mona, field)
        drain("search")
    for name, client in clients.items():
        after = seen_by(client, getattr(talk, name) if name else None)
        for what, page in before[name].items():
            assert after[what] == page, (name, what)
