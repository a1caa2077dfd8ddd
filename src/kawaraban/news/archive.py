"""The archive: what was gathered, and how each feed or page answered last; SQLite, beside the news.

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
from typing import Any

from kawaraban.errors import OutputError
from kawaraban.model import Item

ARCHIVE = Path("news/archive.sqlite")
VERSION = 2
_ITEMS = """
CREATE TABLE items (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL,
    published TEXT NOT NULL, lang TEXT NOT NULL, summary TEXT NOT NULL, text TEXT NOT NULL,
    gathered TEXT NOT NULL, bookmarks INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX items_url ON items (url) WHERE url <> '';
CREATE INDEX items_published ON items (published);
"""
_FEEDS = """
CREATE TABLE feeds (
    url TEXT PRIMARY KEY, etag TEXT NOT NULL, modified TEXT NOT NULL, checked TEXT NOT NULL
) STRICT;
"""
_AWAY = "ALTER TABLE items RENAME TO former; DROP INDEX items_published;"
_BACK = "INSERT INTO items SELECT *, 0 FROM former; DROP TABLE former;"
_CHANGES = {0: _ITEMS + _FEEDS, 1: _AWAY + _ITEMS + _BACK}
"""What makes an archive of each version one of VERSION; in version 1 every item had an address."""
_FIELDS = "id, url, source, title, published, lang, summary, text, bookmarks"
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
        """Keep items that are new, by id and by address, if they have one; how many were.

        Of those that are known, the count of bookmarks is kept up.
        """
        items = tuple(items)
        rows = [(*_row(item), _utc(gathered), item.bookmarks) for item in items]
        with self.connection as changes:
            before = changes.total_changes
            marks = ",".join("?" * 10)
            changes.executemany(f"INSERT OR IGNORE INTO items VALUES ({marks})", rows)  # noqa: S608
            new = changes.total_changes - before
            counts = [(item.bookmarks, item.id, item.url) for item in items if item.bookmarks]
            where = "id = ? OR (url = ? AND url <> '')"
            changes.executemany(f"UPDATE items SET bookmarks = ? WHERE {where}", counts)  # noqa: S608
            return new

    def put(self, items: Iterable[Item], gathered: datetime) -> int:
        """Keep items as `add` does, and put those in place whose address is known; how many new.

        What is known keeps its id and its date.
        """
        items = tuple(items)
        new = self.add(items, gathered)
        fields = "source, title, lang, summary, text"
        rows = [(*(getattr(item, name) for name in fields.split(", ")), item.url) for item in items]
        with self.connection as changes:
            where = f"({fields}) = (?, ?, ?, ?, ?) WHERE url = ? AND url <> ''"
            changes.executemany(f"UPDATE items SET {where}", rows)  # noqa: S608 - our own words
        return new

    def names(self) -> frozenset[str]:
        """The ids and addresses of all items: what is not among them is new."""
        found = self.connection.execute("SELECT id, url FROM items")
        return frozenset(name for row in found for name in row if name)

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

    def knows(self, url: str) -> bool:
        """Whether a feed or a page was read before."""
        found = self.connection.execute("SELECT 1 FROM feeds WHERE url = ?", (url,))
        return found.fetchone() is not None

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
    if found in _CHANGES:
        script = f"BEGIN; {_CHANGES[found]} PRAGMA user_version = {VERSION}; COMMIT;"
        connection.executescript(script)


def _row(item: Item) -> tuple[str, ...]:
    head = (item.id, item.url, item.source, item.title, _utc(item.published))
    return (*head, item.lang, item.summary, item.text)


def _item(row: tuple[Any, ...]) -> Item:
    id_, url, source, title, published, lang, summary, text, bookmarks = row
    moment = datetime.fromisoformat(published)
    return Item(id_, url, source, title, moment, lang, summary, text, bookmarks=bookmarks)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
