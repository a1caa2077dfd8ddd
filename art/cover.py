# SPDX-License-Identifier: CC0-1.0
# Dedicated to the public domain: https://creativecommons.org/publicdomain/zero/1.0/
"""Draw the kawaraban podcast cover: a crier under a straw hat reads a printed sheet aloud.

Usage: python cover.py [FONT]

FONT is a bold Japanese serif; the default, Noto Serif CJK Bold, comes with the Debian
package fonts-noto-cjk.  Writes cover.jpg (3000 x 3000 pixels, RGB) beside this script.
Needs Pillow 10.4 or newer.  All lengths are in pixels of the finished picture.
"""

import math
import sys
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


def cartouche(draw: ImageDraw.ImageDraw, font: str) -> None:
    """Set the weekly's name downwards in a title strip at the top right."""
    draw.rounded_rectangle((2530, 150, 2830, 1210), 40, fill=CREAM, outline=INDIGO, width=24)
    for row, word in enumerate(("週", "刊", "AI", "瓦", "版")):
        stamp(draw, (2680, 285 + 197 * row), word, ImageFont.truetype(font, 180), 3)


def stamp(
    draw: ImageDraw.ImageDraw, at: Point, word: str, font: ImageFont.FreeTypeFont, bold: int
) -> None:
    """Print a word in indigo centred on a point, ``bold`` pixels thicker than the font."""
    draw.text(at, word, INDIGO, font, "mm", stroke_width=bold, stroke_fill=INDIGO)


def cover(font: str) -> Image.Image:
    """Compose the picture, lettered with the font at a path."""
    image = Image.new("RGB", (SIZE, SIZE), INDIGO)
    draw = ImageDraw.Draw(image)
    sound(draw)
    crier(draw)
    hat(draw)
    sheet(draw)
    cartouche(draw, font)
    title = ImageFont.truetype(font, 1100)
    stamp(draw, (1010, 815), "瓦", title, 14)
    stamp(draw, (1035, 1890), "版", title, 14)
    stamp(draw, (1078, 2585), "KAWARABAN", ImageFont.truetype(font, 178), 3)
    return image


def main() -> None:
    """Write cover.jpg with the font named on the command line, or Debian's."""
    font = sys.argv[1] if len(sys.argv) > 1 else FONT
    cover(font).save(Path(__file__).with_name("cover.jpg"), quality=80, optimize=True)


if __name__ == "__main__":
    main()
