"""The whole text of what a feed tells in a sentence: from the article's own page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kawaraban.errors import KawarabanError
from kawaraban.model import Item
from kawaraban.news.feeds import Feed
from kawaraban.news.fetch import FetchError, Limits, fetch
from kawaraban.news.hosts import FAILURES, PAGES, Hosts, host_of
from kawaraban.news.pages import read_page
from kawaraban.news.plain import decode
from kawaraban.news.tidy import PageError

SHORT = 400
"""Characters of a feed's text that is not the whole of an article."""


@dataclass(frozen=True, slots=True)
class FullText:
    """Fills in what is new and short."""

    known: frozenset[str]
    """Ids and addresses of items that the archive holds."""
    hosts: Hosts
    limits: Limits
    now: datetime

    def fill(self, feed: Feed) -> tuple[Feed, tuple[str, ...]]:
        """A feed with the whole texts of its new items, and what could not be had, in words."""
        notes: list[str] = []
        items = tuple(self._filled(feed.items, notes))
        return replace(feed, items=items), tuple(notes)

    def _filled(self, items: Sequence[Item], notes: list[str]) -> Iterator[Item]:
        left: dict[str, int] = {}
        for item in items:
            if len(item.text) >= SHORT or self.known & {item.id, item.url}:
                yield item
            elif not self.hosts.may_ask(item.url):
                left[host_of(item.url)] = left.get(host_of(item.url), 0) + 1
                yield item
            else:
                yield self._whole(item, notes)
        for host, count in left.items():
            cause = f"a host is asked for {PAGES} pages at most, for none after {FAILURES} failed"
            notes.append(f"{host}: {count} items keep the feed's text: {cause}")

    def _whole(self, item: Item, notes: list[str]) -> Item:
        """An item with its page's text; as it was where the page fails, or says less."""
        try:
            with self.hosts.turn(item.url):
                answer = fetch(item.url, self.limits)
            page = read_page(decode(answer.body, answer.charset), answer.url, self.now)
        except (FetchError, PageError) as error:
            self.hosts.failed(item.url)
            notes.append(f"the feed's text is kept of {item.url}: {in_one_line(error)}")
            return item
        return replace(item, text=page.text) if len(page.text) > len(item.text) else item


def in_one_line(error: KawarabanError) -> str:
    """An error with its hint, on one line."""
    return "; ".join(line.strip() for line in str(error).splitlines())
