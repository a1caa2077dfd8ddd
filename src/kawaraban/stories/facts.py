"""Who, where, when and how much an item tells of: what tells look-alike events apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from kawaraban.model import Item
from kawaraban.reading.amounts import Amount, amounts
from kawaraban.reading.dates import MONTHS, WEEKDAYS, dates, resolved
from kawaraban.stories.similarity import FUNCTION_WORDS
from kawaraban.stories.sounds import reading, romaji, sound

if TYPE_CHECKING:
    from sudachipy import Morpheme

_KATAKANA = re.compile(r"[ァ-ヺ][ァ-ヺー]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9'’-]*")
_TOGETHER = re.compile(r"\b(?=([A-Z][A-Za-z]+)[ -]([A-Z][A-Za-z]+))")
_CALENDAR = {name.lower() for name in (*MONTHS, *WEEKDAYS)} | {name[:3].lower() for name in MONTHS}
_COMMON = {"sept", "million", "billion", "trillion", "thousand", "percent"} | {"said", "says"}
_NO_NAMES = FUNCTION_WORDS | _CALENDAR | _COMMON | {"new", "first"}
_WORD = re.compile(r"[a-z][a-z'’-]{2,}")
_MEANING = {"名詞", "動詞", "形容詞", "形状詞"}
_SOUNDS = 2
"""Consonants below which a sound is too short to tell names apart."""
_READ = 3
"""Letters below which a reading is."""
_EXACT = 1000
"""Amounts from which some tell it rounded: 184,000 are 180,000 elsewhere."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an item names, each as comparable text."""

    names: frozenset[str]
    sounds: frozenset[str]
    """How the names sound, in any language; after "=" as they are read in Japanese."""
    compounds: frozenset[str]
    """Of Japanese items: nouns that stand together, as makers and events are called (青葉通信)."""
    places: frozenset[str]
    """Of Japanese items: the dictionary knows them. Without what they are (県, 市)."""
    amounts: frozenset[str]
    """With their units: 150000000 JPY; large ones rounded, too: ~15e7."""
    days: frozenset[str]
    """ISO dates."""
    words: frozenset[str]
    """All that mean something, names or not; of Japanese ones the usual spelling."""


def facts(items: Iterable[Item]) -> list[Facts]:
    """The facts in each item's title and summary."""
    items = list(items)
    texts = [f"{item.title}\n{item.summary}" for item in items]
    written = (text for text, item in zip(texts, items, strict=True) if item.lang != "ja")
    small = {word for text in written for word in _LATIN.findall(text) if word.islower()}
    found = [
        facts_in(text, item.lang, item.published.date(), frozenset(small))
        for text, item in zip(texts, items, strict=True)
    ]
    _words.cache_clear()  # the dictionary takes 150 MB, and 0.2 s to load again
    return found


def facts_in(
    text: str, language: str, published: date, small: frozenset[str] = frozenset()
) -> Facts:
    """The facts in a text; days without a year are those nearest to its publication.

    Args:
        text: any.
        language: a code (ja).
        published: when.
        small: words that others write small: at the start of a sentence they are no names.
    """
    text = unicodedata.normalize("NFKC", text)
    told, rest = dates(text)
    days = (resolved(when, published) for when in told)
    found = _japanese(text) if language == "ja" else _western(text, small)
    heard = {one for name in found.spelled if len(one := sound(name)) >= _SOUNDS}
    read = {f"={one}" for name in found.read if len(one := reading(name)) >= _READ}
    return Facts(
        names=frozenset(found.names),
        sounds=frozenset(heard | read),
        compounds=frozenset(found.compounds),
        places=frozenset(found.places),
        amounts=frozenset(form for amount in amounts(rest) for form in _forms(amount)),
        days=frozenset(f"{at.year}-{at.month}-{at.day}" for at in days if at.month and at.day),
        words=frozenset(found.words),
    )


def _forms(amount: Amount) -> Iterator[str]:
    """An amount, and a large one in two figures, cut off or rounded, whatever it counts."""
    yield f"{amount.value.normalize():f} {amount.unit}"
    if amount.value >= _EXACT:
        zeros = amount.value.adjusted() - 1
        yield f"~{int(amount.value.scaleb(-zeros))}e{zeros}"
        yield f"~{int(amount.value.scaleb(-zeros) + Decimal('0.5'))}e{zeros}"


