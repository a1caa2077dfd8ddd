"""Long sentences in pieces that an engine can say at once, parted where a speaker would pause."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from kawaraban.reading.accents import Phrase

Unit = TypeVar("Unit")
_UNITS = re.compile(r"\s*[^\s、，；：]+[、，；：]*")


def runs(
    units: Sequence[Unit], most: int, size: Callable[[Unit], int], ends: Callable[[Unit], bool]
) -> list[list[Unit]]:
    """Units in runs of at most `most` in size, parted after the last one that ends something.

    Where none does, after the last that fits; a unit that is too large stands alone.
    """
    made: list[list[Unit]] = []
    run: list[Unit] = []
    for unit in units:
        while run and sum(map(size, (*run, unit))) > most:
            marks = [at for at, one in enumerate(run, 1) if ends(one)]
            cut = marks[-1] if marks else len(run)
            made.append(run[:cut])
            run = run[cut:]
        run.append(unit)
    return [*made, run] if run else made


def phrase_runs(found: Sequence[Phrase], most: int) -> list[list[Phrase]]:
    """Accent phrases in runs of at most `most` morae, parted at pauses."""
    return runs(found, most, lambda phrase: len(phrase.morae), lambda phrase: phrase.pause)


def join(units: Sequence[str], most: int) -> tuple[str, ...]:
    """Units of a text as pieces of at most `most` characters, parted after marks.

    A unit that is too long is cut where it must be; joined, pieces are the units again, less the
    spaces around them.
    """
    rest = [unit[at : at + most] for unit in units for at in range(0, len(unit), most)]
    found = runs(rest, most, len, lambda unit: not unit[-1].isalnum())
    return tuple(piece for run in found if (piece := "".join(run).strip()))


def text_units(text: str) -> list[str]:
    """What may be parted of a text: at spaces and after Japanese marks."""
    return _UNITS.findall(text)


def pieces(text: str, most: int) -> tuple[str, ...]:
    """A text as pieces of at most `most` characters."""
    return join(text_units(text), most)
