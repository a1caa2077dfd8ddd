"""Gathering: what the show's feeds brought since they were last read, into the archive.

Each feed is kept as soon as it is read, so a gathering that was stopped goes on where it was. One
feed's failure is its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from time import sleep
from urllib.parse import urlsplit

from kawaraban.documents import read_bytes
from kawaraban.errors import KawarabanError
from kawaraban.news.archive import Archive, FeedState
from kawaraban.news.feeds import Feed, FeedError, read_feed
from kawaraban.news.fetch import Fetched, FetchError, Limits, fetch
from kawaraban.news.opml import read_opml
from kawaraban.settings import Sources

AT_ONCE = 8
"""Hosts asked at a time."""
BETWEEN = 1.0
"""Seconds between two requests to one host."""
UNCHANGED = 304


@dataclass(frozen=True, slots=True)
class Source:
    """A feed of the show's: its address, and how the producer calls it and its language, or ""."""

    url: str
    name: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """How one feed went: new items and what was left out of it, or why it failed."""

    url: str
    new: int = 0
    unchanged: bool = False
    faults: tuple[str, ...] = ()
    failed: str = ""
    moved: str = ""
    """Its new address, where the old one said that it moved for good."""


def sources_of(settings: Sources, root: Path) -> tuple[Source, ...]:
    """Every feed of a show, each address once: those of [sources] feeds, then of its OPML files.

    Raises:
        ShowError: an OPML file cannot be read.
    """
    listed = (read_opml(read_bytes(root / path)) for path in settings.opml)
    found = [Source(url) for url in settings.feeds] + [
        Source(outline.url, outline.title, outline.lang)
        for outlines in listed
        for outline in outlines
    ]
    return tuple({source.url: source for source in reversed(found)}.values())[::-1]


def gather(
    sources: Sequence[Source],
    archive: Archive,
    now: datetime,
    told: Callable[[Gathered], None],
    limits: Limits,
) -> tuple[Gathered, ...]:
    """Read every feed and keep what is new; how each went, in the order in which they ended.

    Args:
        sources: the feeds.
        archive: where items and the feeds' states are kept.
        now: the moment of gathering.
        told: called with each feed as it ends.
        limits: of each request.
    """
    states = {source.url: archive.feed(source.url) for source in sources}
    turns = {host_of(source.url): _Turns() for source in sources}
    ended: list[Gathered] = []

    def read(source: Source) -> _Read:
        with turns[host_of(source.url)].next():
            return _read(source, states[source.url], now, limits)

    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for task in as_completed([pool.submit(read, source) for source in _interleaved(sources)]):
            ended.append(_keep(task.result(), archive, now))
            told(ended[-1])
    finally:
        pool.shutdown(cancel_futures=True)
    return tuple(ended)


def host_of(url: str) -> str:
    """Who is asked for an address."""
    return urlsplit(url).netloc.lower()


class _Turns:
    """Takes turns at one host, BETWEEN seconds apart."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked = False

    @contextmanager
    def next(self) -> Iterator[None]:
        with self._lock:
            if self._asked:
                sleep(BETWEEN)
            self._asked = True
            yield


def _interleaved(sources: Sequence[Source]) -> list[Source]:
    """Sources so that those of one host stand far apart: nobody waits for a turn for nothing."""
    seen: Counter[str] = Counter()
    order: list[tuple[int, int]] = []
    for at, source in enumerate(sources):
        order.append((seen[host_of(source.url)], at))
        seen[host_of(source.url)] += 1
    return [sources[at] for _, at in sorted(order)]


@dataclass(frozen=True, slots=True)
class _Read:
    """A feed as it was read: what it answered, or why it failed."""

    source: Source
    answer: Fetched | None = None
    feed: Feed | None = None
    failed: str = ""


def _read(source: Source, state: FeedState, now: datetime, limits: Limits) -> _Read:
    try:
        answer = fetch(source.url, limits, etag=state.etag, modified=state.modified)
        if answer.status == UNCHANGED:
            return _Read(source, answer)
        kind, charset = answer.kind, answer.charset
        feed = read_feed(
            answer.body,
            answer.url,
            kind=kind,
            charset=charset,
            source=source.name,
            lang=source.lang,
            seen=now,
        )
    except (FetchError, FeedError) as error:
        return _Read(source, failed=_one_line(error))
    return _Read(source, replace(answer, body=b""), feed)


def _one_line(error: KawarabanError) -> str:
    return "; ".join(line.strip() for line in str(error).splitlines())


def _keep(read: _Read, archive: Archive, now: datetime) -> Gathered:
    """Keep what a feed brought; a feed that did not change leaves its state as it was."""
    url, answer, feed = read.source.url, read.answer, read.feed
    if answer is None:
        return Gathered(url, failed=read.failed)
    moved = answer.url if answer.permanent and answer.url != url else ""
    if feed is None:
        return Gathered(url, unchanged=True, moved=moved)
    new = archive.add(feed.items, now)
    archive.remember(url, FeedState(answer.etag, answer.modified), now)
    return Gathered(url, new, faults=feed.faults, moved=moved)
