"""What may be a password, and a handle."""

import pytest

from cop.people import handles, passwords
from tests.support.shared import inputs


@pytest.mark.shared
def test_the_thousand_commonest_are_refused():
    long_enough = [word for word in inputs("passwords-common") if len(word) >= passwords.SHORTEST]
    top = long_enough[:1000]
    assert sum(passwords.is_guessable(word) for word in top) >= 0.95 * len(top)
    assert sum(passwords.is_guessable(word) for word in long_enough) >= 0.95 * len(long_enough)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "xk3j9fqp",  # eight characters that are no word and no pattern
        "mynydd a môr",
        "パスワードを作る",
        "почему трава зелёная",
        "🐢🦔🐌 at the zoo",
    ],
)
def test_good_ones_are_taken_in_every_script(password):
    assert passwords.refusal(password) == ""


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaa",
        "12345678",
        "abcdefgh",
        "qwertyuiop",
        "zxcvbnm,./",
        "P@ssw0rd",
        "20011999",
        "passwordpassword",
        "n" * 200,
    ],
)
def test_repeats_runs_and_dates_are_refused(password):
    assert "among the first" in passwords.refusal(password)


def test_length_is_counted_in_characters():
    assert "shorter than 8" in passwords.refusal("éàüöñçß")
    assert passwords.refusal("blue teapot " * 16) == ""
    assert "longer than 200" in passwords.refusal("blue teapot " * 17)


def test_it_does_not_matter_how_a_keyboard_composes_letters():
    stored = passwords.hashed("caf\u00e9 au lait tiède")
    assert passwords.matches(stored, "cafe\u0301 au lait tie\u0300de")
    assert not passwords.matches(stored, "cafe au lait tiede")


def test_hashes_are_argon2id():
    assert passwords.hashed("correct horse battery").startswith("$argon2id$")


@pytest.mark.shared
def test_names_of_roles_machines_and_addresses_become_nobodys_handle():
    assert [word for word in inputs("handles-reserved") if not handles.is_reserved(handles.stem_of(word))] == []


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Leila Bramhall", "leila-bramhall"),
        ("Łukasz Wiśniewski", "lukasz-wisniewski"),
        ("Siân O’Shea-Ødegård", "sian-o-shea-odegard"),
        ("李雷", "member"),
        ("J. R. R. " + "Tolkien" * 9, "j-r-r-tolkientolkientolkientolkientolkie"),
    ],
)
def test_a_handle_is_the_name_in_plain_letters(name, stem):
    assert handles.stem_of(name) == stem


@pytest.mark.parametrize(("name", "handle"), [("Admin", "admin-2"), ("李雷", "member-2"), ("Ada Lowe", "ada-lowe")])
def test_reserved_handles_get_a_number(app, name, handle):
    assert handles.free_handle(name) == handle
