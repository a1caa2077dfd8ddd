"""Pictures as apps show them: square JPEGs, for the cover and for chapters.

A picture that is not square keeps all of it and stands on white: a diagram loses no edge, which
cropping would cost it. White is what see-through parts stand on, too. The same picture gives the
same bytes.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kawaraban.errors import ShowError

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 600
"""Pixels: some Android players skip tags over 3 MiB, so the full picture stays outside."""
_SIDES = (SIDE, 450, 300, 200, 120, 75)
"""Tried one after another where many pictures have little room."""
_QUALITY = 88
"""Of JPEG: no edges of blocks to be seen in words or flat colours at this size."""


def check_picture(path: Path) -> None:
    """Raise a ShowError where a file is no picture; only its head is read."""
    with _opened(path):
        pass


def square(path: Path) -> bytes:
    """A picture as a JPEG of 600 × 600 pixels.

    Raises:
        ShowError: it is no JPEG or PNG, or damaged, or far too large to be one of a show.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - loads a library

    with _opened(path) as image:
        image.draft("RGB", (2 * SIDE, 2 * SIDE))  # a large JPEG is decoded smaller
        # What a camera says of how it was held; the tag itself goes with all the others.
        upright = ImageOps.exif_transpose(image)
        whole = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        small = ImageOps.contain(whole, (SIDE, SIDE), Image.Resampling.LANCZOS)
    page = Image.new("RGB", (SIDE, SIDE), "white")
    corner = ((SIDE - small.width) // 2, (SIDE - small.height) // 2)
    page.paste(small, corner, small if small.mode == "RGBA" else None)
    return _jpeg(page)


def fitted(pictures: Sequence[bytes], room: int) -> tuple[bytes, ...]:
    """Pictures from `square`, all at the largest size at which they take `room` bytes at most.

    At the smallest size, 75 pixels, even 255 pictures of noise take less than 2 MB.
    """
    from PIL import Image  # noqa: PLC0415

    made = tuple(pictures)
    for side in _SIDES[1:]:
        if sum(map(len, made)) <= room:
            break
        opened = (Image.open(io.BytesIO(picture)) for picture in pictures)
        made = tuple(_jpeg(one.resize((side, side), Image.Resampling.LANCZOS)) for one in opened)
    return made


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    from PIL import Image  # noqa: PLC0415

    hint = "use a JPEG or PNG; square is best"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("JPEG", "PNG")) as image:
                yield image
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        cause = f"more than {Image.MAX_IMAGE_PIXELS or 0:,} pixels"
        raise ShowError(cause, where=path, hint="use a smaller one") from error
    except (OSError, SyntaxError, ValueError) as error:  # so Pillow says what is damaged
        raise ShowError("not a picture", where=path, hint=hint) from error


def _jpeg(image: Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=_QUALITY)
    return data.getvalue()
