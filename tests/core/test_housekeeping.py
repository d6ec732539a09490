"""What is out of date is forgotten by itself; what is in use stays."""

import datetime as dt
import io

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from cop.core import drafts, files, housekeeping, outbox
from cop.core.db import session, unit_of_work, utcnow
from cop.core.drafts import Draft
from cop.core.files import File
from cop.core.login import SignIn


def count(model):
    return session().scalar(select(func.count()).select_from(model))


@pytest.fixture
def picture():
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "teal").save(out, "PNG")
    return files.read_picture(out.getvalue(), "a.png")


def test_a_picture_that_nothing_shows_goes_after_a_day(village, make, picture):
    topic = make.topic(village.square, village.ada)
    with unit_of_work():
        lonely, shown = files.store(village.ada, picture), files.store(village.ada, picture)
    make.reply(topic, village.ada, text=f"![]({shown.url})")
    housekeeping.tidy({})
    assert count(File) == 2
    with unit_of_work() as db:
        db.execute(update(File).values(uploaded_at=utcnow() - dt.timedelta(hours=25)))
    housekeeping.tidy({})
    assert session().scalars(select(File.id)).all() == [shown.id]
    assert files.path_of(lonely).exists()  # the other file has the same bytes


def test_drafts_and_sign_ins_out_of_use_go(village, sign_in):
    sign_in(village.ada), sign_in(village.ben)
    with unit_of_work() as db:
        drafts.keep(village.ada, "reply:topic:1", {"text": "old"})
        drafts.keep(village.ben, "reply:topic:1", {"text": "new"})
        old = utcnow() - dt.timedelta(days=200)
        db.execute(update(Draft).where(Draft.person_id == village.ada.id).values(at=old))
        db.execute(update(SignIn).where(SignIn.person_id == village.ada.id).values(seen_at=old))
    housekeeping.tidy({})
    assert session().scalars(select(Draft.person_id)).all() == [village.ben.id]
    assert session().scalars(select(SignIn.person_id)).all() == [village.ben.id]


def test_it_is_done_again_and_again(app):
    outbox._plan()
    outbox._plan()
    assert outbox.drain("housekeeping") == 1
    [row] = session().scalars(select(outbox.OutboxRow).where(outbox.OutboxRow.reader == "housekeeping"))
    assert dt.timedelta(minutes=59) < row.due_at - utcnow() <= housekeeping.EVERY
    assert outbox.drain("housekeeping") == 0
