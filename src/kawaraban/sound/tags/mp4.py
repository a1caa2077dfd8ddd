"""Tags of MP4: iTunes' atoms, and chapters in the two forms that players read.

QuickTime's text track is what Apple's players and those built on them read; Nero's list (chpl) is
what AntennaPod, VLC and most others on Android read. ffmpeg writes both when it copies the sound
into a new file. Neither has a place for links or pictures of chapters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from mutagen.mp4 import MP4, MP4Cover

from kawaraban.sound.ffmpeg import run
from kawaraban.sound.formats import MP4 as CONTAINER
from kawaraban.sound.tags.values import GENRE, LANGUAGES, Mark, Tags
from kawaraban.store import atomic

_PODCAST = 21
"""iTunes' media kind (stik)."""


def write(path: Path, tags: Tags) -> None:
    """Write tags into an M4A file that has none."""
    _write_chapters(path, tags.marks, LANGUAGES[tags.language])
    mp4 = MP4(path)
    mp4.update(
        {
            "\xa9nam": tags.title,
            "\xa9alb": tags.show,
            "\xa9ART": tags.author,
            "aART": tags.author,
            "\xa9gen": GENRE,
            "trkn": [(tags.number, 0)],
            "\xa9day": tags.day.isoformat(),
            "\xa9cmt": tags.summary,
            "desc": tags.summary,
            "stik": [_PODCAST],
            "pcst": True,
            "covr": [MP4Cover(tags.cover, MP4Cover.FORMAT_JPEG)],
        }
    )
    mp4.save(padding=lambda _: 0)


def _write_chapters(path: Path, marks: Sequence[Mark], language: str) -> None:
    """Copy the sound as it is into a file with chapters, which takes the place of the first."""
    given = ["-i", str(path), "-f", "ffmetadata", "-i", "pipe:0"]
    # The metadata of the chapters' side is none but their titles, which -1 would drop, too.
    taken = ["-map", "0:a", "-map_chapters", "1", "-map_metadata", "1", "-c", "copy"]
    made = ["-metadata:s:a:0", f"language={language}", "-fflags", "+bitexact", *CONTAINER]
    with atomic(path) as part:
        run(["-v", "error", "-y", *given, *taken, *made, str(part)], _ffmetadata(marks).encode())


def _ffmetadata(marks: Sequence[Mark]) -> str:
    """The chapters in ffmpeg's own form."""
    chapters = (
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={mark.start}\nEND={mark.end}\n"
        f"title={_escaped(mark.title)}\n"
        for mark in marks
    )
    return "".join([";FFMETADATA1\n", *chapters])


def _escaped(text: str) -> str:
    """A title for ffmpeg, which takes the end of a line after any backslash for escaped."""
    escaped = re.sub(r"([=;#\\])", r"\\\1", text)
    return f"{escaped} " if escaped.endswith("\\") else escaped
