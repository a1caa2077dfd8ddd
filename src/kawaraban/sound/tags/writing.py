"""Tags into a file, by the kind of file it is."""

from __future__ import annotations

from pathlib import Path

from kawaraban.sound.tags import id3, mp4, vorbis
from kawaraban.sound.tags.values import Tags

_WRITERS = {".mp3": id3.write, ".m4a": mp4.write, ".opus": vorbis.write}


def write_tags(path: Path, tags: Tags) -> None:
    """Write tags into a sound file that has none; the same tags give the same bytes.

    Titles, times and order of the chapters are the same in all formats. Their links are in MP3 and
    Opus, their pictures in MP3 alone: others have no place for them that players read.

    Raises:
        SoundError: ffmpeg could not write the chapters.
        OutputError: the file cannot be written.
    """
    _WRITERS[path.suffix](path, tags)
