"""The numbers in a sentence that publishers may differ on: how much, of what, how exactly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kawaraban.reading.amounts import Amount, amounts, in_digits
from kawaraban.reading.dates import dates
from kawaraban.reading.units import COUNTERS

_NO_FIGURE_AFTER = re.compile(r"(?:第|o'clock )$")
_NUMBER = re.compile(r"[\d〇一二三四五六七八九十百千]")
_NOUN = re.compile(r"\s(?P<noun>[a-z][a-z-]+)(?![\w:/])")
_COUNTED = re.compile(r"[A-Za-z][a-z-]+$")
_VAGUE = re.compile(
    r"(?:約|およそ|おおよそ|ほぼ|概ね|最大|最低|最高|少なくとも|\d[~-]|(?i:about|around"
    r"|roughly|nearly|almost|some|over"
    r"|under|more than|less than|fewer than|at least|at most|up to|only|than|approximately"
    r"|an estimated))\s?$"
)
_VAGUE_AFTER = re.compile(
    r"(?:以上|以下|未満|超|を超|余|あまり|ほど|程度|前後|近く|弱|強|ぐらい|くらい|台|増|減|目"
    r"|当たり|あたり|\sor\s(?:so|more)|\s?(?:[〜~–-]|から|to|and|or)\s?\d|\+)"
)
_LABEL_BEFORE = re.compile(
    r"(?P<label>[一-龠々ァ-ヺーA-Za-z]{1,12}|けが人)(?:数|者数|額)?(?:[はがも]|で|計|合計"
    r"|合わせて)?$"
)
_LABEL_AFTER = re.compile(r"(?:の|が|を|に|は|、)?(?P<label>けが|[一-龠々ァ-ヺー]{1,12})")
_NO_NOUNS = frozenset(
    {"of", "and", "or", "in", "to", "at", "on", "by", "the", "for", "from", "with", "as", "was"}
    | {"were", "is", "are", "per", "more", "less", "other", "others"}
)
"""What may follow an English number and is no thing that it counts."""
_NO_FIGURES = frozenset({"o'clock", "rank", "generation"})
"""Units of numbers that tell which one or when, not how much."""
_TIMES = frozenset({"year", "day", "hour", "minute", "second", "age"})
"""Units that tell when as often as how long."""
_LENGTH = re.compile(r"[間歳才]$|\b(?:minutes?|seconds?)$")
"""How they end where they tell how long: 3年間, not 3年."""
_NEAR = 14
"""Signs before and after a number in which its words are looked for."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of things: 505人, $120 million, three people."""

    value: Decimal
    unit: str
    """As in `reading.amounts`, or the English noun that is counted."""
    labels: frozenset[str]
    """Words beside it that say of whom: 死者3人, 3人が死亡."""
    vague: bool
    """約, over, at least: not the number itself."""


def figures(sentence: str) -> list[Figure]:
    """Every number of a sentence that counts or measures something; dates and times are none."""
    _, undated = dates(unicodedata.normalize("NFKC", sentence))
    return list(_figures(in_digits(undated)))


def without_figures(sentence: str) -> str:
    """A sentence without its numbers, with what they count."""
    return re.sub(r"[\d.,]*\d", "", unicodedata.normalize("NFKC", sentence))


def _figures(text: str) -> Iterator[Figure]:
    for amount in amounts(text):
        before = text[max(0, amount.start - _NEAR) : amount.start]
        if not _NUMBER.search(amount.written) or _NO_FIGURE_AFTER.search(before):
            continue
        noun = None if amount.unit else _NOUN.match(text, amount.end)
        unit = noun["noun"].removesuffix("s") if noun else _unit(amount)
        if unit and not (noun and noun["noun"] in _NO_NOUNS):
            after = text[noun.end() if noun else amount.end :][:_NEAR]
            vague = bool(_VAGUE.search(before) or _VAGUE_AFTER.match(after))
            yield Figure(amount.value, unit, _labels(before, after), vague)


def _unit(amount: Amount) -> str:
    """What an amount is compared by; "" where it is no figure. 50 workers are no 60 users."""
    timed = amount.unit in _TIMES and not _LENGTH.search(amount.written)
    if timed or amount.unit in _NO_FIGURES:
        return ""
    noun = _COUNTED.search(amount.written) if amount.unit in COUNTERS else None
    return noun[0].lower().removesuffix("s") if noun else amount.unit


def _labels(before: str, after: str) -> frozenset[str]:
    """The words on both sides of a number."""
    found = set(re.findall(r"\b[a-z]{4,}\b", f"{before} {after}".lower(), re.ASCII))
    if label := _LABEL_BEFORE.search(
        re.sub(r"(?:約|およそ|少なくとも|計|合計|合わせて)$", "", before)
    ):
        found.add(label["label"])
    if label := _LABEL_AFTER.match(after):
        found.add(label["label"])
    return frozenset(found)
