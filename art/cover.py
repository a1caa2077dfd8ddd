# SPDX-License-Identifier: CC0-1.0
# Dedicated to the public domain: https://creativecommons.org/publicdomain/zero/1.0/
"""Draw a kawaraban podcast cover: a crier under a straw hat reads a printed sheet aloud.

Usage: python cover.py [--language en] [--output FILE] [FONT]

FONT is a bold Japanese serif; the default, Noto Serif CJK Bold, comes with the Debian
package fonts-noto-cjk.  Writes cover.jpg (3000 x 3000 pixels, RGB) beside this script,
or FILE.  Japanese lettering is the default; English is for the starter show in English.
Needs Pillow 10.4 or newer.  All lengths are in pixels of the finished picture.
"""

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"
SIZE = 3000
INDIGO = (22, 40, 88)
VERMILION = (218, 58, 34)
CREAM = (247, 236, 212)

Ink = tuple[int, int, int]
Point = tuple[float, float]

CRIER: Point = (2425, 2080)  # the middle of the hat's brim, where the sound begins
SHEET: list[Point] = [(210, 300), (1770, 170), (1870, 2800), (300, 2860)]


@dataclass(frozen=True)
class Word:
    """A word on the sheet: its middle, the font's size, and how much bolder than that it is."""

    at: Point
    word: str
    size: int
    bold: int


@dataclass(frozen=True)
class Lettering:
    """What is printed: downwards in the title strip, and on the sheet."""

    strip: tuple[str, ...]
    words: tuple[Word, ...]


LETTERING = {
    "ja": Lettering(
        ("週", "刊", "AI", "瓦", "版"),
        (
            Word((1010, 815), "瓦", 1100, 14),
            Word((1035, 1890), "版", 1100, 14),
            Word((1078, 2585), "KAWARABAN", 178, 3),
        ),
    ),
    "en": Lettering(
        ("瓦", "版"),
        (
            Word((1000, 600), "THE", 290, 6),
            Word((1030, 1190), "AI", 1000, 14),
            Word((1055, 1905), "BROAD", 352, 8),
            Word((1080, 2310), "SHEET", 352, 8),
        ),
    ),
}


def sound(draw: ImageDraw.ImageDraw) -> None:
    """Spread thinning rings of sound round a vermilion sun."""
    for radius, width in ((600, 600), (860, 140), (1120, 112), (1370, 86), (1610, 62)):
        draw.circle(CRIER, radius, outline=VERMILION, width=width)


def crier(draw: ImageDraw.ImageDraw) -> None:
    """Stand the crier before the sun: robe, collar and calling mouth."""
    x, y = CRIER
    draw.ellipse((x - 520, y + 330, x + 520, y + 1700), fill=INDIGO)
    collar = [(x - 190, y + 330), (x, y + 690), (x + 190, y + 330)]
    draw.polygon(collar, fill=CREAM)
    draw.line([*collar[:2], (x + 90, y + 960)], fill=VERMILION, width=50, joint="curve")
    draw.line(collar[1:], fill=VERMILION, width=50)
    draw.ellipse((x - 245, y - 200, x + 245, y + 440), fill=CREAM, outline=INDIGO, width=26)
    draw.ellipse((x - 80, y + 170, x + 80, y + 350), fill=INDIGO)


def hat(draw: ImageDraw.ImageDraw) -> None:
    """Put the sedge hat on: a cone woven in rounds, its brim hiding the eyes."""
    x, y = CRIER
    cone = [(x - 488, y), (x - 40, y - 330), (x + 40, y - 330), (x + 488, y)]
    draw.ellipse((x - 526, y - 92, x + 526, y + 148), fill=INDIGO)
    draw.ellipse((x - 500, y - 80, x + 500, y + 120), fill=CREAM)
    draw.polygon(cone, fill=CREAM)
    for drop in (0.3, 0.53, 0.76):
        half, middle = 40 + 460 * drop, y - 330 + 350 * drop
        draw.arc(
            (x - half, middle - half / 5, x + half, middle + half / 5),
            8,
            172,
            fill=INDIGO,
            width=18,
        )


def wavy(start: Point, end: Point, height: float) -> list[Point]:
    """Return an S-curve of points that sways ``height`` to either side of a line."""
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    length = math.hypot(dx, dy)
    steps = [(t / 60, height * math.sin(math.tau * t / 60) / length) for t in range(60)]
    return [(x + dx * t - dy * sway, y + dy * t + dx * sway) for t, sway in steps]


def inset(corners: list[Point], margin: float) -> list[Point]:
    """Move four corners (clockwise from top left) inwards, and join them with S-curves."""
    inward = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    moved = [
        (x + margin * i, y + margin * j) for (x, y), (i, j) in zip(corners, inward, strict=True)
    ]
    sides = zip(moved, moved[1:] + moved[:1], strict=True)
    return [point for start, end in sides for point in wavy(start, end, 26)]


def sheet(draw: ImageDraw.ImageDraw) -> None:
    """Lay the washi sheet, its shadow and its printed frame over the rings."""
    draw.polygon([(x + 50, y + 40) for x, y in inset(SHEET, 0)], fill=INDIGO)
    draw.polygon(inset(SHEET, 0), fill=CREAM)
    draw.polygon(inset(SHEET, 62), outline=VERMILION, width=20)


def cartouche(draw: ImageDraw.ImageDraw, words: tuple[str, ...], font: str) -> None:
    """Set words downwards in a title strip at the top right."""
    foot = 225 + 197 * len(words)
    draw.rounded_rectangle((2530, 150, 2830, foot), 40, fill=CREAM, outline=INDIGO, width=24)
    for row, word in enumerate(words):
        stamp(draw, (2680, 285 + 197 * row), word, ImageFont.truetype(font, 180), 3)


def stamp(
    draw: ImageDraw.ImageDraw, at: Point, word: str, font: ImageFont.FreeTypeFont, bold: int
) -> None:
    """Print a word in indigo centred on a point, ``bold`` pixels thicker than the font."""
    draw.text(at, word, INDIGO, font, "mm", stroke_width=bold, stroke_fill=INDIGO)


def cover(font: str, lettering: Lettering) -> Image.Image:
    """Compose the picture, lettered with the font at a path."""
    image = Image.new("RGB", (SIZE, SIZE), INDIGO)
    draw = ImageDraw.Draw(image)
    sound(draw)
    crier(draw)
    hat(draw)
    sheet(draw)
    cartouche(draw, lettering.strip, font)
    for word in lettering.words:
        stamp(draw, word.at, word.word, ImageFont.truetype(font, word.size), word.bold)
    return image


def main() -> None:
    """Write the cover that the command line asks for."""
    parser = argparse.ArgumentParser(description="Draw the podcast cover.")
    parser.add_argument("font", nargs="?", default=FONT, metavar="FONT")
    parser.add_argument("--language", choices=LETTERING, default="ja")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("cover.jpg"))
    asked = parser.parse_args()
    image = cover(asked.font, LETTERING[asked.language])
    image.save(asked.output, quality=80, optimize=True)


if __name__ == "__main__":
    main()
