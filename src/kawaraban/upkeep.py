"""Folders that builds share: which builds are at work in them, and what may go.

Every build at work has a locked file. The system lets go of a lock when its process ends, however
it ends, so the file that a killed build left is known by having no lock. Its name begins with the
moment in which the build began, by the clock of the file system, which dates what is used as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from kawaraban.errors import BusyError, OutputError

_ACTIVE = "active"
_PATIENCE = 60
"""Seconds to wait for a build that clears up, which takes about one with 50,000 files."""


# ── builds ───────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def running(folder: Path) -> Iterator[None]:
    """Be known in a folder as a build at work, while the block lasts.

    Raises:
        BusyError: another build has been clearing up for a minute.
        OutputError: the folder cannot be written to.
    """
    with _gate(folder):
        fresh = folder / _ACTIVE / uuid4().hex
        fresh.touch()
        marker = fresh.rename(fresh.with_name(f"{fresh.stat().st_mtime_ns}-{fresh.name}.build"))
        held = FileLock(marker, blocking=False).acquire()
    try:
        with held:
            yield
    finally:
        marker.unlink(missing_ok=True)


@contextmanager
def _gate(folder: Path) -> Iterator[None]:
    """Let one process at a time come, or clear up; raises as `running`."""
    active = folder / _ACTIVE
    try:
        active.mkdir(parents=True, exist_ok=True)
        held = FileLock(active / "gate.lock", timeout=_PATIENCE).acquire()
    except Timeout:
        raise BusyError(
            "another build has been clearing up for a minute", where=folder, hint="build again"
        ) from None
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror}",
            where=folder,
            hint="check that the disk has room, or name another folder in KAWARABAN_CACHE",
        ) from error
    with held:
        yield


def _begun(folder: Path) -> int | None:
    """When the first of the builds at work began, in ns by files' dates; None while none is.

    What killed builds left is removed. To be called behind the gate: a build that is just coming
    has no lock yet.
    """
    alive = [path for path in (folder / _ACTIVE).glob("*.build") if _is_alive(path)]
    return min((int(path.name.split("-")[0]) for path in alive), default=None)


def _is_alive(marker: Path) -> bool:
    try:
        with FileLock(marker, blocking=False).acquire():
            pass
    except Timeout:
        return True
    marker.unlink(missing_ok=True)
    return False


# ── files ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Usage:
    """What a folder holds."""

    files: int
    size: int
    """Bytes."""


def usage(folder: Path, suffix: str) -> Usage:
    """How many files with this suffix there are, at any depth, and of what size."""
    sizes = [size for _, size, path in _files(folder) if path.endswith(suffix)]
    return Usage(len(sizes), sum(sizes))


def evict(folder: Path, limit: int) -> None:
    """Remove the files that were not used for longest, until they have `limit` bytes in all.

    What a running build has used stays; what builds that were killed had begun to write goes. (A
    file that goes in the very moment in which a build comes for it is gone for that build.)

    Raises:
        BusyError, OutputError: as `running`.
    """
    with _gate(folder):
        since = _begun(folder)
        files = sorted(_files(folder))
        excess = sum(size for _, size, _ in files) - limit
        for used, size, path in files:
            if since is not None and used >= since:
                break
            if excess > 0 or os.path.basename(path)[0] == ".":  # noqa: PTH119 - one of 50,000
                _remove(path, used)
                excess -= size


def clear(folder: Path) -> None:
    """Remove every file, but those that the system holds for whoever uses them."""
    for used, _, path in _files(folder):
        with suppress(PermissionError):  # Windows
            _remove(path, used)


def _files(folder: Path | str) -> Iterator[tuple[int, int, str]]:
    """When each file was used last, in ns by its date; its bytes, and where it is."""
    with suppress(FileNotFoundError), os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir():
                yield from _files(entry.path) if entry.name != _ACTIVE else ()
            elif not entry.name.endswith(".lock"):
                with suppress(FileNotFoundError):  # just now, by another build
                    state = entry.stat()
                    yield state.st_mtime_ns, state.st_size, entry.path


def _remove(path: str, used: int) -> None:
    """Remove a file, if nobody has come to use it since it was looked at."""
    with suppress(FileNotFoundError):
        if os.stat(path).st_mtime_ns == used:  # noqa: PTH116 - one of 50,000
            os.unlink(path)  # noqa: PTH108
