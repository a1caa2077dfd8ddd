"""Where publishers do not agree: one thing, and two numbers or two days.

Conservative, as a difference that is none would be told as news: sentences must be alike but for
their numbers, the number must be of the same things, exact, and printed within a day; a later one
is news of later. A publisher who gives both numbers does not differ from the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, islice, product

from kawaraban.model import Difference, Item
from kawaraban.stories.accounts import Sentence, accounts
from kawaraban.stories.dates import dates_in, day_of, undated
from kawaraban.stories.figures import Figure, figures, without_figures
from kawaraban.stories.points import MOST
from kawaraban.stories.similarity import similarity

DIFFERENCES = 3
"""Of a story; where publishers differ on more, its sources are to be read."""
_ALIKE = 0.3
"""Sentences this alike, apart from numbers, tell of the same thing."""
_ALIKE_BUT_DAY = 0.5
"""The same for sentences with one day each: what is dated must be the same, too."""
_AT_ONCE = timedelta(hours=24)
"""Accounts further apart are of different states of affairs."""

Given = Mapping[str, set[tuple[str, float]]]
"""Every number that a publisher gives, with its unit."""


def differences(items: Sequence[Item]) -> tuple[Difference, ...]:
    """Up to DIFFERENCES things on which publishers do not agree, two sentences for each or more."""
    every = (sentence for one in accounts(items) for sentence in one if sentence.told)
    told = list(islice((one for one in every if figures(one.text) or dates_in(one.text)), MOST))
    if len({sentence.item.source for sentence in told}) < 2:  # noqa: PLR2004 - a pair
        return ()
    alike = similarity([without_figures(undated(sentence.text)) for sentence in told])
    given: dict[str, set[tuple[str, float]]] = {}
    for sentence in told:
        found = {(figure.unit, figure.value) for figure in figures(sentence.text)}
        given.setdefault(sentence.item.source, set()).update(found)
    pairs = [
        (one, other)
        for one, other in combinations(range(len(told)), 2)
        if alike[one, other] >= _ALIKE
        and _comparable(told[one].item, told[other].item)
        and (
            _numbers_differ(told[one], told[other], given)
            or (alike[one, other] >= _ALIKE_BUT_DAY and _days_differ(told[one], told[other]))
        )
    ]
    return tuple(_difference([told[at] for at in group]) for group in _groups(pairs)[:DIFFERENCES])


def _comparable(one: Item, other: Item) -> bool:
    """Whether two items are of different publishers at about the same time."""
    return one.source != other.source and abs(one.published - other.published) <= _AT_ONCE


def _numbers_differ(one: Sentence, other: Sentence, given: Given) -> bool:
    ours, theirs = figures(one.text), figures(other.text)
    same = [(a, b) for a, b in product(ours, theirs) if _of_one_thing(a, b, ours, theirs)]
    return any(
        not _agree(a, b)
        and (a.unit, a.value) not in given[other.item.source]
        and (b.unit, b.value) not in given[one.item.source]
        for a, b in same
    )


def _of_one_thing(a: Figure, b: Figure, ours: Sequence[Figure], theirs: Sequence[Figure]) -> bool:
    """Whether two numbers count the same: the same unit, and words beside them that agree.

    Where a sentence has several numbers of a unit, those words must say which is which.
    """
    if a.unit != b.unit:
        return False
    several = any(sum(figure.unit == a.unit for figure in all_) > 1 for all_ in (ours, theirs))
    if a.labels & b.labels:
        return True
    kin = any(set(x) & set(y) for x, y in product(a.labels, b.labels) if not x.isascii())
    return not several and (kin or not a.labels or not b.labels)


def _agree(a: Figure, b: Figure) -> bool:
    return a.value == b.value or a.vague or b.vague


def _days_differ(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences with one date each name different days."""
    if len(dates_in(one.text)) != 1 or len(dates_in(other.text)) != 1:
        return False
    days = [_day(one), _day(other)]
    return None not in days and days[0] != days[1]


def _day(sentence: Sentence) -> date | None:
    return day_of(sentence.text, sentence.item.published.date())


def _groups(pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Pairs that share a sentence, together."""
    groups = list[set[int]]()
    for pair in pairs:
        joined = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in joined]
        groups.append(set(pair).union(*joined))
    return sorted(sorted(group) for group in groups)


def _difference(sentences: Sequence[Sentence]) -> Difference:
    """The sentences of a difference by time, one for each publisher."""
    ordered = sorted(sentences, key=lambda one: (one.item.published, one.item.id))
    firsts = {sentence.item.source: sentence.quote for sentence in reversed(ordered)}
    return Difference(tuple(reversed(firsts.values())))
