"""How long picking takes, and how much memory: 10,000 and 50,000 items.

    python benchmarks/stories/scale.py [COUNT]

The items are the labelled weeks again and again, each time with other names and numbers.
"""

from __future__ import annotations

import random
import re
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count, islice

from weeks import WEEKS, read_week

from kawaraban.model import Item
from kawaraban.settings import Pick
from kawaraban.stories.meaning import embed
from kawaraban.stories.rundown import pick, window_ending

_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモラリルレロン"
_NAMES = re.compile(r"[ァ-ヺー]{3,}|\b[A-Z][a-z]{3,}\b|\d+")


def items() -> Iterator[Item]:
    """Items without end; every copy of the weeks is a world of its own."""
    weeks = {name: read_week(name)[0] for name in WEEKS}
    first = min(item.published for item in weeks[WEEKS[0]])
    for copy in count():
        for name, week in weeks.items():
            start = min(item.published for item in week)
            for item in week:
                moved = item.published - start + first
                yield replace(
                    item,
                    id=f"{name}-{item.id}-{copy}",
                    url=f"{item.url}?{name}-{copy}",
                    title=_NAMES.sub(lambda found: _other(found[0], copy), item.title),  # noqa: B023
                    summary=_NAMES.sub(lambda found: _other(found[0], copy), item.summary),  # noqa: B023
                    published=moved,
                )


def _other(name: str, copy: int) -> str:
    chance = random.Random(f"{name} {copy}")  # noqa: S311
    if name.isdecimal():
        return str(int(name) + copy % 7) if len(name) < 3 else name
    letters = _KANA if name[0] > "z" else "abcdefghijklmnoprstuvwy"
    return "".join(chance.choice(letters) for _ in name).capitalize() if copy else name


if __name__ == "__main__":
    found = list(islice(items(), int(sys.argv[1]) if sys.argv[1:] else 10_000))
    window = window_ending(
        max(item.published for item in found), timedelta(days=7), found[0].published.tzinfo
    )
    before = time.perf_counter()
    rundown = pick(found, window, Pick(), embed)
    took = time.perf_counter() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(found)} items: {took:.1f} s, {memory:.0f} MB")
    for story in rundown.stories:
        print(f"  {len(story.sources):3} {story.title}")
