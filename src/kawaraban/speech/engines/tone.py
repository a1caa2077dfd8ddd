"""A hum whose length follows the text: eight morae a second, a breath for each mark.

It needs no weights and gives the same samples everywhere, so a producer can time a script before
the voices are cast, and tests can build whole shows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from kawaraban.model import Utterance, Word
from kawaraban.reading.kana import morae
from kawaraban.settings import Voice
from kawaraban.speech.engine import Audio

MORA = 0.125
"""Seconds: eight morae a second, the pace of Kokoro's Japanese voices (measured)."""
BREATH = 0.2
"""Seconds of silence for a mark."""


@dataclass
class Tone:
    """The engine."""

    sample_rate: int = 24_000
    version: str = "1"
    speakers: tuple[str, ...] = ()

    def speak(self, utterance: Utterance, voice: Voice) -> Audio:
        """A hum at the speaker's own pitch (100 to 300 Hz), silent at marks."""
        digest = hashlib.sha256(voice.speaker.encode()).digest()
        pitch = 100 + 200 * digest[0] / 255
        return np.concatenate([self._word(word, pitch, voice.speed) for word in utterance.words])

    def _word(self, word: Word, pitch: float, speed: float) -> Audio:
        seconds = BREATH if word.mark else MORA * len(morae(word.kana))
        time = np.arange(round(self.sample_rate * seconds / speed)) / self.sample_rate
        if word.mark:
            return np.zeros(len(time), np.float32)
        swell = np.sin(np.pi * np.arange(len(time)) / len(time))
        hum = (
            0.3
            * swell
            * (np.sin(2 * np.pi * pitch * time) + 0.3 * np.sin(6 * np.pi * pitch * time))
        )
        return hum.astype(np.float32)


def make(threads: int) -> Tone:
    """The engine; it has no use for threads."""
    del threads
    return Tone()
