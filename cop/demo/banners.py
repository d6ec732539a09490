"""Banners of the demo's communities: drawn here, so that no picture has to be kept with the source."""

import io
import math
from collections.abc import Callable
from itertools import cycle

from PIL import Image, ImageDraw

from cop.core import files
from cop.core.files import Picture

WIDTH, HEIGHT = files.BANNER.width, files.BANNER.height
PAPER, SUN = "#efeade", "#f3d9a4"
CLOTHS = ("#0d5163", "#6b3b54", "#4a6238", "#7d5a1e", "#3f4f7c", "#7a4433")
HILLS = ("#b9cdcb", "#8fb0b3", "#5d8a92", "#2f6a78", "#0d5163")


def _hills(draw: ImageDraw.ImageDraw) -> None:
    """Paper hills under a low sun."""
    draw.ellipse((1000, 60, 1170, 230), fill=SUN)
    for row, colour in enumerate(HILLS):
        top = 120 + 48 * row
        line = [(x, top + 38 * math.sin(x / (190 + 37 * row) + 1.7 * row)) for x in range(0, WIDTH + 10, 10)]
        draw.polygon([*line, (WIDTH, HEIGHT), (0, HEIGHT)], fill=colour)


def _shelf(draw: ImageDraw.ImageDraw) -> None:
    """A shelf of books."""
    x, colours, board = 12, cycle(CLOTHS), HEIGHT - 26
    for number in range(90):
        width, height = 22 + 7 * (number * 5 % 4), 190 + 13 * (number * 7 % 9)
        draw.rectangle((x, board - height, x + width, board), fill=next(colours))
        for band in (0.16, 0.84):
            y = board - int(height * band)
            draw.line((x, y, x + width, y), fill=SUN, width=3)
        x += width + 3 + 40 * (number % 11 == 10)
    draw.rectangle((0, board, WIDTH, HEIGHT), fill="#7d5a1e")


DRAWINGS: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {"hills": _hills, "shelf": _shelf}


def drawn(name: str) -> Picture:
    """One of the drawings, as if somebody had brought it."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    DRAWINGS[name](ImageDraw.Draw(image))
    out = io.BytesIO()
    image.save(out, "PNG")
    return files.read_picture(out.getvalue(), "banner.jpg", files.BANNER)
