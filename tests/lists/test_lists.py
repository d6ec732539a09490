"""Lists of people: saving, reading, notes, taking off and putting back, limits; and that they are private."""

import html
import re

import pytest
from sqlalchemy import select

from cop.core import policy
from cop.core.activity import Activity
from cop.core.db import session, unit_of_work
from cop.core.policy import Act
from cop.lists import queries
from cop.lists.models import LISTS_AT_MOST, NAME_LIMIT, NOTE_LIMIT, PEOPLE_AT_MOST, PersonList, PersonListEntry
from cop.messages import service as messages
from cop.messages.queries import writable_of
from cop.people.models import Person
from cop.people.service import claim
from tests.support.cast import fresh


@pytest.fixture
def kept(village, make):
    """A list of Ada's with Ben and Fay on it."""
    return make.person_list(village.ada, "Xylem", village.ben, village.fay)


@pytest.fixture
def change(app):
    """Fields of somebody: `change(village.ben, status="deleted")`."""

    def set_fields(person, **fields):
        with unit_of_work() as db:
            row = db.get_one(Person, person.id)
            for name, value in fields.items():
                setattr(row, name, value)

    return set_fields


def names_on(page):
    return re.findall(r'<article class="listed" aria-label="([^"]+)"', html.unescape(page))


# -- saving -----------------------------------------------------------------------------------------------------------


