"""A script in the parts that are merged each for itself: keys of the front matter, chapters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kawaraban.documents import parse_document
from kawaraban.script.heads import Head, head_of

_ALIKE = 0.5
"""More than half of the lines: what two chapters share that are one under two titles."""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that belong together, empty ones after them included."""

    lines: tuple[str, ...]
    name: str
    """A key, or a chapter's title; none for what stands before the first."""
    story: str = ""
    value: str = ""
    """A key's, as it is understood."""


def parted(text: str, path: Path) -> tuple[list[Part], list[Part]]:
    """The front matter by its keys, and the rest by its chapters: joined, they are the text.

    Args:
        text: a script's.
        path: for messages.

    Raises:
        ShowError: the front matter is wrong.
    """
    document, lines = parse_document(text, path), text.split("\n")
    end = document.body_row - 2
    rows = [0, *(row - 1 for row in document.rows.values()), end]
    keys = zip(pairwise(rows), ("", *document.rows), strict=True)
    front = [
        Part(tuple(lines[row:until]), key, value=document.front.get(key, ""))
        for (row, until), key in keys
    ]
    return front, list(_chapters(lines[end:]))


def _chapters(lines: Sequence[str]) -> Iterator[Part]:
    heads = [head_of(line) for line in lines]
    starts = [0, *(at for at, head in enumerate(heads) if head)]
    for start, end in pairwise([*starts, len(lines)]):
        head = heads[start] or Head("")
        yield Part(tuple(lines[start:end]), head.title, head.story)


def matches(old: Sequence[Part], new: Sequence[Part]) -> dict[int, int]:
    """Which part of `new` is which one of `old`, by their places; each at most once.

    The same title and story are the same chapter; else most of the lines, the story or the title.
    """
    found: dict[int, int] = {}
    for is_same in (_has_head, _is_alike, _has_story, _has_title):
        for at, part in enumerate(new):
            left = (place for place in range(len(old)) if place not in found.values())
            if at not in found:
                place = next((place for place in left if is_same(old[place], part)), None)
                found |= {} if place is None else {at: place}
    return found


def _has_head(one: Part, other: Part) -> bool:
    return one.lines[:1] == other.lines[:1]


def _is_alike(one: Part, other: Part) -> bool:
    """Whether two chapters, of one story or none, share most of what is said."""
    said = [_said(part) for part in (one, other)]
    shared = (said[0] & said[1]).total()
    most = shared > _ALIKE * max(words.total() for words in said)
    return most and _may_be_one(one, other)


def _has_story(one: Part, other: Part) -> bool:
    return bool(one.story) and one.story == other.story


def _has_title(one: Part, other: Part) -> bool:
    return one.name == other.name and _may_be_one(one, other)


def _may_be_one(one: Part, other: Part) -> bool:
    return one.story == other.story or not (one.story and other.story)


def _said(part: Part) -> Counter[str]:
    """Lines, without the head, cues and empty ones."""
    return Counter(line for line in part.lines[1:] if line.strip() and not line.startswith("["))
