"""Where publishers do not agree: one thing, and two numbers or two days.

Conservative, as a difference that is none would be told as news: sentences must be alike but for
their numbers, the number must be of the same things, exact, and printed within a day; a later one
is news of later. A publisher who gives both numbers does not differ from the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, islice, product

from kawaraban.model import Difference, Item
from kawaraban.reading.dates import resolved
from kawaraban.stories.digest.accounts import Sentence, accounts
from kawaraban.stories.digest.days import days, undated
from kawaraban.stories.digest.figures import Figure, figures, without_figures
from kawaraban.stories.digest.points import MOST
from kawaraban.stories.similarity import similarity

DIFFERENCES = 3
"""Of a story; where publishers differ on more, its sources are to be read."""
_ALIKE = 0.3
"""Sentences this alike, apart from numbers, tell of the same thing."""
_ALIKE_BUT_DAY = 0.5
"""The same for sentences with one day each: what is dated must be the same, too."""
_AT_ONCE = timedelta(hours=24)
"""Accounts further apart are of different states of affairs."""

Given = Mapping[str, set[tuple[str, Decimal]]]
"""Every number that a publisher gives, with its unit."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A sentence with what publishers may differ on."""

    sentence: Sentence
    figures: tuple[Figure, ...]
    days: tuple[date | None, ...]
    """None for one that there is not: 2月30日."""


def differences(items: Sequence[Item]) -> tuple[Difference, ...]:
    """Up to DIFFERENCES things on which publishers do not agree, two sentences for each or more."""
    every = (_claim(sentence) for one in accounts(items) for sentence in one if sentence.told)
    told = list(islice((one for one in every if one.figures or one.days), MOST))
    if len({one.sentence.item.source for one in told}) < 2:  # noqa: PLR2004 - a pair
        return ()
    alike = similarity([without_figures(undated(one.sentence.text)) for one in told])
    given = _given(told)
    pairs = [
        (one, other)
        for one, other in combinations(range(len(told)), 2)
        if alike[one, other] >= _ALIKE
        and _comparable(told[one].sentence.item, told[other].sentence.item)
        and (
            _numbers_differ(told[one], told[other], given)
            or (alike[one, other] >= _ALIKE_BUT_DAY and _days_differ(told[one], told[other]))
        )
    ]
    groups = _groups(pairs)[:DIFFERENCES]
    return tuple(_difference([told[at].sentence for at in group]) for group in groups)


def _claim(sentence: Sentence) -> _Claim:
    published = sentence.item.published.date()
    told = tuple(resolved(when, published).whole for when in days(sentence.text))
    return _Claim(sentence, tuple(figures(sentence.text)), told)


def _given(told: Sequence[_Claim]) -> Given:
    given: dict[str, set[tuple[str, Decimal]]] = {}
    for one in told:
        found = {(figure.unit, figure.value) for figure in one.figures}
        given.setdefault(one.sentence.item.source, set()).update(found)
    return given


def _comparable(one: Item, other: Item) -> bool:
    """Whether two items are of different publishers at about the same time."""
    return one.source != other.source and abs(one.published - other.published) <= _AT_ONCE


def _numbers_differ(one: _Claim, other: _Claim, given: Given) -> bool:
    ours, theirs = one.figures, other.figures
    same = [(a, b) for a, b in product(ours, theirs) if _of_one_thing(a, b, ours, theirs)]
    return any(
        not _agree(a, b)
        and (a.unit, a.value) not in given[other.sentence.item.source]
        and (b.unit, b.value) not in given[one.sentence.item.source]
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


def _days_differ(one: _Claim, other: _Claim) -> bool:
    """Whether two sentences with one date each name different days."""
    if len(one.days) != 1 or len(other.days) != 1:
        return False
    return None not in one.days + other.days and one.days != other.days


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