@dataclass(frozen=True, slots=True)
class _Found:
    """Names, in Latin letters what they sound like and what they may be read as, and more."""

    names: list[str]
    spelled: list[str]
    read: list[str]
    compounds: list[str]
    places: list[str]
    words: list[str]


def _japanese(text: str) -> _Found:
    words = list(_words()(text))
    proper = [part for word in words if _is_proper(word) for part in _parts(word)]
    kanji = [word for word in proper if not re.fullmatch(r"[ -~]+|[ァ-ヺー]+", word.surface())]
    latin = [name.lower() for name in _latin(text)]
    katakana = _KATAKANA.findall(text)
    # The dictionary knows システム: it is no name, and sounds like many.
    usual = {word.surface() for word in words if not word.is_oov() and not _is_proper(word)}
    runs = list(_runs(words))
    nouns = [word.reading_form() for word in (*kanji, *(noun for run in runs for noun in run))]
    joined = ["".join(noun.reading_form() for noun in run[:2]) for run in runs]
    return _Found(
        names=[*(word.surface() for word in kanji), *katakana, *latin],
        spelled=[
            *(romaji(word.reading_form()) for word in kanji),
            *(romaji(name) for name in katakana if name not in usual),
            *latin,
        ],
        read=[romaji(kana) for kana in (*nouns, *joined)],
        compounds=["".join(noun.surface() for noun in run) for run in runs if len(run) > 1],
        places=[word.surface() for word in proper if word.part_of_speech()[2] == "地名"],
        words=[word.normalized_form() for word in words if _means(word)],
    )


def _western(text: str, small: frozenset[str]) -> _Found:
    names = [
        word.lower()
        for word in _latin(text)
        if not word.islower() and not (word[1:].islower() and word.lower() in small)
    ]
    together = ["".join(pair) for pair in _TOGETHER.findall(text)]
    words = [word for word in _WORD.findall(text.lower()) if word not in FUNCTION_WORDS]
    return _Found(names, names, [*names, *together], [], [], words)


def _means(word: Morpheme) -> bool:
    """Whether it is a noun, a verb or an adjective of some meaning; する and three are not."""
    kind = word.part_of_speech()
    return kind[0] in _MEANING and kind[1] not in ("非自立可能", "数詞")


def _is_proper(word: Morpheme) -> bool:
    kind: str = word.part_of_speech()[1]
    return kind == "固有名詞"


def _parts(word: Morpheme) -> Sequence[Morpheme]:
    """The names within a place: 新潟 and 長岡 of 新潟県長岡市; another name is one."""
    from sudachipy import SplitMode  # noqa: PLC0415 - loads a dictionary

    if word.part_of_speech()[2] != "地名":
        return [word]
    return [part for part in word.split(SplitMode.A) if _is_proper(part)] or [word]


def _runs(words: Iterable[Morpheme]) -> Iterator[list[Morpheme]]:
    """Nouns that stand together, numbers and Latin letters apart."""
    run: list[Morpheme] = []
    for word in words:
        kind = word.part_of_speech()
        plain = not re.search("[0-9A-Za-z]", word.surface()) and kind[1] != "数詞"
        if (kind[0] == "名詞" and plain) or (kind[0] == "接尾辞" and run):
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _latin(text: str) -> Iterator[str]:
    """Latin words that mean something on their own, and the parts of Kaga-Noto."""
    for found in _LATIN.findall(text):
        word = re.sub("['’]s?$", "", found)
        if not word.islower():
            word = re.sub("(?:-[a-z]+)+$", "", word)  # Oslo-based
        for part in {word, *word.split("-")}:
            if len(part) > 1 and part.lower() not in _NO_NAMES:
                yield part


@cache
def _words() -> Callable[[str], Iterable[Morpheme]]:
    """Sudachi, which knows names and places, in its longest units."""
    from sudachipy import Dictionary, SplitMode  # noqa: PLC0415 - loads a dictionary

    split: Callable[[str], Iterable[Morpheme]] = Dictionary().tokenizer(SplitMode.C).tokenize
    return split
