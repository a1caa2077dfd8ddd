"""Fits the weights of stories/evidence.py on labelled weeks, and prints them.

    python benchmarks/stories/fit.py [WEEK ...]

Writes the usual mean vectors (stories/usual.npz) with --means.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from weeks import WEEKS, read_week

from kawaraban.stories import evidence, meaning
from kawaraban.stories.meaning import Embed


def fit(weeks: Sequence[str], embed: Embed, *, crossing: bool) -> dict[str, float]:
    """Weights for pairs of one language, or of two."""
    rows, told = [], []
    for week in weeks:
        items, stories = read_week(week)
        found = evidence.evidence(items, embed)
        kinds = list(found)
        above = np.triu_indices(len(items), 1)
        languages = np.array([item.lang for item in items])
        pairs = (languages[above[0]] != languages[above[1]]) == crossing
        rows.append(np.stack([found[kind][above][pairs] for kind in kinds], axis=1))
        labels = np.array(stories)
        told.append((labels[above[0]] == labels[above[1]])[pairs])
    data, labels = np.concatenate(rows), np.concatenate(told)
    spread = data.std(axis=0)
    spread[spread == 0] = 1
    model = LogisticRegression(max_iter=5000).fit(data / spread, labels)
    weights = dict(zip(kinds, model.coef_[0] / spread, strict=True))
    return {"": float(model.intercept_[0]), **{kind: float(weights[kind]) for kind in kinds}}


def write_means(weeks: list[str]) -> None:
    """The mean vector of each language's news."""
    items = [item for week in weeks for item in read_week(week)[0]]
    means = {}
    for language in ("ja", "en"):
        texts = [f"{item.title}\n{item.summary}" for item in items if item.lang == language]
        means[language] = meaning.embed(texts).mean(axis=0)
    np.savez(meaning.USUAL, **means)


if __name__ == "__main__":
    weeks = [name for name in sys.argv[1:] if not name.startswith("-")] or list(WEEKS)
    if "--means" in sys.argv:
        write_means(weeks)
    for crossing in (False, True):
        print("TWO_LANGUAGES" if crossing else "ONE_LANGUAGE")
        for kind, weight in fit(weeks, meaning.embed, crossing=crossing).items():
            print(f'    "{kind}": {weight:.2f},')
