"""How likely two items tell one story: what they mean, and who, where, when and how much.

Each kind of evidence is a matrix over all pairs; two logistic regressions, for pairs of one
language and of two, weigh them. benchmarks/stories/fit.py fitted them on fourteen labelled weeks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from kawaraban.model import Item
from kawaraban.stories import gazetteer
from kawaraban.stories.facts import facts
from kawaraban.stories.meaning import Embed, centred, text_of

Matrix = NDArray[np.float64]
"""Shape [n, n]: a value for each pair."""
MOST = 7.0
"""Log-odds: no evidence is better than a thousand to one."""
ONE_LANGUAGE = {
    "": -4.87,
    "meaning": 6.00,
    "names": 3.10,
    "other names": -0.16,
    "words": 1.26,
    "places": 1.62,
    "other places": -0.99,
    "amounts": 1.59,
    "other amounts": -0.55,
    "days": 0.28,
    "other days": -1.42,
    "days apart": -0.66,
    "same publisher": -3.50,
}
TWO_LANGUAGES = {
    "": -4.54,
    "meaning": 4.34,
    "names": 5.65,
    "other names": -0.62,
    "places": 1.99,
    "other places": -0.92,
    "amounts": 3.06,
    "other amounts": -0.52,
    "days": 0.47,
    "other days": -0.86,
    "days apart": -0.59,
}
"""Log-odds that each kind of evidence adds where it is 1; "" is where there is none."""
ENOUGH = {"meaning": 2.0, "names": 0.6}
"""What is more alike than this proves no more. In the mean BCubed F1 of the labelled weeks, each
left out in turn, names without it cost .004, and 1 in place of 2 for meaning .002."""
_UNRELATED = (-0.03, -0.01)
_RELATED = (0.45, 0.27)
"""Cosines that are usual for unrelated items and for those of one story: within one language, and
across two."""
_FEW = 5
"""Items as which the usual cosines count beside a week's own."""
_COMPANIONS = 1.3
"""Other items of an item's story in one language, in the mean of the labelled weeks."""
_HOME = 0.25
"""Share of the items that name places above which a country is the one where all of it happens."""
_DAY = 86400.0
_LONG = 3.0
"""Days; what lies further apart does not differ by it."""


def log_odds(items: Sequence[Item], embed: Embed) -> Matrix:
    """The log-odds that two items tell one story, within ±MOST; those of one item are MOST.

    Args:
        items: the others of its week change how a pair is seen, their order does not.
        embed: texts to vectors (`meaning.embed`).
    """
    found = evidence(items, embed)
    one, two = (_weighed(found, weights) for weights in (ONE_LANGUAGE, TWO_LANGUAGES))
    odds = np.clip(np.where(_equal([item.lang for item in items]), one, two), -MOST, MOST)
    np.fill_diagonal(odds, MOST)
    return np.asarray(odds)


def _weighed(found: Mapping[str, Matrix], weights: Mapping[str, float]) -> Matrix:
    start = np.full_like(found["meaning"], weights[""])
    return sum((weight * found[kind] for kind, weight in weights.items() if kind), start)


def evidence(items: Sequence[Item], embed: Embed) -> dict[str, Matrix]:
    """Every kind of evidence, about each pair of items."""
    told = facts(items)
    one_language = _equal([item.lang for item in items])
    names = _compare([one.names | one.compounds for one in told])
    sounds = _compare([one.sounds for one in told])
    places = _without_home([one.places for one in told])
    amounts = _compare([one.amounts for one in told])
    days = _compare([one.days for one in told])
    shared = np.where(one_language, names.shared, sounds.total)
    return {
        "meaning": np.minimum(_meaning(items, embed, one_language), ENOUGH["meaning"]),
        "names": np.minimum(shared, ENOUGH["names"]),
        "other names": np.where(one_language, names.other, sounds.other),
        "words": _rarest([one.words for one in told]),
        "places": _rarest(places),
        "other places": _compare(places).other,
        "amounts": amounts.shared,
        "other amounts": amounts.other,
        "days": days.shared,
        "other days": days.other,
        "days apart": _days_apart(items),
        "same publisher": _equal([item.source for item in items]).astype(float),
    }


def _equal(values: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([[one == other for other in values] for one in values])


# ── meaning ──────────────────────────────────────────────────────────────────────────────────────


def _meaning(items: Sequence[Item], embed: Embed, one_language: NDArray[np.bool_]) -> Matrix:
    """Cosines, so that 0 is usual for unrelated items of this week and 1 for those of one story."""
    languages = [item.lang for item in items]
    vectors = centred(embed([text_of(item) for item in items]), languages)
    cosines = (vectors @ vectors.T).astype(float)
    scaled = np.zeros_like(cosines)
    for at, pairs in enumerate((one_language, ~one_language)):
        low, high = _usual(cosines, pairs, at)
        scaled[pairs] = (cosines[pairs] - low) / (high - low)
    return scaled


def _usual(cosines: Matrix, pairs: NDArray[np.bool_], at: int) -> tuple[float, float]:
    """What cosines are usual here, the more the week's own the more items it has."""
    own = cosines[pairs & ~np.eye(len(cosines), dtype=bool)]
    if not own.size:
        return _UNRELATED[at], _RELATED[at]
    partners = own.size / len(cosines)
    related = min(_COMPANIONS / partners, 0.5)
    trust = partners / (partners + _FEW)
    low = trust * float(np.median(own)) + (1 - trust) * _UNRELATED[at]
    high = trust * float(np.quantile(own, 1 - related)) + (1 - trust) * _RELATED[at]
    return low, max(high, low + 0.1)


# ── who, where, when and how much ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Compared:
    """What pairs of items name alike, and whether both name such things but others."""

    shared: Matrix
    """A cosine."""
    total: Matrix
    """How much it is, whatever else they name: 1 is a name that hardly any other item has."""
    other: Matrix


def _compare(told: Sequence[frozenset[str]]) -> _Compared:
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
    return _Compared(
        products / np.where(both, np.outer(norms, norms), 1),
        products / log(len(told) + 1) ** 2,
        (both & (products == 0)).astype(float),
    )


def _without_home(told: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Areas without the countries that many name: Kobe and Sendai are other places, in Japan."""
    named = sum(1 for areas in told if areas)
    counts = Counter(area for areas in told for area in areas if gazetteer.is_country(area))
    home = {area for area, count in counts.items() if count > _HOME * named}
    return [areas - home for areas in told]


def _rarest(told: Sequence[frozenset[str]]) -> Matrix:
    """How rare the rarest thing is that both name: 1 is one that hardly any other item has."""
    named: dict[str, list[int]] = {}
    for at, things in enumerate(told):
        for thing in things:
            named.setdefault(thing, []).append(at)
    rarest = np.zeros((len(told), len(told)))
    for rows in sorted(named.values(), key=len, reverse=True):
        rarest[np.ix_(rows, rows)] = log((len(told) + 1) / len(rows)) / log(len(told) + 1)
    return rarest


def _days_apart(items: Sequence[Item]) -> Matrix:
    """Days between publications, _LONG at most."""
    moments = np.array([item.published.timestamp() for item in items]) / _DAY
    return np.minimum(np.abs(moments[:, None] - moments[None, :]), _LONG)
