"""ID3 tags: title, cover and chapters inside the MP3.

Version 2.3, since 2.4 loses long chapter titles in Apple's players; one ordered table of contents
(CTOC), without which Overcast shows no chapters.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mutagen.id3 import (
    APIC,
    CHAP,
    COMM,
    CTOC,
    ID3,
    TALB,
    TCON,
    TDAT,
    TIT2,
    TLAN,
    TPE1,
    TRCK,
    TYER,
    WXXX,
    CTOCFlags,
    Encoding,
    PictureType,
)
from PIL import Image, UnidentifiedImageError

from kawaraban.errors import ShowError
from kawaraban.model import Span

COVER = 600
"""Pixels: some Android players skip tags over 3 MiB, so the full picture stays outside."""
_UTF16 = Encoding.UTF16
_NO_OFFSET = 0xFFFFFFFF  # chapters are given by time, not by byte
_ISO_639_2 = {"ja": "jpn", "en": "eng"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A chapter as tags hold it."""

    span: Span
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tags:
    """What an episode's file says of itself."""

    title: str
    show: str
    author: str
    number: int
    day: date
    summary: str
    language: str
    marks: tuple[Mark, ...]


class _OrderedID3(ID3):  # type: ignore[misc]
    """Writes chapters in order of time, after all other frames.

    mutagen sorts frames of one kind by size, so the last chapter may come first (its issue 506).
    """

    def _write(self, config: Any) -> bytes:  # noqa: ANN401 - mutagen's own, untyped
        others = ID3()
        for frame in self.values():
            if frame.FrameID != "CHAP":
                others.add(frame)
        data = bytes(others._write(config))  # noqa: SLF001
        for chapter in sorted(self.getall("CHAP"), key=lambda frame: frame.start_time):
            alone = ID3()
            alone.add(chapter)
            data += bytes(alone._write(config))  # noqa: SLF001
        return data


def write_tags(path: Path, tags: Tags, cover: Path) -> None:
    """Write tags into an MP3 file that has none.

    Raises:
        ShowError: the cover is no picture.
    """
    id3 = _OrderedID3()
    for frame in (*_texts(tags), _picture(cover), *_chapters(tags.marks)):
        id3.add(frame)
    id3.save(path, v1=0, v2_version=3)


def _texts(tags: Tags) -> list[Any]:
    language = _ISO_639_2[tags.language]
    return [
        TIT2(encoding=_UTF16, text=tags.title),
        TALB(encoding=_UTF16, text=tags.show),
        TPE1(encoding=_UTF16, text=tags.author),
        TCON(encoding=_UTF16, text="Podcast"),
        TRCK(encoding=_UTF16, text=str(tags.number)),
        TYER(encoding=_UTF16, text=f"{tags.day:%Y}"),
        TDAT(encoding=_UTF16, text=f"{tags.day:%d%m}"),
        TLAN(encoding=_UTF16, text=language),
        COMM(encoding=_UTF16, lang=language, desc="", text=tags.summary),
    ]


def _picture(cover: Path) -> Any:  # noqa: ANN401 - mutagen is untyped
    try:
        with Image.open(cover) as image:
            small = image.convert("RGB").resize((COVER, COVER), Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError) as error:
        raise ShowError("not a picture", where=cover, hint="use a square JPEG or PNG") from error
    data = io.BytesIO()
    small.save(data, "JPEG", quality=88)
    # An empty description in Latin-1: some players take UTF-16 here for a part of the picture.
    return APIC(
        encoding=Encoding.LATIN1,
        mime="image/jpeg",
        type=PictureType.COVER_FRONT,
        desc="",
        data=data.getvalue(),
    )


def _chapters(marks: Sequence[Mark]) -> list[Any]:
    ids = [f"chp{at}" for at in range(len(marks))]
    contents = CTOC(
        element_id="toc",
        flags=CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED,
        child_element_ids=ids,
        sub_frames=[TIT2(encoding=_UTF16, text="Chapters")],
    )
    return [contents, *(_chapter(id_, mark) for id_, mark in zip(ids, marks, strict=True))]


def _chapter(id_: str, mark: Mark) -> Any:  # noqa: ANN401
    frames = [TIT2(encoding=_UTF16, text=mark.title)]
    if mark.url:
        frames.append(WXXX(encoding=_UTF16, desc="", url=mark.url))
    return CHAP(
        element_id=id_,
        start_time=round(mark.span.start * 1000),
        end_time=round(mark.span.end * 1000),
        start_offset=_NO_OFFSET,
        end_offset=_NO_OFFSET,
        sub_frames=frames,
    )
