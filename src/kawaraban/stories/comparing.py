"""Who, where, when and how much: what pairs of items name alike, each kind as a matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from kawaraban.stories.gazetteer import is_country

Matrix = NDArray[np.float64]
"""Shape [n, n]: a value for each pair."""
Told = Sequence[frozenset[str]]
"""What each item names."""
HOME = 0.25
"""Share of the items that name places above which a country is the one where all of it happens."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What pairs of items name alike, and whether both name such things but others."""

    shared: Matrix
    """A cosine."""
    total: Matrix
    """How much it is, whatever else they name: 1 is a name that hardly any other item has."""
    other: Matrix


def compare(told: Told) -> Compared:
    """Things that are named, the rarer the heavier (IDF); one that a single item names is none."""
    counts = Counter(thing for things in told for thing in things)
    twice = sorted(thing for thing, count in counts.items() if count > 1)
    known = {thing: at for at, thing in enumerate(twice)}
    weights = np.zeros((len(told), len(known)))
    for row, things in enumerate(told):
        for thing in things & known.keys():
            weights[row, known[thing]] = log((len(told) + 1) / counts[thing])
    norms = np.linalg.norm(weights, axis=1)
    named = norms > 0
    products = weights @ weights.T
    both = named[:, None] & named[None, :]
    return Compared(
        products / np.where(both, np.outer(norms, norms), 1),
        products / log(len(told) + 1) ** 2,
        (both & (products == 0)).astype(float),
    )


def rarest(told: Told) -> Matrix:
    """How rare the rarest thing is that both name: 1 is one that hardly any other item has."""
    named: dict[str, list[int]] = {}
    for at, things in enumerate(told):
        for thing in things:
            named.setdefault(thing, []).append(at)
    found = np.zeros((len(told), len(told)))
    for rows in sorted(named.values(), key=len, reverse=True):
        found[np.ix_(rows, rows)] = log((len(told) + 1) / len(rows)) / log(len(told) + 1)
    return found


def without_home(told: Told) -> list[frozenset[str]]:
    """Areas without the countries that many name: Kobe and Sendai are other places, in Japan."""
    named = sum(1 for areas in told if areas)
    counts = Counter(area for areas in told for area in areas if is_country(area))
    home = {area for area, count in counts.items() if count > HOME * named}
    return [areas - home for areas in told]
