"""Where a long piece parts: at its headings, where somebody asks, or where its words change.

Of all ways to part a text in so many pieces, the one is taken in which each piece is most like
itself: the lengths of the sums of its paragraphs' vectors are greatest together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kawaraban.stories.digest.accounts import Paragraph, askers, beats
from kawaraban.stories.similarity import Matrix, similarity

_FEWEST, _MOST = 4, 10
"""Parts of a piece without headings: what a listener keeps apart."""
_PART = 350
"""Words of a part, between two and three minutes read aloud."""
_OPENING = 150
"""Words before the first heading from which they are a part; less belongs to the first one."""
_BLOCK = 50
"""Words that can be compared: shorter paragraphs are taken with the next."""
_SMALL, _BIG = 0.4, 2.2
"""A part's words, against the mean of its piece."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of paragraphs, with the title its author gave it, or ""."""

    title: str
    places: tuple[int, ...]
    """Of its paragraphs in the item, in order."""


def parts(lines: Sequence[Paragraph]) -> list[Part]:
    """The parts of a piece; every paragraph but the headings is in one of them."""
    return _headed(lines) or _parted(lines)


# ── headings ─────────────────────────────────────────────────────────────────────────────────────


def _headed(lines: Sequence[Paragraph]) -> list[Part]:
    """Parts as the author's headings make them; [] where there are none, or one."""
    level = _level(lines)
    if not level:
        return []
    found, title, run = list[Part](), "", list[int]()
    for at, line in enumerate(lines):
        if not line.heading:
            run.append(at)
        elif line.heading <= level:
            opening = not title and sum(beats(lines[place].text) for place in run) < _OPENING
            if run and not opening:
                found.append(Part(title, tuple(run)))
                run = []
            title = line.text
    return [*found, Part(title, tuple(run))] if run else found


def _level(lines: Sequence[Paragraph]) -> int:
    """The level of the headings that part a piece: the highest with enough of them, or 0.

    A single heading is the piece's own title.
    """
    counted = Counter(line.heading for line in lines if line.heading)
    several = sorted(level for level, times in counted.items() if times > 1)
    enough = [level for level in several if counted[level] >= _FEWEST]
    return next(iter(enough), max(several, key=lambda level: counted[level], default=0))


# ── no headings ──────────────────────────────────────────────────────────────────────────────────


def _parted(lines: Sequence[Paragraph]) -> list[Part]:
    """Parts that are each about one thing, in all as many as the length of the piece asks for."""
    asking = askers(lines)
    blocks = _blocks(lines, asking)
    if not blocks:
        return []
    sizes = [sum(beats(lines[at].text) for at in block) for block in blocks]
    count = min(max(round(sum(sizes) / _PART), _FEWEST), _MOST, len(blocks))
    asked = [lines[block[0]].speaker in asking for block in blocks]
    asked[0] = True
    opens = asked if sum(asked) >= count else [True] * len(blocks)
    alike = similarity(["\n".join(lines[at].text for at in block) for block in blocks])
    starts = cut(alike, sizes, opens, count)
    return [
        Part("", tuple(at for block in blocks[start:end] for at in block))
        for start, end in pairwise([*starts, len(blocks)])
    ]


def _blocks(lines: Sequence[Paragraph], asking: frozenset[str]) -> list[list[int]]:
    """Paragraphs that are not parted: short ones with the next, questions with their answers."""
    blocks, size = list[list[int]](), 0.0
    answered = True
    for at, line in enumerate(lines):
        if line.heading:
            continue
        asks = line.speaker in asking
        if not blocks or (answered and (asks or size >= _BLOCK)):
            blocks.append([])
            size = 0.0
        blocks[-1].append(at)
        size += beats(line.text)
        answered = not asks
    return blocks


def cut(alike: Matrix, sizes: Sequence[float], opens: Sequence[bool], count: int) -> list[int]:
    """Where each of `count` parts begins, so that the parts are each most like themselves.

    Args:
        alike: cosine similarities of the blocks, shape [n, n].
        sizes: words of each block.
        opens: whether a part may begin with it; the first may.
        count: 1 to n; fewer come back where fewer blocks may open a part.
    """
    count = min(count, sum(opens))
    for limited in (True, False):
        gain = _gains(alike, sizes, opens, count if limited else 0)
        starts = _best(gain, count)
        if starts:
            return starts
    return [0]


def _gains(
    alike: Matrix, sizes: Sequence[float], opens: Sequence[bool], count: int
) -> NDArray[np.float64]:
    """What a part from block i up to j is worth, shape [n, n + 1]; -inf where it may not be.

    Its worth is the length of the sum of its blocks' vectors. With a count of parts, those far
    from the mean size may not be.
    """
    total = np.pad(alike.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    own = total.diagonal()
    worth = np.sqrt(np.maximum(own[:, None] + own[None, :] - 2 * total, 0))[:-1]
    upto = np.pad(np.cumsum(sizes), (1, 0))
    words = upto[None, :] - upto[:-1, None]
    allowed = (np.arange(len(upto)) > np.arange(len(sizes))[:, None]) & np.array(opens)[:, None]
    if count:
        mean = upto[-1] / count
        allowed &= (words >= _SMALL * mean) & (words <= _BIG * mean)
    return np.where(allowed, worth, -np.inf)


def _best(gain: NDArray[np.float64], count: int) -> list[int]:
    """The beginnings of the `count` parts that are worth most together; [] where none may be."""
    blocks = len(gain)
    worth = np.full(blocks + 1, -np.inf)
    worth[0] = 0.0
    before = list[NDArray[np.intp]]()
    for _ in range(count):
        ways = worth[:-1, None] + gain
        before.append(ways.argmax(axis=0))
        worth = ways.max(axis=0)
    if worth[-1] == -np.inf:
        return []
    starts, end = list[int](), blocks
    for choice in reversed(before):
        end = int(choice[end])
        starts.append(end)
    return starts[::-1]
