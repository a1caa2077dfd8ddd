"""Agglomerative clustering of a sparse graph: the likeliest two groups become one, again and again.

Scores of groups follow from sums and maxima over their pairs, so a merge costs as much as the two
have neighbours; a pair that is not in the graph counts 0.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Graph = Sequence[Mapping[int, float]]
"""For each node its neighbours and how alike they are; the same in both directions."""


@dataclass(slots=True)
class _Link:
    """All pairs between two groups."""

    total: float
    best: float


@dataclass(slots=True)
class _Groups:
    """Groups by the number of their first node; a merge makes the versions of both new."""

    best: float
    members: dict[int, list[int]]
    links: dict[int, dict[int, _Link]]
    version: list[int]
    queue: list[tuple[float, int, int, int, int]] = field(default_factory=list)

    def push(self, one: int, other: int, threshold: float) -> None:
        """Queue two groups where they are alike enough."""
        link = self.links[one][other]
        mean = link.total / (len(self.members[one]) * len(self.members[other]))
        score = (1 - self.best) * mean + self.best * link.best
        if score >= threshold:
            low, high = sorted((one, other))
            entry = (-score, low, high, self.version[low], self.version[high])
            heapq.heappush(self.queue, entry)

    def merge(self, one: int, other: int) -> None:
        """Take the second group into the first."""
        self.members[one] += self.members.pop(other)
        taken = self.links.pop(other)
        del taken[one], self.links[one][other]
        for third, link in taken.items():
            del self.links[third][other]
            known = self.links[one].get(third, _Link(0.0, link.best))
            joined = _Link(known.total + link.total, max(known.best, link.best))
            self.links[one][third] = self.links[third][one] = joined
        self.version[one] += 1
        self.version[other] += 1


def agglomerate(graph: Graph, threshold: float, best: float = 0.0) -> list[list[int]]:
    """Groups of nodes, each in ascending order, by their first node.

    Args:
        graph: how alike nodes are.
        threshold: groups less alike than this stay apart.
        best: how much the most alike pair of two groups counts beside the mean of all their pairs,
            from 0 (average linkage, UPGMA) to 1 (single linkage).
    """
    groups = _Groups(
        best=best,
        members={node: [node] for node in range(len(graph))},
        links={
            node: {other: _Link(value, value) for other, value in neighbours.items()}
            for node, neighbours in enumerate(graph)
        },
        version=[0] * len(graph),
    )
    for node, neighbours in enumerate(graph):
        for other in neighbours:
            if node < other:
                groups.push(node, other, threshold)
    while groups.queue:
        _, one, other, *versions = heapq.heappop(groups.queue)
        if versions == [groups.version[one], groups.version[other]]:
            groups.merge(one, other)
            for third in groups.links[one]:
                groups.push(one, third, threshold)
    return [sorted(members) for _, members in sorted(groups.members.items())]
