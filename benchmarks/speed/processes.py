"""Commands and how they went: seconds, and peak memory of the process and of its children.

Memory is the kernel's own high-water mark (VmHWM), read while the process lives. What wait()
tells of a child is not it: a child that was forked from a large process begins with that one's.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

TICK = 0.05
"""Seconds between two looks at a process and its children."""
KAWARABAN = Path(sys.executable).with_name("kawaraban")


class BenchmarkError(Exception):
    """What was to be measured did not work."""


@dataclass(frozen=True)
class Ran:
    """A command that ended well."""

    seconds: float
    own: float
    """Peak resident memory in MB (10^6 bytes)."""
    children: float
    """Of the largest of the processes it started, ffmpeg among them; 0 where it started none."""
    out: str


@dataclass
class _Peaks:
    """High-water marks by process id."""

    pid: int
    seen: dict[int, float] = field(default_factory=dict)

    def look(self) -> None:
        for pid in (self.pid, *descendants(self.pid)):
            self.seen[pid] = max(self.seen.get(pid, 0.0), peak(pid))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look again and again while the block lasts."""
        over = Event()

        def watch() -> None:
            while not over.wait(TICK):
                self.look()

        thread = Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def run(command: list[str | Path], folder: Path, env: Mapping[str, str]) -> Ran:
    """Run a command to its end.

    Raises:
        BenchmarkError: it failed.
    """
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        list(map(str, command)),
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    peaks = _Peaks(process.pid)
    with peaks.watching():
        out, err = process.communicate()
        seconds = time.perf_counter() - started
    if process.returncode:
        raise BenchmarkError(f"{' '.join(map(str, command))}\n{err.strip()}")
    own = peaks.seen.pop(process.pid, 0.0)
    return Ran(seconds, own, max(peaks.seen.values(), default=0.0), out)


def peak(pid: int) -> float:
    """The peak resident memory of a process in MB; 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    marks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(marks[0]) * 1024 / 1e6 if marks else 0.0


def descendants(pid: int) -> Iterator[int]:
    """The processes that a process started, and those that they started."""
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text("utf-8").split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        for child in map(int, children):
            yield child
            yield from descendants(child)
