"""Builds by the real command: cold, with the model made anew, nothing to do, one line edited.

Two episodes: the reference show's, and its first chapters that give about five minutes. Every
build has an empty cache of its own to begin with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import scripts
from processes import BenchmarkError, Ran
from shows import Shop, reference_show

FEED = "output/feed.xml"
KINDS = ("anew", "cold", "nothing", "edit")


def measure(rounds: int) -> dict[str, Any]:
    """Seconds of each kind of build, and the memory that speaking takes."""
    with reference_show() as shop:
        reference = _episode(shop, rounds, "the reference episode", drafted=True)
        script = shop.script.read_text("utf-8")
        shop.write(scripts.cut(script, shop.ends()))
        five = _episode(shop, rounds, "five minutes", drafted=False)
    return {"reference": reference, "five": five}


def _episode(shop: Shop, rounds: int, name: str, *, drafted: bool) -> dict[str, Any]:
    """One episode; where the build drafts it, a cold build does so every time."""
    found: list[dict[str, Any]] = []
    peaks: list[Ran] = []
    for at in range(rounds):
        shop.forget(script=drafted, cache=True)
        anew = shop.build()
        script = shop.script.read_text("utf-8")
        nothing = shop.build()
        edits = [_edit(shop, script, number) for number in range(len(scripts.EDITS))]
        shop.write(script)
        shop.forget(script=drafted)
        cold = shop.build()
        took = (anew.seconds, cold.seconds, nothing.seconds)
        found.append(dict(zip(KINDS, took, strict=False)) | {"edit": edits})
        peaks += [anew, cold]
        print(f"  {name}, round {at + 1}: cold {cold.seconds:.1f} s", flush=True)
    return {
        "seconds": shop.record()["audio"]["seconds"],
        "lines": scripts.lines(shop.script.read_text("utf-8")),
        "rounds": [_rounded(one) for one in found],
        "memory": _most(peaks, lambda ran: ran.own),
        "children": _most(peaks, lambda ran: ran.children),
    }


def _edit(shop: Shop, script: str, number: int) -> float:
    """Seconds from an edited line to the finished feed.

    Raises:
        BenchmarkError: the feed is as it was.
    """
    feed = shop.root / FEED
    before = feed.read_bytes()
    shop.write(scripts.edited(script, number))
    took = shop.build().seconds
    if feed.read_bytes() == before:
        raise BenchmarkError(f"edit {number} did not reach the feed")
    return took


def _most(ran: Sequence[Ran], part: Callable[[Ran], float]) -> int:
    return round(max(map(part, ran)))


def _rounded(took: dict[str, Any]) -> dict[str, Any]:
    return {
        kind: [round(one, 2) for one in value] if isinstance(value, list) else round(value, 2)
        for kind, value in took.items()
    }