def test_somebody_is_saved_to_a_new_list_and_one_stays_where_one_was(village, sign_in):
    client = sign_in(village.ada)
    answer = client.post("/people/ben/save", data={"name": "  To  ask ", "next": "/find?q=phonics&people=2"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/find?q=phonics&people=2")
    page = html.unescape(client.get("/people/ben").text)
    assert "Ben Okoro is on your list “To ask” now." in page
    assert "On your lists" in page
    assert names_on(client.get(session().scalars(select(PersonList)).one().url).text) == ["Ben Okoro"]


def test_a_second_name_of_the_same_list_finds_it_and_a_second_time_says_so(village, kept, sign_in):
    client = sign_in(village.ada)
    assert client.post("/people/olu/save", data={"name": "xyLEM"}).status_code == 303
    client.post("/people/olu/save", data={"chosen": kept.id})
    assert "Olu Adeyemi is on your list “Xylem” already." in html.unescape(client.get("/lists").text)
    assert len(queries.own_lists(village.ada)) == 1
    assert names_on(client.get(kept.url).text) == ["Olu Adeyemi", "Fay Fenwick", "Ben Okoro"]


def test_a_page_of_a_person_says_on_which_lists_they_are_and_takes_them_off(village, kept, make, sign_in):
    make.person_list(village.ada, "Others")
    client = sign_in(village.ada)
    page = client.get("/people/ben").text
    form = page[page.index("save-menu") : page.index("</details>", page.index("save-menu"))]
    assert f'action="/lists/{kept.id}/people/ben/remove"' in form
    assert re.findall(r"<option[^>]*>([^<]+)", form) == ["Others"]
    answer = client.post(f"/lists/{kept.id}/people/ben/remove", data={"next": "/people/ben"})
    assert answer.headers["Location"] == "/people/ben"
    assert "Ben Okoro is not on your list “Xylem” any more." in client.get("/people/ben").text
    assert "/save" not in client.get("/people/ada").text, "nobody saves themselves"
    assert client.post("/people/ada/save", data={"name": "Me"}).status_code == 403


def test_mistakes_keep_what_was_typed_and_say_what_to_do(village, kept, sign_in):
    client = sign_in(village.ada)
    nothing = client.post("/people/olu/save", data={"name": " ", "next": "/find?q=x"})
    assert nothing.status_code == 422
    assert "Choose a list, or give a new one a name" in nothing.text
    assert 'value="/find?q=x"' in nothing.text
    long = "n" * (NAME_LIMIT + 1)
    for address in ("/people/olu/save", "/lists", f"{kept.url}/edit"):
        answer = client.post(address, data={"name": long, "note": "kept"})
        assert answer.status_code == 422
        assert f'value="{long}"' in answer.text
        assert f"at most {NAME_LIMIT} fit" in answer.text
    note = client.post(f"{kept.url}/people/ben/note", data={"note": "m" * (NOTE_LIMIT + 1)})
    assert note.status_code == 422
    assert "m" * (NOTE_LIMIT + 1) in note.text
    taken = client.post("/lists", data={"name": "XYLEM"})
    assert taken.status_code == 422
    assert "You have a list called" in taken.text
    assert (
        client.post("/people/olu/save", data={"name": "x", "next": "//evil.example"}).headers["Location"]
        == "/people/olu"
    )


def test_lists_and_people_on_them_have_limits(village, kept, sign_in):
    with unit_of_work() as db:
        db.add_all(PersonList(owner_id=village.ada.id, name=f"List {n}") for n in range(LISTS_AT_MOST - 1))
    client = sign_in(village.ada)
    answer = client.post("/people/olu/save", data={"name": "One more"})
    assert answer.status_code == 422
    assert f"You have {LISTS_AT_MOST} lists" in answer.text
    assert 'value="One more"' in answer.text
    with unit_of_work() as db:
        more = [Person(name=f"Somebody {n}", handle=f"somebody-{n}") for n in range(PEOPLE_AT_MOST - 2)]
        db.add_all(more)
        db.flush()
        db.add_all(PersonListEntry(list_id=kept.id, person_id=each.id) for each in more)
    answer = client.post("/people/olu/save", data={"chosen": kept.id})
    assert answer.status_code == 422
    assert f"has {PEOPLE_AT_MOST} people, and more do not fit" in answer.text
    assert f"{PEOPLE_AT_MOST} people" in client.get(kept.url).text


# -- the pages of lists -----------------------------------------------------------------------------------------------


def test_a_list_is_made_renamed_and_deleted(village, sign_in):
    client = sign_in(village.ada)
    assert "No lists yet" in client.get("/lists").text
    address = client.post("/lists", data={"name": "People to invite"}).headers["Location"]
    assert "Nobody is on this list yet" in client.get(address).text
    client.post(f"{address}/edit", data={"name": "Guests", "note": "For the summer term."})
    page = client.get(address).text
    assert "Guests" in page
    assert "For the summer term." in page
    assert "0 people are on it" in client.get(f"{address}/delete").text
    assert client.post(f"{address}/delete").status_code == 303
    assert client.get(address).status_code == 404


def test_who_is_taken_off_can_be_put_back_with_the_note(village, kept, sign_in):
    client = sign_in(village.ada)
    client.post(f"{kept.url}/people/ben/note", data={"note": "Met in Leeds.\nKind."})
    assert "Met in Leeds." in client.get(kept.url).text
    answer = client.post(f"{kept.url}/people/ben/remove")
    assert answer.headers["Location"] == f"{kept.url}?off=ben"
    page = client.get(answer.headers["Location"]).text
    assert "Ben Okoro is not on this list any more." in page
    assert "Put them back" in page
    assert "Met in Leeds." not in page
    client.post("/people/ben/save", data={"chosen": kept.id, "next": kept.url})
    page = client.get(kept.url).text
    assert names_on(page) == ["Fay Fenwick", "Ben Okoro"]
    assert "Met in Leeds." in page


def test_of_those_taken_off_only_the_last_is_kept_to_be_put_back(village, kept, sign_in):
    client = sign_in(village.ada)
    for handle in ("ben", "fay"):
        client.post(f"{kept.url}/people/{handle}/remove")
    assert [each.person_id for each in session().scalars(select(PersonListEntry))] == [village.fay.id]
    assert "Put them back" not in client.get(f"{kept.url}?off=ben").text


def test_a_list_shows_of_people_what_the_reader_may_see_now(village, kept, sign_in, change):
    client = sign_in(village.ada)
    assert "University tutor" in client.get(kept.url).text
    change(village.ben, visibility={"role": "me"}, headline="Reads on trains")
    page = client.get(kept.url).text
    assert "University tutor" not in page
    assert "Reads on trains" in page


@pytest.mark.parametrize("status", ["deleted", "suspended"])
def test_who_is_out_of_sight_leaves_no_trace(village, kept, sign_in, change, status):
    client = sign_in(village.ada)
    client.post(f"{kept.url}/people/ben/note", data={"note": "Ben from Leeds"})
    change(village.ben, status=status)
    for address in ("/lists", kept.url, f"{kept.url}?off=ben", f"{kept.url}/delete", f"{kept.url}/edit"):
        page = client.get(address).text
        assert "Ben" not in page, address
        assert "2 people" not in page, address
    assert "1 person" in client.get("/lists").text
    for deed in ("note", "remove"):
        assert client.post(f"{kept.url}/people/ben/{deed}", data={"note": "x"}).status_code == 404
    change(village.ben, status="active")
    assert "Ben from Leeds" in client.get(kept.url).text


def test_a_long_list_has_pages_and_costs_the_same(village, make, sign_in, counted):
    people = [make.person(f"Somebody Number{n:02}") for n in range(25)]
    short, long = (
        make.person_list(village.ada, "Short", people[0], people[1]),
        make.person_list(village.ada, "Long", *people),
    )
    client = sign_in(village.ada)
    costs = []
    for found in (short, long):
        client.get(found.url)
        with counted() as sql:
            assert client.get(found.url).status_code == 200
        costs.append(sql.count)
    assert costs[1] <= costs[0] <= 9
    assert len(names_on(client.get(long.url).text)) == 20
    assert len(names_on(client.get(f"{long.url}?page=2").text)) == 5
    assert "There is nobody on this page" in client.get(f"{long.url}?page=3").text


@pytest.mark.parametrize("nonsense", ["%00", "x" * 5000, "0", "99999999999"])
def test_nonsense_in_an_address_is_no_error(village, kept, sign_in, nonsense):
    client = sign_in(village.ada)
    assert client.get(f"{kept.url}?off={nonsense}&page={nonsense}").status_code == 200
    assert client.post("/people/ben/save", data={"chosen": nonsense.replace("%00", "\0")}).status_code in {404, 422}
    for address in (f"/people/{nonsense}/save", f"/people/{nonsense}/similar", f"/lists/{kept.id}0"):
        assert client.get(address).status_code == 404
    assert client.get(f"/people/ben/similar?page={nonsense}").status_code == 200
    assert client.get(f"/messages/new?to=ben+{nonsense}").status_code == (200 if nonsense == "%00" else 404)


def test_looking_writes_nothing(village, kept, sign_in, counted):
    client = sign_in(village.ada)
    with counted() as sql:
        for address in (
            "/lists",
            kept.url,
            f"{kept.url}/edit",
            f"{kept.url}/delete",
            "/people/ben/save",
            "/people/ben",
        ):
            assert client.get(address).status_code == 200
    assert sql.writes == []


# -- writing to those on a list ----------------------------------------------------------------------------------------


def test_one_or_all_of_a_short_list_are_written_to(village, kept, make, sign_in, change):
    client = sign_in(village.ada)
    page = client.get(kept.url).text
    assert 'href="/messages/new?to=ben"' in page
    address = html.unescape(re.search(r'href="(/messages/new\?to=[^"]+)">Write to all of them', page)[1])
    form = client.get(address).text
    assert 'value="Fay Fenwick, Ben Okoro"' in form
    assert "Only Fay Fenwick, Ben Okoro and you can read this." in html.unescape(form)
    with unit_of_work() as db:
        messages.block(db.get_one(Person, village.fay.id), db.get_one(Person, village.ada.id))
    page = client.get(kept.url).text
    assert "/messages/new?to=fay" not in page, "one who takes no messages from the reader"
    assert "Write to all" not in page
    more = [make.person() for _ in range(8)]
    crowd = make.person_list(village.ada, "A crowd", *more)
    assert "A conversation has at most 8 people" in client.get(crowd.url).text
    assert client.get(f"/messages/new?to=ben+{village.ada.handle}").status_code == 403


def test_asking_for_many_whether_they_are_written_to_is_asking_for_each(village, make):
    people = [
        village.ada, village.ben, village.fay, village.mona, make.person(reach="nobody"),
        make.person(reach="communities"), make.person(status="placeholder"), make.person(status="suspended"),
        make.person(), make.person(),
    ]  # fmt: skip
    with unit_of_work() as db:
        ada, blocked, blocks = (db.get_one(Person, each.id) for each in (village.ada, *people[-2:]))
        village_fay = db.get_one(Person, village.fay.id)
        village_fay.reach = "communities"
        messages.block(ada, blocked)
        messages.block(blocks, ada)
    rows = [fresh(each) for each in people]
    one_by_one = [each.id for each in rows if policy.can(fresh(village.ada), Act.WRITE, each)]
    assert [each.id for each in writable_of(fresh(village.ada), rows)] == one_by_one
    assert one_by_one == [village.ben.id, village.fay.id, village.mona.id]


def test_who_claims_an_imported_author_stands_on_the_lists_in_their_place(village, kept, make, sign_in):
    author = make.person("Old Author", handle="old", status="placeholder")
    ada, ben = sign_in(village.ada), sign_in(village.ben)
    alone = make.person_list(village.ada, "Alone", author)
    off = make.person_list(village.ada, "Off", author)
    own = make.person_list(village.ben, "Own", author, village.fay)
    for found, handle, note in ((alone, "old", "A"), (kept, "ben", "B")):
        ada.post(f"{found.url}/people/{handle}/note", data={"note": note})
    ada.post("/people/old/save", data={"chosen": kept.id})
    ada.post(f"{kept.url}/people/old/note", data={"note": "C"})
    ada.post(f"{kept.url}/people/ben/remove")
    ada.post(f"{off.url}/people/old/remove")
    with unit_of_work() as db:
        claim.take_over(db.get_one(Person, village.ben.id), db.get_one(Person, author.id))
    assert names_on(ada.get(alone.url).text) == ["Ben Okoro"]
    assert names_on(ada.get(kept.url).text) == ["Fay Fenwick", "Ben Okoro"]
    assert names_on(ada.get(off.url).text) == []
    assert names_on(ben.get(own.url).text) == ["Fay Fenwick"], "nobody stands on their own list"
    entries = session().scalars(select(PersonListEntry).where(PersonListEntry.person_id == village.ben.id))
    assert {each.list_id: each.note for each in entries} == {alone.id: "A", kept.id: "B\n\nC", off.id: ""}
    assert not session().scalars(select(PersonListEntry).where(PersonListEntry.person_id == author.id)).all()


# -- private ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["ben", "fay", "mona"])
def test_nobody_else_gets_a_list_by_any_address(village, kept, sign_in, reader):
    client = sign_in(getattr(village, reader))
    for address in ("", "/edit", "/delete", "/people/ben/note"):
        assert client.get(f"{kept.url}{address}").status_code == 404, address
    for address in ("/edit", "/delete", "/people/ben/note", "/people/ben/remove"):
        assert client.post(f"{kept.url}{address}", data={"name": "Mine", "note": "x"}).status_code == 404, address
    assert client.post("/people/olu/save", data={"chosen": kept.id}).status_code == 404
    assert "Xylem" not in client.get("/lists").text
    assert "Xylem" not in client.get("/people/olu").text
    assert [each.id for each in queries.own_lists(village.ada)] == [kept.id]


def test_who_is_put_on_a_list_never_learns_of_it(village, sign_in, drain, mailbox):
    ben = sign_in(village.ben)
    drain()
    looks = ("/", "/inbox", "/people/ben", "/people/ada", "/find?q=ada")
    settled = lambda page: re.sub(r'name="csrf[_-]token"[^>]*>|request: \w+|<time.*?</time>', "", page)
    before = [settled(ben.get(address).text) for address in looks]
    ada = sign_in(village.ada)
    ada.post("/people/ben/save", data={"name": "Zibaldone"})
    found = session().scalars(select(PersonList)).one()
    ada.post(f"{found.url}/people/ben/note", data={"note": "Zibaldone"})
    ada.post(f"{found.url}/people/ben/remove")
    drain()
    assert [settled(ben.get(address).text) for address in looks] == before
    assert mailbox == []
    told = list(session().scalars(select(Activity).where(Activity.kind == "list")))
    assert {each.verb for each in told} == {"started", "saved", "changed", "took off"}
    assert all(each.quiet and each.room is None and not each.facts for each in told), "no record says who"


def test_signed_out_nobody_is_offered_a_list(village, sign_in, guest, change):
    change(village.ben, visibility={"role": "public"})
    assert "save-menu" in sign_in(village.ada).get("/people/ben").text
    assert "save-menu" not in guest.get("/people/ben").text
    assert guest.post("/people/ben/save", data={"name": "x"}).status_code == 302
