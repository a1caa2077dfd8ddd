"""ID3 tags, inside the MP3.

Version 2.3, since 2.4 loses long chapter titles in Apple's players; one ordered table of contents
(CTOC), without which Overcast shows no chapters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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

from kawaraban.sound.pictures import fitted
from kawaraban.sound.tags.values import GENRE, LANGUAGES, Mark, Tags

LIMIT = 3 * 2**20
"""Bytes: some Android players skip tags beyond it."""
_WORDS = 2**18
"""Bytes of it that are kept for words and links: those of 255 chapters take half of it."""
_UTF16 = Encoding.UTF16
_NO_OFFSET = 0xFFFFFFFF  # chapters are given by time, not by byte


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


def write(path: Path, tags: Tags) -> None:
    """Write tags into an MP3 file that has none."""
    id3 = _OrderedID3()
    marks = _lightened(tags.marks, LIMIT - _WORDS - len(tags.cover))
    picture = _picture(tags.cover, PictureType.COVER_FRONT)
    for frame in (*_texts(tags), picture, *_chapters(marks)):
        id3.add(frame)
    id3.save(path, v1=0, v2_version=3, padding=lambda _: 0)


def _texts(tags: Tags) -> list[Any]:
    language = LANGUAGES[tags.language]
    return [
        TIT2(encoding=_UTF16, text=tags.title),
        TALB(encoding=_UTF16, text=tags.show),
        TPE1(encoding=_UTF16, text=tags.author),
        TCON(encoding=_UTF16, text=GENRE),
        TRCK(encoding=_UTF16, text=str(tags.number)),
        TYER(encoding=_UTF16, text=f"{tags.day:%Y}"),
        TDAT(encoding=_UTF16, text=f"{tags.day:%d%m}"),
        TLAN(encoding=_UTF16, text=language),
        COMM(encoding=_UTF16, lang=language, desc="", text=tags.summary),
    ]


def _lightened(marks: Sequence[Mark], room: int) -> list[Mark]:
    """The chapters with their pictures, smaller where they take more than `room` bytes."""
    pictures = iter(fitted([mark.picture for mark in marks if mark.picture], room))
    return [replace(mark, picture=next(pictures)) if mark.picture else mark for mark in marks]


def _picture(data: bytes, kind: PictureType) -> Any:  # noqa: ANN401 - mutagen is untyped
    # An empty description in Latin-1: some players take UTF-16 here for a part of the picture.
    return APIC(encoding=Encoding.LATIN1, mime="image/jpeg", type=kind, desc="", data=data)


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
    if mark.picture:
        frames.append(_picture(mark.picture, PictureType.OTHER))
    return CHAP(
        element_id=id_,
        start_time=mark.start,
        end_time=mark.end,
        start_offset=_NO_OFFSET,
        end_offset=_NO_OFFSET,
        sub_frames=frames,
    )
