"""Mastering: one loudness for the whole programme, and no peak above the ceiling.

The track is recorded once, and its envelope on the way; the gain that brings it to a loudness
follows from that, and so it is gone through once more, however hard the limiter has to work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kawaraban.errors import OutputError, SoundError
from kawaraban.loudness import Audio, Meter, factor, tick
from kawaraban.sound import RATE
from kawaraban.sound.envelope import Envelope, settle
from kawaraban.sound.limiter import Peaks, stretch, true_peaks, turned_down

AUDIBLE = 0.05
"""True peaks are looked for above this (linear): the tracks of `mix` are turned up by some 8 dB, so
what is lower is never held."""

SLACK = 8.0
"""dB put on a track, at most, for what the limiter takes: what needs more is all peaks."""
_BLOCK = 10 * RATE


@dataclass(frozen=True, slots=True)
class Tape:
    """A track in a file: 32-bit floats at RATE."""

    path: Path
    envelope: Envelope

    def blocks(self) -> Iterator[Audio]:
        """The track again."""
        with self.path.open("rb") as file:
            while len(samples := np.fromfile(file, "<f4", _BLOCK)):
                yield samples


@dataclass(frozen=True, slots=True)
class Setting:
    """How a track is mastered: turned up by `gain` dB, and held at `ceiling` dBTP."""

    gain: float
    ceiling: float


def record(track: Iterable[Audio], path: Path) -> Tape:
    """Write a track to a file and measure it on the way.

    Args:
        track: blocks of whole ticks, but for the last one.
        path: the file.

    Raises:
        SoundError: the track is silent.
        OutputError: the disk is full.
    """
    meter, peaks = Meter(RATE), list[Peaks]()
    try:
        with path.open("wb") as file:
            for block in track:
                file.write(block.astype("<f4", copy=False).tobytes())
                meter.feed(block)
                peaks.append(true_peaks(block, RATE, AUDIBLE).astype(np.float16))
    except OSError as error:
        raise OutputError(
            f"the mix cannot be written: {error.strerror or error}",
            where=path,
            hint="make room on the disk: an hour of sound takes 700 MB while it is mastered",
        ) from error
    if not np.isfinite(meter.integrated):
        raise SoundError("the mix is silent", hint="check the voices and their gain")
    return Tape(path, Envelope(meter.powers.astype(np.float32), np.concatenate(peaks)))


def setting(tape: Tape, loudness: float, ceiling: float) -> Setting:
    """What brings a track to `loudness` LUFS with no true peak above `ceiling` dBTP."""
    gain = settle([tape.envelope], loudness, ceiling, SLACK)
    return Setting(gain, ceiling)


def mastered(tape: Tape, how: Setting) -> Iterator[Audio]:
    """The track as it is set, in blocks."""
    ticks = _BLOCK // tick(RATE)
    gain, most = float(factor(how.gain)), float(factor(how.ceiling))
    for at, samples in enumerate(tape.blocks()):
        start, stop = at * ticks, (at + 1) * ticks + 1
        curve = stretch(tape.envelope.peaks, most, start, stop, gain)
        yield turned_down(samples * np.float32(gain), RATE, curve)
