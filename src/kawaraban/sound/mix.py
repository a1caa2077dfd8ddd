"""The mix, decided: where everything is heard and how loud. `track` makes the sound of it.

Voices stand at -24 LUFS and music a little below them; how much the whole is turned up to the
show's loudness is decided here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kawaraban.envelope import Envelope
from kawaraban.model import Clip, Mix, Script
from kawaraban.settings import Sound, Voice
from kawaraban.sound.beds import music_files, place_music
from kawaraban.sound.forecast import forecast
from kawaraban.sound.levels import levels
from kawaraban.sound.master import gain
from kawaraban.sound.music import measure
from kawaraban.sound.timeline import lay_out

MUSIC = -26.0
"""LUFS of music alone, before mastering: 2 LU below the voices."""


def mix(
    script: Script,
    clips: Sequence[Clip],
    voices: Mapping[str, Voice],
    sound: Sound,
    root: Path,
    heard: Callable[[str], Envelope],
) -> Mix:
    """Decide the mix of an episode.

    Args:
        script: what is said and played.
        clips: one for each line, in order.
        voices: by host id, for their gain.
        sound: the show's [sound].
        root: the show, for its music.
        heard: what was measured of a clip, by its key.

    Raises:
        ShowError: a music file cannot be read.
        SoundError: a host is silent throughout, or all of it.
    """
    music = {path: measure(root / path) for path in music_files(script, sound)}
    lengths = {path: one.seconds for path, one in music.items()}
    layout = lay_out(
        script,
        [clip.seconds for clip in clips],
        lengths,
        sound.lead if sound.intro else 0,
        sound.tail if sound.outro else 0,
    )
    speakers = tuple(line.speaker for line in script.lines)
    laid = Mix(
        seconds=layout.seconds,
        lines=layout.lines,
        chapters=layout.chapters,
        speakers=speakers,
        levels=levels(
            zip(speakers, clips, strict=True),
            {speaker: voice.gain for speaker, voice in voices.items()},
            heard,
        ),
        music=tuple(
            replace(piece, gain=round(MUSIC - music[piece.path].loudness, 3))
            for piece in place_music(layout, sound, lengths)
        ),
    )
    return replace(laid, gain=gain(forecast(laid, clips, sound, root, heard), sound))
