"""Scripts to be built: cut to a length, edited by one line, and as long as one likes: pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import cycle, islice

FIVE_MINUTES = 300.0
EDITS = (
    "くわしくは番組のノートにまとめました。",
    "続きは来週お伝えします。",
    "これは覚えておきたい話ですね。",
)
"""What is added to a line, each once."""
LINES = 12
"""In a chapter of a long script."""
_CHAPTER = re.compile(r"^## ", re.MULTILINE)
_LINE = re.compile(r"^\w+: .+$", re.MULTILINE)
_FRONT = """\
---
number: 1
title: 長さを測る回
date: '2023-11-24'
summary: {count}行を読みます。
---
"""


def cut(script: str, ends: Sequence[float], seconds: float = FIVE_MINUTES) -> str:
    """The first chapters of a script, as many as come nearest to a length.

    Args:
        script: the script's text.
        ends: when each of its chapters ends in the built episode, in seconds.
        seconds: the length that is wanted.
    """
    heads = [head.start() for head in _CHAPTER.finditer(script)]
    if len(heads) != len(ends):
        raise ValueError(f"{len(heads)} chapters, and {len(ends)} ends")
    kept = min(range(len(ends)), key=lambda at: abs(ends[at] - seconds)) + 1
    return script[: [*heads, len(script)][kept]].rstrip() + "\n"


def lines(script: str) -> int:
    """How many lines are spoken."""
    return len(_LINE.findall(_body(script)))


def edited(script: str, at: int) -> str:
    """A script with a sentence more in one line: the edit number `at`, spread over its lines."""
    start = len(script) - len(_body(script))
    found = list(_LINE.finditer(script, start))
    end = found[len(found) * (at + 1) // (len(EDITS) + 1)].end()
    return script[:end] + EDITS[at] + script[end:]


def long(sentences: Sequence[str], count: int, hosts: Sequence[str]) -> str:
    """A script of so many lines, no two of them alike, with a jingle before each chapter."""
    said = [
        f"{host}: {at}行目です。{sentence}"
        for at, host, sentence in islice(
            zip(range(1, count + 1), cycle(hosts), cycle(sentences), strict=False), count
        )
    ]
    chapters = [said[at : at + LINES] for at in range(0, count, LINES)]
    body = (
        f"\n## 第{number}章\n[play voices/themes/jingle.ogg]\n" + "\n".join(chapter) + "\n"
        for number, chapter in enumerate(chapters, 1)
    )
    return _FRONT.format(count=count) + "".join(body)


def _body(script: str) -> str:
    """What stands below the front matter."""
    return script[_CHAPTER.search(script).start() :] if _CHAPTER.search(script) else ""
