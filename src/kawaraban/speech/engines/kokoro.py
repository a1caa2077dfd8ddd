"""Kokoro-82M: Japanese by our own phonemes, other languages by eSpeak's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from kawaraban.documents import nearest
from kawaraban.errors import EngineError, ShowError
from kawaraban.model import Utterance
from kawaraban.settings import Section, Voice
from kawaraban.speech.devices import check_device
from kawaraban.speech.engine import Audio, Machine, Waveform
from kawaraban.speech.engines import kokoro_ipa
from kawaraban.speech.engines.kokoro_files import Files, vocabulary
from kawaraban.speech.engines.kokoro_phonemes import phonemes
from kawaraban.speech.engines.kokoro_runtime import Loaded, Runtime, choose
from kawaraban.speech.engines.kokoro_split import split

RATE = 24_000
MAX_TOKENS = 508
"""The style table has 510 rows, two of them for the padding at both ends."""
GOOD_TOKENS = 240
"""Phonemes up to which speech keeps its pace; longer sentences are split at punctuation."""


class Options(Section):
    """[options] of a Kokoro voice."""

    model: Path | None = None
    """An ONNX file of Kokoro v1.0, any precision; the packages' int8 one where it is not set."""
    styles: Path | None = None
    """Its voices (voices-v1.0.bin, an .npz); the packages' five Japanese ones otherwise."""
    blend: Mapping[str, float] = Field(default_factory=dict)
    """Speakers mixed in these proportions, in place of `speaker`."""


def make(voice: Voice, folder: Path, machine: Machine) -> Kokoro:
    """The engine, not yet loaded.

    Raises:
        ShowError: a file is not there, or a speaker unknown.
        EngineError: the language or the device cannot be had.
    """
    options = cast("Options", voice.options)
    for path in filter(None, (options.model, options.styles)):
        if not (folder / path).is_file():
            raise ShowError(f"there is no file {path}", hint="docs/voices.md says where to get it")
    if voice.language != "ja":
        kokoro_ipa.require(voice.language)
    files = Files(*(path and folder / path for path in (options.model, options.styles)))
    check_device(machine.device)
    made = Kokoro(voice, options, files, machine)
    made.check_speaker()
    return made


@dataclass
class Kokoro:
    """The engine."""

    voice: Voice
    options: Options
    files: Files
    machine: Machine

    @cached_property
    def runtime(self) -> Runtime:
        """OpenVINO or ONNX Runtime, as this machine and the weights allow.

        Raises:
            EngineError: the one that is asked for cannot be had.
        """
        return choose(self.machine, self.files)

    @property
    def device(self) -> str:
        """What this machine has, cpu or cuda:N, and the runtime that uses it."""
        return str(self.runtime)

    @cached_property
    def version(self) -> str:
        """The checksums of weights and voices, and the runtime's version."""
        sums = (self.files.checksum[:16], self.files.styles_checksum[:16])
        return " ".join(filter(None, (*sums, self.runtime.version)))

    def speakers(self) -> tuple[str, ...]:
        """j… are Japanese, a… American, b… British, …; .f_… women, .m_… men."""
        return tuple(sorted(self.files.voices))

    def check_speaker(self) -> None:
        """Raise a ShowError where the voice names a speaker that is not there, or none."""
        if bool(self.voice.speaker) == bool(self.options.blend):
            raise ShowError(
                "a Kokoro voice has one speaker or a blend",
                hint=nearest(self.voice.speaker, self.speakers()),
            )
        for name in self.options.blend or [self.voice.speaker]:
            if name not in self.speakers():
                hint = nearest(name, self.speakers())
                raise ShowError(f"engine kokoro has no speaker {name!r}", hint=hint)
        shares = self.options.blend.values()
        if any(share < 0 for share in shares) or (shares and not sum(shares)):
            raise ShowError("blend: shares are above 0", hint="blend = { jf_alpha = 0.7, … }")

    def spell(self, utterance: Utterance) -> tuple[str, ...]:
        """Phonemes; long sentences are said in pieces that follow their punctuation.

        Raises:
            EngineError: a sign without a phoneme, or a word too long to say.
        """
        if self.voice.language == "ja":
            runs = split(utterance.words, GOOD_TOKENS)
            pieces = tuple(phonemes(run) for run in runs)
        else:
            said = kokoro_ipa.phonemes(utterance.text, self.voice.language)
            pieces = kokoro_ipa.split(said, GOOD_TOKENS)
        for piece in pieces:
            self._check(piece)
        return pieces

    def _check(self, piece: str) -> None:
        if strange := sorted(set(piece) - set(vocabulary())):
            raise EngineError(f"Kokoro has no sign for {' '.join(strange)} (in {piece})")
        if len(piece) > MAX_TOKENS:
            raise EngineError(
                f"a word of {len(piece)} phonemes is too long to say", hint="put 、 into it"
            )

    def load(self) -> None:
        """Load the weights; the first time, an optimised model is made of them.

        Raises:
            EngineError: they are damaged, or no model of Kokoro's.
        """
        inputs = self._model.inputs.keys()
        if not ({"style", "speed"} < inputs and len(inputs) == 3):  # noqa: PLR2004 - and tokens
            raise EngineError(f"not a model of Kokoro v1.0: it takes {', '.join(sorted(inputs))}")

    @property
    def _model(self) -> Loaded:
        return self.runtime.load(self.files, self.machine.threads)

    def speak(self, piece: str) -> Waveform:
        """Phonemes as sound at 24 kHz.

        Raises:
            EngineError: the runtime failed.
        """
        model = self._model
        tokens = [0, *(vocabulary()[phoneme] for phoneme in piece), 0]
        given = {"style": self._style[len(piece) - 1].reshape(1, 256), "speed": [self.voice.speed]}
        feed = {name: _as(kind, given.get(name, [tokens])) for name, kind in model.inputs.items()}
        return Waveform(model.run(feed).ravel(), RATE)

    @cached_property
    def _style(self) -> Audio:
        """The voice's style for each number of phonemes, shape [510, 256]."""
        shares = self.options.blend or {self.voice.speaker: 1.0}
        tables = [self.files.voices[name] * share for name, share in shares.items()]
        return np.asarray(np.sum(tables, axis=0) / sum(shares.values()), np.float32)


def _as(kind: np.dtype[Any], value: ArrayLike) -> NDArray[Any]:
    """A value in the type that an export takes; some have half precision, or whole speeds only."""
    given = np.asarray(value)
    made = given.astype(kind)
    if given.size == 1 and made != given and made.dtype.kind == "i":
        raise EngineError(
            f"this model cannot speak at speed {given[0]}",
            hint="set speed = 1, or use another export",
        )
    return made
