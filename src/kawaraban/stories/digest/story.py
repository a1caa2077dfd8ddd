"""What a story says, in its items' own sentences: points, timeline, sayings, differences, sections.

Each sentence keeps the item it came from. The fullest account is followed in its own order, so
that what is told hangs together; the others add what is new in them; near-copies are told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kawaraban.model import Difference, Event, Item, Quote, Saying, Section
from kawaraban.stories.digest.differences import differences
from kawaraban.stories.digest.events import timeline
from kawaraban.stories.digest.points import POINTS, key_points
from kawaraban.stories.digest.sayings import sayings
from kawaraban.stories.digest.sections import best_points, sections

__all__ = ["POINTS", "TIMELINE", "Digest", "digest", "key_points", "timeline"]

TIMELINE = 3
"""Events from which a story is told by its timeline."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What the items of a story say: the fields of Story that have these names."""

    points: tuple[Quote, ...] = ()
    timeline: tuple[Event, ...] = ()
    sayings: tuple[Saying, ...] = ()
    differences: tuple[Difference, ...] = ()
    sections: tuple[Section, ...] = ()


def digest(items: Sequence[Item]) -> Digest:
    """What a story says; the order of its items changes nothing.

    A story is told by its timeline from TIMELINE events on, and its points leave out what that
    has told. The points of a long piece are the best of its sections; on its own it has no
    timeline: its days are those of what it remembers.
    """
    parted = sections(items)
    alone = parted and len([item for item in items if item.reprint_of is None]) == 1
    events = () if alone else timeline(items)
    events = events if len(events) >= TIMELINE else ()
    told = [text for event in events for text in (event.text, event.detail)]
    return Digest(
        points=best_points(parted, items) or key_points(items, told),
        timeline=events,
        sayings=sayings(items),
        differences=differences(items),
        sections=parted,
    )
