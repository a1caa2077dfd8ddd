"""Key points: the sentences that tell most of a story, in an order that hangs together.

Which sentences matter is a vote among all of them: one that is like many others that are like many
others is central (LexRank: Erkan and Radev, 2004). They are told in the order of the accounts, the
fullest first, and near-copies are told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from kawaraban.model import Item, Quote
from kawaraban.stories.digest.accounts import Sentence, accounts
from kawaraban.stories.similarity import Matrix, similarity

POINTS = 5
"""Sentences that tell a story; more is for its sources."""
SAME = 0.3
"""Sentences this alike say the same thing twice."""
MOST = 1500
"""Sentences that are weighed against each other: 18 MB of likeness; the fullest accounts first."""
LEADS = 2.0
"""What the first sentence of a paragraph weighs against the others: it names what the others speak
of. By ear, on long texts: without it too many points lack their subject."""
_DAMPING = 0.85
"""The share of a sentence's weight that comes from those like it (Brin and Page, 1998)."""
_ROUNDS = 30
"""Of the power iteration: what is left of the start is _DAMPING ** 30, under 1 %."""


def key_points(items: Sequence[Item], told: Sequence[str] = ()) -> tuple[Quote, ...]:
    """Up to POINTS sentences that differ from each other and from those `told` already."""
    every = list(islice((sentence for one in accounts(items) for sentence in one), MOST))
    return tuple(every[at].quote for at in chosen(every, POINTS, told))


def chosen(
    every: Sequence[Sentence], most: int, told: Sequence[str] = (), *, opening: bool = True
) -> list[int]:
    """Places of the sentences that matter most, in order.

    Args:
        every: the sentences of accounts, one account after the other, none left out.
        most: sentences at most.
        told: what has been told already.
        opening: begin with the first that may be told: news says first what is new.
    """
    if not every:
        return []
    alike = similarity([*(sentence.text for sentence in every), *told])
    fit = _fit(every, alike)
    known = alike[fit, len(every) :].max(axis=1, initial=0)
    leads = np.array([LEADS if _opens(every, at) else 1.0 for at in fit])
    weights = (centrality(alike[np.ix_(fit, fit)]) * (1 - known) * leads).round(6)
    ranked = sorted(range(len(fit)), key=lambda at: (-weights[at], at))
    picked = set[int]()
    for at in [*fit[: opening and 1], *(fit[rank] for rank in ranked)]:
        chain = _chain(every, at)
        if len(picked | chain) <= most:
            picked |= chain
    return sorted(picked)


def _fit(every: Sequence[Sentence], alike: Matrix) -> list[int]:
    """Places of sentences that may be told and are new, given that those before them are told."""
    kept, heard = list[int](), list(range(len(every), len(alike)))
    for at, sentence in enumerate(every):
        follows = at - 1 in kept[-1:] and every[at - 1].item.id == sentence.item.id
        new = alike[at, kept + heard].max(initial=0) < SAME
        if sentence.told and (sentence.alone or follows) and new:
            kept.append(at)
    return kept


def _opens(every: Sequence[Sentence], at: int) -> bool:
    """Whether a sentence is the first of its paragraph."""
    one, before = every[at], every[at - 1]
    return at == 0 or (one.item.id, one.paragraph) != (before.item.id, before.paragraph)


def _chain(every: Sequence[Sentence], at: int) -> set[int]:
    """The place of a sentence, and of those before it on which it leans."""
    first = at
    while not every[first].alone:
        first -= 1
    return set(range(first, at + 1))


def centrality(alike: Matrix) -> NDArray[np.float64]:
    """How central each text is among all, by its likeness to central ones; they sum up to 1.

    Args:
        alike: cosine similarities, shape [n, n].
    """
    count = len(alike)
    if not count:
        return np.zeros(0)
    others = alike - np.diag(alike.diagonal())
    others[others.sum(axis=1) == 0] = 1  # a text like none votes for all
    votes = others / others.sum(axis=1, keepdims=True)
    weights = np.full(count, 1 / count, dtype=np.float64)
    for _ in range(_ROUNDS):
        weights = (1 - _DAMPING) / count + _DAMPING * (weights @ votes)
    return weights
