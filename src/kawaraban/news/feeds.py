"""Feeds as Items: RSS 0.9x to 2.0, RSS 1.0, Atom and JSON Feed, from bytes that came from anywhere.

A feed is hostile until it is plain text. `feedparser.parse` opens a file or an address whose name
it is given, as str and as bytes; it gets a stream of UTF-8, always.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser

from kawaraban.errors import KawarabanError
from kawaraban.model import Item
from kawaraban.news.dates import AHEAD, parse_date
from kawaraban.news.plain import (
    decode,
    harmless_xml,
    is_japanese,
    language,
    one_line,
    plain,
    root_name,
    web_address,
)

MOST = 500
"""Entries taken of one feed; feeds of news hold 10 to 100."""
MARKS = 500_000
"""Tags of one feed: feedparser takes 25 µs for each, 12 s for all."""
TITLE, SUMMARY, TEXT = 300, 2_000, 100_000
"""Characters kept of each."""
UNTITLED = 80
"""Characters of the text that stand for a title."""
_FEED_KINDS = re.compile(r"application/((rss|atom|rdf)\+xml|feed\+json)", re.IGNORECASE)
_HEAD = 200_000
"""Characters of a page that are searched for its feeds."""
_PAGES = {"html", "head", "body"}
_FAILURES = (ValueError, LookupError, ArithmeticError, TypeError, AttributeError, AssertionError)
"""What feedparser 6.0.14 raises, or may, on input that is made to break it."""


class FeedError(KawarabanError):
    """What an address answered is no feed, or a broken one (exit code 1)."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was read."""

    title: str
    language: str
    """Of the feed, as its first subtag; "" where it does not say."""
    items: tuple[Item, ...]
    faults: tuple[str, ...] = ()
    """Entries left out, and why."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry as the feed has it: markup, raw addresses."""

    guid: str
    link: str
    title: str
    summary: str
    content: str
    dates: tuple[str, ...]
    parsed: tuple[datetime, ...] = ()
    """The same dates as feedparser understands them."""
    lang: str = ""
    bookmarks: str = ""
    """How many readers of Hatena Bookmark kept it (hatena:bookmarkcount)."""


@dataclass(frozen=True, slots=True)
class _Raw:
    """A feed as it is written."""

    title: str
    lang: str
    entries: Iterable[_Entry]


def read_feed(
    body: bytes,
    url: str,
    *,
    kind: str = "",
    charset: str = "",
    source: str = "",
    lang: str = "",
    seen: datetime,
) -> Feed:
    """The items of a feed, in its order, the first MOST of them.

    Args:
        body: what the address answered.
        url: the address, against which links are resolved.
        kind: its media type, for telling what it was if it is no feed.
        charset: of its Content-Type, or "".
        source: the publisher's name; without one the feed's title, or its host.
        lang: the language of all items; without one each entry's, the feed's, or what its title is
            written in.
        seen: when it was fetched, aware: the date of entries without one, or with one in the
            future.

    Raises:
        FeedError: empty, a page of HTML (with the feeds it names), broken, or something else.
    """
    text = decode(body, charset).strip()
    if not text:
        raise FeedError("the answer is empty", where=url)
    raw = _json_feed(text, url) if text[0] in "{[" else _xml_feed(text, url, kind)
    title = one_line(raw.title)[:TITLE]
    name = source or title or urlsplit(url).hostname or url
    items, faults = _items(raw, url, name, lang, seen)
    return Feed(title, language(raw.lang), items, faults)


# ── items ────────────────────────────────────────────────────────────────────────────────────────


