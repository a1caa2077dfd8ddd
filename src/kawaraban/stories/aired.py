"""Stories that earlier episodes told: left out, or kept as a follow-up where something is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kawaraban.model import Aired, Item
from kawaraban.stories.facts import facts_in


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier episodes told."""

    aired: tuple[Aired, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item that was told, once."""
        found = {item.id: item for story in self.aired for item in story.items}
        return tuple(found.values())

    def of(self, item: Item) -> Aired | None:
        """The latest story that told this item, known by its id or its address."""
        for story in sorted(self.aired, key=lambda story: -story.episode):
            if any(item.id == old.id or (item.url and item.url == old.url) for old in story.items):
                return story
        return None


@dataclass(frozen=True, slots=True)
class Sorted:
    """A group of items, held against what was told."""

    fresh: tuple[Item, ...]
    """What an episode may tell."""
    stale: tuple[Item, ...] = ()
    reason: str = ""
    """Why the stale ones are left out."""
    seen_before: int | None = None


def sort_out(group: Sequence[Item], memory: Memory) -> Sorted:
    """What of a group is still to be told, and which episode told its story before, if one did."""
    told = [story for item in group if (story := memory.of(item))]
    if not told:
        return Sorted(tuple(group))
    latest = max(told, key=lambda story: story.episode)
    reason = f"its story was told in episode {latest.episode}"
    later = tuple(
        item for item in group if memory.of(item) is None and item.published > latest.until
    )
    before = tuple(item for item in group if item not in later)
    if not _tells_more(later, told):
        return Sorted((), tuple(group), f"{reason}, and this adds nothing" if later else reason)
    return Sorted(later, before, reason, latest.episode)


def _tells_more(items: Sequence[Item], told: Iterable[Aired]) -> bool:
    """Whether one names a person, a place, an amount or a day that was not told."""
    lines = [line for story in told for line in story.told]
    heads = [f"{item.title}\n{item.summary}" for story in told for item in story.items]
    known = "\n".join([*lines, *heads])
    return any(
        _named(f"{item.title}\n{item.text or item.summary}", item) - _named(known, item)
        for item in items
        if item.reprint_of is None
    )


def _named(text: str, item: Item) -> frozenset[str]:
    """What a text names, read as of the day of an item."""
    found = facts_in(text, item.lang, item.published.date())
    return found.names | found.places | found.amounts | found.days
