"""Vorbis comments, inside Opus.

Chapters are those of Xiph's chapter extension: CHAPTER001 has the time, CHAPTER001NAME the title,
CHAPTER001URL where to read on.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

from mutagen.flac import Picture
from mutagen.id3 import PictureType
from mutagen.oggopus import OggOpus

from kawaraban.sound.pictures import SIDE
from kawaraban.sound.tags.values import GENRE, LANGUAGES, Mark, Tags


def write(path: Path, tags: Tags) -> None:
    """Write tags into an Opus file that has none."""
    opus = OggOpus(path)
    for name, text in _comments(tags):
        opus[name] = text
    opus.save(padding=lambda _: 0)


def _comments(tags: Tags) -> Iterator[tuple[str, str]]:
    yield "TITLE", tags.title
    yield "ALBUM", tags.show
    yield "ARTIST", tags.author
    yield "GENRE", GENRE
    yield "TRACKNUMBER", str(tags.number)
    yield "DATE", tags.day.isoformat()
    yield "DESCRIPTION", tags.summary
    yield "LANGUAGE", LANGUAGES[tags.language]
    for number, mark in enumerate(tags.marks, 1):
        yield from _chapter(f"CHAPTER{number:03}", mark)
    yield "METADATA_BLOCK_PICTURE", base64.b64encode(_picture(tags.cover)).decode()


def _chapter(name: str, mark: Mark) -> Iterator[tuple[str, str]]:
    seconds, milliseconds = divmod(mark.start, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    yield name, f"{hour:02}:{minute:02}:{second:02}.{milliseconds:03}"
    yield f"{name}NAME", mark.title
    if mark.url:
        yield f"{name}URL", mark.url


def _picture(cover: bytes) -> bytes:
    """A block of FLAC's, in which Vorbis comments hold pictures."""
    picture = Picture()
    picture.type, picture.mime, picture.data = PictureType.COVER_FRONT, "image/jpeg", cover
    picture.width, picture.height, picture.depth = SIDE, SIDE, 24
    return bytes(picture.write())
