"""Lines spoken by a Dask cluster: sent to workers, and fetched as they are done.

A worker is given as many lines at a time as it has threads, and the next when one is done. So none
waits behind a slow one; a worker that dies takes with it the lines that it was speaking and no
others, which Dask gives to another worker; a line that workers died of again and again is the one
to blame; and memory does not grow with the episode.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Generator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from kawaraban import flac
from kawaraban.errors import EngineError, one_line
from kawaraban.model import SpokenLine
from kawaraban.speech import scheduler
from kawaraban.speech.engine import Waveform
from kawaraban.speech.scheduler import Client, check_workers, connect, deserted, late, lost
from kawaraban.speech.voices import Cast, Part
from kawaraban.speech.worker import Role, speak_line

TICK = 1.0
"""Seconds between two looks at which workers there are, while no line is done."""
PREFIX = "kawaraban-"
"""Before a clip's key in Dask's; what is before the hash tells Dask which tasks are alike."""

Future = Any
"""A distributed.Future."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where lines are sent, and the show whose voices they are spoken with."""

    address: str
    root: Path
    device: str = "auto"
    runtime: str = "auto"

    def role(self, part: Part) -> Role:
        """A part as workers are told of it."""
        own = part.folder.is_relative_to(self.root)
        folder = part.folder.relative_to(self.root).as_posix() if own else "."
        told = part.voice.model_dump_json()
        return Role(part.engine_name, told, folder, self.device, self.runtime)


@dataclass(frozen=True, slots=True)
class Said:
    """A line that a worker is done with."""

    key: str
    """Of its clip."""
    outcome: bytes | BaseException
    """FLAC, or what went wrong."""

    def sound(self) -> Waveform:
        """What was spoken.

        Raises:
            EngineError: the worker could not say it, or died of it, or the scheduler was lost.
        """
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return Waveform(*flac.decoded(self.outcome))


def spoken(work: Sequence[tuple[str, SpokenLine]], cast: Cast, cluster: Cluster) -> Generator[Said]:
    """Lines as workers are done with them, sent in the order given.

    Raises:
        EngineError: no scheduler or no worker answers, or one has another version of kawaraban.
    """
    roles = {speaker: cluster.role(part) for speaker, part in cast.items() if part.travels}
    tasks = deque((key, roles[line.line.speaker], line) for key, line in work)
    with connect(cluster.address) as client:
        desk = _Desk(cluster.address, client, tasks)
        while desk.fill():
            yield desk.next()


@dataclass
class _Desk:
    """Lines to be sent, and those that are out."""

    address: str
    client: Client
    waiting: deque[tuple[str, Role, SpokenLine]]
    out: dict[str, str] = field(default_factory=dict)
    """The worker to which each line was sent; "" for one whose sound was lost with its worker."""
    done: SimpleQueue[Future] = field(default_factory=SimpleQueue)
    known: set[str] = field(default_factory=set)
    """Workers whose version was looked at."""
    tries: Counter[str] = field(default_factory=Counter)
    """How often a line's sound was asked for in vain."""

    def fill(self) -> bool:
        """Send a line for each thread that is free; whether any is out or waits."""
        busy = Counter(self.out.values())
        threads = self._threads().items()
        free = [address for address, count in threads for _ in range(count - busy[address])]
        for address in free[: len(self.waiting)]:
            self._send(address, *self.waiting.popleft())
        return bool(self.out or self.waiting)

    def _send(self, address: str, key: str, role: Role, line: SpokenLine) -> None:
        asked = (role, line.utterances)
        future = self.client.submit(
            speak_line, *asked, key=PREFIX + key, workers=[address], allow_other_workers=True
        )
        self._await(future, address)

    def _await(self, future: Future, address: str) -> None:
        self.out[future.key] = address
        future.add_done_callback(self.done.put)

    def next(self) -> Said:
        """The next line that is done; its worker has another one by then."""
        while True:
            future = self._done()
            del self.out[future.key]
            self.fill()
            outcome = self._outcome(future)
            if outcome is not None:
                future.release()
                return Said(future.key.removeprefix(PREFIX), outcome)
            self._await(future, "")

    def _done(self) -> Future:
        alone = 0.0
        while alone < scheduler.PATIENCE:
            try:
                return self.done.get(timeout=TICK)
            except Empty:
                alone = 0.0 if self._threads() else alone + TICK
                self.fill()
        raise deserted(self.address)

    def _outcome(self, future: Future) -> bytes | BaseException | None:
        """What came of a line; None while its sound does not come, as that of a dead worker."""
        from distributed.scheduler import KilledWorker  # noqa: PLC0415 - loaded by now

        if future.cancelled():
            return lost(self.address)
        if future.status == "error":
            return _told(future.exception())
        patience = TICK * 2 ** self.tries[future.key]
        self.tries[future.key] += 1
        try:
            return bytes(future.result(timeout=patience))
        except TimeoutError:
            return late() if patience > scheduler.PATIENCE else None
        except CancelledError:
            return lost(self.address)
        except KilledWorker as fault:
            return _told(fault)

    def _threads(self) -> dict[str, int]:
        """How many lines each worker can speak at a time; a new one's version is looked at."""
        try:
            threads: dict[str, int] = self.client.nthreads()
            self.known.update(check_workers(self.client, sorted(threads.keys() - self.known)))
        except OSError as error:
            raise lost(self.address) from error
        return {address: count for address, count in threads.items() if address in self.known}


def _told(fault: BaseException) -> BaseException:
    """What went wrong with a line, as an error of ours where it can be helped."""
    from distributed.scheduler import KilledWorker  # noqa: PLC0415

    if isinstance(fault, KilledWorker):
        return EngineError(
            f"{fault.allowed_failures + 1} workers died while they spoke it",
            hint="is it memory? their terminals may say; --scheduler '' speaks on this machine",
        )
    if isinstance(fault, ImportError):
        cause = f"a worker cannot run kawaraban: {one_line(str(fault))}"
        return EngineError(cause, hint="install kawaraban[cluster] there as on this machine")
    return fault
