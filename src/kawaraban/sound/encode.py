"""The published files: every format from one mastered track, each measured after encoding.

Sound goes to ffmpeg as 32-bit floats, which its encoders take as they are: nothing is cut down to
16 bits on the way.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple, Self, cast

import numpy as np
from mutagen import File as MediaFile

from kawaraban.errors import SoundError
from kawaraban.loudness import Audio
from kawaraban.model import EncodedFile, Loudness
from kawaraban.settings import Sound
from kawaraban.sound import RATE
from kawaraban.sound.ffmpeg import FFMPEG, failed
from kawaraban.sound.formats import FORMATS, path_in
from kawaraban.sound.master import Tape, mastered, record, setting
from kawaraban.store import atomic

TOLERANCE = 1.0
"""LU: Apple asks for -16 LUFS, give or take 1."""
HEADROOM, MARGIN = 0.9, 0.2
"""dB kept below the ceiling for what encoding adds to peaks, and on top where it added more."""
NEAR = 0.25
"""LU by which an encoded file may differ from what is asked for without another attempt: what is
measured is rounded to tenths."""
ATTEMPTS = 4
"""One does for speech; hiss, of which encoders keep little, takes two."""


def encode(blocks: Iterable[Audio], sound: Sound, folder: Path) -> tuple[EncodedFile, ...]:
    """Master a track and encode it in every format of the show.

    Args:
        blocks: the track, mono at RATE.
        sound: the show's [sound].
        folder: where the files are kept; each is whole or absent.

    Raises:
        SoundError: the track is silent, ffmpeg failed, or a file misses the show's loudness or
            true peak, or the track's length.
        OutputError: a file cannot be written.
    """
    with ExitStack() as stack:
        tape = record(blocks, stack.enter_context(_scratch(folder)))
        parts: dict[str, Path] = {
            name: stack.enter_context(atomic(path_in(folder, name))) for name in sound.formats
        }
        measured = _encode(tape, sound, parts)
        for name in sound.formats:
            _check(name, measured[name], sound)
    return tuple(EncodedFile(name, measured[name]) for name in sound.formats)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A file for the track, gone afterwards; what a killed build left is written over."""
    path = folder / ".track.f32"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _encode(tape: Tape, sound: Sound, parts: dict[str, Path]) -> dict[str, Loudness]:
    """Encode, and again where an encoder added to peaks or took from loudness; how loud it is."""
    aims = dict.fromkeys(parts, Aim(sound.loudness, sound.true_peak - HEADROOM))
    measured: dict[str, Loudness] = {}
    for _ in range(ATTEMPTS):
        for aim in dict.fromkeys(aims.values()):
            files = {name: parts[name] for name in aims if aims[name] == aim}
            measured |= _write(mastered(tape, setting(tape, *aim)), sound, files)
        again = {name: better(aim, measured[name], sound) for name, aim in aims.items()}
        aims = {name: aim for name, aim in again.items() if aim is not None}
        if not aims:
            break
    return measured


class Aim(NamedTuple):
    """What a track is mastered for: LUFS, dBTP."""

    loudness: float
    ceiling: float


def better(aim: Aim, found: Loudness, sound: Sound) -> Aim | None:
    """What to aim at after what was found of an encoded file; None where it is good."""
    over = found.true_peak - sound.true_peak
    missing = sound.loudness - found.integrated
    if over <= 0 and abs(missing) <= NEAR:
        return None
    return Aim(aim.loudness + missing, aim.ceiling - max(0.0, over + MARGIN if over > 0 else 0.0))


def _check(name: str, measured: Loudness, sound: Sound) -> None:
    far = abs(measured.integrated - sound.loudness) > TOLERANCE
    if far or measured.true_peak > sound.true_peak:
        raise SoundError(
            f"the encoded {name} has {measured.integrated:.1f} LUFS and {measured.true_peak:.1f} "
            f"dBTP; asked for were {sound.loudness:.1f} and at most {sound.true_peak:.1f}",
            hint="set another loudness or true_peak in [sound], or even out the voices' gain",
        )


# ── ffmpeg ───────────────────────────────────────────────────────────────────────────────────────


def _write(track: Iterable[Audio], sound: Sound, files: dict[str, Path]) -> dict[str, Loudness]:
    """Feed a track to an encoder for each file, all at once; what was measured of each."""
    written = 0
    with ExitStack() as stack:
        encoders = {
            name: stack.enter_context(_Encoder(name, sound, path)) for name, path in files.items()
        }
        for block in track:
            written += len(block)
            for encoder in encoders.values():
                encoder.write(block)
        measured = {name: encoder.finish() for name, encoder in encoders.items()}
    for name, path in files.items():
        found, wanted = float(MediaFile(path).info.length), written / RATE
        if abs(found - wanted) > FORMATS[name].tolerance:
            raise SoundError(f"the encoded {name} has {found:.2f} s of {wanted:.2f} s of sound")
    return measured


class _Encoder:
    """An ffmpeg that encodes to a file, and decodes what it encoded to measure it by EBU R 128."""

    def __init__(self, name: str, sound: Sound, path: Path) -> None:
        self._scale = np.float32(1 / FORMATS[name].scale)
        bitrate = sound.opus_bitrate if name == "opus" else sound.bitrate
        source = ("-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0")
        made = ("-map", "0:a", *FORMATS[name].arguments(bitrate), str(path))
        meter = ("-dec", "0:0", "-filter_complex", f"[dec:0]{METER}[heard]", "-map", "[heard]")
        self._said = TemporaryFile()  # noqa: SIM115 - closed at the end of our own context
        self._process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            [*FFMPEG, *_PLAIN, *source, *made, *meter, "-f", "null", "-"],
            stdin=subprocess.PIPE,
            stderr=self._said,
        )

    def __enter__(self) -> Self:
        return self

    def write(self, block: Audio) -> None:
        """Encode more of the track."""
        with suppress(BrokenPipeError):  # ffmpeg gave up: `finish` tells why
            self._feed.write((block * self._scale).astype("<f4", copy=False).tobytes())

    def finish(self) -> Loudness:
        """What was measured, once everything is encoded.

        Raises:
            SoundError: ffmpeg failed.
        """
        with suppress(BrokenPipeError):
            self._feed.close()
        self._process.wait()
        self._said.seek(0)
        said = self._said.read()
        if self._process.returncode:
            raise failed(said)
        return _loudness(said.decode(errors="replace"))

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._feed.close()
        self._said.close()

    @property
    def _feed(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdin)


METER = "ebur128=peak=true:framelog=quiet"
"""ffmpeg's filter that measures."""
_PLAIN = ("-nostats", "-v", "info", "-y")


def _loudness(said: str) -> Loudness:
    """What ffmpeg's meter said at its end."""
    summary = said[said.rindex("Summary:") :]
    values = dict(re.findall(r"(I|LRA|Peak):\s+(-?inf|nan|-?[\d.]+)", summary))
    return Loudness(float(values["I"]), float(values["Peak"]), float(values["LRA"]))
