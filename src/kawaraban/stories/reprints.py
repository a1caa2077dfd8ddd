"""Reprints: texts that are another's, whole or trimmed, under any title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from kawaraban.model import Item
from kawaraban.stories.linkage import Graph

_CANDIDATE = 0.4
"""Items less alike than this (cosine of TF-IDF) are not compared further."""
_HELD, _HELD_OTHERWISE = 0.57, 0.765
"""A text is another's where the other has this part of what it says: less where it has all of its
numbers, too. Of fourteen labelled weeks, with the same numbers the reprints that were edited most
have .68, and news of two events .46; one reprint with another number .79, look-alikes .754."""
_SHINGLE, _LATIN_SHINGLE = 4, 5
"""Characters that stand for what is said: a word or two; more of the language of Latin letters."""
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_SHORTEST = 30
"""Characters below which two texts may be the same by chance, and titles must be, too."""
_TELLING = 15
"""Letters of a sentence that is hardly written twice."""
_LOOKED_AT = 1000
"""Characters in which a text is recognised by its sentences."""
_ASKED = 10
"""Earlier texts with the same sentence that are compared: a disclaimer stands in all of them."""
_KEPT = 5000
"""Texts whose shingles are kept at a time: some 20 KB each."""


def mark_reprints(items: Sequence[Item], graph: Graph) -> list[Item]:
    """Items, each with the id of the first one whose text it repeats, if there is one.

    Args:
        items: by time of publication.
        graph: how alike their titles and summaries are.
    """
    said = lru_cache(_KEPT)(lambda at: _said(_body(items[at])))
    by_sentence: dict[str, list[int]] = {}
    origin: list[int] = []
    for at, item in enumerate(items):
        alike = {other for other, value in graph[at].items() if other < at and value >= _CANDIDATE}
        for sentence in _sentences(_body(item)):
            told = by_sentence.setdefault(sentence, [])
            alike.update(told[:_ASKED])
            told.append(at)
        same = (other for other in sorted(alike) if _repeats(said(at), said(other)))
        origin.append(origin[first] if (first := next(same, None)) is not None else at)
    return [
        item if first == at else replace(item, reprint_of=items[first].id)
        for at, (item, first) in enumerate(zip(items, origin, strict=True))
    ]


def _body(item: Item) -> str:
    body = item.text or item.summary
    return body if len(body) >= _SHORTEST else f"{item.title}\n{body}"


def _sentences(body: str) -> set[str]:
    """The first sentences that two texts hardly share by chance."""
    parts = re.split(r"[。.!?！？\n]+", body[:_LOOKED_AT])
    return {plain for part in parts if len(plain := _plain(part)) >= _TELLING}


def _plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text.lower()) if sign.isalnum())


class _Said(NamedTuple):
    """What of a text is compared."""

    shingles: frozenset[str]
    numbers: frozenset[str]


def _said(body: str) -> _Said:
    text = _plain(body)
    length = _LATIN_SHINGLE if text.isascii() else _SHINGLE
    shingles = (text[at : at + length] for at in range(max(1, len(text) - length + 1)))
    numbers = _NUMBER.findall(unicodedata.normalize("NFKC", body))
    return _Said(frozenset(shingles), frozenset(number.replace(",", "") for number in numbers))


def _repeats(one: _Said, other: _Said) -> bool:
    """Whether the shorter text is a part of the longer one, and not a small one."""
    shorter, longer = sorted((one, other), key=lambda said: len(said.shingles))
    least = _HELD if shorter.numbers <= longer.numbers else _HELD_OTHERWISE
    held = len(shorter.shingles & longer.shingles)
    length = len(shorter.shingles)
    return held >= least * length and 2 * length >= len(longer.shingles)
