"""Pages of HTML made fit for a parser: of a bounded size, without what nobody reads.

libxml2 takes 31 s for one tag with 40,000 attributes, and drops all that lies deeper than 256
elements: both are seen to before it is given anything. The time it takes is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kawaraban.errors import ShowError
from kawaraban.news.plain import root_name

RAW = 3_000_000
"""Characters of a page that are looked at, scripts included: large pages of news have 2 million."""
LONGEST = 400_000
"""Characters of a page without its scripts and styles: a book's chapter with its markup."""
TAGS = 20_000
"""Tags of a page: trafilatura takes about 0.1 ms for each; long articles have 5,000."""
DEEPEST = 200
"""Elements inside of each other: libxml2 stops at 256; pages of news have some 40."""
LONGEST_TAG = 2_000
"""Characters of a tag with attributes: what is longer holds a picture, or is an attack."""
_UNREAD = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<name>script|style|svg|template|iframe|object|math)\b(?P<values>[^<>]*+)>"
    r"(?P<inside>.*?)(?:</(?P=name)\s*>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*+)(?P<values>[^<>]*+)>?")
_FLAT = re.compile(
    "area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|param"
    "|p|li|d[td]|tr|t[dh]|thead|tbody|tfoot|colgroup|option|optgroup|rb|r[tp]|html|head|body"
)
"""Elements that have no end, or whose end may be left out."""
_PAGE = {"html", "head", "body", "article", "main", "div", "p", "table", "title", "meta", "section"}


class PageError(ShowError):
    """What an address answered, or a file holds, is no page that can be read (exit code 1)."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """A page without scripts and styles, and the JSON-LD that stood in it."""

    markup: str
    facts: tuple[str, ...]


def tidy(text: str, where: str) -> Tidied:
    """A page as a parser may be given it.

    Args:
        text: decoded.
        where: the address or the file, for messages.

    Raises:
        PageError: empty, not HTML, of too many tags, or nested too deeply.
    """
    text = text[:RAW].strip()
    if not text:
        raise PageError("the page is empty", where=where)
    if root_name(text) not in _PAGE:
        raise PageError("not a page of HTML", where=where, hint="give the address of an article")
    facts: list[str] = []

    def without(found: re.Match[str]) -> str:
        if found["name"] and "ld+json" in found["values"].lower():
            facts.append(found["inside"])
        return " "

    markup = _UNREAD.sub(without, text)[:LONGEST]
    markup = _TAG.sub(_short, markup)
    _judge(markup, where)
    return Tidied(markup, tuple(facts))


def _short(tag: re.Match[str]) -> str:
    """A tag; one that is far too long without its attributes."""
    return tag[0] if len(tag[0]) <= LONGEST_TAG else f"<{tag['end']}{tag['name']}>"


def _judge(markup: str, where: str) -> None:
    """Raise a PageError for more tags than a page has, or deeper ones."""
    depth = 0
    for number, tag in enumerate(_TAG.finditer(markup), 1):
        if number > TAGS:
            raise PageError(f"more than {TAGS:,} tags: no article has so many", where=where)
        if _FLAT.fullmatch(tag["name"].lower()) or tag["values"].endswith("/"):
            continue
        depth = max(0, depth - 1) if tag["end"] else depth + 1
        if depth > DEEPEST:
            raise PageError(f"nested more than {DEEPEST} deep", where=where)
