"""feed.xml: RSS 2.0 with the tags of Apple Podcasts and of the podcast namespace.

feedgen writes what it knows; `_Tags` adds what it does not know, or rejects. No clock is read: the
same records give the same bytes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from feedgen.feed import FeedGenerator
from feedgen.util import xml_elem

from kawaraban.errors import Problems, ShowError
from kawaraban.publish.chapters import chapters_path
from kawaraban.publish.episode import Audio, Episode
from kawaraban.publish.identity import FEED, show_guid
from kawaraban.publish.notes import notes_html, notes_text
from kawaraban.publish.words import WORDS
from kawaraban.settings import Show

DESCRIPTION_BYTES = 4000
"""Apple's limit, which counts bytes: a third as many Japanese characters."""
TRANSCRIPTS = {
    "transcript.vtt": "text/vtt",
    "transcript.srt": "application/x-subrip",
    "transcript.json": "application/json",
}
_NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""lastBuildDate of a show without episodes; feedgen would read the clock."""


@dataclass(frozen=True, slots=True)
class Tag:
    """An element to add: its prefixed name, its text, its attributes, what is inside it."""

    name: str
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Tag, ...] = ()

    def put(self, parent: Any) -> None:  # noqa: ANN401 - an element of lxml, which is untyped
        """Add the element, and those inside it, to another."""
        prefix, name = self.name.split(":")
        element = xml_elem(f"{{{_NAMESPACES[prefix]}}}{name}", parent, **self.attributes)
        element.text = self.text or None
        for child in self.children:
            child.put(element)


class _Tags:
    """A feedgen extension, of channel and item alike, that writes the tags it was given."""

    def __init__(self) -> None:
        self.tags: list[Tag] = []

    def extend_ns(self) -> dict[str, str]:
        return dict(_NAMESPACES)

    def extend_rss(self, parent: Any) -> Any:  # noqa: ANN401 - as above
        place = parent[0] if parent.tag == "rss" else parent
        for tag in self.tags:
            tag.put(place)
        return parent


# ── the feed ─────────────────────────────────────────────────────────────────────────────────────


def feed_xml(show: Show, episodes: Iterable[Episode], *, cover_name: str) -> bytes:
    """The feed of these episodes, newest first; `cover_name` is the cover's file in output/.

    Raises:
        ShowError: two episodes have the same title: apps would take them for one.
    """
    newest = sorted(episodes, key=lambda episode: (episode.published, episode.number), reverse=True)
    _check_titles(newest)
    feed = FeedGenerator()
    feed.load_extension("podcast", atom=False)
    feed.register_extension("more", _Tags, _Tags, atom=False)
    _fill_channel(feed, show, newest)
    _fill_apple(feed.podcast, show, cover_name)
    feed.more.tags = list(_channel_tags(show))
    for episode in newest:
        _fill_item(feed.add_entry(order="append"), show, episode)
    return bytes(feed.rss_str(pretty=True))


def _check_titles(episodes: list[Episode]) -> None:
    """AntennaPod merges episodes of one title and day, whatever their guids are."""
    first: dict[str, int] = {}
    faults = []
    for episode in sorted(episodes, key=lambda episode: episode.number):
        other = first.setdefault(episode.title, episode.number)
        if other != episode.number:
            faults.append(
                ShowError(
                    f"episodes {other} and {episode.number} have the same title: {episode.title}",
                    hint="change one of the two titles: apps would show them as one episode",
                )
            )
    Problems.raise_any(faults)


# ── the channel ──────────────────────────────────────────────────────────────────────────────────


def _fill_channel(feed: Any, show: Show, newest: list[Episode]) -> None:  # noqa: ANN401 - feedgen
    about = show.about
    feed.title(_xml(about.title))
    feed.description(capped(_xml(about.description)))
    feed.language(about.language)
    feed.copyright(_xml(about.copyright or about.author))
    feed.generator(_xml(newest[0].tool) if newest else "kawaraban")
    feed.lastBuildDate(newest[0].published if newest else _NEVER)
    feed.link(href=show.publish.at(FEED), rel="self", type="application/rss+xml")
    feed.link(href=show.publish.at("index.html"), rel="alternate")  # RSS <link> is the last one


def _fill_apple(apple: Any, show: Show, cover_name: str) -> None:  # noqa: ANN401 - feedgen
    about = show.about
    apple.itunes_image(show.publish.at(cover_name))
    category = {"cat": about.category, "sub": about.subcategory}
    apple.itunes_category({key: value for key, value in category.items() if value})
    apple.itunes_author(_xml(about.author))
    apple.itunes_type("episodic")
    if about.email:
        apple.itunes_owner(_xml(about.author), about.email)


def _channel_tags(show: Show) -> Iterator[Tag]:
    about = show.about
    yield _explicit(show)
    yield Tag("podcast:guid", str(show_guid(show)))
    yield Tag("podcast:locked", "yes", {"owner": about.email} if about.email else {})
    yield Tag("podcast:medium", "podcast")
    if about.license:
        yield Tag("podcast:license", about.license.lower())  # the namespace wants lower case
    often = show.publish.frequency
    if often:
        rule = {"rrule": f"FREQ={often.upper()}"}
        yield Tag("podcast:updateFrequency", WORDS[about.language].frequency[often], rule)
    yield Tag("podcast:txt", "true", {"purpose": "ai-content"})


# ── the items ────────────────────────────────────────────────────────────────────────────────────


def _fill_item(item: Any, show: Show, episode: Episode) -> None:  # noqa: ANN401 - feedgen
    audio = episode.audio
    item.title(_xml(episode.title))
    item.guid(str(episode.guid), permalink=False)
    item.pubDate(episode.published)
    item.description(capped(_xml(notes_text(episode))))
    item.content(_xml(notes_html(episode)), type="CDATA")
    item.link(href=show.publish.at(f"{episode.folder}/index.html"))
    item.enclosure(show.publish.at(f"{episode.folder}/{audio.file}"), audio.bytes, audio.type)
    item.podcast.itunes_duration(str(round(audio.seconds)))
    item.podcast.itunes_episode(episode.number)
    item.podcast.itunes_episode_type("full")
    item.more.tags = list(_item_tags(show, episode))


def _item_tags(show: Show, episode: Episode) -> Iterator[Tag]:
    yield _explicit(show)
    yield Tag("podcast:episode", str(episode.number))
    for person in episode.people:
        yield Tag("podcast:person", _xml(person.name), {"role": "host", "group": "cast"})
    for name, kind in TRANSCRIPTS.items():
        url = show.publish.at(f"{episode.folder}/{name}")
        yield Tag(
            "podcast:transcript", "", {"url": url, "type": kind, "language": episode.language}
        )
    url = show.publish.at(chapters_path(episode, show))
    yield Tag("podcast:chapters", "", {"url": url, "type": "application/json+chapters"})
    for audio in episode.files:
        url = show.publish.at(f"{episode.folder}/{audio.file}")
        yield _alternate(audio, url, is_default=audio is episode.audio)


def _alternate(audio: Audio, url: str, *, is_default: bool) -> Tag:
    """One of the files that an app may take; the enclosure's is among them, as the default."""
    known = {
        "type": audio.type,
        "length": str(audio.bytes),
        "bitrate": str(audio.bitrate or ""),
        "title": audio.kind,
        "codecs": audio.codecs,
        "default": "true" if is_default else "",
    }
    source = Tag("podcast:source", "", {"uri": url})
    integrity = Tag("podcast:integrity", "", {"type": "sri", "value": _sri(audio.sha256)})
    attributes = {name: value for name, value in known.items() if value}
    return Tag("podcast:alternateEnclosure", "", attributes, (source, integrity))


def _sri(sha256: str) -> str:
    """A hash as W3C's Subresource Integrity writes it."""
    return f"sha256-{base64.b64encode(bytes.fromhex(sha256)).decode()}"


def _explicit(show: Show) -> Tag:
    """Apple: true or false; feedgen knows only yes, no and clean."""
    return Tag("itunes:explicit", str(show.about.explicit).lower())


# ── text ─────────────────────────────────────────────────────────────────────────────────────────


def capped(text: str) -> str:
    """As much of a text as Apple reads, cut between two characters."""
    return text.encode()[:DESCRIPTION_BYTES].decode(errors="ignore")


def _xml(text: str) -> str:
    """Text without the control characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("", text)
