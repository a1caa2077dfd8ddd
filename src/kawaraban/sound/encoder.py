"""ffmpeg, encoding a track to a file and decoding one to measure it as listeners hear it.

Sound goes to it as 32-bit floats, which its encoders take as they are: nothing is cut down to 16
bits on the way. What was encoded is decoded afterwards: while that ran beside the encoder, on two
cores, both together took as long as one after the other, and it is the finished file that counts.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple, Self, cast

import numpy as np
import soundfile

from kawaraban.blocks import ahead, beside
from kawaraban.loudness import Audio, Meter, factor
from kawaraban.model import Loudness
from kawaraban.peaks import Peaks, peaks_between
from kawaraban.sound import RATE
from kawaraban.sound.ffmpeg import failed, ffmpeg
from kawaraban.sound.formats import Format

_RAW = ("-f", "f32le", "-ar", str(RATE), "-ac", "1")
_BLOCK = 10 * RATE
"""Samples that are measured at a time."""


class _Ffmpeg:
    """An ffmpeg that sound is sent to or comes from; to be used as a context."""

    def __init__(self, *arguments: str) -> None:
        self._said = TemporaryFile()  # noqa: SIM115 - closed at the end of our own context
        self._process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            [*ffmpeg(), "-v", "error", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )
        self.stdin = cast("IO[bytes]", self._process.stdin)
        self.stdout = cast("IO[bytes]", self._process.stdout)

    def __enter__(self) -> Self:
        return self

    def finish(self) -> None:
        """Wait until it has done its work.

        Raises:
            SoundError: it failed; the last thing it said.
            OutputError: the disk is full.
        """
        with suppress(BrokenPipeError):
            self.stdin.close()
        if code := self._process.wait():
            self._said.seek(0)
            raise failed(code, self._said.read())

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for end in (self.stdin, self.stdout, self._said):
            with suppress(BrokenPipeError):
                end.close()


class Encoder(_Ffmpeg):
    """Writes one format to `path`, at so many kbit/s."""

    def __init__(self, form: Format, bitrate: int, path: Path) -> None:
        self._scale = np.float32(1 / form.scale)
        super().__init__("-y", *_RAW, "-i", "pipe:0", *form.arguments(bitrate), str(path))

    def write(self, block: Audio) -> None:
        """Encode more of the track."""
        with suppress(BrokenPipeError):  # ffmpeg gave up: `finish` tells why
            self.stdin.write((block * self._scale).astype("<f4", copy=False).tobytes())


class Heard(NamedTuple):
    """What was measured of an encoded file."""

    loudness: Loudness
    peaks: Peaks
    """Of each tick, linear: true peaks where they are above the highest that was asked for."""


def heard(path: Path, highest: float) -> Heard:
    """How loud an encoded file is, and where its true peaks are above `highest` dBTP.

    Raises:
        SoundError: ffmpeg failed.
    """
    with closing(ahead(_decoded(path))) as decoded:
        return measured(decoded, float(factor(highest)))


def _decoded(path: Path) -> Iterator[Audio]:
    """An encoded file's sound: libsndfile takes a third of ffmpeg's time, and knows no AAC."""
    if path.suffix != ".m4a":
        with soundfile.SoundFile(path) as file:
            yield from file.blocks(_BLOCK, dtype="float32")
        return
    with _Ffmpeg("-i", str(path), *_RAW, "-") as decoder:
        while found := decoder.stdout.read(_BLOCK * 4):
            yield np.frombuffer(found, "<f4")
        decoder.finish()


def measured(blocks: Iterable[Audio], floor: float) -> Heard:
    """Loudness and true peak, to hundredths, of sound at RATE in blocks of whole ticks.

    Each true peak above `floor` (linear) is measured, and below it the highest.
    """
    meter, peaks, highest = Meter(RATE), list[Peaks](), 1e-6
    for before, block, after in beside(blocks):
        meter.feed(block)
        found = peaks_between(before, block, after, RATE, min(highest, floor))
        highest = max(highest, float(found.max(initial=0.0)))
        peaks.append(found.astype(np.float16))
    peak = round(20 * float(np.log10(highest)), 2)
    loudness = Loudness(round(meter.integrated, 2), peak, round(meter.range, 2))
    return Heard(loudness, np.concatenate(peaks))
