"""The date of a page: what its data says of it (JSON-LD, <meta>, <time>), or what it writes itself.

htmldate 1.11, which trafilatura asks, takes 2023年11月18日 for 1 January 2023.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape

from kawaraban.news.dates import AHEAD, parse_date
from kawaraban.news.plain import one_line, plain
from kawaraban.news.tidy import Tidied

NEAR_TITLE = 1_500
"""Characters of HTML before and after the first heading, where pages write their date."""
BESIDE = 20
"""Characters beside a date on a line of its own: 公開, a section's name."""
_META = re.compile(r"<meta\s[^<>]*>", re.IGNORECASE)
_TIME = re.compile(r"<time\b([^<>]*)>([^<]{0,100})", re.IGNORECASE)
_VALUE = re.compile(
    r"""([a-z:.-]{1,20})\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s>"'=<]+))""", re.IGNORECASE
)
_DATED = (
    "article:published_time",
    "datepublished",
    "og:published_time",
    "publishdate",
    "pubdate",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "parsely-pub-date",
    "sailthru.date",
    "article:modified_time",
)
"""Names of <meta> elements that tell when a page was published, the surest first."""
_WRITTEN = re.compile(
    r"(?:(?:令和|平成|昭和)\s*(?:\d{1,2}|元)|\d{4})\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?"
    r"(?:\s*[(（][月火水木金土日][)）])?"
    r"(?:\s*(?:午前|午後)?\s*\d{1,2}\s*(?:時(?:\s*\d{1,2}\s*分)?|:\d\d))?"
)
HEADING = re.compile(r"<h1\b[^<>]*>.{0,2000}?</h1\s*>", re.IGNORECASE | re.DOTALL)
"""The first heading of a page: its title."""


def page_date(page: Tidied, url: str, seen: datetime) -> datetime | None:
    """When a page says that it was published; its address may say it, too."""
    for text in _dates(page, url):
        if moment := _not_later(text, seen):
            return moment
    return None


def _not_later(text: str, seen: datetime) -> datetime | None:
    """The moment a text means, if it is none of the future."""
    moment = parse_date(text, seen)
    return moment if moment and moment <= seen + AHEAD else None


def _dates(page: Tidied, url: str) -> Iterator[str]:
    """What may be the date, the surest first."""
    yield by_facts(page, ("datePublished",))
    named: dict[str, str] = {}
    for meta in _META.findall(page.markup):
        value = _values(meta)
        name = value.get("property") or value.get("name") or value.get("itemprop", "")
        named.setdefault(name.lower(), value.get("content", ""))
    yield from (named[name] for name in _DATED if name in named)
    for time in _TIME.finditer(page.markup):
        yield _values(time[1]).get("datetime", "")
        yield one_line(time[2])
    yield from _near_title(page.markup)
    if found := re.search(r"/(20\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?!\d)", url):
        yield "-".join(found.groups())


def _values(tag: str) -> dict[str, str]:
    return {name.lower(): unescape(a or b or c) for name, a, b, c in _VALUE.findall(tag)}


def _near_title(markup: str) -> Iterator[str]:
    """Dates on lines of their own around the first heading."""
    heading = HEADING.search(markup)
    if not heading:
        return
    after = markup[heading.end() : heading.end() + NEAR_TITLE]
    before = markup[max(0, heading.start() - NEAR_TITLE) : heading.start()]
    for part in (after, before[before.find(">") + 1 :]):
        for line in plain(part[: part.rfind("<")]).split("\n"):
            found = _WRITTEN.search(line)
            if found and len(line) - len(found[0]) <= BESIDE and "。" not in line:
                yield found[0]


def by_facts(page: Tidied, path: tuple[str, ...]) -> str:
    """A value of the page's JSON-LD (schema.org), the first there is."""
    for text in page.facts:
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue
        graph = data.get("@graph", data) if isinstance(data, dict) else data
        for value in graph if isinstance(graph, list) else [graph]:
            for step in path:
                value = value.get(step) if isinstance(value, dict) else None  # noqa: PLW2901
            if isinstance(value, str):
                return one_line(value)
    return ""
