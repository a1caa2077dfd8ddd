"""OpenVINO's compiled models, each loaded once however many voices speak with it.

A compiled model is kept as a blob, which loads in a second where compiling takes four. Calls from
several threads are safe: each has a request of its own, and as many run at once as there are
streams, the others wait.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kawaraban.errors import EngineError

Network = Any
"""An openvino.Model; the package is untyped."""
Blob = NDArray[np.uint8]
"""A compiled model as bytes, in memory that may be written to, which OpenVINO asks for."""
DEVICE = "CPU"
MOST_STREAMS = 8
"""Each has activations of its own, 0.4 GB for a sentence of ten seconds."""
KERNELS = 32
"""Prepared kernels that are kept. Each length of a line needs its own, 14 MB of them: with
OpenVINO's 5,000, a build of 71 lines reached 2.5 GB; with 32 it reached 1.3 and took as long, with
none 16 % longer."""
_loading = Lock()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A model that is ready to run."""

    model: Any
    """An openvino.CompiledModel; the package is untyped."""
    inputs: Mapping[str, np.dtype[Any]]
    """What it takes, and in which type."""
    blob: Blob
    """Its weights stay in there."""

    def run(self, feed: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Its first output.

        Raises:
            EngineError: the runtime failed.
        """
        with told("OpenVINO broke down"):
            request = self.model.create_infer_request()
            request.infer(dict(feed))
            return np.array(request.get_output_tensor(0).data, np.float32)


def compiled(blob: Callable[[], Blob], key: str, threads: int) -> Compiled:
    """The model of a blob.

    Args:
        blob: gives it; called once for each `key` and number of threads.
        key: names the model's content.
        threads: for one inference; 0 for as many as there are cores. With fewer, as many
            inferences run at once as there are cores for.

    Raises:
        EngineError: the blob cannot be made or loaded.
    """
    with _loading:
        kept = _loaded()
        found = kept.get((key, threads))
        if found is None:
            found = kept[key, threads] = _load(blob(), threads)
        return found


@cache
def _loaded() -> dict[tuple[str, int], Compiled]:
    return {}


def _load(blob: Blob, threads: int) -> Compiled:
    import openvino  # noqa: PLC0415 - an extra, loaded when the first line is spoken

    with told("the model cannot be loaded"):
        stored = openvino.Tensor(blob, shared_memory=True)
        model = openvino.Core().import_model(stored, DEVICE, _settings(threads))
    inputs = {one.get_any_name(): one.get_element_type().to_dtype() for one in model.inputs}
    return Compiled(model, inputs, blob)


def export(model: Network) -> Blob:
    """A model (an openvino.Model), compiled for this processor, as a blob.

    Raises:
        EngineError: it cannot be compiled.
    """
    import openvino  # noqa: PLC0415

    with told("the model cannot be compiled"):
        made = openvino.Core().compile_model(model, DEVICE, _settings(0))
        return np.frombuffer(made.export_model().getbuffer(), np.uint8)


def processor() -> str:
    """What a blob is made for: the processor, and what it can compute with."""
    import openvino  # noqa: PLC0415

    core = openvino.Core()
    able = core.get_property(DEVICE, "OPTIMIZATION_CAPABILITIES")
    return " ".join([core.get_property(DEVICE, "FULL_DEVICE_NAME"), *sorted(able)])


def _settings(threads: int) -> dict[str, Any]:
    cores = os.cpu_count() or 1
    each = min(threads, cores) or cores
    streams = min(max(1, cores // each), MOST_STREAMS)
    return {
        "INFERENCE_PRECISION_HINT": "f32",  # bfloat16 would round durations to other lengths
        "INFERENCE_NUM_THREADS": each * streams,
        "NUM_STREAMS": streams,
        # Pinned threads of two processes stand on the same cores: of two workers on two cores,
        # each took 2.2 times as long as alone, and as long as alone without.
        "ENABLE_CPU_PINNING": False,
        "CPU_RUNTIME_CACHE_CAPACITY": KERNELS,
    }


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turn OpenVINO's own exceptions, which are RuntimeErrors all, into EngineErrors."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        raise EngineError(f"{what}: {lines[-1] if lines else type(error).__name__}") from error
