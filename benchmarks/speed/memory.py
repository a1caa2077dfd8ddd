"""Peak memory by an episode's length: ten minutes and three hours, spoken by a hum.

The hum costs nothing, so what is measured is the mix, the master and the encoder.
"""

from __future__ import annotations

from typing import Any

import scripts
from shows import humming_show, sentences

LENGTHS = {"10 minutes": 600.0, "3 hours": 10_800.0}
"""Seconds that are aimed at."""
SAMPLE = 40
"""Lines from which the pace of the hum is taken."""
HOSTS = ("yomi", "kiku")


def measure(rounds: int) -> dict[str, Any]:
    """Megabytes of kawaraban and of the largest process it started, by length."""
    texts = [sentence["text"] for sentence in sentences()]
    with humming_show() as shop:
        shop.write(scripts.long(texts, SAMPLE, HOSTS))
        shop.build()
        pace = shop.record()["audio"]["seconds"] / SAMPLE
    found: dict[str, Any] = {}
    for _ in range(rounds):
        for name, seconds in LENGTHS.items():
            one = _build(scripts.long(texts, round(seconds / pace), HOSTS))
            found.setdefault(name, []).append(one)
            print(f"  {name}: {one['own']:.0f} MB in {one['took']:.0f} s", flush=True)
    return {"lengths": found}


def _build(script: str) -> dict[str, float]:
    with humming_show() as shop:
        shop.write(script)
        ran = shop.build()
        seconds = shop.record()["audio"]["seconds"]
    return {
        "seconds": round(seconds),
        "took": round(ran.seconds, 1),
        "own": round(ran.own, 1),
        "children": round(ran.children, 1),
    }
