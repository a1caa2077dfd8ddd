"""A story day by day: its dated sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest

from kawaraban.model import Event, Item
from kawaraban.stories.digest.accounts import Sentence, account, own
from kawaraban.stories.digest.days import day_of, days, undated
from kawaraban.stories.similarity import similarity

_SAME_DAY = 0.2
"""Sentences about one day of one story are near-copies sooner: their date already agrees."""


def timeline(items: Sequence[Item]) -> tuple[Event, ...]:
    """The dated sentences of a story in order, one for each thing that happened.

    A day without a year is the one nearest to its item's publication. An event is confirmed
    when two publishers date something of the story to that day.
    """
    dated = [entry for item in own(items) for entry in _dated(item)]
    witnesses: dict[date, set[str]] = {}
    for day, sentence, _ in dated:
        witnesses.setdefault(day, set()).add(sentence.item.source)
    events = [
        Event(
            day=day,
            text=sentence.text,
            detail=detail,
            item=sentence.item.id,
            source=sentence.item.source,
            confirmed=len(witnesses[day]) > 1,
        )
        for day, sentence, detail in sorted(dated, key=lambda entry: entry[0])
    ]
    return _told_once(events)


def _dated(item: Item) -> list[tuple[date, Sentence, str]]:
    """The day, the sentence and what follows it, for each sentence of an item that has a date."""
    every = account(item)
    found = []
    for sentence, after in zip_longest(every, every[1:]):
        day = day_of(sentence.text, item.published.date())
        if sentence.told and day:
            found.append((day, sentence, _detail(after)))
    return found


def _detail(after: Sentence | None) -> str:
    """The sentence after a dated one, where it may be told and has no date of its own."""
    plain = after is not None and after.told and not days(after.text)
    return after.text if after and plain else ""


def _told_once(events: Sequence[Event]) -> tuple[Event, ...]:
    """Events without near-copies of one before."""
    if not events:
        return ()
    alike = similarity([undated(event.text) for event in events])
    kept: list[int] = []
    for at, event in enumerate(events):
        same_day = [other for other in kept if events[other].day == event.day]
        if all(alike[at, other] < _SAME_DAY for other in same_day):
            kept.append(at)
    return tuple(events[at] for at in kept)
