"""Optimised models in the cache that shows share: made once, checked when read.

A model is kept as models/KEY/kokoro.blob with its checksum beside it. The key is made of all that
it depends on, so nothing is ever stale; the folder can be deleted, and is made again.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version as package_version
from pathlib import Path

import numpy as np
from filelock import FileLock

from kawaraban.cache import MODELS, cache_folder
from kawaraban.errors import EngineError, OutputError
from kawaraban.speech import openvino
from kawaraban.speech.onnx import told
from kawaraban.speech.openvino import Blob
from kawaraban.speech.optimise import VERSION
from kawaraban.speech.optimise.build import build, rewritten
from kawaraban.speech.optimise.calibration import Feed
from kawaraban.speech.optimise.graph import UnknownExport
from kawaraban.store import atomic, fingerprint

Weights = Callable[[], bytes]


def blob(checksum: str, weights: Weights, feeds: Callable[[], Iterable[Feed]]) -> Blob:
    """The optimised model; made now if it is not there, which takes half a minute.

    Args:
        checksum: of the weights.
        weights: gives the export's bytes.
        feeds: gives the calibration sentences.

    Raises:
        EngineError: the rewrites do not know the export.
        OutputError: the cache's folder cannot be written to.
    """
    parts = [checksum, VERSION, package_version("openvino"), openvino.processor()]
    file = _folder() / fingerprint(parts)[:32] / "kokoro.blob"
    with _alone(file):
        found = _read(file)
        return _made(file, weights, feeds) if found is None else found


def fault(checksum: str, weights: Weights) -> str:
    """Why the rewrites do not take an export, or "" where they do; looked into once."""
    file = _folder() / f"{fingerprint([checksum, VERSION])[:32]}.json"
    with _alone(file):
        try:
            return str(json.loads(file.read_text("utf-8"))["fault"])
        except (OSError, ValueError, KeyError):
            found = _look(weights)
            with atomic(file) as part:
                part.write_text(json.dumps({"fault": found}), "utf-8")
            return found


def _look(weights: Weights) -> str:
    try:
        rewritten(weights())
    except UnknownExport as unknown:
        return str(unknown)
    return ""


def _made(file: Path, weights: Weights, feeds: Callable[[], Iterable[Feed]]) -> Blob:
    try:
        with told("the model cannot be calibrated"):
            model = build(weights(), feeds())
    except UnknownExport as unknown:
        hint = 'set [render] runtime = "onnxruntime"'
        raise EngineError(f"an export that cannot be optimised: {unknown}", hint=hint) from unknown
    made = openvino.export(model)
    with atomic(file) as part:
        made.tofile(part)
    with atomic(_sum_file(file)) as part:
        part.write_text(_sum(made), "utf-8")
    return made


def _read(file: Path) -> Blob | None:
    """A file, where it is there and is what was written."""
    try:
        found = np.memmap(file, np.uint8, "c")  # 180 MB that are shared with other processes
        return found if _sum_file(file).read_text("utf-8") == _sum(found) else None
    except (OSError, ValueError):  # gone, empty, or no text
        return None


def _sum(blob: Blob) -> str:
    """CRC-32 (hex) and length: against damage; it takes a tenth of the time of a SHA-256."""
    return f"{zlib.crc32(blob.data):08x} {len(blob)}"


def _sum_file(file: Path) -> Path:
    return file.with_suffix(".crc32")


def _folder() -> Path:
    return cache_folder() / MODELS


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Keep other builds from a file; they wait, and find it made."""
    path = file.with_suffix(".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = FileLock(path).acquire()
    except OSError as error:
        hint = "check that the folder is writable and the disk has room, or set KAWARABAN_CACHE"
        cause = f"cannot be written: {error.strerror or error}"
        raise OutputError(cause, where=path, hint=hint) from error
    with held:
        yield
