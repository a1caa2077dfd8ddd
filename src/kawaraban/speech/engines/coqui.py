"""Coqui TTS: any of its models, by name or from files, with its speakers, languages and clones.

coqui-tts, PyTorch and what they bring are an extra of several gigabytes. They are imported when a
voice loads or a GPU is asked for by number, never before, and `coqui_library` and `coqui_model`
alone talk to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version as package_version
from pathlib import Path
from typing import cast

from kawaraban.errors import EngineError, ShowError
from kawaraban.model import Utterance
from kawaraban.settings import Section, Voice
from kawaraban.speech.devices import torch_device
from kawaraban.speech.engine import Machine, Waveform
from kawaraban.speech.engines import coqui_names
from kawaraban.speech.engines.coqui_model import Model, model
from kawaraban.speech.engines.coqui_names import Source
from kawaraban.speech.pieces import join, text_units
from kawaraban.store import file_hash

LIMITS = {
    "ar": 166,
    "cs": 186,
    "de": 253,
    "en": 250,
    "es": 239,
    "fr": 273,
    "hi": 150,
    "hu": 224,
    "it": 213,
    "ja": 71,
    "ko": 95,
    "nl": 251,
    "pl": 224,
    "pt": 203,
    "ru": 182,
    "tr": 226,
    "zh": 82,
}
"""Characters said at once, by language: more, and XTTS cuts its speech off (char_limits of
TTS.tts.layers.xtts.tokenizer). Other models have no limit of their own, but attention loses its way
in long texts, and memory grows with them; and a clip's key must not wait for a model to be loaded,
so these hold for all."""
SHORTEST = min(LIMITS.values())
"""For languages that XTTS does not know."""
_OPENING = "「『（(【［〈《“"


class Options(Section):
    """[options] of a Coqui voice."""

    model: str = ""
    """A name, tts_models/LANGUAGE/DATASET/MODEL, fetched once; or a checkpoint or its folder."""
    config: Path | None = None
    """The config.json of a checkpoint; beside it where this is not set."""
    terms: bool = False
    """The producer has read the model's licence and accepts it: asked of XTTS by name."""
    kana: bool = True
    """Whether Japanese is given as katakana, names as the show reads them, or else as written."""


def make(voice: Voice, folder: Path, machine: Machine) -> Coqui:
    """The engine, not yet loaded.

    Raises:
        ShowError: there is no such model, it speaks another language, its terms are not accepted,
            or the voice has both a speaker and references.
        EngineError: the device cannot be had.
    """
    options = cast("Options", voice.options)
    if voice.references and voice.speaker:
        raise ShowError(
            "a voice has a speaker, or references that it clones, not both",
            hint="delete speaker, or take the recordings away",
        )
    source = coqui_names.find(options.model, options.config, folder, accepted=options.terms)
    if source.name:
        coqui_names.check_language(source.name, voice.language)
    if machine.device not in {"auto", "cpu"}:
        torch_device(machine.device)
    return Coqui(voice, options, source, folder, machine)


@dataclass
class Coqui:
    """The engine."""

    voice: Voice
    options: Options
    source: Source
    folder: Path
    machine: Machine

    @cached_property
    def version(self) -> str:
        """The packages' versions, the model's name or checksums, those of the references."""
        versions = (f"{name} {package_version(name)}" for name in ("coqui-tts", "torch"))
        heard = (file_hash(Path(path))[:16] for path in self._references)
        return " ".join((*versions, self.source.version, *heard))

    @cached_property
    def device(self) -> str:
        """Where it runs; "auto" is found out by importing PyTorch."""
        return torch_device(self.machine.device)

    @property
    def _references(self) -> list[str]:
        return [str(self.folder / path) for path in self.voice.references]

    @property
    def _model(self) -> Model:
        return model(self.source, self.device, self.machine.threads)

    def speakers(self) -> tuple[str, ...]:
        """The model's own; loads it."""
        return self._model.speakers

    def spell(self, utterance: Utterance) -> tuple[str, ...]:
        """Katakana or text, long sentences in pieces at marks, else between words."""
        language = self.voice.language.split("-")[0]
        found = join(self._units(utterance), LIMITS.get(language, SHORTEST))
        return tuple(piece for piece in found if any(map(str.isalnum, piece)))

    def _units(self, utterance: Utterance) -> list[str]:
        """What may be parted of a sentence: Japanese words with their marks, else at spaces."""
        words = utterance.words
        if self.options.kana and words:
            return list(_marked((word.kana, word.mark) for word in words))
        if any(word.written for word in words):
            return list(_marked((word.written, word.mark) for word in words))
        return text_units(utterance.text)

    def load(self) -> None:
        """Load the model, once for all voices that speak with it.

        Raises:
            EngineError: it cannot be fetched or loaded, or cannot do what the voice asks of it.
        """
        self._model.check(self.voice, self._references)

    def speak(self, piece: str) -> Waveform:
        """A piece as sound at the model's rate, the same each time.

        Raises:
            EngineError: the model broke down, or has no sign for a letter.
        """
        if not piece.strip():
            raise EngineError("there is nothing to say", hint="write words that can be read aloud")
        return self._model.say(piece, self.voice, self._references)


def _marked(words: Iterator[tuple[str, bool]]) -> Iterator[str]:
    """Each word with the marks that close after it and open before it."""
    unit, says = "", False
    for said, mark in words:
        if says and (not mark or said in _OPENING):
            yield unit
            unit, says = "", False
        unit += said
        says = says or not mark
    if says:
        yield unit
