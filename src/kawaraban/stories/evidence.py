"""How likely two items tell one story: what they mean, and who, where, when and how much.

Each kind of evidence is a matrix over all pairs; two logistic regressions, for pairs of one
language and of two, weigh them. benchmarks/stories/fit.py fitted them on seventeen labelled weeks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kawaraban.model import Item
from kawaraban.stories.comparing import Matrix, compare, rarest, without_home
from kawaraban.stories.facts import facts
from kawaraban.stories.meaning import Embed, centred, text_of

MOST = 7.0
"""Log-odds: no evidence is better than a thousand to one."""
ONE_LANGUAGE = {
    "": -5.08,
    "meaning": 5.88,
    "names": 3.28,
    "words": 1.25,
    "places": 1.65,
    "other places": -0.98,
    "amounts": 1.41,
    "other amounts": -0.56,
    "days": 0.36,
    "other days": -1.39,
    "days apart": -0.50,
    "same publisher": -3.45,
}
TWO_LANGUAGES = {
    "": -5.13,
    "meaning": 4.26,
    "names": 6.32,
    "places": 2.64,
    "other places": -0.95,
    "amounts": 2.99,
    "other amounts": -0.53,
    "days": 0.48,
    "other days": -0.91,
    "days apart": -0.44,
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
    names = compare([one.names | one.compounds for one in told])
    sounds = compare([one.sounds for one in told])
    places = without_home([one.places for one in told])
    amounts = compare([one.amounts for one in told])
    days = compare([one.days for one in told])
    shared = np.where(one_language, names.shared, sounds.total)
    return {
        "meaning": np.minimum(_meaning(items, embed, one_language), ENOUGH["meaning"]),
        "names": np.minimum(shared, ENOUGH["names"]),
        "words": rarest([one.words for one in told]),
        "places": rarest(places),
        "other places": compare(places).other,
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


def _days_apart(items: Sequence[Item]) -> Matrix:
    """Days between publications, _LONG at most."""
    moments = np.array([item.published.timestamp() for item in items]) / _DAY
    return np.minimum(np.abs(moments[:, None] - moments[None, :]), _LONG)
