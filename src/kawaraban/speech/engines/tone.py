"""A hum whose length follows the text: eight beats a second, a breath for each mark.

It needs no weights and gives the same samples everywhere, so a producer can time a script before
the voices are cast, and tests can build whole shows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kawaraban.model import Utterance
from kawaraban.reading.kana import is_katakana, morae
from kawaraban.settings import Section, Voice
from kawaraban.speech.engine import Audio, Machine, Waveform

RATE = 24_000
BEAT = 0.125
"""Seconds: eight morae a second, the pace of Kokoro's Japanese voices (measured)."""
LETTERS = 3
"""Letters that take a beat in other languages."""
BREATH = 0.2
"""Seconds of silence for a mark."""


class Options(Section):
    """A hum has none."""


def make(voice: Voice, folder: Path, machine: Machine) -> Tone:
    """The engine; it has no use for files or a machine."""
    del folder, machine
    return Tone(voice)


@dataclass
class Tone:
    """The engine."""

    voice: Voice
    version: str = "2"
    device: str = "cpu"

    def speakers(self) -> tuple[str, ...]:
        """Any name will do: each has a pitch of its own."""
        return ()

    def spell(self, utterance: Utterance) -> tuple[str, ...]:
        """Words with spaces between them, each mark a word."""
        return (" ".join(word.kana for word in utterance.words) or utterance.text,)

    def load(self) -> None:
        """Nothing to load."""

    def speak(self, piece: str) -> Waveform:
        """A hum at the speaker's own pitch (100 to 300 Hz), silent at marks."""
        digest = hashlib.sha256(self.voice.speaker.encode()).digest()
        pitch = 100 + 200 * digest[0] / 255
        words = [self._word(word, pitch) for word in piece.split()]
        return Waveform(np.concatenate([np.zeros(0, np.float32), *words]), RATE)

    def _word(self, word: str, pitch: float) -> Audio:
        beats = (
            len(morae(word)) if is_katakana(word) else -(-sum(map(str.isalnum, word)) // LETTERS)
        )
        seconds = (BEAT * beats or BREATH) / self.voice.speed
        time = np.arange(round(RATE * seconds)) / RATE
        swell = 0.3 * np.sin(np.pi * np.arange(len(time)) / len(time)) * bool(beats)
        hum = np.sin(2 * np.pi * pitch * time) + 0.3 * np.sin(6 * np.pi * pitch * time)
        return np.asarray(swell * hum, np.float32)


def _beats(word: str) -> int:
    if is_katakana(word):
        return len(morae(word))
    return -(-sum(map(str.isalnum, word)) // LETTERS)
