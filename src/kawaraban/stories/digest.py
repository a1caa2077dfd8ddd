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
    r"^(?:また|さらに|しかし|ただ|一方|その|これ|それ|この|同|なお|そして|だが|結局|続いて|ここ|彼|当時|今回"
    r"|(?:And|But|Or|So|Yet|Also|Then|Thus|Still|Instead|However|Meanwhile|Moreover|Nevertheless"
    r"|Nonetheless|Therefore|Otherwise|Even so|Even then|After that|As a result|At the same time"
    r"|By contrast|For (?:example|instance)|In (?:addition|contrast|turn)|On the other hand"
    r"|It|Its|He|His|She|Her|They|Their|That|Those|These|This(?! (?:week|month|year)\b)|Such|Here"
    r"|Both|Neither|One|Another|Others?|The (?:company|firm|group|two|three|pair|same|latter))\b)"
)
"""Openings that lean on the sentence before: they are told after it or not at all."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_NUMBERED = r"(?<![\d.,:])(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?![.,:]\d)"
_TO = r"(?:\s?[-–]\s?\d{1,2})?"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_DATES = (
    re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
    re.compile(rf"\b{_MONTH}\s{_NUMBERED}(?:,?\s{_YEAR})?"),
    re.compile(rf"\b{_NUMBERED}{_TO}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR})?"),
)
"""11月17日; November 17, 2023 and Nov. 17; 17 November 2023, 17th of November, 17–19 November."""


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
            detail="" if _first_date(detail) else detail,
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
    alike = similarity([_undated(event.text) for event in events])
    kept: list[int] = []
    for at, event in enumerate(events):
        same_day = [other for other in kept if events[other].day == event.day]
        if all(alike[at, other] < _SAME_DAY for other in same_day):
            kept.append(at)
    return tuple(events[at] for at in kept)


def _day(text: str, published: date) -> date | None:
    """The day a sentence opens with or names first, or None where it names none or no real one."""
    found = _first_date(text)
    if found is None:
        return None
    near = (published.year, published.year - 1, published.year + 1)
    years = [int(found["year"])] if found["year"] else near
    month, of_month = _month(found["month"]), int(found["day"])
    days = [day for year in years if (day := _real_day(year, month, of_month))]
    return min(days, key=lambda day: abs(day - published), default=None)


def _first_date(text: str) -> re.Match[str] | None:
    """The first date in a text, with `year` (may be None), `month` and `day` as written."""
    found = (date_.search(text) for date_ in _DATES)
    return min(filter(None, found), key=re.Match.start, default=None)


def _undated(text: str) -> str:
    """A text without its dates."""
    for date_ in _DATES:
        text = date_.sub("", text)
    return text


def _month(written: str) -> int:
    """1 to 12 for an English month or its abbreviation; a number as it is."""
    return int(written) if written.isdecimal() else _MONTHS.index(written[:3].lower()) + 1


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
