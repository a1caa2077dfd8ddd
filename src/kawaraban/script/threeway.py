"""Three versions of some lines become one: the draft, what a person made of it, a new draft.

Where both changed the same place, the person's lines stay, and what the new draft has there is
told. Nothing that a person wrote is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that the person and the new draft both changed."""

    row: int
    """The line of the result, from 1, at which the person's version stands."""
    mine: tuple[str, ...]
    """The person's lines; none where they were deleted."""
    drafted: tuple[str, ...]
    """The new draft's lines that the result does without; none where it leaves the place out."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Lines of three versions in one, and what was not taken."""

    lines: tuple[str, ...]
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    """These lines stand in place of base[start:end]."""

    start: int
    end: int
    lines: tuple[str, ...]
    is_mine: bool


def merge_lines(base: Sequence[str], mine: Sequence[str], drafted: Sequence[str]) -> Merged:
    """What only one of the two changed, as that one has it; of what both changed, the person's.

    Args:
        base: the lines from which both come.
        mine: the person's.
        drafted: the new draft's.
    """
    made: list[str] = []
    clashes: list[Clash] = []
    at = 0
    both = chain(_changes(base, mine, is_mine=True), _changes(base, drafted, is_mine=False))
    for region in _regions(both):
        start, end = region[0].start, max(change.end for change in region)
        made += base[at:start]
        old = tuple(base[start:end])
        ours, theirs = (_version(base, region, is_mine=is_mine) for is_mine in (True, False))
        if old not in {ours, theirs} and ours != theirs:
            clashes += _clash(len(made) + 1, old, ours, theirs)
        made += theirs if ours == old else ours
        at = end
    return Merged((*made, *base[at:]), tuple(clashes))


def _changes(base: Sequence[str], new: Sequence[str], *, is_mine: bool) -> Iterator[_Change]:
    """What was changed; lines that stand for as many others are changed one by one."""
    matcher = SequenceMatcher(None, base, new, autojunk=False)
    for what, start, end, first, last in matcher.get_opcodes():
        if what == "replace" and end - start == last - first:
            for at, line in zip(range(start, end), new[first:last], strict=True):
                yield _Change(at, at + 1, (line,), is_mine)
        elif what != "equal":
            yield _Change(start, end, tuple(new[first:last]), is_mine)


def _regions(changes: Iterator[_Change]) -> list[list[_Change]]:
    """The changes in order, those of the same place together."""
    regions: list[list[_Change]] = []
    for change in sorted(changes, key=lambda one: (one.start, one.end, one.is_mine)):
        if regions and _is_same_place(regions[-1], change):
            regions[-1].append(change)
        else:
            regions.append([change])
    return regions


def _is_same_place(region: Sequence[_Change], change: _Change) -> bool:
    """Whether they share a line of the base, a gap, or, side by side, what they bring."""
    end = max(one.end for one in region)
    if change.start != end:
        return change.start < end
    brought = {line for line in change.lines if line.strip()}
    return any(
        one.is_mine != change.is_mine
        and (one.start == change.end or not brought.isdisjoint(one.lines))
        for one in region
    )


def _version(base: Sequence[str], region: Sequence[_Change], *, is_mine: bool) -> tuple[str, ...]:
    """What one of the two has in place of a region's lines."""
    made: list[str] = []
    at = region[0].start
    for change in region:
        if change.is_mine == is_mine:
            made += (*base[at : change.start], *change.lines)
            at = change.end
    return (*made, *base[at : max(change.end for change in region)])


def _clash(
    row: int, old: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]
) -> Iterator[Clash]:
    """What of the draft's is not taken; nothing where that is empty lines alone."""
    new = tuple(line for line in theirs if line.strip() and line not in {*old, *ours})
    is_cut = any(map(str.strip, ours)) and {*theirs} < {*old}
    first = next((at for at, line in enumerate(ours) if line not in old), 0)
    if new or is_cut:
        yield Clash(row + first, ours, new)
