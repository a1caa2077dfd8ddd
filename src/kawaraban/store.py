"""What a build keeps: atomic files, sounds by content, and which steps are done.

Everything here can be deleted and comes back the same. A file is either whole or absent: it is
written under a temporary name beside its own and then renamed, so a build killed at any moment
leaves nothing that is taken for done.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from kawaraban.errors import BusyError, OutputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Value = TypeVar("Value")
FOLDER = ".kawaraban"


# ── content ──────────────────────────────────────────────────────────────────────────────────────


def fingerprint(value: object) -> str:
    """SHA-256 (hex) of a value's canonical JSON: equal values, equal fingerprints."""
    plain = to_jsonable_python(value)
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes, or "" where there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def tree_hash(paths: Iterable[Path]) -> str:
    """One fingerprint over the names and contents of files, and of folders' files."""
    files = (
        file
        for path in paths
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if not file.is_dir()
    )
    return fingerprint([(str(file), file_hash(file)) for file in files])


# ── atomic files ─────────────────────────────────────────────────────────────────────────────────


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """A temporary path to write to; it becomes `path` when the block ends well.

    The name is always the same for the same file, so what a killed build left is written over.

    Raises:
        OutputError: the folder cannot be made or written to, or the disk is full.
    """
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror or error}",
            where=path,
            hint="check that the folder is writable and the disk has room",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, whole or not at all; a file that says so already is left alone."""
    data = text.encode()
    if path.is_file() and path.read_bytes() == data:
        return
    with atomic(path) as part:
        part.write_bytes(data)


def ensure_writable(folder: Path) -> None:
    """Find out now, not after minutes of work, whether files can be written to a folder.

    Raises:
        OutputError: they cannot.
    """
    with atomic(folder / ".writable") as part:
        part.touch()
    (folder / ".writable").unlink()


@contextmanager
def lock(root: Path) -> Iterator[None]:
    """Keep other builds out of a show; the system lets go when the process ends, however it ends.

    Raises:
        BusyError: another build holds it.
        OutputError: the show's folder cannot be written to.
    """
    path = root / FOLDER / "lock"
    try:
        path.parent.mkdir(exist_ok=True)
        held = FileLock(path, blocking=False).acquire()
    except Timeout:
        raise BusyError(
            "another build is at work in this show", where=root, hint="wait until it is done"
        ) from None
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", where=path) from error
    with held:
        yield


# ── sounds ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sounds:
    """Sounds kept by content key: mono FLAC, 24 bits, whole or absent."""

    folder: Path

    def path(self, key: str) -> Path:
        """Where the sound with this key is, or will be."""
        return self.folder / key[:2] / f"{key}.flac"

    def has(self, key: str) -> bool:
        """Whether the sound is there and can be opened."""
        import soundfile  # noqa: PLC0415 - loads a library

        try:
            return bool(soundfile.info(self.path(key)).frames)
        except soundfile.LibsndfileError:
            return False

    def seconds(self, key: str) -> float:
        """The length of a sound that is there."""
        import soundfile  # noqa: PLC0415

        return float(soundfile.info(self.path(key)).duration)

    def write(self, key: str, samples: NDArray[np.float32], rate: int) -> None:
        """Keep samples in [-1, 1], shape [n], at `rate` Hz."""
        import soundfile  # noqa: PLC0415

        with atomic(self.path(key)) as part:
            soundfile.write(part, samples, rate, subtype="PCM_24", format="FLAC")

    def read(self, key: str) -> tuple[NDArray[np.float32], int]:
        """Samples, shape [n], and their rate in Hz.

        Raises:
            OutputError: the file is damaged.
        """
        import soundfile  # noqa: PLC0415

        try:
            samples, rate = soundfile.read(self.path(key), dtype="float32")
        except soundfile.LibsndfileError as error:
            raise OutputError(
                "a kept sound is damaged", where=self.path(key), hint="delete it and build again"
            ) from error
        return samples, rate


# ── steps ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What is remembered of a step: fingerprints of inputs, hashes of files, the value."""

    inputs: dict[str, str]
    files: dict[str, str]
    value: Any


_RECORD = TypeAdapter(StepRecord)


class WouldRunError(Exception):
    """A dry run has come to a step that is not up to date."""

    def __init__(self, step: str, reasons: tuple[str, ...]) -> None:
        super().__init__(step)
        self.step, self.reasons = step, reasons


@dataclass(frozen=True)
class Ledger:
    """Runs a step when its inputs or its files have changed, and says why.

    Args:
        root: the show; files are remembered relative to it, so a show can be moved.
        folder: where the records of one episode's steps are kept.
        told: called with (step, reasons) before a step runs; with no reasons, it is up to date.
        force: run every step.
        dry: raise WouldRunError instead of running a step.
    """

    root: Path
    folder: Path
    told: Callable[[str, tuple[str, ...]], None]
    force: bool = False
    dry: bool = False

    def step(
        self,
        name: str,
        kind: Any,  # noqa: ANN401 - a type form such as tuple[Clip, ...]
        inputs: Mapping[str, object],
        make: Callable[[], Value],
        files: Callable[[Value], Iterable[Path]],
    ) -> Value:
        """The value of a step: remembered when nothing changed, made anew otherwise.

        `kind` is the value's type, `files` names the files that stand for the value.
        """
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        prints = {key: fingerprint(value) for key, value in inputs.items()}
        value, reasons = self._remembered(name, adapter, prints)
        self.told(name, reasons)
        if not reasons:
            return cast("Value", value)
        if self.dry:
            raise WouldRunError(name, reasons)
        value = make()
        hashes = {os.path.relpath(path, self.root): file_hash(path) for path in files(value)}
        record = StepRecord(prints, hashes, adapter.dump_python(value, mode="json"))
        write_text(self._path(name), _RECORD.dump_json(record, indent=1).decode())
        return value

    def announce(self, name: str, reasons: tuple[str, ...]) -> None:
        """Say that a step runs whose record is its file, which people edit."""
        self.told(name, reasons)
        if self.dry:
            raise WouldRunError(name, reasons)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _remembered(
        self, name: str, adapter: TypeAdapter[Any], prints: Mapping[str, str]
    ) -> tuple[object, tuple[str, ...]]:
        """The value of the last run, if there is one, and why it cannot be used, if it cannot."""
        if self.force:
            return None, ("asked for",)
        try:
            record = _RECORD.validate_json(self._path(name).read_bytes())
            value = adapter.validate_python(record.value)
        except FileNotFoundError:
            return None, ("not done yet",)
        except ValidationError:
            return None, ("the record of the last run cannot be read",)
        known = record.inputs
        keys = [key for key in {**prints, **known} if known.get(key) != prints.get(key)]
        changed = (f"{key} changed" for key in keys)
        return value, (*changed, *self._file_faults(record.files))

    def _file_faults(self, hashes: Mapping[str, str]) -> list[str]:
        """What is wrong with the files that a step made."""
        found = {name: file_hash(self.root / name) for name in hashes}
        return [
            f"{name} {'was altered' if found[name] else 'is gone'}"
            for name, known in hashes.items()
            if found[name] != known
        ]
