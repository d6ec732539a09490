"""Reading the letters that arrived at the mail server."""

import email.header
import re
from email.message import Message


def link(letter: Message) -> str:
    """The path of the letter's first link: what its reader opens."""
    return re.findall(r"http://localhost(/\S+)", text(letter))[0]


def text(letter: Message) -> str:
    """The words of a letter."""
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def subjects(letters: list[Message]) -> list[tuple[str, str]]:
    """To whom and about what each is."""
    decoded = [str(email.header.make_header(email.header.decode_header(letter["Subject"]))) for letter in letters]
    return list(zip([letter["To"] for letter in letters], decoded, strict=True))
