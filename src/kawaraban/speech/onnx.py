"""ONNX Runtime sessions, each model loaded once however many voices speak with it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

from kawaraban.errors import EngineError
from kawaraban.speech.devices import onnx_providers

Session = Any
"""An onnxruntime.InferenceSession; the package is untyped."""
_loading = Lock()


def session(weights: Callable[[], bytes], key: str, device: str, threads: int) -> Session:
    """The session of a model.

    Args:
        weights: gives the model's bytes; called once for each `key`.
        key: names the model's content.
        device: as `devices.onnx_device` gives it.
        threads: for one inference; 0 for as many as there are cores.

    Raises:
        EngineError: it is no model that can be loaded, or the device refused it.
    """
    with _loading:
        kept = _sessions()
        found = kept.get((key, device, threads))
        if found is None:
            found = kept[key, device, threads] = make_session(weights(), device, threads)
        return found


@cache
def _sessions() -> dict[tuple[str, str, int], Session]:
    return {}


def make_session(weights: bytes, device: str, threads: int) -> Session:
    """A new session.

    Raises:
        EngineError: as `session`.
    """
    import onnxruntime  # noqa: PLC0415 - loaded when the first line is spoken

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    providers = onnx_providers(device)
    with told("the model cannot be loaded"), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a provider that is not there: told below
        made = onnxruntime.InferenceSession(weights, options, providers=providers)
    if made.get_providers()[0] != providers[0][0]:
        raise EngineError(
            f"ONNX Runtime could not use {device}",
            hint="CUDA and cuDNN must fit its version; or set device in [render] to cpu",
        )
    return made


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turn ONNX Runtime's own exceptions into EngineErrors that say what went wrong."""
    try:
        yield
    except _raised() as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise EngineError(f"{what}: {first}") from error


@cache
def _raised() -> tuple[type[BaseException], ...]:
    """What ONNX Runtime raises: a flat list of classes, with no base of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as native  # noqa: PLC0415

    kinds = [kind for kind in vars(native).values() if isinstance(kind, type)]
    return (MemoryError, *(kind for kind in kinds if issubclass(kind, Exception)))
