"""Whether a line says no more than what it rests on: its numbers, dates, names and quotations.

What is looked for are values, not meanings: that a line says "less" where the news says "more", or
turns who did what to whom, is for a person to see.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kawaraban.reading.amounts import Amount, amounts
from kawaraban.reading.dates import When, dates, full, resolved, shifting
from kawaraban.script.writer.names import (
    Proper,
    proper_nouns,
    strange_words,
    unknown_names,
    unknown_quotes,
)

REACTION = {"ja": 30, "en": 80}
"""Characters of the longest line that may rest on nothing."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line does not stand: what kind of thing is wrong, and the words it is about."""

    kind: str
    words: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}" if self.words else self.kind


@dataclass(frozen=True, slots=True)
class Source:
    """Words of the news, and the day on which they were published."""

    text: str
    day: date


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a line rests on; `names` may be said anyway: the hosts', the show's."""

    sources: tuple[Source, ...]
    names: str = ""

    @property
    def text(self) -> str:
        """All of it, as it is compared."""
        return _plain("\n".join([*(source.text for source in self.sources), self.names]))


def unsupported(
    line: str, evidence: Evidence, language: str, proper: Proper = proper_nouns
) -> list[Fault]:
    """What a line says that its evidence does not; nothing where it stands.

    Args:
        line: as it is to be said.
        evidence: what it rests on.
        language: "ja" or "en".
        proper: finds the proper nouns of a Japanese text.
    """
    line, told = _plain(line), evidence.text
    days, rest = dates(line)
    known_days, known_amounts = _known(evidence.sources)
    faults = [Fault("day", word) for word in shifting(line)]
    faults += [
        Fault("date", when.written)
        for when in days
        if not any(when.agrees(one) for one in known_days)
        and not any(_same(when, amount) for amount in known_amounts)
    ]
    faults += [
        Fault("number", amount.written)
        for amount in amounts(rest)
        if not any(amount.agrees(one) for one in known_amounts)
        and not any(_same(when, amount) for when in known_days)
    ]
    faults += [Fault("quotation", words) for words in unknown_quotes(line, told)]
    faults += [Fault("name", name) for name in unknown_names(rest, told, language, proper)]
    return list(dict.fromkeys(faults))


def unsupported_reaction(
    line: str, evidence: Evidence, language: str, proper: Proper = proper_nouns
) -> list[Fault]:
    """What keeps a line from resting on nothing: it is long, tells a fact, or is about another.

    `evidence` is all of the story: its words may be taken up, its numbers may not.
    """
    line = _plain(line)
    days, rest = dates(line)
    told = [when.written for when in days] + [amount.written for amount in amounts(rest)]
    faults = [Fault("uncited", words) for words in told]
    if len(line) > REACTION[language]:
        faults.append(Fault("uncited"))
    bare = Evidence((), evidence.names)
    faults += [Fault("uncited", fault.words) for fault in unsupported(line, bare, language, proper)]
    faults += [Fault("uncited", word) for word in strange_words(line, evidence.text, language)]
    return list(dict.fromkeys(faults))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _known(sources: Sequence[Source]) -> tuple[list[When], list[Amount]]:
    """All dates, as days where that is sure, and all amounts."""
    found_days, found = list[When](), list[Amount]()
    for source in sources:
        told, rest = dates(_plain(source.text))
        found_days += [full(source.day), *(resolved(when, source.day) for when in told), *told]
        found += amounts(rest)
    return found_days, found


def _same(when: When, amount: Amount) -> bool:
    """Whether a number may be a date after all: 5日で, five days; the 2019 report, in 2019."""
    if when.month is not None or when.weekday is not None:
        return False
    if when.year is None:
        return amount.unit == "day" and amount.value == when.day
    return amount.unit == "" and amount.value == when.year
