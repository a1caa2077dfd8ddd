"""What a build keeps: files that are whole or absent, and what stands for their content.

Everything here can be deleted and comes back the same. A file is either whole or absent: it is
written under a temporary name beside its own and then renamed, so a build killed at any moment
leaves nothing that is taken for done.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout
from pydantic_core import to_jsonable_python

from kawaraban.errors import BusyError, OutputError

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


# ── atomic files ─────────────────────────────────────────────────────────────────────────────────


@contextmanager
def atomic(path: Path, *, alone: bool = True) -> Iterator[Path]:
    """A temporary path to write to; it becomes `path` when the block ends well.

    The name is always the same for the same file, so what a killed build left is written over;
    where others may write the same file at the same time (not `alone`), it is like no other.

    Raises:
        OutputError: the folder cannot be made or written to, or the disk is full.
    """
    mark = "part" if alone else f"{uuid4().hex}.part"
    part = path.with_name(f".{path.stem}.{mark}{path.suffix}")
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
