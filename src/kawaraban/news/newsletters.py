"""Newsletters: one issue in HTML, from the web, from a mail or from a file; its stories as items.

A story is a link that leads away, with the heading or the paragraph it stands in. What every
letter has besides (navigation, sharing, leaving the list, sponsors) is passed over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from kawaraban.model import Item
from kawaraban.news.pages import TITLE, host_name, readable
from kawaraban.news.plain import WIDE, is_japanese, one_line, web_address
from kawaraban.news.tidy import tidy

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST = 100
"""Stories of one issue; long ones have 50."""
SUMMARY = 1_000
"""Characters kept of the paragraph around a link."""
SHORT = 30
"""Characters of a link's text that may be a service of the letter's, or a "read more"."""
_BLOCKS = re.compile(
    "p|div|h[1-6]|[uod]l|li|d[td]|t[dhr]|table|tbody|blockquote|pre|section|article|header|main"
    "|figure|figcaption|hr|center|body"
)
_HEADING = re.compile("h[1-6]")
_APART = {"nav", "footer", "form", "button", "select", "head", "aside"}
"""Elements in which no story stands."""
_SERVICE = re.compile(
    r"unsubscribe|subscribe|preferences|privacy|terms|contact|view (?:it |this )?(?:in|on)"
    r"|web version|forward|share|tweet|follow|sign ?up|log ?in|advertis|download our app"
    r"|配信停止|配信解除|購読|登録|解除|退会|プライバシー|個人情報|利用規約|お問い?合わ?せ|ブラウザ"
    r"|シェア|共有|ツイート|フォロー|ログイン|広告|特定商取引|会社概要|運営会社|バックナンバー",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:read|learn|see|find out)? ?(?:more|on|full story|the story)|continue reading|link|source"
    r"|here|click here|(?:続き|もっと|全文|詳細|記事)?(?:を|は|へ|で)?(?:読む|見る|こちら)|詳しくは"
    r"(?:こちら)?|記事へ|元記事|リンク|出典|続き",
    re.IGNORECASE,
)
_SPONSOR = re.compile(
    r"^\W*(?:sponsor|advertisement|presented by|brought to you|together with|in partnership"
    r"|promoted|広告|スポンサー|提供|協賛|(?:PR|AD)(?![a-z])|.{0,20}の提供)",
    re.IGNORECASE,
)
_SPONSOR_CLASS = re.compile(
    r"(?:^|[\s_-])(?:sponsor\w*|advert\w*|ads?|promo\w*)(?:$|[\s_-])", re.IGNORECASE
)
_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook\.com|instagram\.com|linkedin\.com|threads\.net|tiktok\.com|pinterest\.com"
    r"|line\.me|social-plugins\.line\.me|b\.hatena\.ne\.jp|getpocket\.com)$"
)
_PEOPLE = re.compile(r"(?:^|\.)(?:twitter\.com|x\.com|bsky\.app|youtube\.com)$")
"""Hosts where a post is a story, but a profile or a button is none."""
_POST = re.compile(r"/status/\d|/post/|/watch|/live/")
_ONWARD = {"url", "u", "to", "target", "redirect", "link", "dest", "destination", "q"}
"""Parameters in which a counting address names the one it leads to."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is known of an issue."""

    name: str
    url: str
    """Its address, or ""."""
    published: datetime
    lang: str = ""
    """Its language; "" takes each title's."""


@dataclass(slots=True)
class _Block:
    """A paragraph, a heading or a cell, and the links in it."""

    heading: bool = False
    sponsored: bool = False
    pieces: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    """(address, text)."""

    text: str = ""
    """Its pieces in one line, once it is whole."""


def read_newsletter(text: str, letter: Letter) -> tuple[Item, ...]:
    """The stories of an issue, in its order, each address once, at most MOST.

    Raises:
        PageError: it is not HTML, or made to break parsers.
    """
    page = tidy(text, letter.url or letter.name)
    found: dict[str, Item] = {}
    with readable(letter.url or letter.name):
        placed = list(_placed(_blocks(page.markup, letter.url)))
    for block, heading, after in placed:
        for link, words in block.links:
            if len(found) == MOST and link not in found:
                continue
            story = _story(letter, link, words, block, heading, after)
            known = found.setdefault(link, story)
            if len(known.summary) < len(story.summary):
                found[link] = replace(known, summary=story.summary, text=story.text)
    return tuple(found.values())


