"""What each kind of source says: a feed, a page that is an article, an issue of a newsletter."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kawaraban.model import Item
from kawaraban.news.feeds import Feed, read_feed
from kawaraban.news.fetch import Fetched
from kawaraban.news.newsletters import Letter, read_newsletter
from kawaraban.news.pages import host_name, page_head, read_page
from kawaraban.news.plain import decode, web_address
from kawaraban.news.tidy import PageError

SUMMARY = 2_000
"""Characters of an article's first paragraph that are its summary."""
Kind = Literal["feed", "page", "newsletter"]


@dataclass(frozen=True, slots=True)
class Source:
    """What is read: its address, and how the producer calls it and its language, or ""."""

    url: str
    name: str = ""
    lang: str = ""
    kind: Kind = "feed"


def _feed(source: Source, answer: Fetched, now: datetime) -> Feed:
    return read_feed(
        answer.body,
        answer.url,
        kind=answer.kind,
        charset=answer.charset,
        source=source.name,
        lang=source.lang,
        seen=now,
    )


def _page(source: Source, answer: Fetched, now: datetime) -> Feed:
    """An article as a feed of one item; without a date it is of today."""
    page = read_page(decode(answer.body, answer.charset), answer.url, now)
    url = web_address(source.url) or source.url
    first = next((one for one in page.text.split("\n\n") if not one.startswith("# ")), "")
    item = Item(
        id=hashlib.sha256(url.encode()).hexdigest()[:16],
        url=url,
        source=page.site or page.author or host_name(answer.url),
        title=page.title or first[:80],
        published=page.published or now,
        lang=page.lang,
        summary=first[:SUMMARY],
        text=page.text,
    )
    return Feed(page.title, page.lang, (item,))


def _newsletter(source: Source, answer: Fetched, now: datetime) -> Feed:
    """An issue of a newsletter as a feed of its stories."""
    text = decode(answer.body, answer.charset)
    head = page_head(text, answer.url, now)
    name = head.site or head.title or host_name(answer.url)
    letter = Letter(source.name or name, answer.url, head.published or now, source.lang)
    items = read_newsletter(text, letter)
    if not items:
        hint = "is it the address of one issue?"
        raise PageError("no story was found in the newsletter", where=answer.url, hint=hint)
    return Feed(head.title, source.lang, items)


READERS: dict[Kind, Callable[[Source, Fetched, datetime], Feed]] = {
    "feed": _feed,
    "page": _page,
    "newsletter": _newsletter,
}
