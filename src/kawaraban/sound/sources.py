"""What is heard on a track, each able to give any stretch of itself in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import soxr

from kawaraban.cache import Read
from kawaraban.loudness import Audio, factor
from kawaraban.model import Clip, Level, Music, Span
from kawaraban.sound import RATE
from kawaraban.sound.ducking import ducked
from kawaraban.sound.fades import edged, ramps
from kawaraban.sound.levels import levelled
from kawaraban.sound.music import Looped, stream
from kawaraban.sound.room import room_tone

ROOM_FADE = 1.0
"""Seconds in which room tone comes and goes."""
_GRID = RATE // 100
"""Samples from one value of the ducking to the next; straight lines between them."""


class Source(Protocol):
    """Something on the track."""

    def heard(self, start: int, stop: int) -> Audio:
        """Samples [start, stop), counted from where it begins; each call goes on from the last."""
        ...


class Said:
    """A clip at its speaker's level, opened when it is first heard."""

    def __init__(self, clip: Clip, level: Level, opened: Read) -> None:
        self._clip, self._level, self._opened = clip, level, opened

    @cached_property
    def _samples(self) -> Audio:
        samples, rate = self._opened(self._clip.key)
        said = levelled(samples, rate, self._level)
        return edged(np.asarray(soxr.resample(said, rate, RATE), np.float32))

    def heard(self, start: int, stop: int) -> Audio:
        """As `Source`; silence where rounding asks for a sample more than there is."""
        return _filled(self._samples[start:stop], stop - start)


class Bed:
    """Music that steps back by `duck` dB for what is in the foreground."""

    def __init__(
        self, music: Music, length: int, foreground: Sequence[Span], duck: float, root: Path
    ) -> None:
        self._music, self._length, self._foreground = music, length, foreground
        self._duck, self._root = duck, root

    @cached_property
    def _piece(self) -> Looped:
        return Looped(self._root / self._music.path, self._music, self._length)

    def heard(self, start: int, stop: int) -> Audio:
        """As `Source`."""
        gain = self._gain(start, stop) * factor(self._music.gain)
        return self._piece.read(start, stop) * gain

    def _gain(self, start: int, stop: int) -> Audio:
        grid = np.arange(start // _GRID, stop // _GRID + 2) * _GRID
        times = self._music.span.start + grid / RATE
        stepped = 10 ** (ducked(times, self._foreground, self._duck) / 20)
        gain = np.interp(np.arange(start, stop), grid, stepped).astype(np.float32)
        return gain * ramps(start, stop, self._length, *self._music.fades)


class Played:
    """A file that is played in the foreground, read as it is heard, however long."""

    def __init__(self, music: Music, length: int, root: Path) -> None:
        self._music, self._length = music, length
        self._blocks = stream(root / music.path)
        self._rest = np.zeros(0, np.float32)

    def heard(self, start: int, stop: int) -> Audio:
        """As `Source`."""
        while len(self._rest) < stop - start and (more := next(self._blocks, None)) is not None:
            self._rest = np.concatenate([self._rest, more])
        found, self._rest = self._rest[: stop - start], self._rest[stop - start :]
        gain = ramps(start, stop, self._length, 0, 0) * factor(self._music.gain)
        return _filled(found, stop - start) * gain


class Room:
    """Room tone at so many LUFS."""

    def __init__(self, loudness: float, length: int) -> None:
        self._tone, self._length = room_tone(loudness), length

    def heard(self, start: int, stop: int) -> Audio:
        """As `Source`."""
        heard = self._tone[np.arange(start, stop) % len(self._tone)]
        return heard * ramps(start, stop, self._length, ROOM_FADE, ROOM_FADE)


def _filled(samples: Audio, length: int) -> Audio:
    return np.pad(samples, (0, length - len(samples)))