def _story(letter: Letter, link: str, words: str, block: _Block, heading: str, after: str) -> Item:
    title = _title(words, block, heading)
    around = after if block.heading else block.text
    if around == words and after:
        around = after
    summary = (around or title)[:SUMMARY]
    return Item(
        id=hashlib.sha256(link.encode()).hexdigest()[:16],
        url=link,
        source=letter.name,
        title=title,
        published=letter.published,
        lang=letter.lang or ("ja" if is_japanese(title) else "en"),
        summary=summary,
        text=summary,
    )


def _title(words: str, block: _Block, heading: str) -> str:
    """The link's text or the heading's; for "read more" the heading above, or a first sentence."""
    if block.heading and len(block.links) == 1:
        return block.text[:TITLE]
    if words and not _MORE.fullmatch(words.strip(" →>»…")):
        return words[:TITLE]
    first = re.match(r".{1,80}?(?:[。！？!?]|\.(?=\s)|$)", block.text)
    return heading[:TITLE] or (first[0] if first else block.text[:80]) or words


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────


def _placed(blocks: Iterable[_Block]) -> Iterator[tuple[_Block, str, str]]:
    """Blocks with links that are no sponsor's, the heading above, and the paragraph after."""
    listed = [whole for block in blocks if (whole := _whole(block)).text]
    heading, sponsored = "", False
    for at, block in enumerate(listed):
        says = _SPONSOR.search(block.text) is not None
        if block.heading:
            heading, sponsored = block.text, says
        if says or sponsored or block.sponsored:
            continue
        following = listed[at + 1] if at + 1 < len(listed) else _Block(heading=True)
        after = "" if following.heading else following.text
        yield block, heading, after


def _blocks(markup: str, base: str) -> Iterator[_Block]:
    """The blocks of a letter in their order, read without recursion."""
    from lxml import etree, html  # noqa: PLC0415

    root = html.document_fromstring(f"<html><body>{_body(markup)}</body></html>")
    block, apart, sponsors = _Block(), 0, 0
    links: list[HtmlElement] = []
    start = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag, opens = str(element.tag).lower(), event == "start"
        sponsors += _is_sponsor(element) * (1 if opens else -1)
        apart += (tag in _APART) * (1 if opens else -1)
        parts = _BLOCKS.fullmatch(tag) is not None
        if links and (parts or tag == "a") and not apart + sponsors:
            _note(block, links[-1], start, base)
        if parts:
            yield block
            block, start = _Block(opens and _HEADING.fullmatch(tag) is not None, sponsors > 0), 0
        if tag == "a":
            links = [element] if opens else []
            start = len(block.pieces)
        if not apart:
            block.pieces.append(((element.text if opens else element.tail) or "") + _gap(tag))
    yield block


def _gap(tag: str) -> str:
    return " " if tag in {"br", "img"} else ""


def _whole(block: _Block) -> _Block:
    return replace(block, text=_joined("".join(block.pieces)))


def _body(markup: str) -> str:
    found = re.search(r"<body\b[^<>]*>", markup, re.IGNORECASE)
    return markup[found.end() :] if found else markup


def _note(block: _Block, element: HtmlElement, start: int, base: str) -> None:
    """Keep a link of a block, where it is one to a story."""
    words = _joined("".join(block.pieces[start:]))
    if not words or "sponsored" in (element.get("rel") or "").lower():
        return
    link = _onward(web_address(element.get("href") or "", base))
    if _leads_away(link, base) and not (len(words) <= SHORT and _SERVICE.search(words)):
        block.links.append((link, words))


def _is_sponsor(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _SPONSOR_CLASS.search(names) is not None


def _onward(link: str) -> str:
    """Where a counting address leads, if it says so."""
    try:
        pairs = parse_qsl(urlsplit(link).query, max_num_fields=30)
    except ValueError:
        return link
    named = (value for name, value in pairs if name.lower() in _ONWARD)
    return next((to for value in named if "://" in value and (to := web_address(value))), link)


def _leads_away(link: str, base: str) -> bool:
    """Whether an address may be a story's: not the letter's own site, a profile or a button."""
    parts = urlsplit(link)
    host = host_name(link)
    if not host or (base and host == host_name(base)) or (not base and len(parts.path) <= 1):
        return False
    if re.search(r"unsubscribe|optout|opt-out|manage_?subscription", link, re.IGNORECASE):
        return False
    if re.search(r"\.(?:png|jpe?g|gif|webp|svg)$", parts.path, re.IGNORECASE):
        return False
    return not _SOCIAL.search(host) and not (_PEOPLE.search(host) and not _POST.search(parts.path))


def _joined(text: str) -> str:
    text = one_line(text.replace("<", "< ")) if "<" in text else " ".join(text.split())
    return re.sub(rf"(?<={WIDE}) (?={WIDE})", "", text)
