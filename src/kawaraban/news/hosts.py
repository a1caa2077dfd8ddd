"""Manners: one request at a time to each host, with a pause between two, and an end to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from time import sleep
from urllib.parse import urlsplit

BETWEEN = 1.0
"""Seconds between two requests to one host."""
PAGES = 20
"""Pages of articles that are asked of one host in one gathering."""
FAILURES = 3
"""Pages of one host that may fail in one gathering before no more are asked of it."""


def host_of(url: str) -> str:
    """Who is asked for an address."""
    return urlsplit(url).netloc.lower()


def interleaved(urls: Sequence[str]) -> list[int]:
    """Places of addresses so that those of one host stand far apart: nobody waits for nothing."""
    seen: Counter[str] = Counter()
    order: list[tuple[int, int]] = []
    for at, url in enumerate(urls):
        order.append((seen[host_of(url)], at))
        seen[host_of(url)] += 1
    return [at for _, at in sorted(order)]


class Hosts:
    """Whose turn it is at every host, and how many pages of it were asked for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._turns: defaultdict[str, Lock] = defaultdict(Lock)
        self._asked: set[str] = set()
        self._pages: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()

    @contextmanager
    def turn(self, url: str) -> Iterator[None]:
        """A turn at an address's host, BETWEEN seconds after the one before."""
        host = host_of(url)
        with self._lock:
            turn = self._turns[host]
        with turn:
            if host in self._asked:
                sleep(BETWEEN)
            self._asked.add(host)
            yield

    def may_ask(self, url: str) -> bool:
        """Whether one more page may be asked of a host; it is counted."""
        host = host_of(url)
        with self._lock:
            self._pages[host] += 1
            return self._pages[host] <= PAGES and self._failed[host] < FAILURES

    def failed(self, url: str) -> None:
        """Count a page that failed."""
        with self._lock:
            self._failed[host_of(url)] += 1
