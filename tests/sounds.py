"""Sounds and scripts made for tests."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import soundfile
from imageio_ffmpeg import get_ffmpeg_exe

from kawaraban.envelope import Envelope, envelope
from kawaraban.model import Chapter, Clip, Cue, Line, Loudness, Mix, Script, Text
from kawaraban.settings import Sound, Voice
from kawaraban.sound import RATE
from kawaraban.sound.mix import mix
from kawaraban.sound.track import track

VOICE = Voice(engine="tone", license="-", credit="-")
SPOKEN = 24_000


def line(speaker: str, text: str = "はい。") -> Line:
    return Line(speaker, (Text(text),), 1)


def script(*chapters: list[Cue]) -> Script:
    made = tuple(Chapter(f"章{at}", tuple(cues), 1) for at, cues in enumerate(chapters))
    return Script(1, "題", date(2023, 11, 24), "", made)


def hum(seconds: float, level: float = 0.1, pitch: float = 220, rate: int = RATE) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * pitch * time)).astype(np.float32)


def babble(seconds: float, level: float = 0.1, pitch: float = 120, seed: int = 1) -> np.ndarray:
    """Something like speech at SPOKEN Hz: a buzz and hiss in syllables, with silence between."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * SPOKEN)) / SPOKEN
    phases = random.uniform(0, 2 * np.pi, 20)
    buzz = sum(np.sin(2 * np.pi * pitch * k * time + phases[k]) / k for k in range(1, 20))
    points = np.arange(0, seconds + 0.1, 0.1)
    loud = np.interp(time, points, random.uniform(0.5, 1, len(points)))
    syllables = np.sqrt(np.maximum(0, np.sin(2 * np.pi * 4 * time))) * loud
    sound = np.tanh((buzz + random.normal(0, 0.2, len(time))) * syllables)
    return (level * sound / np.abs(sound).max()).astype(np.float32)


@dataclass
class Studio:
    """Clips in memory, music in a folder, and the mix of them."""

    root: Path
    sound: Sound = field(default_factory=Sound)
    kept: dict[str, tuple[np.ndarray, int]] = field(default_factory=dict)

    def clip(self, samples: np.ndarray, rate: int = SPOKEN) -> Clip:
        key = f"clip{len(self.kept)}"
        self.kept[key] = samples, rate
        return Clip(key, len(samples) / rate)

    def music(self, name: str, samples: np.ndarray, rate: int = RATE) -> Path:
        soundfile.write(self.root / name, samples, rate)
        return Path(name)

    def mixed(
        self, made: Script, clips: list[Clip], voices: Mapping[str, Voice] | None = None
    ) -> Mix:
        cast = voices or {line.speaker: VOICE for line in made.lines}
        return mix(made, clips, cast, self.sound, self.root, self.heard)

    def heard(self, key: str) -> Envelope:
        return envelope(*self.kept[key])

    def blocks(self, mixed: Mix, clips: list[Clip]) -> list[np.ndarray]:
        read: Callable[[str], tuple[np.ndarray, int]] = self.kept.__getitem__
        return list(track(mixed, clips, self.sound, self.root, read))

    def track(self, made: Script, clips: list[Clip]) -> tuple[Mix, np.ndarray]:
        mixed = self.mixed(made, clips)
        return mixed, np.concatenate(self.blocks(mixed, clips))


def level(samples: np.ndarray, start: float, end: float) -> float:
    """Mean power of a part, dB."""
    part = samples[round(start * RATE) : round(end * RATE)]
    return float(10 * np.log10((part**2).mean() + 1e-12))


def measure(path: Path) -> Loudness:
    """Loudness of any sound file by EBU R 128, as ffmpeg measures it."""
    graph = ["-filter_complex", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    command = [get_ffmpeg_exe(), "-nostdin", "-i", str(path), *graph]
    said = subprocess.run(command, capture_output=True, check=True).stderr.decode(errors="replace")
    values = dict(re.findall(r"(I|LRA|Peak):\s+(-?inf|-?[\d.]+)", said[said.rindex("Summary:") :]))
    return Loudness(float(values["I"]), float(values["Peak"]), float(values["LRA"]))
