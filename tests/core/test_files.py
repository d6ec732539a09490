"""Pictures that people bring: made again by us, or refused with a sentence; seen by those who may see their owner."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import update

from cop.core import files
from cop.core.db import session, unit_of_work, utcnow
from cop.core.files import BadFile, File, read_picture
from tests.support import shared

CAMERA = 0x0110
GPS = 0x8825


def picture(form: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **how: object) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size, 120 if mode in {"L", "P"} else (90, 120, 150, 128)[: len(mode)]).save(out, form, **how)
    return out.getvalue()


def photograph() -> bytes:
    """A JPEG as a telephone makes it: lying on its side, with the camera and the place written into it."""
    exif = Image.Exif()
    exif[CAMERA], exif[0x0112] = "Secret Camera 9", 6
    exif[GPS] = {1: "N", 2: (51.0, 30.0, 0.0)}
    return picture("JPEG", exif=exif, comment=b"Secret comment")


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 30,000 by 30,000 points."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_made_again(form):
    made = read_picture(picture(form), f"My photo (1).{form.lower()}")
    assert made.media_type in {"image/png", "image/jpeg"}
    assert (made.width, made.height) == (60, 40)
    assert made.name.startswith("My-photo-1.")
    assert Image.open(io.BytesIO(made.content)).size == (60, 40)


def test_nothing_of_the_camera_or_the_place_is_left_and_it_stands_upright():
    brought = photograph()
    assert b"Secret" in brought
    made = read_picture(brought, "school.jpg")
    assert b"Secret" not in made.content
    assert not Image.open(io.BytesIO(made.content)).getexif()
    assert (made.width, made.height) == (40, 60)


def test_what_hides_behind_the_picture_is_not_kept():
    hidden = b"<script>alert(1)</script>"
    assert hidden not in read_picture(picture("GIF") + hidden, "polyglot.gif").content


def test_clear_parts_stay_clear():
    made = read_picture(picture("PNG", mode="RGBA"), "logo.png")
    assert made.media_type == "image/png"
    assert Image.open(io.BytesIO(made.content)).mode == "RGBA"


def test_a_large_picture_is_made_smaller_and_a_face_square():
    assert (
        max(read_picture(picture(size=(3000, 100)), "wide.png").__dict__[side] for side in ("width", "height")) == 2000
    )
    face = read_picture(picture(size=(500, 900)), "me.png", files.FACE)
    assert (face.width, face.height) == (files.FACE.width, files.FACE.height)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"x" * (files.LARGEST + 1), "10 MB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not a picture"),
        (b"<html><script>alert(1)</script>", "not a picture"),
        (b"%PDF-1.4\n%\xe2\xe3", "not a picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "damaged"),
        (picture("PNG")[:-30], "damaged"),
        (picture("BMP"), "not a picture"),
        (picture("TIFF"), "not a picture"),
        (bomb(), "more than 40 million points"),
    ],
    ids=["empty", "large", "svg", "html", "pdf", "torn header", "torn", "bmp", "tiff", "bomb"],
)
def test_anything_else_is_refused_with_a_sentence(application, content, said):
    with application.test_request_context(), pytest.raises(BadFile, match=said) as refusal:
        read_picture(content, "picture.png")
    assert str(refusal.value).endswith(".")


@pytest.mark.shared
@pytest.mark.parametrize("corpus", ["upload-svg-xml", "upload-archives", "upload-pdf"])
def test_hostile_files_are_refused_whatever_they_are_called(application, corpus):
    cases = shared.files(corpus)
    assert cases
    with application.test_request_context():
        for case in cases:
            for name in (case.name, "picture.png"):
                with pytest.raises(BadFile):
                    read_picture(case.read_bytes(), name)


@pytest.mark.shared
def test_hostile_names_become_harmless_ones():
    for corpus in ("upload-filenames", "path-traversal"):
        for name in shared.inputs(corpus):
            made = read_picture(PNG, name)
            assert Path(made.name).name == made.name
            assert made.name.isascii()
            assert made.name.endswith((".png", ".jpg"))
            assert not made.name.startswith((".", "-"))


PNG = picture()


def test_upload_claim_and_serve(village, make, sign_in, guest):
    """Before it is sent only its uploader sees it; afterwards those who read the post."""
    ada = sign_in(village.ada)
    answer = ada.post("/files", data={"file": (io.BytesIO(photograph()), "../../Our class.jpg")})
    assert answer.status_code == 201
    url = answer.json["url"]
    others = {"ben": sign_in(village.ben), "olu": sign_in(village.olu), "guest": guest}
    assert ada.get(url).status_code == 200
    assert {name: client.get(url).status_code for name, client in others.items()} == {
        "ben": 404,
        "olu": 404,
        "guest": 404,
    }
    make.topic(village.close, village.ada, text=f"Look: {answer.json['markdown']}")
    assert {name: client.get(url).status_code for name, client in others.items()} == {
        "ben": 200,
        "olu": 404,
        "guest": 404,
    }
    served = others["ben"].get(url)
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Cache-Control"].startswith("private")
    assert served.mimetype == "image/jpeg"
    assert ada.get(url + "x").status_code == 404


def test_nobody_claims_what_somebody_else_brought(village, make, sign_in):
    url = sign_in(village.ada).post("/files", data={"file": (io.BytesIO(PNG), "a.png")}).json["url"]
    make.topic(village.close, village.ben, text=f"![]({url})")
    assert sign_in(village.ben).get(url).status_code == 404


@pytest.mark.parametrize("content", [b"", b"not a picture"])
def test_a_bad_upload_says_why(village, sign_in, content):
    answer = sign_in(village.ada).post("/files", data={"file": (io.BytesIO(content), "a.png")})
    assert answer.status_code == 422
    assert answer.json["error"].endswith(".")
    assert sign_in(village.ada).post("/files").status_code == 422


def test_what_nobody_sent_is_deleted_after_a_day_with_its_bytes(village, sign_in):
    import datetime as dt

    ada = sign_in(village.ada)
    ids = [
        int(ada.post("/files", data={"file": (io.BytesIO(picture(size=(n, n))), "a.png")}).json["url"].split("/")[2])
        for n in (31, 32)
    ]
    old, young = (session().get_one(File, id) for id in ids)
    with unit_of_work() as work:
        work.execute(update(File).where(File.id == old.id).values(uploaded_at=utcnow() - dt.timedelta(hours=25)))
    with unit_of_work():
        assert files.delete_orphans() == 1
    assert not files.path_of(old).exists()
    assert files.path_of(young).exists()
