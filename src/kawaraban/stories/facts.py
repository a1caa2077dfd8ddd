"""Who, where, when and how much an item tells of: what tells look-alike events apart.

A name is known by its letters and by its sound, so that カイロス meets Kairos: the consonants in
their order, with those made one that kana cannot tell apart (l and r, b and v).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from kawaraban.model import Item
from kawaraban.reading.amounts import amounts
from kawaraban.reading.dates import MONTHS, WEEKDAYS, dates, resolved
from kawaraban.stories.similarity import FUNCTION_WORDS

if TYPE_CHECKING:
    from sudachipy import Morpheme

_KATAKANA = re.compile(r"[ァ-ヺ][ァ-ヺー]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9'’-]*")
_CALENDAR = {name.lower() for name in (*MONTHS, *WEEKDAYS)} | {name[:3].lower() for name in MONTHS}
_COMMON = {"sept", "million", "billion", "trillion", "thousand", "percent"} | {"said", "says"}
_NO_NAMES = FUNCTION_WORDS | _CALENDAR | _COMMON | {"new", "first"}
_MADE_ONE = (
    *(("sch", "sh"), ("tch", "t"), ("ph", "f"), ("th", "s"), ("ck", "k"), ("qu", "k"), ("q", "k")),
    *(("x", "ks"), ("ch", "t"), ("ts", "t"), ("sh", "s"), ("dz", "z"), ("dg", "z")),
)
_SOUNDS = 2
"""Consonants below which a sound is too short to tell names apart."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an item names, each as comparable text."""

    names: frozenset[str]
    sounds: frozenset[str]
    """How the names sound, in any language."""
    places: frozenset[str]
    """Of Japanese items: the dictionary knows them."""
    amounts: frozenset[str]
    """With their units: 150000000 JPY."""
    days: frozenset[str]
    """ISO dates."""


def facts(items: Iterable[Item]) -> list[Facts]:
    """The facts in each item's title and summary."""
    found = [
        facts_in(f"{item.title}\n{item.summary}", item.lang, item.published.date())
        for item in items
    ]
    _words.cache_clear()  # the dictionary takes 150 MB, and 0.2 s to load again
    return found


def facts_in(text: str, language: str, published: date) -> Facts:
    """The facts in a text; days without a year are those nearest to its publication."""
    text = unicodedata.normalize("NFKC", text)
    told, rest = dates(text)
    days = (resolved(when, published) for when in told)
    found = _japanese(text) if language == "ja" else _western(text)
    names, spelled, places = (frozenset(kind) for kind in found)
    sounds = (sound(name) for name in spelled)
    return Facts(
        names=names,
        sounds=frozenset(one for one in sounds if len(one) >= _SOUNDS),
        places=places,
        amounts=frozenset(f"{amount.value:f} {amount.unit}" for amount in amounts(rest)),
        days=frozenset(f"{at.year}-{at.month}-{at.day}" for at in days if at.month and at.day),
    )


@cache
def sound(name: str) -> str:
    """The consonants of a name in Latin letters; a vowel at its start counts as "a"."""
    plain = unicodedata.normalize("NFKD", name.lower())
    word = "".join(sign for sign in plain if sign.isascii() and sign.isalnum())
    for written, heard in _MADE_ONE:
        word = word.replace(written, heard)
    word = re.sub("c(?=[eiy])", "s", word).replace("c", "k")
    word = re.sub("g(?=[eiy])", "z", word).translate(str.maketrans("lvj", "rbz"))
    word = re.sub("n(?=[bpm])", "m", word)
    start = "a" if word[:1] in {*"aeiou"} else ""
    word = re.sub("[aeiouyw]|h(?![aeiou])", "", word)
    return start + re.sub(r"(.)\1+", r"\1", word)


Found = tuple[Iterable[str], Iterable[str], Iterable[str]]
"""Names, the same in Latin letters, and places."""


def _japanese(text: str) -> Found:
    nouns = [word for word in _words()(text) if word.part_of_speech()[1] == "固有名詞"]
    kanji = [word for word in nouns if not re.fullmatch(r"[ -~]+|[ァ-ヺー]+", word.surface())]
    latin = [name.lower() for name in _latin(text)]
    katakana = _KATAKANA.findall(text)
    places = [word.surface() for word in nouns if word.part_of_speech()[2] == "地名"]
    spelled = map(_romaji, [*(word.reading_form() for word in kanji), *katakana])
    return [*(word.surface() for word in kanji), *katakana, *latin], [*spelled, *latin], places


def _western(text: str) -> Found:
    names = [name.lower() for name in _latin(text) if not name.islower()]
    return names, names, ()


def _latin(text: str) -> Iterator[str]:
    """Latin words that mean something on their own."""
    for found in _LATIN.findall(text):
        word = re.sub("['’]s$", "", found)
        if len(word) > 1 and word.lower() not in _NO_NAMES:
            yield word


@cache
def _romaji(katakana: str) -> str:
    import jaconv  # noqa: PLC0415 - reads its tables

    return str(jaconv.kana2alphabet(jaconv.kata2hira(katakana)))


@cache
def _words() -> Callable[[str], Iterable[Morpheme]]:
    """Sudachi, which knows names and places, in its longest units."""
    from sudachipy import Dictionary, SplitMode  # noqa: PLC0415 - loads a dictionary

    split: Callable[[str], Iterable[Morpheme]] = Dictionary().tokenizer(SplitMode.C).tokenize
    return split
