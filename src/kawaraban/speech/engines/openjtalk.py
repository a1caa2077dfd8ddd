"""OpenJTalk's HTS voice, which comes with pyopenjtalk-plus: Japanese in a tenth of its length.

It is given our reading, kana and accents, not the text, so names sound in a draft as they will in
the show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from kawaraban.errors import EngineError, ShowError
from kawaraban.model import Utterance
from kawaraban.reading.accents import Phrase, notation, parse, phrases
from kawaraban.settings import Section, Voice
from kawaraban.speech.engine import Machine, Waveform
from kawaraban.speech.pieces import phrase_runs

if TYPE_CHECKING:
    from pyopenjtalk.types import NJDFeature

LONGEST = 120
"""Morae said at once: more, and memory grows."""
PEAK = 32_768
"""The synthesiser's samples are those of 16-bit sound."""


class Options(Section):
    """OpenJTalk has one voice and no options."""


def make(voice: Voice, folder: Path, machine: Machine) -> OpenJTalk:
    """The engine.

    Raises:
        ShowError: a language other than Japanese, or a speaker.
    """
    del folder, machine
    if voice.language != "ja" or voice.speaker:
        raise ShowError("engine openjtalk has one speaker, of Japanese", hint="mend the voice")
    return OpenJTalk(voice)


@dataclass
class OpenJTalk:
    """The engine."""

    voice: Voice
    device: str = "cpu"

    @property
    def version(self) -> str:
        """pyopenjtalk-plus's version: the voice comes with it."""
        return package_version("pyopenjtalk-plus")

    def speakers(self) -> tuple[str, ...]:
        """One, without a name."""
        return ()

    def spell(self, utterance: Utterance) -> tuple[str, ...]:
        """Kana with accents; long sentences in pieces, at their pauses."""
        return tuple(notation(run) for run in phrase_runs(phrases(utterance.words), LONGEST))

    def load(self) -> None:
        """Load the voice (0.1 s)."""
        self.speak("ア'")

    def speak(self, piece: str) -> Waveform:
        """Kana with accents as sound at 48 kHz.

        Raises:
            EngineError: the synthesiser failed.
        """
        import pyopenjtalk  # noqa: PLC0415 - a third of a second

        nodes = [node for phrase in parse(piece) for node in _nodes(phrase)]
        try:
            labels = pyopenjtalk.make_label(cast("list[NJDFeature]", nodes))
            sound, rate = pyopenjtalk.synthesize(labels, self.voice.speed, self.voice.pitch)
        except RuntimeError as error:
            raise EngineError(f"OpenJTalk cannot say {piece}: {error}") from error
        return Waveform(np.asarray(sound / PEAK, np.float32), rate)


def _nodes(phrase: Phrase) -> Iterator[dict[str, object]]:
    """A phrase as OpenJTalk's words: one noun with its accent, and the mark after it."""
    kana = "".join(phrase.morae)
    whispered = (mora + "’" * (at in phrase.devoiced) for at, mora in enumerate(phrase.morae))
    pron = "".join(whispered)
    yield _WORD | {
        "string": kana,
        "read": kana,
        "pron": pron,
        "acc": phrase.accent,
        "mora_size": len(phrase.morae),
    }
    if phrase.pause or phrase.asks:
        mark = "？" if phrase.asks else "、"
        yield _WORD | {"pos": "記号", "string": mark, "read": mark, "pron": mark}


_WORD: dict[str, object] = {
    **dict.fromkeys(("pos_group2", "pos_group3", "ctype", "cform", "orig"), "*"),
    "pos": "名詞",
    "pos_group1": "一般",
    "chain_rule": "*",
    "chain_flag": 0,
    "acc": 0,
    "mora_size": 0,
}
