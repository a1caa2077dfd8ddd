"""Articles on the web, or saved from it: what a page says, without what stands around it.

`trafilatura` finds the article and its title, `pagedates.py` its date. The library is imported when
the first page is read: that takes 0.3 s.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kawaraban.errors import one_line as told
from kawaraban.news.dates import parse_date
from kawaraban.news.pagedates import HEADING, by_facts, page_date
from kawaraban.news.plain import WIDE, is_japanese, language, one_line, web_address
from kawaraban.news.tidy import PageError, tidy

if TYPE_CHECKING:
    from lxml.etree import _Element

TITLE, NAME, TEXT = 300, 100, 100_000
"""Characters kept of each."""
LONGEST_LINE = 60
"""Characters of a paragraph that is a date and nothing else."""
_FAILURES = (ValueError, LookupError, ArithmeticError, TypeError, AttributeError, RecursionError)
_ANY = re.IGNORECASE | re.DOTALL
_LANG = re.compile(r"""<html\b[^<>]*?\blang\s*=\s*["']?([a-zA-Z-]{2,20})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """An article as its page has it; "" and None for what it does not say."""

    url: str
    """What the page says its address is, or where it was found; "" for a file that says nothing."""
    title: str
    site: str
    author: str
    published: datetime | None
    lang: str
    text: str
    """Paragraphs with an empty line between them; headings begin with "# "."""


def read_page(text: str, url: str, seen: datetime) -> Page:
    """The article of a page.

    Args:
        text: the page's HTML, decoded.
        url: its address, or the file's name.
        seen: when it was read, aware: dates without an offset get its own, and none may be later.

    Raises:
        PageError: it is not HTML, made to break parsers, or holds no article.
    """
    page = tidy(text, url)
    with readable(url):
        body = _article(page.markup)
    if not body:
        hint = "give the address of the article itself; some pages are written by scripts alone"
        raise PageError("no article was found in the page", where=url, hint=hint)
    about = _about(page.markup, url)
    title = about.title
    paragraphs = [one for one in body if one != f"# {title}" and not _is_date(one, seen)]
    lang = language(found[1]) if (found := _LANG.search(page.markup)) else ""
    return Page(
        url=about.url,
        title=title,
        site=about.site or by_facts(page, ("publisher", "name")),
        author=about.author,
        published=page_date(page, url, seen),
        lang=lang or ("ja" if is_japanese(title + body[0]) else "en"),
        text="\n\n".join(paragraphs or body)[:TEXT],
    )


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself, whatever it holds."""

    url: str
    title: str
    site: str
    published: datetime | None


def page_head(text: str, url: str, seen: datetime) -> Head:
    """What a page that is no article says of itself; arguments and errors as of `read_page`."""
    page = tidy(text, url)
    about = _about(page.markup, url)
    return Head(about.url, about.title, about.site, page_date(page, url, seen))


def host_name(url: str) -> str:
    """The host of an address, without www: what a page without a name is called."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@contextmanager
def readable(where: str) -> Iterator[None]:
    """What libxml2 and trafilatura raise on a page that is made to break them is a PageError."""
    from lxml.etree import LxmlError  # noqa: PLC0415

    try:
        yield
    except (LxmlError, *_FAILURES) as error:
        raise PageError(f"the page cannot be read: {told(str(error))}", where=where) from error


# ── the article ──────────────────────────────────────────────────────────────────────────────────


def _article(markup: str) -> list[str]:
    """The paragraphs of an article; headings begin with "# "."""
    from trafilatura import bare_extraction  # noqa: PLC0415

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # we tell it ourselves
    found: Any = bare_extraction(markup, include_comments=False, include_formatting=True)
    body = None if found is None else found.body
    if body is None:
        return []
    paragraphs = [_paragraph(element) for element in _leaves(body)]
    return [one for one in paragraphs if one.lstrip("# ")]


def _leaves(body: _Element) -> Iterator[_Element]:
    """The elements of an article that are paragraphs, as trafilatura names them."""
    for element in body:
        if element.tag in {"list", "quote", "table", "row", "div"} and len(element):
            if (element.text or "").strip():
                yield element
            else:
                yield from _leaves(element)
        else:
            yield element


def _paragraph(element: _Element) -> str:
    text = one_line("".join(element.itertext()))  # what was escaped can look like tags
    text = re.sub(rf"(?<={WIDE}) (?={WIDE})", "", text).lstrip("# ")
    return f"# {text}" if element.tag == "head" else text


@dataclass(frozen=True, slots=True)
class _About:
    """What a page says of itself in its head."""

    url: str
    title: str
    site: str
    author: str


def _about(markup: str, url: str) -> _About:
    """What the page's head and its first heading say; the rest would be searched, slowly."""
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415

    start = re.search(r"<body\b|</head\s*>", markup, re.IGNORECASE)
    heading = HEADING.search(markup)
    head = re.sub(r"^.*?<head\b[^<>]*>", "", markup[: start.start()] if start else "", flags=_ANY)
    small = f"<html><head>{head}</head><body>{heading[0] if heading else ''}<p>.</p></body></html>"
    with readable(url):
        known = url if web_address(url) else None
        found = extract_metadata(small, default_url=known, extensive=False)
    first = one_line(heading[0]) if heading else ""
    title = one_line(found.title or "") or first
    if first in title and len(first) > len(title) // 2:  # 見出し | 新聞
        title = first
    return _About(
        url=web_address(found.url or ""),
        title=title[:TITLE],
        site=one_line(found.sitename or "")[:NAME],
        author=one_line(found.author or "")[:NAME],
    )


def _is_date(paragraph: str, seen: datetime) -> bool:
    """Whether a paragraph is the page's date and nothing else."""
    return len(paragraph) <= LONGEST_LINE and parse_date(paragraph, seen) is not None
