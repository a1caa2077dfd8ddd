"""Music under and around speech: pydub segments, faded, ducked, cut to measure.

Segments are short (a minute or so), mono, 16 bits at the mix's rate.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from kawaraban.errors import ShowError
from kawaraban.loudness import integrated
from kawaraban.sound import RATE

with warnings.catch_warnings():
    # pydub looks for an ffmpeg on the path, and its audioop warns on Python 3.11 and 3.12: it is
    # handed raw samples here and needs no ffmpeg, and from 3.13 on audioop-lts stands in.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

Audio = NDArray[np.float32]
Segment = Any
"""A pydub.AudioSegment; the package is untyped."""

MUSIC = -26.0
"""LUFS of music alone, before mastering: 2 LU below the voices."""
RAMP = 0.6
"""Seconds in which music steps back for a voice, or comes forward again."""
FADE = 3.0
"""Seconds in which music goes out under speech."""
JOINT = 0.02
"""Seconds of crossfade where a loop begins again."""
_FULL = 32_767


def read_music(path: Path) -> Audio:
    """A sound file as mono samples at the mix's rate, at the loudness of music, shape [n].

    Raises:
        ShowError: it is no sound file that can be read, or silent.
    """
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise ShowError(
            f"not a sound file that can be read: {error.error_string}",
            where=path,
            hint="use WAV, FLAC, OGG or MP3",
        ) from error
    mono = soxr.resample(samples.mean(axis=1), rate, RATE)
    measured = integrated(mono, RATE)
    if not np.isfinite(measured):
        raise ShowError("the sound file is silent", where=path)
    return np.asarray(mono * 10 ** ((MUSIC - measured) / 20), np.float32)


def to_segment(samples: Audio) -> Segment:
    """Samples as a pydub segment."""
    whole = (np.clip(samples, -1, 1) * _FULL).astype("<i2")
    return AudioSegment(data=whole.tobytes(), sample_width=2, frame_rate=RATE, channels=1)


def to_samples(segment: Segment) -> Audio:
    """A pydub segment as samples."""
    return np.frombuffer(segment.raw_data, "<i2").astype(np.float32) / np.float32(_FULL)


def intro(
    theme: Segment, lead: float, spoken: float, duck: float, loop: tuple[float, float] | None
) -> Segment:
    """Music from the first second: alone for `lead` seconds, then under `spoken` seconds of speech.

    It repeats `loop` while it must, or fades at its own end.
    """
    wanted = _ms(lead + spoken)
    bed = theme
    if loop is not None:
        bed = theme[: _ms(loop[1])]
        while len(bed) < wanted:
            bed = bed.append(theme[_ms(loop[0]) : _ms(loop[1])], crossfade=_ms(JOINT))
    bed = bed[:wanted]
    if lead > 0:
        bed = bed.fade(to_gain=duck, start=max(0, _ms(lead - RAMP)), end=_ms(lead))
    else:
        bed = bed + duck
    return bed.fade_out(min(_ms(FADE), len(bed)))


def outro(
    theme: Segment, spoken: float, tail: float, duck: float, loop: tuple[float, float] | None
) -> Segment:
    """Music that comes in under `spoken` seconds of speech and ends `tail` seconds after it.

    It always closes with the theme's own ending.
    """
    wanted = _ms(spoken + tail)
    bed = theme
    if loop is not None:
        part = theme[_ms(loop[0]) : _ms(loop[1])]
        bed = theme[_ms(loop[0]) :]
        while len(bed) < wanted:
            bed = part.append(bed, crossfade=_ms(JOINT))
    bed = bed[-wanted:]
    after = min(_ms(tail), len(bed))
    turn = len(bed) - after
    bed = bed.fade(from_gain=duck, start=turn, end=min(len(bed), turn + _ms(RAMP)))
    return bed.fade_in(min(_ms(FADE), max(1, turn)))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