def _items(
    raw: _Raw, base: str, source: str, lang: str, seen: datetime
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """The items of a feed, and what is wrong with the entries that are none."""
    items: dict[str, Item] = {}
    faults: list[str] = []
    for number, entry in enumerate(raw.entries, 1):
        if number > MOST:
            faults.append(f"entries after the first {MOST} are left out")
            break
        try:
            spoken = lang or language(entry.lang) or language(raw.lang)
            item = _item(entry, base, source, spoken, seen)
        except FeedError as error:
            faults.append(f"entry {number}: {error.cause}")
            continue
        if items.setdefault(item.id, item) is not item:
            faults.append(f"entry {number}: the same as one before it: {item.title[:UNTITLED]}")
    return tuple(items.values()), tuple(faults)


def _item(entry: _Entry, base: str, source: str, lang: str, seen: datetime) -> Item:
    """An entry as an item; a FeedError says why it is none."""
    summary, content = plain(entry.summary)[:TEXT], plain(entry.content)[:TEXT]
    text = content if len(content) > len(summary) else summary
    title = one_line(entry.title)[:TITLE] or " ".join(text[: 2 * UNTITLED].split())[:UNTITLED]
    link = web_address(entry.link, base)
    if not title:
        raise FeedError("it has neither title nor text")
    if not link:
        said = f"{entry.link[:UNTITLED]!r} is no address on the web" if entry.link else "no link"
        raise FeedError(f"{said}: {title[:UNTITLED]}")
    return Item(
        id=_id(entry.guid.strip(), link),
        url=link,
        source=source,
        title=title,
        published=_published(entry, seen),
        lang=lang or ("ja" if is_japanese(title) else "en"),
        summary=summary[:SUMMARY] or text.split("\n\n", 1)[0][:SUMMARY],
        text=text,
        bookmarks=_count(entry.bookmarks),
    )


def _count(written: str) -> int:
    """A number of readers; what is none, or more than there are people, counts nothing."""
    return int(written) if re.fullmatch(r"[0-9]{1,9}", written) else 0


def _id(guid: str, link: str) -> str:
    """A hash of the guid, or of the link.

    Two publishers may both count 1, 2, 3: the link's host goes before a guid that is no URI.
    """
    name = guid or link
    if ":" not in name:
        name = f"{urlsplit(link).hostname} {name}"
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _published(entry: _Entry, seen: datetime) -> datetime:
    read = [moment for date in entry.dates if (moment := parse_date(date, seen))]
    written = any(not date.isascii() for date in entry.dates)
    moment = next(iter(read or ([] if written else entry.parsed)), seen)
    return moment if moment <= seen + AHEAD else seen


# ── RSS and Atom ─────────────────────────────────────────────────────────────────────────────────


def _xml_feed(text: str, url: str, kind: str) -> _Raw:
    root = root_name(text)
    if root in _PAGES:
        raise FeedError("a web page, not a feed", where=url, hint=_feeds_hint(text, url))
    if text.count("<") > MARKS:
        raise FeedError(f"more than {MARKS} tags: no feed of news has so many", where=url)
    found = _parsed(text, url)
    if not found["entries"] and (found["bozo"] or not found["version"]):
        cause = f"not a feed, but {_kind_of(text, kind)}"
        if found["version"] or root in {"rss", "feed", "rdf:rdf"}:
            cause = f"a broken feed: {found.get('bozo_exception', 'nothing in it can be read')}"
        raise FeedError(one_line(cause), where=url)
    about = found["feed"]
    entries = map(_xml_entry, found["entries"])
    return _Raw(_string(about.get("title")), _lang_of(about), entries)


def _parsed(text: str, url: str) -> feedparser.FeedParserDict:
    """The feed, its markup untouched: `plain` takes care of it, and in linear time."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    stream = io.BytesIO(harmless_xml(text).encode())
    try:
        return feedparser.parse(
            stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except _FAILURES as error:
        raise FeedError(f"a broken feed: {error}", where=url) from error


def _xml_entry(entry: feedparser.FeedParserDict) -> _Entry:
    contents = [part for part in entry.get("content", ()) if isinstance(part, dict)]
    dates = [name for name in ("published", "updated") if name in entry]
    return _Entry(
        guid=_string(entry.get("id")),
        link=_string(entry.get("link")),
        title=_string(entry.get("title")),
        summary=_string(entry.get("summary")),
        content=max((_string(part.get("value")) for part in contents), key=len, default=""),
        dates=tuple(_string(entry[name]) for name in dates),
        parsed=tuple(_moments(entry, dates)),
        lang=_lang_of(entry, *contents),
        bookmarks=_string(entry.get("hatena_bookmarkcount")),
    )


def _lang_of(*parts: Mapping[str, Any]) -> str:
    """The language of a feed, of an entry, or of the part of it that has one (xml:lang)."""
    named = [part.get(name) or {} for part in parts for name in ("title_detail", "summary_detail")]
    found = (_string(part.get("language")) for part in [*parts, *named])
    return next(filter(None, found), "")


def _moments(entry: feedparser.FeedParserDict, names: Iterable[str]) -> Iterator[datetime]:
    """Dates in forms that feedparser alone knows (UTC); impossible ones are passed over."""
    for name in names:
        if parts := entry.get(f"{name}_parsed"):
            text = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*parts)
            if moment := parse_date(text, datetime.fromtimestamp(0, UTC)):
                yield moment


def _string(value: object) -> str:
    """Text as it is; numbers as text; "" for anything else."""
    return str(value) if isinstance(value, (str, int, float)) else ""


# ── JSON Feed (jsonfeed.org/version/1.1) ─────────────────────────────────────────────────────────


def _json_feed(text: str, url: str) -> _Raw:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeedError(f"not a feed, but broken JSON: {error}", where=url) from error
    entries = data.get("items") if isinstance(data, dict) else None
    if not isinstance(entries, list) or "jsonfeed.org" not in _string(data.get("version")):
        raise FeedError("JSON, but not a JSON Feed", where=url)
    found = (_json_entry(entry if isinstance(entry, dict) else {}) for entry in entries)
    return _Raw(_string(data.get("title")), _string(data.get("language")), found)


def _json_entry(entry: Mapping[str, object]) -> _Entry:
    value = {name: _string(content) for name, content in entry.items()}
    return _Entry(
        guid=value.get("id", ""),
        link=value.get("url") or value.get("external_url", ""),
        title=value.get("title", ""),
        summary=value.get("summary", ""),
        content=value.get("content_html") or value.get("content_text", ""),
        dates=tuple(value.get(name, "") for name in ("date_published", "date_modified")),
        lang=value.get("language", ""),
    )


# ── no feeds ─────────────────────────────────────────────────────────────────────────────────────


def _kind_of(text: str, kind: str) -> str:
    """What something is that is no feed, in words."""
    if root := root_name(text):
        return f"XML whose root is {root}"
    return kind or f"something that begins with {text[:20]!r}"


def _feeds_hint(page: str, url: str) -> str:
    """The feeds that a page names in its head (<link rel="alternate">, RSS autodiscovery)."""
    found = {}
    for link in re.findall(r"<link\s[^<>]{1,2000}>", page[:_HEAD], re.IGNORECASE):
        values = re.findall(
            r"""([a-z]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", link, re.IGNORECASE
        )
        value = {name.lower(): one_line(a or b or c) for name, a, b, c in values}
        if "alternate" in value.get("rel", "").lower() and _FEED_KINDS.match(value.get("type", "")):
            found[web_address(value.get("href", ""), url)] = True
    names = [address for address in found if address][:5]
    return f"it names these feeds: {', '.join(names)}" if names else "give the address of its feed"
