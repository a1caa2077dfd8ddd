"""Lists of feeds, as feed readers export them: OPML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kawaraban.news.feeds import FeedError
from kawaraban.news.plain import decode, language, one_line, web_address

_HINT = "export the list from your feed reader as OPML"


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed in a list of feeds; its title and language are "" where the list has none."""

    title: str
    url: str
    lang: str = ""


def read_opml(body: bytes) -> tuple[Outline, ...]:
    """The feeds of an OPML file, folders or not, each address once, in their order.

    Outlines whose address is not one of the web are passed over.

    Raises:
        FeedError: not XML, XML with entities of its own, not OPML, or no feed in it.
    """
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(body)).strip()
    try:
        root = fromstring(text)
    except (ParseError, DefusedXmlException) as error:
        raise FeedError(f"not a list of feeds: {error}", hint=_HINT) from error
    if root.tag.lower() != "opml":
        raise FeedError(f"not OPML: its root is <{root.tag[:40]}>", hint=_HINT)
    found: dict[str, Outline] = {}
    for outline in root.iter("outline"):
        values = {name.lower(): value for name, value in outline.attrib.items()}
        if url := web_address(values.get("xmlurl", "")):
            found.setdefault(url, _outline(values, url))
    if not found:
        raise FeedError("the list has no feed with an address on the web", hint=_HINT)
    return tuple(found.values())


def _outline(values: Mapping[str, str], url: str) -> Outline:
    title = values.get("title") or values.get("text") or ""
    return Outline(one_line(title)[:200], url, language(values.get("language", "")))
