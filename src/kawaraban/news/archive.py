"""The archive: what was gathered, and how each feed answered last; SQLite, beside the news.

It can be deleted: the next gathering brings what feeds still hold. Moments are kept in UTC, so that
they sort as text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kawaraban.errors import OutputError
from kawaraban.model import Item

ARCHIVE = Path("news/archive.sqlite")
VERSION = 1
_SCHEMA = """
CREATE TABLE items (
    id TEXT PRIMARY KEY, url TEXT UNIQUE NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL,
    published TEXT NOT NULL, lang TEXT NOT NULL, summary TEXT NOT NULL, text TEXT NOT NULL,
    gathered TEXT NOT NULL
) STRICT;
CREATE INDEX items_published ON items (published);
CREATE TABLE feeds (
    url TEXT PRIMARY KEY, etag TEXT NOT NULL, modified TEXT NOT NULL, checked TEXT NOT NULL
) STRICT;
"""
_FIELDS = "id, url, source, title, published, lang, summary, text"
BUSY = 10.0
"""Seconds to wait for another process that writes."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What a feed said of itself when it was last read: for asking whether it changed."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive."""

    connection: sqlite3.Connection

    def add(self, items: Iterable[Item], gathered: datetime) -> int:
        """Keep items that are new, by id and by address; how many were."""
        rows = [(*_row(item), _utc(gathered)) for item in items]
        with self.connection as changes:
            before = changes.total_changes
            marks = ",".join("?" * 9)
            changes.executemany(f"INSERT OR IGNORE INTO items VALUES ({marks})", rows)  # noqa: S608
            return changes.total_changes - before

    def items(self, since: datetime, until: datetime) -> tuple[Item, ...]:
        """What was published after `since`, up to and including `until`, sorted by id."""
        where = "published > ? AND published <= ? ORDER BY id"
        found = self.connection.execute(
            f"SELECT {_FIELDS} FROM items WHERE {where}",  # noqa: S608 - our own words
            (_utc(since), _utc(until)),
        )
        return tuple(map(_item, found))

    def feed(self, url: str) -> FeedState:
        """How a feed answered last."""
        found = self.connection.execute("SELECT etag, modified FROM feeds WHERE url = ?", (url,))
        return FeedState(*(found.fetchone() or ()))

    def remember(self, url: str, state: FeedState, checked: datetime) -> None:
        """Keep how a feed answered."""
        with self.connection as changes:
            row = (url, state.etag, state.modified, _utc(checked))
            changes.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?)", row)


@contextmanager
def open_archive(root: Path) -> Iterator[Archive]:
    """The archive of a show, made where there is none.

    Raises:
        OutputError: it is none, of a later version, or cannot be written.
    """
    path = root / ARCHIVE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=BUSY)) as connection:
            _prepare(connection, path)
            yield Archive(connection)
    except (sqlite3.DatabaseError, OSError) as error:
        hint = "move it away and gather again"
        raise OutputError(f"the archive cannot be used: {error}", where=path, hint=hint) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > VERSION:
        cause = f"the archive is of version {found}, this kawaraban knows {VERSION}"
        raise OutputError(cause, where=path, hint="update kawaraban")
    if found == 0:
        connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")


def _row(item: Item) -> tuple[str, ...]:
    head = (item.id, item.url, item.source, item.title, _utc(item.published))
    return (*head, item.lang, item.summary, item.text)


def _item(row: tuple[str, ...]) -> Item:
    id_, url, source, title, published, lang, summary, text = row
    moment = datetime.fromisoformat(published)
    return Item(id_, url, source, title, moment, lang, summary, text)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
