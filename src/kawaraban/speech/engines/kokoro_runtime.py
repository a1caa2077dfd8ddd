"""Which runtime speaks Kokoro's weights: OpenVINO with an optimised model, or ONNX Runtime.

OpenVINO is several times as fast on a CPU; ONNX Runtime takes any export and runs on CUDA. Neither
is loaded to choose between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version as package_version
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kawaraban.errors import EngineError
from kawaraban.speech.devices import planned_device
from kawaraban.speech.engine import Machine
from kawaraban.speech.engines.kokoro_files import Files, vocabulary
from kawaraban.speech.onnx import Session, session, told
from kawaraban.speech.optimise import KNOWN, VERSION

FAST = ("openvino", "onnx")
"""What the extra `fast` brings: one runs the model, the other is needed to make it."""
NAMES = {"openvino": "OpenVINO", "onnxruntime": "ONNX Runtime"}
INSTALL = "pip install 'kawaraban[fast]'"


class Loaded(Protocol):
    """A model that is ready to run."""

    @property
    def inputs(self) -> Mapping[str, np.dtype[Any]]:
        """What it takes, and in which type."""
        ...

    def run(self, feed: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """The sound.

        Raises:
            EngineError: the runtime failed.
        """
        ...


@dataclass(frozen=True, slots=True)
class Runtime:
    """What speaks, and where."""

    name: str
    """"openvino" or "onnxruntime"."""
    device: str
    """"cpu" or "cuda:N"."""
    why: str = ""
    """Why it is not OpenVINO, where it could have been."""

    @property
    def version(self) -> str:
        """What of it changes the sound."""
        said = f"{self.name} {package_version(self.name)}"
        return f"{said} optimised {VERSION}" if self.name == "openvino" else said

    def __str__(self) -> str:
        """For people: "cpu with OpenVINO"."""
        why = f" ({self.why})" if self.why else ""
        return f"{self.device} with {NAMES[self.name]}{why}"

    def load(self, files: Files, threads: int) -> Loaded:
        """The model, loaded once in a process.

        Raises:
            EngineError: it cannot be made or loaded.
            OutputError: the optimised model cannot be kept.
        """
        if self.name == "openvino":
            return _optimised(files, threads)
        return Plain(session(files.weights, files.checksum, self.device, threads))


def choose(machine: Machine, files: Files) -> Runtime:
    """The runtime for a machine's settings and an export.

    Raises:
        EngineError: what is asked for cannot be had here.
    """
    if machine.runtime == "openvino":
        return _asked(machine, files)
    device = planned_device(machine.device)
    if machine.runtime == "onnxruntime" or device != "cpu":
        return Runtime("onnxruntime", device)
    why = _obstacle(files)
    return Runtime("onnxruntime" if why else "openvino", device, why)


def _asked(machine: Machine, files: Files) -> Runtime:
    if machine.device not in {"auto", "cpu"}:
        hint = 'set device = "cpu" or runtime = "onnxruntime" in [render]'
        raise EngineError(f"OpenVINO is asked for, and device {machine.device}", hint=hint)
    if missing := _missing():
        raise EngineError(f"OpenVINO is asked for, and {missing} is not installed", hint=INSTALL)
    if why := _obstacle(files):
        hint = 'leave [render] runtime at "auto", or use the packages\' weights'
        raise EngineError(f"OpenVINO is asked for: {why}", hint=hint)
    return Runtime("openvino", "cpu")


def _missing() -> str:
    return next((name for name in FAST if find_spec(name) is None), "")


def _obstacle(files: Files) -> str:
    """Why OpenVINO cannot speak an export here; "" where it can."""
    if _missing():
        return f"{INSTALL} makes it several times as fast"
    if files.checksum in KNOWN:
        return ""
    from kawaraban.speech.optimise.kept import fault  # noqa: PLC0415 - numpy, and its file lock

    found = fault(files.checksum, files.weights)
    return f"the export cannot be optimised: {found}" if found else ""


def _optimised(files: Files, threads: int) -> Loaded:
    from kawaraban.speech.openvino import Blob, compiled  # noqa: PLC0415 - not for all
    from kawaraban.speech.optimise.calibration import Feed, feeds  # noqa: PLC0415
    from kawaraban.speech.optimise.kept import blob  # noqa: PLC0415

    def sentences() -> Iterator[Feed]:
        return feeds(Files(None, None).voices, vocabulary())

    def made() -> Blob:
        return blob(files.checksum, files.weights, sentences)

    return compiled(made, files.checksum, threads)


@dataclass(frozen=True, slots=True)
class Plain:
    """An ONNX Runtime session."""

    session: Session

    @property
    def inputs(self) -> Mapping[str, np.dtype[Any]]:
        """What it takes, and in which type."""
        return {one.name: np.dtype(_TYPES[one.type]) for one in self.session.get_inputs()}

    def run(self, feed: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """The sound.

        Raises:
            EngineError: the runtime failed.
        """
        with told("Kokoro broke down"):
            return np.asarray(self.session.run(None, dict(feed))[0], np.float32)


_TYPES = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
}
