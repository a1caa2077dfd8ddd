r"""The lexicon: how names are read, before anything else is tried.

UTF-8 TSV with a header and VOICEVOX's field names: surface, pronunciation (katakana), accent_type
(the mora on which the accent falls, 0 for none), word_type, priority (0 to 10), note. Trailing
fields may be left out; lines that start with # are remarks. A surface that starts with `re:` is a
regular expression, and its pronunciation may hold \1, \2 for what it captured.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from kawaraban.documents import nearest, read_text
from kawaraban.errors import Problems, ShowError
from kawaraban.reading.kana import is_katakana, morae, named

LEXICON = Path("voices/lexicon.tsv")
"""A show's own lexicon, which lies over the shipped one."""
SHIPPED = Path(__file__).parent / "lexicon.tsv"
"""The lexicon of tech news that comes with kawaraban."""
FIELDS = ("surface", "pronunciation", "accent_type", "word_type", "priority", "note")
WORD_TYPES: Mapping[str, tuple[int, tuple[str, str, str, str]]] = {
    "PROPER_NOUN": (1348, ("名詞", "固有名詞", "一般", "*")),
    "COMMON_NOUN": (1345, ("名詞", "一般", "*", "*")),
    "VERB": (642, ("動詞", "自立", "*", "*")),
    "ADJECTIVE": (20, ("形容詞", "自立", "*", "*")),
    "SUFFIX": (1358, ("名詞", "接尾", "一般", "*")),
}
"""VOICEVOX's word types: context id and parts of speech in NAIST-jdic."""
PATTERN = "re:"
ANY_CASE = 4
"""Letters from which a name is found in any case."""
MIDDLE = 5
"""The priority of an entry that gives none, of 0 to 10."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a lexicon."""

    surface: str
    """As it is written, NFKC."""
    kana: str
    accent: int = 0
    word_type: str = "PROPER_NOUN"
    priority: int = MIDDLE
    note: str = ""

    @property
    def is_pattern(self) -> bool:
        """Whether the surface is a regular expression."""
        return self.surface.startswith(PATTERN)

    @property
    def is_latin(self) -> bool:
        """Whether it holds letters or digits that OpenJTalk's dictionary cannot hold."""
        return self.is_pattern or re.search(r"[!-~]", self.surface) is not None


@dataclass(frozen=True)
class Lexicon:
    """Entries by surface; later ones stand in for earlier ones of the same surface."""

    entries: tuple[Entry, ...] = ()

    def over(self, other: Lexicon) -> Lexicon:
        """This lexicon laid over another one: where both know a surface, this one is right."""
        merged = {entry.surface: entry for entry in (*other.entries, *self.entries)}
        return Lexicon(tuple(merged.values()))

    @cached_property
    def words(self) -> tuple[Entry, ...]:
        """Japanese words for OpenJTalk's own dictionary, the katakana of Latin names among them."""
        spoken = (
            Entry(entry.kana, entry.kana, entry.accent, entry.word_type, entry.priority)
            for entry in self.entries
            if entry.is_latin and is_katakana(entry.kana)
        )
        own = (entry for entry in self.entries if not entry.is_latin)
        return tuple({entry.surface: entry for entry in (*spoken, *own)}.values())

    def apply(self, text: str) -> str:
        """Text with each Latin name replaced by its katakana, the longest match first."""
        for pattern, kana in self._patterns:
            text = pattern.sub(named(kana), text)
        return "".join(self._replaced(text))

    def _replaced(self, text: str) -> Iterator[str]:
        """The text in pieces: at each place the longest name that stands there, in katakana.

        Of thousands of names only those are made patterns of that a text holds in some case: one
        pattern of them all takes a fifth of a second to compile.
        """
        names, done = map(_bounded, self._names_in(text)), 0
        found = [match for name in names if (match := name.search(text))]
        while found:
            first = min(found, key=lambda match: (match.start(), -len(match[0]), match[0]))
            yield text[done : first.start()] + named(self._kana(first[0]))
            done = first.end()
            next_ones = (one if one.start() >= done else one.re.search(text, done) for one in found)
            found = [one for one in next_ones if one]
        yield text[done:]

    def _names_in(self, text: str) -> list[str]:
        """The Latin names that a text may hold: its letters in their order, in any case."""
        folded = text.casefold()
        starts = {folded[at : at + size] for at in range(len(folded)) for size in (1, 2)}
        names = (name for start in starts for name in self._by_start.get(start, ()))
        return [name for name in names if name.casefold() in folded]

    def _kana(self, surface: str) -> str:
        return self._said.get(surface) or self._folded[surface.casefold()]

    @cached_property
    def _said(self) -> dict[str, str]:
        return {entry.surface: entry.kana for entry in self.entries if entry.is_latin}

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {surface.casefold(): kana for surface, kana in self._said.items()}

    @cached_property
    def _by_start(self) -> dict[str, list[str]]:
        """Latin names by their first two letters, in lower case."""
        found: dict[str, list[str]] = {}
        for entry in self.entries:
            if entry.is_latin and not entry.is_pattern:
                found.setdefault(entry.surface.casefold()[:2], []).append(entry.surface)
        return found

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        marked = (entry for entry in self.entries if entry.is_pattern)
        return [(re.compile(entry.surface.removeprefix(PATTERN)), entry.kana) for entry in marked]


