"""A loaded Coqui model: what a voice may ask of it, and how it is made to speak."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from threading import RLock
from typing import Any

import numpy as np

from kawaraban.documents import nearest
from kawaraban.errors import EngineError
from kawaraban.settings import Voice
from kawaraban.speech.engine import Waveform
from kawaraban.speech.engines.coqui_library import load, quiet, seed, told
from kawaraban.speech.engines.coqui_names import Source

_busy = RLock()
"""Held while the library works: PyTorch's random numbers, logging and stdout are the process's."""


@dataclass
class Model:
    """A model in memory, for any number of voices."""

    label: str
    tts: Any
    """A TTS.api.TTS; the package is not always there."""

    def __post_init__(self) -> None:
        self._network = self.tts.synthesizer.tts_model
        self._slowness: float | None = getattr(self._network, "length_scale", None)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Sorted; empty for a model with one speaker."""
        return tuple(sorted(self.tts.speakers or ()))

    # ── what a voice asks of it ──────────────────────────────────────────────────────────────────

    def check(self, voice: Voice, references: Sequence[str]) -> None:
        """Raise an EngineError where it cannot do what a voice asks."""
        if references:
            self._check_references(references)
        else:
            self._check_speaker(voice.speaker)
        self._language(voice.language)
        self._check_speed(voice.speed)

    def _check_references(self, references: Sequence[str]) -> None:
        if not self._network.config.supports_cloning:
            raise EngineError(
                f"{self.label} cannot clone a voice",
                hint="take references, or the recordings in the voice's folder, away",
            )
        import soundfile  # noqa: PLC0415 - loads a library

        for path in references:
            try:
                soundfile.info(path)
            except soundfile.LibsndfileError as error:
                hint = "give WAV, FLAC or MP3, six seconds of clear speech or more"
                raise EngineError("not a recording", where=path, hint=hint) from error

    def _check_speaker(self, speaker: str) -> None:
        if self.tts.is_multi_speaker and speaker not in self.speakers:
            hint = nearest(speaker, self.speakers) if self.speakers else "give it references"
            raise EngineError(f"{self.label} has no speaker {speaker!r}", hint=hint)
        if speaker and not self.tts.is_multi_speaker:
            cause = f"{self.label} has one speaker, not {speaker!r}"
            raise EngineError(cause, hint="delete speaker from the voice")

    def _check_speed(self, speed: float) -> None:
        takes = inspect.signature(self._network.inference).parameters
        if speed != 1 and self._slowness is None and "speed" not in takes:
            raise EngineError(
                f"{self.label} cannot change its speed", hint="set speed = 1 and pitch = 0"
            )

    def _language(self, asked: str) -> str | None:
        """The model's own name for a language: fr-fr for fr, en for en-GB."""
        if not self.tts.is_multi_lingual:
            return None
        known: list[str] = list(self.tts.languages)
        first = asked.split("-", maxsplit=1)[0]
        found = [name for tag in (asked, first) for name in known if name.lower() == tag.lower()]
        found += [name for name in known if name.split("-")[0] == first]
        if found:
            return found[0]
        hint = f"it speaks {', '.join(sorted(known))}"
        raise EngineError(f"{self.label} does not speak {asked!r}", hint=hint)

    # ── speech ───────────────────────────────────────────────────────────────────────────────────

    def say(self, text: str, voice: Voice, references: Sequence[str]) -> Waveform:
        """Text as sound, the same each time: random numbers are drawn anew from the text.

        Raises:
            EngineError: the library broke down, or it left letters out.
        """
        asks: dict[str, Any] = {
            "speaker": voice.speaker or None,
            "language": self._language(voice.language),
            "speaker_wav": list(references) or None,
        }
        with _busy, quiet(), told(f"{self.label} broke down", f"the text: {text}"):
            if self._slowness is not None:
                self._network.length_scale = self._slowness / voice.speed
            elif voice.speed != 1:
                asks["speed"] = voice.speed
            seed(text)
            self._lost.clear()
            sound = self.tts.tts(text, split_sentences=False, **asks)
            self._check_letters(text)
        # Coqui puts silence after each sentence; the show has pauses of its own.
        whole = np.trim_zeros(np.asarray(sound, np.float32), "b")
        return Waveform(whole, int(self.tts.synthesizer.output_sample_rate))

    @property
    def _lost(self) -> list[str]:
        """The signs that the tokenizer had no number for, and left out; XTTS's has one for all."""
        found: list[str] = getattr(self._network.tokenizer, "not_found_characters", [])
        return found

    def _check_letters(self, text: str) -> None:
        """Raise an EngineError where a letter would not be heard; marks may be left out."""
        if letters := "".join(filter(str.isalnum, self._lost)):
            raise EngineError(
                f"{self.label} has no sign for {letters} (in {text})",
                hint="write it otherwise, or give a reading that the model can say",
            )


# ── models in memory ──────────────────────────────────────────────────────────────────────────────


def model(source: Source, device: str, threads: int) -> Model:
    """A model, loaded once for each source and device; arguments and errors as of `load`."""
    with _busy:
        kept = _models()
        if (source, device) not in kept:
            kept[source, device] = Model(source.label, load(source, device, threads))
        return kept[source, device]


@cache
def _models() -> dict[tuple[Source, str], Model]:
    return {}
