"""Pictures that people bring: typed by content, re-encoded (metadata gone), served with their owner's audience.

A file belongs to nothing until what mentions it is sent; until then only its uploader may see it, and after a
day without an owner it is deleted.
"""

import datetime as dt
import hashlib
import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import ForeignKey, Index, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from cop.core import kinds, policy
from cop.core.db import Base, session, utcnow
from cop.core.i18n import gettext as _

LARGEST = 10 * 1024 * 1024
PIXELS_AT_MOST = 40_000_000
LONGEST_SIDE = 2000
ORPHAN_HOURS = 24
TYPES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
LINK = re.compile(r"/files/(\d+)/")


class BadFile(Exception):
    """The file cannot be taken; its text is a sentence for the person who brought it."""


class File(Base):
    """One stored picture. Its bytes lie in the data folder under their hash."""

    __tablename__ = "files"
    __table_args__ = (Index("ix_files_owner", "owner_kind", "owner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uploader_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    owner_kind: Mapped[str | None]
    owner_id: Mapped[int | None]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(index=True)
    uploaded_at: Mapped[dt.datetime] = mapped_column(default=utcnow, index=True)

    @property
    def url(self) -> str:
        """Its address on this network."""
        return f"/files/{self.id}/{self.name}"


@dataclass(frozen=True)
class Picture:
    """A picture made by us from what was brought: nothing of the original's bytes is left."""

    name: str
    media_type: str
    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Crop:
    """The square of a picture that is kept, in fractions of the picture as it stands upright.

    `x` of the width and `y` of the height is where it begins; `size`, its side, is of the shorter side.
    """

    x: float
    y: float
    size: float

    def of(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in points; a square that hangs over the edge is moved inside."""
        side = max(1, min(round(self.size * min(width, height)), width, height))
        left = max(0, min(round(self.x * width), width - side))
        top = max(0, min(round(self.y * height), height - side))
        return left, top, left + side, top + side


@dataclass(frozen=True)
class Frame:
    """What a picture is cut to, in points; a smaller one is enlarged, unless it has less than `least`."""

    width: int
    height: int
    least: tuple[int, int] = (1, 1)

    def require(self, width: int, height: int) -> None:
        """Refuse a picture that would be a blur. Raises BadFile."""
        if width < self.least[0] or height < self.least[1]:
            raise BadFile(
                _(
                    "This picture is %(width)s points wide and %(height)s high. "
                    "Bring one of at least %(least_width)s by %(least_height)s.",
                    width=width,
                    height=height,
                    least_width=self.least[0],
                    least_height=self.least[1],
                )
            )


FACE = Frame(320, 320)
BANNER = Frame(1460, 365, least=(730, 180))

_folder = Path()


def keep_in(folder: Path) -> None:
    """Where the bytes lie."""
    global _folder  # noqa: PLW0603  one process serves one network
    folder.mkdir(parents=True, exist_ok=True)
    _folder = folder


def read_picture(content: bytes, name: str, frame: Frame | None = None, crop: Crop | None = None) -> Picture:
    """Check and re-encode a picture. Raises BadFile. Call before the unit of work opens: it is slow.

    `frame`: cut to this size, of what `crop` says, else of the middle. What was brought is not kept, so that it is cut
    otherwise only when it is brought again.
    """
    if len(content) > LARGEST:
        raise BadFile(_("This picture is larger than 10 MB. Make it smaller, then try again."))
    if not content:
        raise BadFile(_("This file is empty. Choose another."))
    media_type = _type_of(content)
    if media_type not in TYPES:
        raise BadFile(_("This is not a picture that browsers can show. Use a JPEG, PNG, GIF or WebP file."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(TYPES.values())) as image:
                return _made_again(image, media_type, name, frame, crop)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadFile(_too_many_points()) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning):
        raise BadFile(_("This picture is damaged. Save it again, then try once more.")) from None


def _too_many_points() -> str:
    return _("This picture has more than 40 million points. Make it smaller, then try again.")


def _type_of(content: bytes) -> str:
    try:
        return str(puremagic.from_string(content, mime=True))
    except (puremagic.PureError, ValueError):
        return ""


def _made_again(image: Any, media_type: str, name: str, frame: Frame | None, crop: Crop | None) -> Picture:
    if image.width * image.height > PIXELS_AT_MOST:
        raise BadFile(_too_many_points())
    image.draft(image.mode, (LONGEST_SIDE, LONGEST_SIDE))  # a photo of 40 million points in a tenth of a second
    upright = ImageOps.exif_transpose(image)
    if frame is not None:
        frame.require(upright.width, upright.height)
        if crop is not None:
            upright = upright.crop(crop.of(upright.width, upright.height))
        upright = ImageOps.fit(upright, (frame.width, frame.height))
    else:
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    has_alpha = media_type != "image/jpeg" and (upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info)
    keeps_alpha = has_alpha and frame is None
    clean = upright.convert("RGBA" if has_alpha else "RGB")
    if has_alpha and not keeps_alpha:  # a cut picture is always a JPEG; what was see-through becomes white
        clean = Image.alpha_composite(Image.new("RGBA", clean.size, "white"), clean).convert("RGB")
    clean.info = {}  # comments would be written again
    out, form, ending = io.BytesIO(), ("PNG" if keeps_alpha else "JPEG"), ("png" if keeps_alpha else "jpg")
    clean.save(out, form, **({"quality": 85, "optimize": True} if form == "JPEG" else {}))
    return Picture(f"{_stem(name)}.{ending}", f"image/{form.lower()}", out.getvalue(), clean.width, clean.height)


def _stem(name: str) -> str:
    stem = re.sub(r"[^\w-]+", "-", Path(name.replace("\\", "/")).stem, flags=re.ASCII).strip("-")
    return stem[:60] or "picture"


def store(uploader: Any, picture: Picture) -> File:
    """Keep a picture; until something that mentions it is sent, only its uploader may see it."""
    digest = hashlib.sha256(picture.content).hexdigest()
    path = _path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        try:
            partial.write_bytes(picture.content)
            partial.replace(path)
        except OSError:  # a full disk: what was begun would lie there for ever
            partial.unlink(missing_ok=True)
            raise
    file = File(
        uploader_id=uploader.id,
        name=picture.name,
        media_type=picture.media_type,
        size=len(picture.content),
        width=picture.width,
        height=picture.height,
        digest=digest,
    )
    session().add(file)
    session().flush()
    return file


def _path(digest: str) -> Path:
    return _folder / digest[:2] / digest


def path_of(file: File) -> Path:
    """Where a file's bytes lie."""
    return _path(file.digest)


def claim(uploader: Any, owner: Any, html: str) -> None:
    """Give the uploader's own unclaimed files that a text shows to the thing that shows them."""
    ids = [int(id) for id in LINK.findall(html)]
    if not ids:
        return
    session().execute(
        update(File)
        .where(File.id.in_(ids), File.uploader_id == uploader.id, File.owner_kind.is_(None))
        .values(owner_kind=kinds.of(owner).name, owner_id=owner.id)
    )


def hand_over(owner: Any, to: Any | None) -> None:
    """Give the files of one thing to another; to nobody: they are as if just uploaded, for what comes next."""
    kept = (
        {"owner_kind": kinds.of(to).name, "owner_id": to.id}
        if to is not None
        else {"owner_kind": None, "owner_id": None, "uploaded_at": utcnow()}
    )
    mine = (File.owner_kind == kinds.of(owner).name, File.owner_id == owner.id)
    session().execute(update(File).where(*mine).values(**kept))


def file_for(person: Any | None, id: int) -> File:
    """A file, if the person may see what it belongs to; else Unseen."""
    file = session().get(File, id)
    if file is None:
        raise policy.Unseen
    if file.owner_kind is None or file.owner_id is None:
        if person is None or person.id != file.uploader_id:
            raise policy.Unseen
        return file
    owner = kinds.load(file.owner_kind, file.owner_id)
    if owner is None or not kinds.get(file.owner_kind).may_see_file(person, owner, file):
        raise policy.Unseen
    return file


def delete_orphans() -> int:
    """Delete files that nothing claimed within a day; how many."""
    before = utcnow() - dt.timedelta(hours=ORPHAN_HOURS)
    orphans = list(
        session().scalars(select(File).where(File.owner_kind.is_(None), File.uploaded_at < before).limit(500))
    )
    remove(orphans)
    return len(orphans)


def remove(files: Iterable[File]) -> None:
    """Delete files; bytes go when no other file has the same."""
    for file in files:
        session().execute(delete(File).where(File.id == file.id))
        if session().scalar(select(File.id).where(File.digest == file.digest).limit(1)) is None:
            path_of(file).unlink(missing_ok=True)
