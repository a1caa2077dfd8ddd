"""Gathering: what feeds, pages and newsletters brought since they were last read.

Each is kept in the archive as soon as it is read, so a gathering that was stopped goes on where it
was. One's failure is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kawaraban.documents import read_bytes
from kawaraban.news.archive import Archive, FeedState
from kawaraban.news.feeds import Feed, FeedError
from kawaraban.news.fetch import Fetched, FetchError, Limits, fetch
from kawaraban.news.fulltext import FullText, in_one_line
from kawaraban.news.hosts import Hosts, interleaved
from kawaraban.news.opml import read_opml
from kawaraban.news.readers import READERS, Source
from kawaraban.news.tidy import PageError
from kawaraban.settings import Sources

AT_ONCE = 8
"""Hosts asked at a time."""
UNCHANGED = 304


@dataclass(frozen=True, slots=True)
class Gathered:
    """How one source went: new items and what was left out of it, or why it failed."""

    url: str
    new: int = 0
    unchanged: bool = False
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be had of its articles' pages."""
    failed: str = ""
    moved: str = ""
    """Its new address, where the old one said that it moved for good."""


def sources_of(settings: Sources, root: Path) -> tuple[Source, ...]:
    """Every source of a show on the net, each address once: feeds, those of OPML files, the rest.

    Raises:
        ShowError: an OPML file cannot be read.
    """
    listed = (read_opml(read_bytes(root / path)) for path in settings.opml)
    found = [Source(url) for url in settings.feeds]
    found += [
        Source(outline.url, outline.title, outline.lang)
        for outlines in listed
        for outline in outlines
    ]
    found += [Source(url, kind="page") for url in settings.pages]
    found += [Source(url, kind="newsletter") for url in settings.newsletters]
    return tuple({source.url: source for source in reversed(found)}.values())[::-1]


def gather(
    sources: Sequence[Source],
    archive: Archive,
    now: datetime,
    told: Callable[[Gathered], None],
    limits: Limits,
    *,
    full_text: bool = False,
) -> tuple[Gathered, ...]:
    """Read every source and keep what is new; how each went, in the order in which they ended.

    Args:
        sources: feeds, pages and newsletters.
        archive: where items and the sources' states are kept.
        now: the moment of gathering.
        told: called with each source as it ends.
        limits: of each request.
        full_text: whether new items of feeds that are short get their pages' text.
    """
    states = {source.url: archive.feed(source.url) for source in sources}
    done = {one.url for one in sources if _is_done(one, states[one.url], archive)}
    hosts = Hosts()
    known = archive.names() if full_text else frozenset()
    whole = FullText(known, hosts, limits, now) if full_text else None
    ended: list[Gathered] = []

    def read(source: Source) -> _Read:
        if source.url in done:
            return _Read(source, unchanged=True)
        with hosts.turn(source.url):
            answer = _asked(source, states[source.url], limits)
        return _understood(answer, now, whole)

    order = [sources[at] for at in interleaved([source.url for source in sources])]
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for task in as_completed([pool.submit(read, source) for source in order]):
            ended.append(_keep(task.result(), archive, now))
            told(ended[-1])
    finally:
        pool.shutdown(cancel_futures=True)
    return tuple(ended)


def _is_done(source: Source, state: FeedState, archive: Archive) -> bool:
    """Whether a page was read and gave nothing by which to ask whether it changed."""
    return source.kind == "page" and state == FeedState() and archive.knows(source.url)


@dataclass(frozen=True, slots=True)
class _Read:
    """A source as it was read: what it answered, or why it failed."""

    source: Source
    answer: Fetched | None = None
    feed: Feed | None = None
    notes: tuple[str, ...] = ()
    failed: str = ""
    unchanged: bool = False


def _asked(source: Source, state: FeedState, limits: Limits) -> _Read:
    """What a source answers."""
    try:
        answer = fetch(source.url, limits, etag=state.etag, modified=state.modified)
    except FetchError as error:
        return _Read(source, failed=in_one_line(error))
    return _Read(source, answer, unchanged=answer.status == UNCHANGED)


def _understood(read: _Read, now: datetime, whole: FullText | None) -> _Read:
    """What an answer says, and its articles' whole texts where they are asked for."""
    if read.answer is None or read.unchanged:
        return read
    try:
        feed = READERS[read.source.kind](read.source, read.answer, now)
    except (FeedError, PageError) as error:
        return _Read(read.source, failed=in_one_line(error))
    notes: tuple[str, ...] = ()
    if whole and read.source.kind == "feed":
        feed, notes = whole.fill(feed)
    return replace(read, answer=replace(read.answer, body=b""), feed=feed, notes=notes)


def _keep(read: _Read, archive: Archive, now: datetime) -> Gathered:
    """Keep what a source brought; one that did not change leaves its state as it was."""
    url, answer, feed = read.source.url, read.answer, read.feed
    if read.failed:
        return Gathered(url, failed=read.failed)
    moved = answer.url if answer and answer.permanent and answer.url != url else ""
    if answer is None or feed is None:
        return Gathered(url, unchanged=True, moved=moved)
    keep = archive.put if read.source.kind == "page" else archive.add
    new = keep(feed.items, now)
    archive.remember(url, FeedState(answer.etag, answer.modified), now)
    return Gathered(url, new, faults=feed.faults, notes=read.notes, moved=moved)
