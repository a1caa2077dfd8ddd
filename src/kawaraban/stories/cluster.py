"""Items into stories, within and across languages; the order of items changes nothing.

By words, groups are joined by average linkage over TF-IDF. By meaning, the same with a strict
threshold makes few of many items, and what is left is compared pair by pair: what it means, who,
where, when and how much (`evidence`). Groups are then joined as was learned from labelled weeks
(`joining`); of few items, which no such week has, half the mean of all pairs and half the best one
join two groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from kawaraban.model import Item
from kawaraban.stories.linkage import Graph, agglomerate
from kawaraban.stories.meaning import Embed
from kawaraban.stories.reprints import mark_reprints
from kawaraban.stories.similarity import neighbours

WORDS = 0.15
"""Mean cosine of TF-IDF from which items tell one story (.15 to .20 held across measured sets)."""
MEANING = 0.46
"""The likelihood from which they do. With .50 the mean BCubed F1 of the labelled weeks, left out in
turn, is .001 to .002 lower: what is found is right a little more often than it is complete."""
COMPARED = 600
"""Items that are compared pair by pair: in some 40 s, at once when they are remembered."""
WIDEST = 40
"""Groups of a very large week that are, at least: the widest stories come from these."""
_STRICT, _LOOSE = 0.3, 0.1
"""Mean cosines of TF-IDF above which a larger week's items surely tell one story, and may do."""
_NEAREST = 20
"""Neighbours of an item that are looked at."""
_LEARNED = 50
"""Items from which groups are joined as was learned: the labelled weeks have 60 and more in one
language, reprints included. What was learned of them tore an affair of nine items apart in a week
of seventeen."""
_BEST = 0.5
"""What the best pair of two groups counts for beside the mean of all, of fewer items."""
_FEWER = 1.0
"""Log-odds by which groups of fewer items may be less likely one story: the fewer, the more often
two of them are. BCubed F1 of parts of the labelled weeks: 4 items .859 for .815, 9 items .937 for
.899, 18 items .945 for .925, 36 items .946 for .943."""
_HEAD = 400
"""Characters of title and summary in which items are alike."""


def cluster(
    items: Sequence[Item], threshold: float | None = None, embed: Embed | None = None
) -> list[tuple[Item, ...]]:
    """Groups of items that tell of one event, each by time of publication; reprints are marked.

    Args:
        items: any order; ids are distinct.
        threshold: how alike items of one story are; None for WORDS or MEANING.
        embed: texts to vectors (`meaning.embed`); None compares words alone.
    """
    ordered = sorted(items, key=lambda item: (item.published, item.id))
    if not ordered:
        return []
    floor = (threshold or WORDS) if embed is None else _LOOSE
    texts = [f"{item.title}\n{item.summary}"[:_HEAD] for item in ordered]
    graph = neighbours(texts, _NEAREST, floor / 2)
    marked = mark_reprints(ordered, graph)
    own = [at for at, item in enumerate(marked) if item.reprint_of is None]
    groups = [[at] for at in own]
    if embed is None:
        groups = _by_words(graph, own, floor)
    else:
        wide, rest = _widest(marked, graph, own) if len(own) > COMPARED else (groups, [])
        groups = _by_meaning(marked, wide, threshold or MEANING, embed) + rest
    return _with_reprints(marked, groups)


def _by_words(graph: Graph, own: Sequence[int], threshold: float) -> list[list[int]]:
    """Groups of items by average linkage, reprints left out."""
    place = {at: number for number, at in enumerate(own)}
    inner = [
        {place[other]: alike for other, alike in graph[at].items() if other in place} for at in own
    ]
    return [[own[number] for number in group] for group in agglomerate(inner, threshold)]


def _widest(
    items: Sequence[Item], graph: Graph, own: Sequence[int]
) -> tuple[list[list[int]], list[list[int]]]:
    """Of a large week, groups sure by their words: of what most publishers tell, and others."""
    strict = _by_words(graph, own, _STRICT)
    loose = _by_words(graph, own, _LOOSE)
    loose.sort(key=lambda group: (-len({items[at].source for at in group}), group[0]))
    rank = {at: place for place, group in enumerate(loose) for at in group}
    strict.sort(key=lambda group: (rank[group[0]], group[0]))
    most = max(WIDEST, COMPARED**2 // len(own))
    return strict[:most], strict[most:]


def _by_meaning(
    items: Sequence[Item], groups: Sequence[list[int]], likely: float, embed: Embed
) -> list[list[int]]:
    """Groups joined whose first items tell one story."""
    from kawaraban.stories.evidence import log_odds  # noqa: PLC0415 - numpy
    from kawaraban.stories.joining import join  # noqa: PLC0415 - numpy

    first = [items[group[0]] for group in groups]
    odds, threshold = log_odds(first, embed), log(likely / (1 - likely))
    if len(first) >= _LEARNED:
        joined = join(odds, [item.source for item in first], threshold)
    else:
        graph = [
            {other: value for other, value in enumerate(row) if other != at}
            for at, row in enumerate(odds.tolist())
        ]
        joined = agglomerate(graph, threshold - _FEWER, best=_BEST)
    return [[at for number in group for at in groups[number]] for group in joined]


def _with_reprints(items: Sequence[Item], groups: list[list[int]]) -> list[tuple[Item, ...]]:
    """Groups of items, reprints with what they repeat."""
    number = {items[at].id: place for place, group in enumerate(groups) for at in group}
    found: list[list[Item]] = [[] for _ in groups]
    for item in items:
        found[number[item.reprint_of or item.id]].append(item)
    return sorted((tuple(group) for group in found), key=lambda group: group[0].id)
