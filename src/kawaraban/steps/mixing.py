"""The steps in which clips and music become sound."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING

from kawaraban import __version__
from kawaraban.model import (
    Chapter,
    Clip,
    EncodedFile,
    Line,
    Mix,
    MusicStart,
    MusicStop,
    Pause,
    Play,
)
from kawaraban.sound.beds import music_files
from kawaraban.sound.formats import audio_path
from kawaraban.sound.timeline import ending
from kawaraban.steps.work import Work
from kawaraban.store import file_hash

if TYPE_CHECKING:
    from kawaraban.loudness import Audio


def mix(work: Work, clips: tuple[Clip, ...]) -> Mix:
    """Decide where everything is heard, and how loud."""
    show, script = work.show, work.script
    voices = {id_: part.voice for id_, part in work.parts.items()}
    inputs = {
        "the clips": clips,
        "the cues": [_shape(chapter) for chapter in script.chapters],
        "[sound]": show.sound.model_dump(exclude=_FILES),
        "the gain": {id_: voice.gain for id_, voice in voices.items()},
        "the music": _music(work),
        "the mixer": __version__,
    }

    def make() -> Mix:
        from kawaraban.sound.mix import mix  # noqa: PLC0415

        return mix(script, clips, voices, show.sound, work.places.root, work.sounds.envelope)

    return work.ledger.step(
        "mix",
        Mix,
        inputs,
        make,
        lambda _: (),
        before=lambda: work.sounds.require(clip.key for clip in clips),
    )


_FILES = {"formats", "bitrate", "opus_bitrate", "credit"}
"""What of [sound] the mix has nothing to do with."""


def _music(work: Work) -> dict[str, str]:
    """The content of every sound file that is played."""
    files = music_files(work.script, work.show.sound)
    return {str(path): file_hash(work.places.root / path) for path in files}


def _shape(chapter: Chapter) -> list[object]:
    """What of a chapter the mix depends on: who speaks, not what is said, nor on which line."""
    shape: list[object] = []
    for cue in chapter.cues:
        match cue:
            case Line(speaker=speaker):
                shape.append((speaker, ending(cue)))
            case Play(path=path):
                shape.append({"play": path})
            case Pause(seconds=seconds):
                shape.append({"pause": seconds})
            case MusicStart(path=path):
                shape.append({"music": path})
            case MusicStop():
                shape.append({"music": "stop"})
    return shape


def encode(work: Work, clips: tuple[Clip, ...], mixed: Mix) -> tuple[EncodedFile, ...]:
    """Make the sound of a mix, master it, and encode it in every format that the show asks for."""
    sound, root, folder = work.show.sound, work.places.root, work.ledger.folder
    inputs = {
        "the clips": [clip.key for clip in clips],
        "the mix": mixed,
        "the music": _music(work),
        "[sound]": sound.model_dump(exclude={"credit"}),
        "the encoder": (__version__, version("imageio-ffmpeg")),
    }

    def make() -> tuple[EncodedFile, ...]:
        from kawaraban.sound.encode import encode  # noqa: PLC0415
        from kawaraban.sound.track import track  # noqa: PLC0415

        def blocks() -> Iterator[Audio]:
            return track(mixed, clips, sound, root, work.sounds.read)

        return encode(blocks, mixed.gain, sound, folder)

    return work.ledger.step(
        "encode",
        tuple[EncodedFile, ...],
        inputs,
        make,
        lambda made: [audio_path(folder, file.format) for file in made],
        before=lambda: work.sounds.require(clip.key for clip in clips),
    )
