"""What an engine is: the protocol, and what it is given and gives.

An engine speaks with one voice. It is made cheaply, told to `load` before it first speaks, and then
called from several threads at once. Whatever goes wrong in it is an EngineError with the cause and
the next step; `docs/engines.md` shows how to add one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from kawaraban.model import Utterance
from kawaraban.settings import Render

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Audio: TypeAlias = "NDArray[np.float32]"
"""Mono samples in [-1, 1], shape [n]."""


class Waveform(NamedTuple):
    """Sound and its rate in Hz."""

    samples: Audio
    rate: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class Machine:
    """What an engine may use: "auto", "cpu", "cuda" or "cuda:N", and how many threads (0: all)."""

    device: str = "auto"
    threads: int = 0
    runtime: str = "auto"
    """"openvino" or "onnxruntime", for an engine that can run on either."""


def machine_of(render: Render, threads: int = 0) -> Machine:
    """What a show's [render] says an engine may use."""
    return Machine(render.device, threads, render.runtime)


class Engine(Protocol):
    """Speaks with one voice."""

    @property
    def version(self) -> str:
        """Names what changes the sound beside the voice file: weights, recordings, runtime."""
        ...

    @property
    def device(self) -> str:
        """Where it runs: "cpu", "cuda:1", or a server's address."""
        ...

    def speakers(self) -> tuple[str, ...]:
        """What a voice's `speaker` may say; may load a model or ask a server. Empty for any."""
        ...

    def spell(self, utterance: Utterance) -> tuple[str, ...]:
        """A sentence as this engine takes it, phonemes or text, in pieces it can say at once.

        Pure, and needs no `load`: a clip's key is made of it.

        Raises:
            EngineError: it holds something that this engine cannot say.
        """
        ...

    def load(self) -> None:
        """Be ready to speak: load weights, ask the server who it is.

        Raises:
            EngineError: it cannot be had; what to do.
        """
        ...

    def speak(self, piece: str) -> Waveform:
        """One piece as sound.

        Raises:
            EngineError: it cannot be said, or the engine broke down.
        """
        ...
