"""Where sentences end, quotations kept whole."""

from __future__ import annotations

import re

_OPEN = "「『（(〈《【［[“"
_CLOSE = "」』）)〉》】］]”"
_ENDS = "。！？!?…"
LONGEST = 6
"""Letters of the longest abbreviation, and the sign before it."""
_ABBREVIATION = re.compile(
    r"(?:^|[^A-Za-z])(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|Inc|Corp|Ltd|Co|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    r"|Sept?|Oct|Nov|Dec|[A-Z]|a\.m|p\.m|e\.g|i\.e|[A-Z]\.[A-Z])$"
)
"""What a full stop may stand after without ending a sentence."""
_DOT_FOLLOWED_BY = " \t　"


def sentences(text: str) -> list[str]:
    """Split text after 。！？!? and at line ends, never inside brackets; nothing is lost.

    A full stop ends a sentence only before white space, so 3.5 and U.S. stay whole; so do ! and ?
    after a Latin letter or sign, as in Yahoo!ニュース and web addresses. A bracket that is never
    closed ends with its line: one slip of a writer must not swallow the rest.
    """
    found: list[str] = []
    for line in text.split("\n"):
        found.extend(_split_line(line))
    return found


def _split_line(line: str) -> list[str]:
    closed = _balanced(line)
    parts, start, depth = [], 0, 0
    for at, char in enumerate(line):
        if closed and char in _OPEN:
            depth += 1
        elif closed and char in _CLOSE:
            depth -= 1
        if depth == 0 and _ends(line[max(0, at - LONGEST) : at], char, line[at + 1 : at + 2]):
            parts.append(line[start : at + 1])
            start = at + 1
    parts.append(line[start:])
    return [part.strip() for part in parts if part.strip()]


def _balanced(line: str) -> bool:
    opened, closed = (sum(line.count(char) for char in kind) for kind in (_OPEN, _CLOSE))
    return opened == closed


def _ends(before: str, char: str, following: str) -> bool:
    last = before[-1:]
    if char == "." and _ABBREVIATION.search(before):
        return False
    in_a_name = char in "!?" and last.isascii() and last not in "!?"
    if char == "." or (in_a_name and following not in _ENDS + _CLOSE):
        return following != "" and following in _DOT_FOLLOWED_BY
    return char in _ENDS and (following == "" or following not in _ENDS + _CLOSE)
