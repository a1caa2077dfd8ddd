"""Names in texts, Japanese ones by Sudachi's dictionary, western ones by their capitals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kawaraban.reading.dates import MONTHS, WEEKDAYS
from kawaraban.stories.similarity import FUNCTION_WORDS
from kawaraban.stories.sounds import romaji

if TYPE_CHECKING:
    from sudachipy import Morpheme

_KATAKANA = re.compile(r"[ァ-ヺ][ァ-ヺー]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9'’-]*")
_TOGETHER = re.compile(r"\b(?=([A-Z][A-Za-z]+)[ -]([A-Z][A-Za-z]+))")
_QUOTED = re.compile(r"[「『]([^「」『』。、！？!?]{3,16})[」』]")
_NUMBERED = re.compile(r"[ 　]*[0-9IVX]+$")
_TITLE = re.compile(r".{2,}[^ただいるうかねよす]")
_CALENDAR = {name.lower() for name in (*MONTHS, *WEEKDAYS)} | {name[:3].lower() for name in MONTHS}
_COMMON = {"sept", "million", "billion", "trillion", "thousand", "percent"} | {"said", "says"}
_NO_NAMES = FUNCTION_WORDS | _CALENDAR | _COMMON | {"new", "first"}
_WORD = re.compile(r"[a-z][a-z'’-]{2,}")
_MEANING = {"名詞", "動詞", "形容詞", "形状詞"}


@dataclass(frozen=True, slots=True)
class Found:
    """Names, in Latin letters what they sound like and what they may be read as, and more."""

    names: list[str]
    spelled: list[str]
    read: list[str]
    compounds: list[str]
    places: list[str]
    words: list[str]


def small_words(texts: Iterable[str]) -> frozenset[str]:
    """Latin words that somebody writes small."""
    return frozenset(word for text in texts for word in _LATIN.findall(text) if word.islower())


def works(texts: Iterable[str]) -> frozenset[str]:
    """What stands in Japanese quotation marks and is no sentence: titles of works, products.

    Without a number at the end: 「灯籠の国VI」 is elsewhere 灯籠の国, without marks.
    """
    quoted = (name for text in texts for name in _QUOTED.findall(_plain(text)))
    bare = {_NUMBERED.sub("", name) for name in quoted}
    return frozenset(name for name in bare if _TITLE.fullmatch(name))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def forget() -> None:
    """Let go of the dictionary: it takes 150 MB, and 0.2 s to load again."""
    _words.cache_clear()


def japanese(text: str, works: frozenset[str] = frozenset()) -> Found:
    """The names in a Japanese text, and `works` that it names without quotation marks, too."""
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
    return Found(
        names=[*(word.surface() for word in kanji), *katakana, *latin],
        spelled=[
            *(romaji(word.reading_form()) for word in kanji),
            *(romaji(name) for name in katakana if name not in usual),
            *latin,
        ],
        read=[romaji(kana) for kana in (*nouns, *joined)],
        compounds=[
            *("".join(noun.surface() for noun in run) for run in runs if len(run) > 1),
            *(work for work in works if work in text),
        ],
        places=[word.surface() for word in proper if word.part_of_speech()[2] == "地名"],
        words=[word.normalized_form() for word in words if _means(word)],
    )


def western(text: str, small: frozenset[str] = frozenset()) -> Found:
    """The names in a text in Latin letters; `small` words are none at the start of a sentence."""
    names = [
        word.lower()
        for word in _latin(text)
        if not word.islower() and not (word[1:].islower() and word.lower() in small)
    ]
    together = ["".join(pair) for pair in _TOGETHER.findall(text)]
    words = [word for word in _WORD.findall(text.lower()) if word not in FUNCTION_WORDS]
    return Found(names, names, [*names, *together], [], [], words)


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
