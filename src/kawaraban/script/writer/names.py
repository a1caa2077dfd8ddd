"""Names in a line that nothing it rests on has: Latin words, katakana, proper nouns, quotations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kawaraban.reading.openjtalk import Analyser

Proper = Callable[[str], Iterable[str]]
"""The proper nouns of a Japanese text."""
_QUOTED = re.compile(r"「([^」]+)」|『([^』]+)』|“([^”]+)”|\"([^\"]+)\"")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9&'’+-]*(?:\.[A-Za-z0-9]+)*")
_KATAKANA = re.compile(r"[ァ-ヺ][ァ-ヺー]{2,}")
_TITLED = re.compile(
    r"([一-龯々]{1,6})(?:さん|氏|社長|会長|首相|大統領|知事|市長|議員|教授|監督|選手|容疑者|被告|大臣|CEO|代表)"
)
_PLAIN_LATIN = {"ai", "it", "ok", "tv", "pc", "sns"}
"""Latin words of everyday Japanese."""


@cache
def _plain_words() -> frozenset[str]:
    """Words that claim nothing by themselves, of both languages."""
    lines = (Path(__file__).parent / "plain_words.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if line[:1] != "#" for word in line.split())


def squeezed(text: str) -> str:
    """Text to look for quotations in: no spaces, no case, one kind of apostrophe."""
    return re.sub(r"\s+", "", text).casefold().replace("’", "'")


def unknown_quotes(line: str, told: str) -> Iterator[str]:
    """Quoted words that stand nowhere in `told`."""
    known = squeezed(told)
    for match in _QUOTED.finditer(line):
        words = next(filter(None, match.groups()))
        if squeezed(words).strip("。、,.!?！？") not in known:
            yield words


def unknown_names(line: str, told: str, language: str, proper: Proper) -> Iterator[str]:
    """Names in a line that `told` does not have."""
    if language == "ja":
        yield from _japanese(line, told, proper)
        return
    words = _words(told)
    for name in _LATIN.findall(line):
        if _is_name(name) and not _is_in(name, words) and not _is_joined(name, words):
            yield name


def strange_words(line: str, told: str, language: str) -> Iterator[str]:
    """Words of a line that may claim something and stand nowhere in `told`."""
    if language == "ja":
        for run in re.findall(r"[一-龯々]{2,}", line):
            if run not in told and run not in _plain_words():
                yield run
        return
    words = _words(told)
    for word in _LATIN.findall(line):
        if not _is_common(word) and not _is_in(word, words):
            yield word


def _japanese(line: str, told: str, proper: Proper) -> Iterator[str]:
    words = _words(told)
    for name in _LATIN.findall(line):
        if name.lower() not in _PLAIN_LATIN and not _is_in(name, words):
            yield name
    runs = set(_KATAKANA.findall(told))
    for run in _KATAKANA.findall(line):
        if not _is_made_of(run, runs):
            yield run
    nouns = (unicodedata.normalize("NFKC", noun) for noun in proper(line))
    titled = (match[1] for match in _TITLED.finditer(line))
    for name in dict.fromkeys([*titled, *nouns]):
        if name not in told and not re.fullmatch(r"[ァ-ヺー]+|[ -~]+|[ぁ-ゖ]{1,2}", name):
            yield name


def _is_made_of(run: str, runs: set[str]) -> bool:
    """Whether a katakana run is one of these or of everyday words, or some of them in a row."""
    known = runs | _plain_words()
    ends = {0}
    for end in range(1, len(run) + 1):
        if any(run[start:end] in known for start in ends):
            ends.add(end)
    return len(run) in ends


def _is_name(word: str) -> bool:
    """A word with a capital that is no everyday word at the start of a sentence."""
    return any(letter.isupper() for letter in word) and not _is_common(word)


def _is_common(word: str) -> bool:
    plain = word.replace("’", "'")
    return plain.lower() in _plain_words() and not plain[1:].isupper()


def _words(text: str) -> set[str]:
    """The Latin words of a text, also in the parts that hyphens join."""
    found = {word.casefold().replace("’", "'") for word in _LATIN.findall(text)}
    parts = {part for word in found for part in word.split("-")}
    return {_bare(word) for word in found | parts}


def _is_in(name: str, words: set[str]) -> bool:
    plain = name.casefold().replace("’", "'")
    return _bare(plain) in words or all(
        _bare(part) in words or part in _plain_words() for part in plain.split("-") if part
    )


def _is_joined(name: str, words: set[str]) -> bool:
    """Whether a name is joined with an everyday word: Tokyo-based."""
    parts = name.split("-")
    return len(parts) > 1 and all(part.islower() or _is_in(part, words) for part in parts)


def _bare(word: str) -> str:
    """A word without 's and without the endings that grammar gives it."""
    word = word.removesuffix("'s").removesuffix("'")
    return re.sub(r"(?<=\w{3})(?:ies|ied|y)$|(?<=\w{3})(?:es|ed|ing|s|d|e)$", "", word)


@cache
def _analyser() -> Analyser:
    from kawaraban.reading.openjtalk import Analyser  # noqa: PLC0415 - loads a dictionary

    return Analyser(())


def proper_nouns(text: str) -> list[str]:
    """The proper nouns of a Japanese text, by OpenJTalk's dictionary."""
    nodes = _analyser()(text)
    return [str(node["string"]) for node in nodes if node["pos_group1"] == "固有名詞"]
