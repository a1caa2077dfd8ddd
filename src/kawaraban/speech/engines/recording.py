"""Lines that a person recorded: `anna: words [take opening.wav]` plays voices/anna/opening.wav.

Takes of different days and rooms are brought to one loudness and lose the silence around their
words. The script's text goes into the transcript as everywhere else; a whole chapter may be one
line.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from kawaraban.documents import nearest
from kawaraban.errors import EngineError, ShowError
from kawaraban.loudness import integrated
from kawaraban.model import Utterance
from kawaraban.settings import Section, Voice
from kawaraban.speech.engine import Audio, Machine, Waveform
from kawaraban.store import file_hash

RATE = 48_000
LEVEL = -23.0
"""LUFS to which each take is brought (EBU R 128): 20 dB of room for its peaks."""
FLOOR = -50.0
"""dBFS after levelling, in frames of 20 ms: quieter is the room, not the voice. Measured on
OpenJTalk's speech in white noise 30 to 60 dB below it: 0.11 to 0.16 s is left around the words."""
FRAME = 0.02
BREATH = 0.1
"""Seconds kept around the words."""


class Options(Section):
    """A recording has none."""


def make(voice: Voice, folder: Path, machine: Machine) -> Recording:
    """The engine.

    Raises:
        ShowError: the voice asks for what a recording cannot do.
    """
    del machine
    if voice.speed != 1 or voice.pitch or voice.speaker:
        raise ShowError("a recording has its own speaker, speed and pitch", hint="leave them out")
    return Recording(folder)


@dataclass
class Recording:
    """The engine."""

    folder: Path
    version: str = ""
    """What is heard is in the takes, whose hashes `spell` gives."""
    device: str = "cpu"

    def speakers(self) -> tuple[str, ...]:
        """One, who needs no name."""
        return ()

    def spell(self, utterance: Utterance) -> tuple[str, ...]:
        """The hash and the path of the take.

        Raises:
            ShowError: the line names none, or one that is not there.
        """
        take = utterance.take
        if take is None:
            raise ShowError("the line has no take", hint=f"record it and write {self._example()}")
        if not (self.folder / take).is_file():
            there = [str(path.relative_to(self.folder)) for path in self.folder.rglob("*.*")]
            where = self.folder / take
            raise ShowError("there is no such take", where=where, hint=nearest(str(take), there))
        return (f"{file_hash(self.folder / take)} {take}",)

    def _example(self) -> str:
        return f"[take FILE] at its end; files are looked for in {self.folder}"

    def load(self) -> None:
        """Nothing to load."""

    def speak(self, piece: str) -> Waveform:
        """A take at 48 kHz: mono, at LEVEL, without the silence around it.

        Raises:
            EngineError: it is no sound, or silent.
        """
        path = self.folder / piece.partition(" ")[2]
        words = words_of(level(decode(path), path))
        return Waveform(level(words, path), RATE)  # by the words, not the silence at their edges


def decode(path: Path) -> Audio:
    """Any sound file that ffmpeg reads as mono samples at RATE, shape [n].

    Raises:
        EngineError: it is none.
    """
    run = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [
            *(imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-i", str(path)),
            *("-map", "0:a:0", "-ac", "1", "-ar", str(RATE), "-f", "f32le", "pipe:1"),
        ],
        capture_output=True,
        check=False,
    )
    if run.returncode or not run.stdout:
        said = run.stderr.decode(errors="replace").strip().splitlines()[-1:]
        cause = "not a sound file that can be read" + "".join(f": {line}" for line in said)
        raise EngineError(cause, where=path, hint="use WAV, FLAC, MP3 or M4A")
    return np.frombuffer(run.stdout, "<f4").copy()


def level(sound: Audio, path: Path) -> Audio:
    """Sound at LEVEL LUFS.

    Raises:
        EngineError: it is silent.
    """
    measured = integrated(sound, RATE)
    if not np.isfinite(measured):
        raise EngineError("the take is silent", where=path, hint="record it again")
    return np.asarray(sound * 10 ** ((LEVEL - measured) / 20), np.float32)


def words_of(sound: Audio) -> Audio:
    """Sound from a breath before its first word to a breath after its last."""
    width = round(FRAME * RATE)
    padded = np.pad(sound, (0, -len(sound) % width))
    power = np.square(padded.reshape(-1, width)).mean(axis=1)
    loud = np.flatnonzero(power > 10 ** (FLOOR / 10))
    if not len(loud):
        return sound
    keep = round(BREATH * RATE)
    return sound[max(0, loud[0] * width - keep) : (loud[-1] + 1) * width + keep]
