"""How well stories are found: BCubed F1 on each labelled week, with weights of the others.

python benchmarks/stories/measure.py
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from fit import fit_all
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from weeks import WEEKS, bcubed, read_week

from kawaraban.model import Item
from kawaraban.stories.cluster import cluster
from kawaraban.stories.meaning import Embed, centred, remembering
from kawaraban.stories.similarity import similarity

Groups = Callable[[Sequence[Item]], list[list[Item]]]
PARTS = {"ja": ("ja",), "en": ("en",), "both": ("ja", "en")}


def by_kawaraban(embed: Embed) -> Groups:
    """As `kawaraban pick` groups them."""
    return lambda items: [list(group) for group in cluster(items, None, embed)]


def by_vectors(embed: Embed, threshold: float) -> Groups:
    """Average linkage over centred vectors alone."""

    def groups(items: Sequence[Item]) -> list[list[Item]]:
        languages = [item.lang for item in items]
        vectors = centred(embed([f"{item.title}\n{item.summary}" for item in items]), languages)
        return _linked(items, vectors @ vectors.T, threshold)

    return groups


def by_words(threshold: float) -> Groups:
    """Average linkage over TF-IDF alone."""
    return lambda items: _linked(
        items, similarity([f"{item.title}\n{item.summary}" for item in items]), threshold
    )


def _linked(items: Sequence[Item], alike: np.ndarray, threshold: float) -> list[list[Item]]:
    distances = squareform(np.clip(1 - alike, 0, 2), checks=False)
    labels = fcluster(linkage(distances, "average"), 1 - threshold, criterion="distance")
    found: dict[int, list[Item]] = {}
    for item, label in zip(items, labels, strict=True):
        found.setdefault(int(label), []).append(item)
    return list(found.values())


def score(groups: Groups, items: Sequence[Item], story: dict[str, str]) -> float:
    """BCubed F1 of what a method makes of these items."""
    number = {item.id: at for at, group in enumerate(groups(items)) for item in group}
    return bcubed([story[item.id] for item in items], [number[item.id] for item in items])[0]


def widest(groups: Groups, items: Sequence[Item], story: dict[str, str]) -> str:
    """How many of the five widest stories are among the five widest groups, each once."""

    def width(members: Sequence[Item]) -> int:
        return len({item.source for item in members if item.reprint_of is None})

    def main(group: Sequence[Item]) -> str:
        names = [story[item.id] for item in group]
        return max(sorted(set(names)), key=names.count)

    true = {name: [item for item in items if story[item.id] == name] for name in story.values()}
    first = sorted(true, key=lambda name: -width(true[name]))[:5]
    found = [main(group) for group in sorted(groups(items), key=lambda group: -width(group))[:5]]
    return f"{len(set(found) & set(first))} of 5"


def measure(week: str, embed: Embed) -> None:
    """Print the rows of a week: TF-IDF and vectors at their best thresholds, and kawaraban."""
    items, stories = read_week(week)
    story = {item.id: name for item, name in zip(items, stories, strict=True)}
    parts = {
        name: [item for item in items if item.lang in languages]
        for name, languages in PARTS.items()
    }
    thresholds = np.arange(0.05, 0.5, 0.025)
    best = {
        "TF-IDF": [
            max(score(by_words(t), part, story) for t in thresholds) for part in parts.values()
        ],
        "vectors": [
            max(score(by_vectors(embed, t), part, story) for t in thresholds)
            for part in parts.values()
        ],
        "kawaraban": [score(by_kawaraban(embed), part, story) for part in parts.values()],
    }
    for method, scores in best.items():
        top = widest(by_kawaraban(embed), items, story) if method == "kawaraban" else ""
        print(f"| {week} | {method} | {' | '.join(f'{one:.3f}' for one in scores)} | {top} |")


if __name__ == "__main__":
    print("| week | method | ja | en | both | widest |\n|---|---|---|---|---|---|")
    with TemporaryDirectory() as folder, remembering(Path(folder) / "meaning.sqlite") as embed:
        for week in WEEKS:
            others = [other for other in WEEKS if other != week]
            fit_all(others, embed)
            measure(week, embed)
