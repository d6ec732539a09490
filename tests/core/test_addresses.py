"""Addresses as they are pasted: each that can be read is read once, and nothing else is lost or made up."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.core.addresses import TooMany, normal, pasted
from tests.support import shared

MOST = 200


def good(text):
    return list(pasted(text, MOST).good)


def bad(text):
    return list(pasted(text, MOST).bad)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ada@x.org", ["ada@x.org"]),
        ("Ada Lowe <ada@x.org>", ["ada@x.org"]),
        ('"Lowe, Ada" <ada@x.org>, Ben <ben@x.org>; carl@y.org', ["ada@x.org", "ben@x.org", "carl@y.org"]),
        ("Lowe, Ada <ada@x.org>, Okoro, Ben <ben@x.org>", ["ada@x.org", "ben@x.org"]),
        ("ada@x.org\nben@x.org\r\ncarl@y.org\rdora@y.org", ["ada@x.org", "ben@x.org", "carl@y.org", "dora@y.org"]),
        ("ada@x.org ben@x.org\tcarl@y.org|dora@y.org", ["ada@x.org", "ben@x.org", "carl@y.org", "dora@y.org"]),
        ("Ada\tLowe\tada@x.org\tBirch Primary\nBen\tOkoro\tben@x.org\t", ["ada@x.org", "ben@x.org"]),
        ('"ada@x.org"\n"ben@x.org, carl@y.org"\n"Lowe ""the great"", Ada","dora@y.org"',
         ["ada@x.org", "ben@x.org", "carl@y.org", "dora@y.org"]),
        ("mailto:ada@x.org?subject=Hello, E-mail:ben@x.org", ["ada@x.org", "ben@x.org"]),
        ("- ada@x.org\n\u2022 ben@x.org\n3. carl@y.org.\n(dora@y.org)",
         ["ada@x.org", "ben@x.org", "carl@y.org", "dora@y.org"]),
        ("'ada@x.org' <ada@x.org>", ["ada@x.org"]),
        ('"ada@home.example" <ada@x.org>', ["ada@x.org"]),
        ("Ada <ada@x.org", ["ada@x.org"]),
        ("<ada@x.org><ben@x.org>", ["ada@x.org", "ben@x.org"]),
        ("\u201cAda\u201d <ada@x.org>\u060c ben@x.org\u3001carl@y.org", ["ada@x.org", "ben@x.org", "carl@y.org"]),
        ("ada\uff20x.org", ["ada@x.org"]),
        ("\ufeff\u200bada@x.org\u200b\u00a0", ["ada@x.org"]),
        ("\u202egro.x@ada\u202c", ["gro.x@ada"] if normal("gro.x@ada") else []),
        ("\u202bada@x.org\u202c", ["ada@x.org"]),
        ("o'neil+reading@x.org", ["o'neil+reading@x.org"]),
        ("ada@b\u00fccher.example, ADA@xn--bcher-kva.example", ["ada@b\u00fccher.example"]),
    ],
)  # fmt: skip
def test_any_mess_of_addresses_is_read(text, found):
    assert good(text) == found


def test_the_same_address_counts_once_however_it_is_written():
    assert good("Ada@X.org, ada@x.org <ADA@x.ORG>; mailto:ada@x.org") == ["ada@x.org"]
    composed, apart = (unicodedata.normalize(form, "andr\u00e9@x.org") for form in ("NFC", "NFD"))
    assert good(f"{composed}\n{apart}") == [composed]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ada.x.org", ["ada.x.org"]),
        ("ada at x.org\nben@x.org", ["ada at x.org"]),
        ("ada@x.org, ben.y.org", ["ben.y.org"]),
        ("ada@x.org ben@", ["ben@"]),
        ("Ada Lowe @ada", ["Ada Lowe @ada"]),
        ("ada @ x.org", ["ada @ x.org"]),
        ("Ada <ada@>", ["Ada <ada@>"]),
        ("<ada@x.org> <ben@>", ["ben@"]),
        ("ada@x.orgben@y.org", ["ada@x.orgben@y.org"]),
        ("a@b", ["a@b"]),
        ("Name\tE-mail\nAda\tada@x.org", ["Name\tE-mail"]),
        ("", []),
        (" \n\t---\n,;,;\n\u2022", []),
        ("Ada\tada@x.org\twww.x.org\tSt. Mary's", []),
    ],
)
def test_what_cannot_be_read_is_given_back_as_it_stood(text, left):
    assert bad(text) == left


def test_no_header_of_a_letter_can_be_pasted():
    found = pasted("ada@x.org\r\nBcc: eve@y.org\r\n\r\nAn advertisement", MOST)
    assert found.good == ("ada@x.org", "eve@y.org"), "seen in the list before anything is sent, as any other"
    for address in pasted('"a\\r\\nBcc:eve"@x.org, a%0d%0abcc:eve@x.org, a\x0b@x.org, a\x00@x.org', MOST).good:
        assert address.isprintable() and not set(address) & set(" :<>,;")


def test_more_than_fit_are_counted_and_refused():
    with pytest.raises(TooMany) as refusal:
        pasted("\n".join(f"teacher{number}@school.example" for number in range(5_000)), MOST)
    assert (refusal.value.count, refusal.value.most) == (5_000, MOST)
    assert len(good("\n".join(f"teacher{number}@school.example" for number in range(MOST)))) == MOST


@pytest.mark.parametrize(
    "text",
    ["<" * 10_000, "<a@" * 10_000, '"@' * 10_000, "a." * 10_000 + "@", "@" * 10_000, "a.b" * 10_000 + " @",
     " @," * 10_000, "\t" * 10_000 + "@", "-:" * 10_000 + "@", "x" * 10_000 + "@school.example", '"' * 9_999 + "@"],
    ids=lambda text: text[:4],
)  # fmt: skip
def test_long_nonsense_takes_no_time_and_is_nobodys_address(text):
    started = time.process_time()
    assert good(text) == []
    assert time.process_time() - started < 1


names = st.text(st.characters(exclude_categories=("Cs",), exclude_characters='@<>,;|"\r\n'), max_size=12)
addresses = st.from_regex(
    r"[A-Za-z0-9](?:[A-Za-z0-9._+'-]{0,18}[A-Za-z0-9])?@[a-z]{1,9}\.(?:org|example)", fullmatch=True
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(names, addresses), max_size=8), st.sampled_from(["\n", ", ", ";", " | ", "\t", "\r\n"]))
def test_whatever_stands_beside_them_addresses_in_angles_are_found_in_order(people, between):
    text = between.join(f"{name} <{address}>" for name, address in people)
    wanted = list(dict.fromkeys(filter(None, (normal(address) for _name, address in people))))
    found = good(text)
    assert [each for each in found if each in wanted] == wanted
    assert all(normal(each) == each for each in found)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_of_any_text_only_normal_addresses_come_out_and_the_rest_is_in_the_text(text):
    found = pasted(text, MOST)
    assert all(normal(each) == each and "\n" not in each for each in found.good)
    again = pasted("\n".join((*found.bad, *found.good)), MOST)
    assert set(again.good) == set(found.good), "what is kept for mending brings nothing new, and loses nothing"


@pytest.mark.shared
@pytest.mark.parametrize("corpus", ["unicode-blns", "csv-injection"])
def test_awkward_texts_become_nobodys_address(corpus):
    for case in shared.inputs(corpus):
        found = pasted(f"{case}\nada@x.org", 10_000)
        assert "ada@x.org" in found.good
        assert all(normal(each) == each for each in found.good)
