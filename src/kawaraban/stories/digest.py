"""What a story says, in its items' own sentences: a timeline and key points.

Each sentence keeps the item it came from. The fullest account is followed in its own order, so
that what is told hangs together; the others add what is new in them; near-copies are told once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from kawaraban.model import Event, Item, Quote
from kawaraban.reading.sentences import sentences
from kawaraban.stories.similarity import similarity

POINTS = 5
"""Sentences that tell a story; more is for its sources."""
_SAME = 0.3
"""Sentences this alike say the same thing twice."""
_SAME_DAY = 0.2
"""The same for sentences about one day of one story: their date already agrees."""
_DANGLING = re.compile(
    r"^(また|さらに|しかし|ただ|一方|その|これ|それ|この|同|なお|そして|だが|結局|続いて|ここ|彼|当時|今回)"
)
"""Openings that lean on the sentence before: they are told after it or not at all."""
_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")


def key_points(items: Sequence[Item], told: Sequence[str] = ()) -> tuple[Quote, ...]:
    """Up to POINTS sentences that differ from each other and from those `told` already."""
    accounts = sorted(
        (_account(item) for item in _own(items)[::-1]),
        key=len,
        reverse=True,
    )
    quotes = [quote for account in accounts for quote in account]
    if not quotes:
        return ()
    alike = similarity([*(quote.text for quote in quotes), *told])
    heard = list(range(len(quotes), len(alike)))
    chosen: list[int] = []
    for at, quote in enumerate(quotes):
        follows = at - 1 in chosen and quotes[at - 1].item == quote.item
        fits = follows or not _DANGLING.match(quote.text)
        if fits and all(alike[at, other] < _SAME for other in (*chosen, *heard)):
            chosen.append(at)
    return tuple(quotes[at] for at in chosen[:POINTS])


def timeline(items: Sequence[Item]) -> tuple[Event, ...]:
    """The dated sentences of a story in order, one for each thing that happened.

    A day without a year is the one nearest to its item's publication. An event is confirmed
    when two publishers date something of the story to that day.
    """
    dated = [
        (day, text, detail, item)
        for item in _own(items)
        for text, detail in pairwise([*_sentences(item), ""])
        if (day := _day(text, item.published.date()))
    ]
    witnesses: dict[date, set[str]] = {}
    for day, _, _, item in dated:
        witnesses.setdefault(day, set()).add(item.source)
    events = [
        Event(
            day=day,
            text=text,
            detail="" if _DAY.search(detail) else detail,
            item=item.id,
            source=item.source,
            confirmed=len(witnesses[day]) > 1,
        )
        for day, text, detail, item in sorted(dated, key=lambda entry: entry[0])
    ]
    return _told_once(events)


def _told_once(events: Sequence[Event]) -> tuple[Event, ...]:
    """Events without near-copies of one before."""
    if not events:
        return ()
    alike = similarity([_DAY.sub("", event.text) for event in events])
    kept: list[int] = []
    for at, event in enumerate(events):
        same_day = [other for other in kept if events[other].day == event.day]
        if all(alike[at, other] < _SAME_DAY for other in same_day):
            kept.append(at)
    return tuple(events[at] for at in kept)


def _day(text: str, published: date) -> date | None:
    """The day a sentence opens with or names first, or None where it names none or no real one."""
    found = _DAY.search(text)
    if found is None:
        return None
    near = (published.year, published.year - 1, published.year + 1)
    years = [int(found[1])] if found[1] else near
    days = [day for year in years if (day := _real_day(year, int(found[2]), int(found[3])))]
    return min(days, key=lambda day: abs(day - published), default=None)


def _real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _own(items: Sequence[Item]) -> list[Item]:
    """Items apart from reprints, by time of publication."""
    own = [item for item in items if item.reprint_of is None]
    return sorted(own, key=lambda item: (item.published, item.id))


def _account(item: Item) -> list[Quote]:
    return [Quote(sentence, item.id, item.source) for sentence in _sentences(item)]


def _sentences(item: Item) -> list[str]:
    return sentences(item.text or item.summary)
