"""A script that a person edited and a new draft of it, merged by what the old draft was.

A chapter is one thing: where the person deleted it, it stays deleted, and where the new draft
brings one or drops one that nobody touched, so does the script. Inside a chapter lines are
merged one by one, and the keys of the front matter each for itself.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kawaraban.script.parts import Part, matches, parted
from kawaraban.script.threeway import Clash, Merged, merge_lines

_Parts = Mapping[int, Part]
"""The parts of one version in their order. A part has one number in all three."""


def merge(base: str, mine: str, drafted: str, path: Path) -> tuple[str, tuple[Clash, ...]]:
    """The script with what the new draft changed and what the person changed, and the clashes.

    Args:
        base: the draft that was edited.
        mine: what the person made of it: each line that is not in `base` is in the result.
        drafted: the new draft.
        path: of the script, for messages.

    Raises:
        ShowError: the front matter of one is wrong.
    """
    lines: list[str] = []
    clashes: list[Clash] = []
    versions = (parted(text, path) for text in (base, mine, drafted))
    for three in zip(*versions, strict=True):
        for part in _merged(*_numbered(*three)):
            clashes += (replace(clash, row=clash.row + len(lines)) for clash in part.clashes)
            lines += part.lines
    return "\n".join(lines), tuple(clashes)


def _numbered(
    base: Sequence[Part], mine: Sequence[Part], drafted: Sequence[Part]
) -> tuple[_Parts, _Parts, _Parts]:
    """The parts under numbers: what is one part in two versions has one number."""
    old = dict(enumerate(base))
    ours = _under(mine, matches(base, mine), len(old))
    own = [number for number in ours if number not in old]
    known = matches(base, drafted)
    new = [at for at in range(len(drafted)) if at not in known]
    both = matches([ours[number] for number in own], [drafted[at] for at in new])
    known |= {new[at]: own[place] for at, place in both.items()}
    return old, ours, _under(drafted, known, len(old) + len(mine))


def _under(parts: Sequence[Part], known: Mapping[int, int], first: int) -> _Parts:
    return {known.get(at, first + at): part for at, part in enumerate(parts)}


def _merged(old: _Parts, mine: _Parts, drafted: _Parts) -> Iterator[Merged]:
    for number in _order(old, mine, drafted, set(_kept(old, mine, drafted))):
        yield _part(old.get(number), mine.get(number), drafted.get(number))


def _kept(old: _Parts, mine: _Parts, drafted: _Parts) -> Iterator[int]:
    """What is in the result: all that was added, and of the old what neither took away.

    What the draft drops stays where the person edited it.
    """
    for number, part in mine.items():
        if number in drafted or number not in old or part.lines != old[number].lines:
            yield number
    yield from (number for number in drafted if number not in old)


def _order(old: _Parts, mine: _Parts, drafted: _Parts, kept: Container[int]) -> list[int]:
    """The draft's order, or the person's where it was changed; others after their neighbours."""
    is_moved = [at for at in old if at in mine] != [at for at in mine if at in old]
    first, second = (mine, drafted) if is_moved else (drafted, mine)
    order = [number for number in first if number in kept]
    rest = list(second)
    for at, number in enumerate(rest):
        if number in kept and number not in order:
            order.insert(_place(order, rest[:at], rest[at + 1 :], kept), number)
    return order


def _place(
    order: Sequence[int], before: Sequence[int], after: Sequence[int], kept: Container[int]
) -> int:
    """Where a part goes: after the one before it, or, where that is gone, before the next one."""
    placed = [order.index(number) + 1 for number in before if number in order]
    if before and before[-1] not in order:
        follower = next((at for at in after if at in order or at not in kept), None)
        if follower in order:
            return order.index(follower)
    return placed[-1] if placed else 0


def _part(old: Part | None, mine: Part | None, drafted: Part | None) -> Merged:
    """One part in the result, of at least one of the two."""
    if mine is None or drafted is None:
        only = mine or drafted
        lines = only.lines if only else ()
        edited = bool(old and mine)
        return Merged(lines, (Clash(1, lines, ()),) if edited else ())
    if old and old.value == mine.value != drafted.value:
        # Quotes that were put around a value are no edit of it.
        return Merged(drafted.lines)
    return merge_lines(old.lines if old else (), mine.lines, drafted.lines)
