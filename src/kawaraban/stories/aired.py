"""Stories that earlier episodes told: left out, or kept as a follow-up where something is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kawaraban.model import Aired, Item
from kawaraban.stories.facts import facts_in


class Memory:
    """What earlier episodes told, by the ids and addresses of its items.

    Args:
        aired: the stories of earlier episodes; the latest one that told an item stands for it.
    """

    def __init__(self, aired: Iterable[Aired] = ()) -> None:
        self._stories: dict[str, Aired] = {}
        self._items: dict[str, Item] = {}
        for story in sorted(aired, key=lambda story: story.episode):
            for item in story.items:
                self._items[item.id] = item
                self._stories |= dict.fromkeys(filter(None, (item.id, item.url)), story)

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item that was told, once."""
        return tuple(self._items.values())

    def of(self, item: Item) -> Aired | None:
        """The latest story that told this item."""
        found = (self._stories[name] for name in (item.id, item.url) if name in self._stories)
        return max(found, key=lambda story: story.episode, default=None)


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
