"""E-mail leaves after the deed is committed, once, through a real server; while that is away, everything else works."""

import pytest
from sqlalchemy import func, select, update

from cop.core import mail, outbox
from cop.core.db import release, session, unit_of_work, utcnow
from cop.core.outbox import OutboxRow

ADA = "ada@village.example"


def post(subject: str = "Somebody answered") -> None:
    """Queue one."""
    with unit_of_work():
        mail.post(ADA, subject, "Dear Ada,\n\nBen wrote: “Dydd da, ŵyr”.\n")


def waiting() -> int:
    """How many wait."""
    release()
    return session().scalar(select(func.count()).where(OutboxRow.reader == "mail")) or 0


def test_a_mail_arrives_as_it_was_written(app, mailbox, drain):
    post()
    assert mailbox == []
    drain()
    (message,) = mailbox
    assert message["To"] == message["X-RcptTo"] == ADA
    assert message["Subject"] == "Somebody answered"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"].addresses[0].addr_spec == "no-reply@localhost.localdomain"
    assert "Dydd da, ŵyr" in message.get_content()
    drain()
    assert len(mailbox) == 1


def test_a_deed_that_was_undone_sends_nothing(app, mailbox, drain):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        mail.post(ADA, "No", "No")
        raise ZeroDivisionError
    drain()
    assert mailbox == []


def test_a_subject_cannot_bring_headers_of_its_own(app, mailbox, drain):
    post("Hello\r\nBcc: everybody@village.example")
    drain()
    assert mailbox[0]["Bcc"] is None
    assert mailbox[0]["X-RcptTo"] == ADA


@pytest.mark.parametrize("address", ["ada@village.example\nBcc: x@y.example", "ada@village.example, x@y.example"])
def test_an_address_cannot_bring_another(app, mailbox, drain, address):
    with unit_of_work():
        mail.post(address, "Hello", "Hello")
    drain()
    assert [message["X-RcptTo"] for message in mailbox if "x@y.example" in message["X-RcptTo"]] == []


def test_while_the_server_is_away_pages_work_and_the_mail_waits_with_its_reason(
    village, sign_in, mail_server, mailbox, drain
):
    mail_server.away()
    post()
    drain()
    (row,) = [each for each in outbox.waiting() if each.reader == "mail"]
    assert (row.rows, row.failing) == (1, 1)
    assert "refused" in str(row.error).lower()
    assert sign_in(village.ada).get("/").status_code == 200
    mail_server.back()
    with unit_of_work() as work:
        work.execute(update(OutboxRow).values(due_at=utcnow()))
    drain()
    assert len(mailbox) == 1
    assert waiting() == 0


def test_sent_twice_it_is_one_mail_to_mail_programs(app, mailbox):
    payload = {"to": ADA, "subject": "Once", "text": "Once", "id": "abc123"}
    mail.send(payload)
    mail.send(payload)
    assert {message["Message-ID"] for message in mailbox} == {"<abc123@localhost.localdomain>"}


def test_without_a_server_mail_lies_in_the_catcher(network, tmp_path):
    network(smtp_host="")
    post()
    outbox.drain("mail")
    (caught,) = (tmp_path / "network" / "mail").glob("*.eml")
    assert b"Somebody answered" in caught.read_bytes()
