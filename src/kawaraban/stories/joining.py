"""Groups of items that tell one story: the likeliest two become one, again and again.

Whether two groups do is learned, and not a rule of linkage: many wordings of one event have little
in common, and one item that names two events joins them by the best pair. What tells is how far
every item of the one finds somebody near in the other, and whether they are as near as items
within each. benchmarks/stories/fit.py fitted the weights on the joins of labelled weeks.

BCubed F1 of ten weeks, each left out in turn, in Japanese, in English and in both: .922, .946 and
.928; with the same evidence, joined by half the mean and half the best pair, .891, .932 and .903.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
KINDS = ("", "mean", "best", "near", "far", "smaller", "larger", "looser", "twice")
"""What is seen of two groups: the mean and the best of their pairs' log-odds; how near the items of
one come to the other, each by its best pair, in the mean, from the side where that is more and from
the other; the logarithms of their sizes; by how much their pairs are looser than those within the
looser of the two; pairs of one publisher for each item of the smaller. "" is 1."""
WEIGHTS = {
    "": 0.36,
    "mean": -0.01,
    "best": -0.09,
    "near": 0.48,
    "far": 0.49,
    "smaller": -1.14,
    "larger": 0.89,
    "looser": 0.15,
    "twice": -2.45,
}
"""Log-odds that two groups tell one story, for each kind."""
_ALONE = 3.0
"""Log-odds as which an item alone holds together: what two of one story have in the middle."""
_HOPELESS = -3.0
"""Half the mean and half the best of log-odds below which groups are not looked at: of such pairs
nothing was learned."""


@dataclass(slots=True)
class Groups:
    """Groups of items, by the number of their first item; what others had is left as it was."""

    total: Matrix
    """Of two groups, the sum of their pairs' log-odds; with itself, all its pairs twice."""
    best: Matrix
    """Of two groups, the best pair."""
    nearest: Matrix
    """Of an item (row) and a group, the best pair."""
    reach: Matrix
    """Of two groups, the sum of `nearest` over the items of the first."""
    twice: Matrix
    """Of two groups, the pairs of one publisher."""
    members: list[list[int]]

    @classmethod
    def of(cls, odds: Matrix, publishers: Sequence[str]) -> Groups:
        """Each item alone."""
        total = odds.copy()
        np.fill_diagonal(total, 0)
        twice = np.array([[float(one == other) for other in publishers] for one in publishers])
        alone = [[at] for at in range(len(odds))]
        return cls(total, odds.copy(), odds.copy(), odds.copy(), twice, alone)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Items of each; 0 where a group went into another."""
        return np.array([len(group) for group in self.members])

    def merge(self, one: int, other: int) -> None:
        """Take the second group into the first."""
        for matrix in (self.total, self.twice, self.reach):
            matrix[one] += matrix[other]
        for matrix in (self.total, self.twice):
            matrix[:, one] += matrix[:, other]
        self.best[one] = self.best[:, one] = np.maximum(self.best[one], self.best[other])
        self.nearest[:, one] = np.maximum(self.nearest[:, one], self.nearest[:, other])
        self.members[one] += self.members[other]
        self.members[other] = []
        self.reach[:, one] = [self.nearest[group, one].sum() for group in self.members]

    def seen(self, one: int) -> Matrix:
        """What is seen of a group beside each other one, shape [n, len(KINDS)].

        Rows of the group itself and of those that went into another mean nothing.
        """
        sizes = np.maximum(self.sizes, 1)
        mean = self.total[one] / (sizes[one] * sizes)
        there, back = self.reach[one] / sizes[one], self.reach[:, one] / sizes
        held = np.where(
            sizes > 1, self.total.diagonal() / np.maximum(sizes * (sizes - 1), 1), _ALONE
        )
        smaller, larger = np.minimum(sizes, sizes[one]), np.maximum(sizes, sizes[one])
        kinds = (
            np.ones(len(sizes)),
            mean,
            self.best[one],
            np.maximum(there, back),
            np.minimum(there, back),
            np.log(smaller),
            np.log(larger),
            mean - np.minimum(held, held[one]),
            self.twice[one] / smaller,
        )
        return np.stack(kinds, axis=1)

    def scores(self, one: int, weights: Sequence[float]) -> Matrix:
        """The log-odds that a group and each other one tell one story; -inf: not to be joined."""
        seen = self.seen(one)
        hopeful = (self.sizes > 0) & (seen[:, 1] + seen[:, 2] >= 2 * _HOPELESS)
        hopeful[one] = False
        return np.where(hopeful & (self.sizes[one] > 0), seen @ np.asarray(weights), -np.inf)


def join(odds: Matrix, publishers: Sequence[str], threshold: float) -> list[list[int]]:
    """Groups of items, each in ascending order, by their first item.

    Args:
        odds: log-odds that two items tell one story, shape [n, n] (`evidence.log_odds`).
        publishers: of each item; a publisher seldom tells one story twice.
        threshold: log-odds above which two groups are joined.
    """
    weights = [WEIGHTS[kind] for kind in KINDS]
    groups = Groups.of(odds, publishers)
    scores = np.stack([groups.scores(at, weights) for at in range(len(odds))])
    while scores.max() > threshold:
        one, other = sorted(int(at) for at in np.unravel_index(scores.argmax(), scores.shape))
        groups.merge(one, other)
        scores[other] = scores[:, other] = -np.inf
        scores[one] = scores[:, one] = groups.scores(one, weights)
    return [sorted(group) for group in groups.members if group]