@cache
def _bounded(surface: str) -> re.Pattern[str]:
    """A surface as a pattern: Latin ones match whole words only, whatever script is around.

    Names of ANY_CASE letters or more are found in any case: OPENAI, chatgpt. Short ones are not:
    US is not us, nor IT it.
    """
    kinds = ("A-Za-z", "0-9")
    before = next((k for k in kinds if re.match(f"[{k}]", surface)), "")
    after = next((k for k in kinds if re.search(f"[{k}]$", surface)), "")
    # A number goes on after a point or a comma too: GPT-4 is not in GPT-4.5.
    ends = r"(?![0-9]|[.,][0-9])" if after == "0-9" else f"(?![{after}])" if after else ""
    letters = len(re.findall("[A-Za-z]", surface))
    name = f"(?i:{re.escape(surface)})" if letters >= ANY_CASE else re.escape(surface)
    return re.compile((f"(?<![{before}])" if before else "") + name + ends)


# ── the file ─────────────────────────────────────────────────────────────────────────────────────


def read_lexicon(path: Path) -> Lexicon:
    """A lexicon file; one that is not there is empty.

    Raises:
        ShowError: (or Problems, all of them) a broken line, with its number and field.
    """
    if not path.exists():
        return Lexicon()
    entries: dict[str, Entry] = {}
    rows: dict[str, int] = {}
    faults: list[ShowError] = []
    for row, line in _lines(path):
        try:
            entry = _entry(line)
        except ValueError as error:
            faults.append(ShowError(str(error), where=path, line=row, hint=_HINT))
            continue
        entries[entry.surface], rows[entry.surface] = entry, row
    for surface in _circular(entries):
        cause = f"surface: {surface} is read as a name that is read as {surface}"
        faults.append(ShowError(cause, where=path, line=rows[surface], hint=_HINT))
    Problems.raise_any(faults)
    return Lexicon(tuple(entries.values()))


_HINT = f"write, with tabs between: {', '.join(FIELDS)}; only the first two are needed"


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for row, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip() and not line.startswith(("#", FIELDS[0] + "\t")):
            yield row, line


def _entry(line: str) -> Entry:
    """An entry from its line.

    Raises:
        ValueError: names the field that is wrong.
    """
    fields = [field.strip() for field in line.split("\t")]
    surface, kana, accent, word_type, priority, note = (*fields, *[""] * 6)[:6]
    surface = unicodedata.normalize("NFKC", surface)
    if not surface:
        raise ValueError("surface: is empty")
    _check_kana(surface, kana)
    if not re.fullmatch(r"\d*", accent) or int(accent or 0) > len(morae(kana)):
        raise ValueError(f"accent_type: {accent!r} is not 0 to {len(morae(kana))}, the morae")
    if word_type and word_type not in WORD_TYPES:
        raise ValueError(f"word_type: {word_type!r}; {nearest(word_type, WORD_TYPES)}")
    if not re.fullmatch(r"\d|10|", priority):
        raise ValueError(f"priority: {priority!r} is not 0 to 10")
    rank = int(priority) if priority else MIDDLE
    return Entry(surface, kana, int(accent or 0), word_type or "PROPER_NOUN", rank, note)


def _check_kana(surface: str, kana: str) -> None:
    said = kana
    if surface.startswith(PATTERN):
        try:
            groups = re.compile(surface.removeprefix(PATTERN)).groups
        except re.error as error:
            raise ValueError(f"surface: not a regular expression: {error}") from error
        asked = {int(number) for number in re.findall(r"\\(\d)", kana)}
        if asked and max(asked) > groups:
            raise ValueError(f"pronunciation: the pattern captures {groups} groups only")
        said = re.sub(r"\\\d", "", kana) or "ア"
    if not is_katakana(said):
        raise ValueError(f"pronunciation: {kana!r} is not katakana")


def _circular(entries: dict[str, Entry]) -> Iterator[str]:
    """Surfaces in katakana that lead, name by name, back to themselves."""
    for surface, entry in entries.items():
        seen, kana = {surface}, entry.kana
        while kana != surface and kana in entries and kana not in seen:
            seen.add(kana)
            kana = entries[kana].kana
        if kana == surface and len(seen) > 1:
            yield surface


def write_lexicon(lexicon: Lexicon) -> str:
    """A lexicon as the text of its file."""
    rows = (
        (e.surface, e.kana, str(e.accent), e.word_type, str(e.priority), e.note)
        for e in lexicon.entries
    )
    return "".join("\t".join(row) + "\n" for row in (FIELDS, *rows))
