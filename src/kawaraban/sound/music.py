"""Music files: how long and how loud they are, and as much of them as a span asks for.

pydub cuts loops and crosses their ends over, on 32 bits; files that are only played through are
read as they are heard, however long they are.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from kawaraban.errors import ShowError
from kawaraban.loudness import Audio, Meter
from kawaraban.model import Music
from kawaraban.sound import RATE

LONGEST = 1200.0
"""Seconds of a file that may lie under speech: it is held in memory, 230 MB of it."""
_BLOCK = 1 << 18
_FULL = float(1 << 31)


@dataclass(frozen=True, slots=True)
class Measured:
    """A sound file's length in seconds and its integrated loudness in LUFS."""

    seconds: float
    loudness: float


def measure(path: Path) -> Measured:
    """Listen through a sound file once.

    Raises:
        ShowError: it is no sound file that can be read, or silent.
    """
    meter, length = Meter(RATE), 0
    for block in stream(path):
        meter.feed(block)
        length += len(block)
    if not np.isfinite(meter.integrated):
        raise ShowError("the sound file is silent", where=path)
    return Measured(length / RATE, meter.integrated)


def stream(path: Path) -> Iterator[Audio]:
    """A sound file from its start, mono at RATE, in blocks of a few seconds.

    Raises:
        ShowError: it is no sound file that can be read.
    """
    try:
        with soundfile.SoundFile(path) as file:
            resampler = soxr.ResampleStream(file.samplerate, RATE, 1, dtype="float32")
            for block in file.blocks(_BLOCK, dtype="float32", always_2d=True):
                yield resampler.resample_chunk(block.mean(axis=1, dtype=np.float32))
            yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)
    except soundfile.LibsndfileError as error:
        raise ShowError(
            f"not a sound file that can be read: {error.error_string}",
            where=path,
            hint="use WAV, FLAC, OGG or MP3",
        ) from error


def read(path: Path) -> Audio:
    """A whole sound file, mono at RATE.

    Raises:
        ShowError: as `stream`, or it is too long to be held in memory.
    """
    blocks, length = list[Audio](), 0
    for block in stream(path):
        blocks.append(block)
        length += len(block)
        if length > LONGEST * RATE:
            raise ShowError(
                f"music under speech is at most {LONGEST / 60:.0f} minutes long",
                where=path,
                hint="it begins again at its end; or play it alone: [play FILE]",
            )
    return np.concatenate(blocks)


class Looped:
    """A piece of music of any length: its start, a part that repeats, and its end.

    With `closes`, it is cut so that the file's own end is the end; else its start is the start.
    """

    def __init__(self, path: Path, music: Music, length: int) -> None:
        self._length, self._joint = length, round(music.joint * RATE)
        changed = path.stat().st_mtime_ns
        self._head, self._round, self._tail = _parts(path, changed, music.loop, music.joint)
        if music.closes:
            self._head = self._head[:0]
        else:
            self._tail = self._tail[:0]

    def read(self, start: int, stop: int) -> Audio:
        """Samples [start, stop) of it; silence after the end of music that does not repeat."""
        made = np.zeros(stop - start, np.float32)
        at = np.arange(start, stop)
        body = self._length - len(self._tail)
        first = at < len(self._head)
        last = at >= body
        made[first & ~last] = self._head[at[first & ~last]]
        made[last] = self._tail[at[last] - body]
        if len(self._round):
            middle = ~first & ~last
            # A round begins with the joint, and the end follows right after one.
            origin = body - self._joint if len(self._tail) else len(self._head)
            made[middle] = self._round[(at[middle] - origin) % len(self._round)]
        return made


@lru_cache(maxsize=2)
def _parts(
    path: Path,
    changed: int,  # noqa: ARG001 - another version of the file is another file
    loop: tuple[float, float] | None,
    joint: float,
) -> tuple[Audio, Audio, Audio]:
    """A file's start, one round and its end; the two last ones are kept: intro and outro."""
    samples = read(path)
    return looped(samples, loop, joint) if loop else (samples, samples[:0], samples)


def looped(samples: Audio, loop: tuple[float, float], joint: float) -> tuple[Audio, Audio, Audio]:
    """Music as (up to the first repeat, one round, from the last repeat to the end).

    A round begins with the `joint` seconds in which the loop's end goes over into its start.
    """
    data = np.clip(samples * _FULL, -_FULL, _FULL - 256).astype("<i4")
    whole = _segment()(data=data.tobytes(), sample_width=4, frame_rate=RATE, channels=1)
    start, end, cross = _ms(loop[0]), min(_ms(loop[1]), len(whole)), _ms(joint)
    part = whole[start:end]
    twice = part.append(part, crossfade=cross)
    head = whole[: end - cross]
    round_ = twice[len(part) - cross : 2 * (len(part) - cross)]
    return _samples(head), _samples(round_), _samples(whole[start + cross :])


def _segment() -> Any:  # noqa: ANN401 - pydub is untyped
    """Pydub's AudioSegment.

    pydub looks for an ffmpeg on the path, and its audioop warns on Python 3.11 and 3.12: it is
    handed raw samples here and needs no ffmpeg, and from 3.13 on audioop-lts stands in.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment  # noqa: PLC0415 - only where music repeats
    return AudioSegment


def _samples(segment: Any) -> Audio:  # noqa: ANN401
    found = np.frombuffer(segment.raw_data, "<i4").astype(np.float32)
    return np.asarray(found / np.float32(_FULL))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
