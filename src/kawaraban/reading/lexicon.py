"""The lexicon: how names are read, before anything else is tried.

UTF-8 TSV with a header and VOICEVOX's field names: surface, pronunciation (katakana), accent_type,
word_type, priority, note. Trailing fields may be left out; lines that start with # are remarks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kawaraban.documents import read_text
from kawaraban.errors import Problems, ShowError
from kawaraban.reading.kana import is_katakana, named
from kawaraban.reading.normalise import normalise

HEADER = ("surface", "pronunciation", "accent_type", "word_type", "priority", "note")


@dataclass(frozen=True)
class Lexicon:
    """Surfaces and their pronunciation."""

    entries: Mapping[str, str]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.entries, key=lambda surface: (-len(surface), surface))
        return re.compile("|".join(map(_bounded, longest_first)) or r"(?!)")

    def apply(self, text: str) -> str:
        """Text with each known surface replaced by its katakana, the longest match first."""
        return self._pattern.sub(lambda found: named(self.entries[found[0]]), text)


def _bounded(surface: str) -> str:
    """A surface as a pattern: Latin ones match whole words only, whatever script is around."""
    before = r"(?<![A-Za-z])" if surface[0].isascii() and surface[0].isalpha() else ""
    before = r"(?<![0-9])" if surface[0].isdigit() else before
    after = r"(?![A-Za-z])" if surface[-1].isascii() and surface[-1].isalpha() else ""
    after = r"(?![0-9])" if surface[-1].isdigit() else after
    return f"{before}{re.escape(surface)}{after}"


def read_lexicon(path: Path) -> Lexicon:
    """A lexicon file; one that is not there is empty.

    Raises:
        ShowError: (or Problems) a broken line, with its number and field.
    """
    if not path.exists():
        return Lexicon({})
    entries: dict[str, str] = {}
    faults: list[ShowError] = []
    for row, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip() or line.startswith(("#", HEADER[0] + "\t")):
            continue
        surface, _, rest = line.partition("\t")
        surface = normalise(surface)
        kana = rest.split("\t")[0].strip()
        if not surface or not is_katakana(kana):
            cause = f"pronunciation {kana!r} is not katakana" if surface else "no surface"
            hint = "write surface, a tab, then katakana"
            faults.append(ShowError(cause, where=path, line=row, hint=hint))
        entries[surface] = kana
    Problems.raise_any(faults)
    return Lexicon(entries)
