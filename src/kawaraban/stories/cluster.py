"""Items into stories: average-link clustering, in which the order of items changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kawaraban.model import Item
from kawaraban.stories.similarity import Matrix, similarity

REPRINT = 0.9
"""Texts at least this alike are one text printed twice (syndicated, or lightly trimmed)."""


def cluster(items: Sequence[Item], threshold: float) -> list[tuple[Item, ...]]:
    """Groups of items about the same event, by title and summary; reprints are marked.

    Args:
        items: any order; ids are distinct.
        threshold: mean cosine similarity above which two groups are one (.15 to .20 held across
            measured sets).
    """
    ordered = sorted(items, key=lambda item: (item.published, item.id))
    if not ordered:
        return []
    texts = similarity([item.text or item.title for item in ordered])
    marked = _mark_reprints(ordered, texts)
    heads = similarity([f"{item.title}\n{item.summary}" for item in ordered])
    alike = np.where(texts >= REPRINT, 1, heads)  # a reprint stays with its text under any title
    groups: dict[int, list[Item]] = {}
    for item, label in zip(marked, _labels(alike, threshold), strict=True):
        groups.setdefault(label, []).append(item)
    return [tuple(group) for group in groups.values()]


def _labels(alike: Matrix, threshold: float) -> list[int]:
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415
    from scipy.spatial.distance import squareform  # noqa: PLC0415

    if len(alike) == 1:
        return [0]
    distances = squareform(1 - alike, checks=False)
    labels = fcluster(linkage(distances, method="average"), 1 - threshold, criterion="distance")
    return [int(label) for label in labels]


def _mark_reprints(items: Sequence[Item], alike: Matrix) -> list[Item]:
    """Each item with the id of the earliest item that has the same text, if another has."""
    marked = []
    for at, item in enumerate(items):
        first = next((before for before in range(at) if alike[before, at] >= REPRINT), None)
        marked.append(item if first is None else replace(item, reprint_of=items[first].id))
    return marked
