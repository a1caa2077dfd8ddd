"""Fits the weights of stories/evidence.py and stories/joining.py on labelled weeks.

Prints them.

    python benchmarks/stories/fit.py [WEEK ...]

Writes the usual mean vectors (stories/usual.npz) with --means.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.linear_model import LogisticRegression
from weeks import WEEKS, read_week

from kawaraban.stories import evidence, joining, meaning
from kawaraban.stories.meaning import Embed, remembering

LOOKED_AT = 25
"""Joins that are learned from at each step: the likeliest."""
ROUNDS = 2
"""First along half the mean and half the best pair, then along what that taught (DAgger, Ross,
Gordon and Bagnell, 2011): a policy has to know the groups that it makes itself."""
FIRST = {"mean": 0.5, "best": 0.5}
TOO_FAR = (-1.5, -0.7)
"""Log-odds down to which groups are joined in each round: past the even odds, to see errors."""
PENALTY = 0.1
"""C of the logistic regression, of standardised values."""


def fit(weeks: Sequence[str], embed: Embed, *, crossing: bool) -> dict[str, float]:
    """Weights for pairs of one language, or of two."""
    rows, told = [], []
    for week in weeks:
        items, stories = read_week(week)
        found = evidence.evidence(items, embed)
        kinds = list(evidence.TWO_LANGUAGES if crossing else evidence.ONE_LANGUAGE)[1:]
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


def fit_all(weeks: Sequence[str], embed: Embed) -> dict[str, dict[str, float]]:
    """All weights by the names of their tables, which they replace while this program runs."""
    evidence.ONE_LANGUAGE = fit(weeks, embed, crossing=False)
    evidence.TWO_LANGUAGES = fit(weeks, embed, crossing=True)
    joining.WEIGHTS = fit_joins(weeks, embed)
    return {
        "ONE_LANGUAGE": evidence.ONE_LANGUAGE,
        "TWO_LANGUAGES": evidence.TWO_LANGUAGES,
        "WEIGHTS": joining.WEIGHTS,
    }


def fit_joins(weeks: Sequence[str], embed: Embed) -> dict[str, float]:
    """Weights for two groups, with the weights of `evidence` as they are now."""
    weights = [FIRST.get(kind, 0.0) for kind in joining.KINDS]
    seen, right = [], []
    for number in range(ROUNDS):
        for week in weeks:
            items, stories = read_week(week)
            for languages in (("ja",), ("en",), ("ja", "en")):
                part = [at for at, item in enumerate(items) if item.lang in languages]
                odds = evidence.log_odds([items[at] for at in part], embed)
                groups = joining.Groups.of(odds, [items[at].source for at in part])
                told = np.array([stories[at] for at in part])
                for row, share in joins(groups, told, weights, TOO_FAR[number]):
                    seen.append(row)
                    right.append(share)
        weights = _learned(np.array(seen), np.array(right))
    return dict(zip(joining.KINDS, weights, strict=True))


def joins(
    groups: joining.Groups, told: np.ndarray, weights: Sequence[float], floor: float
) -> Iterator[tuple[np.ndarray, float]]:
    """What is seen of the likeliest joins at each step, and the share of pairs that are right."""
    scores = np.stack([groups.scores(at, weights) for at in range(len(told))])
    same = told[:, None] == told[None, :]
    while scores.max() > floor:
        above = np.where(np.triu(np.ones_like(same), 1), scores, -np.inf)
        likeliest = np.argsort(-above, axis=None, kind="stable")[:LOOKED_AT]
        pairs = [divmod(int(at), len(told)) for at in likeliest if np.isfinite(above.flat[at])]
        for one, other in pairs:
            share = same[np.ix_(groups.members[one], groups.members[other])].mean()
            yield groups.seen(one)[other], float(share)
        one, other = pairs[0]
        groups.merge(one, other)
        scores[other] = scores[:, other] = -np.inf
        scores[one] = scores[:, one] = groups.scores(one, weights)


def _learned(seen: np.ndarray, right: np.ndarray) -> list[float]:
    """Log-odds of a join being right, for each kind; one that is half right counts for both."""
    middle, spread = seen[:, 1:].mean(axis=0), seen[:, 1:].std(axis=0)
    data = np.tile((seen[:, 1:] - middle) / spread, (2, 1))
    model = LogisticRegression(C=PENALTY, max_iter=5000)
    labels = np.repeat([1, 0], len(right))
    model.fit(data, labels, sample_weight=np.concatenate([right, 1 - right]))
    slopes = model.coef_[0] / spread
    return [float(model.intercept_[0] - slopes @ middle), *map(float, slopes)]


def write_means(weeks: list[str]) -> None:
    """The mean vector of each language's news."""
    items = [item for week in weeks for item in read_week(week)[0]]
    means = {}
    for language in ("ja", "en"):
        texts = [meaning.text_of(item) for item in items if item.lang == language]
        means[language] = meaning.embed(texts).mean(axis=0)
    np.savez(meaning.USUAL, **means)


if __name__ == "__main__":
    weeks = [name for name in sys.argv[1:] if not name.startswith("-")] or list(WEEKS)
    if "--means" in sys.argv:
        write_means(weeks)
    with TemporaryDirectory() as folder, remembering(Path(folder) / "meaning.sqlite") as embed:
        for table, weights in fit_all(weeks, embed).items():
            print(table)
            for kind, weight in weights.items():
                print(f'    "{kind}": {weight:.2f},')
