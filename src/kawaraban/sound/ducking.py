"""Ducking: how far music steps back for what is heard in front of it, at any time.

The gain is a trapezoid in decibels around every sound of the foreground: it falls before the sound
begins, since what comes is known, and rises after it. Gaps too short for a listener to notice
music in stay closed, so that it does not pump between sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kawaraban.model import Span

ATTACK = 0.6
"""Seconds in which music steps back, done when the voice begins."""
HOLD = 0.1
RELEASE = 0.8
"""Seconds before, and in which, it comes forward again."""
BRIDGE = 1.0
"""Seconds of silence up to which music stays where it is; broadcast speech pauses for less between
sentences and turns, and longer between chapters (`timeline`)."""


def bridged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order of time, those no further apart than BRIDGE made one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if joined and span.start - joined[-1].end <= BRIDGE:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def ducked(times: NDArray[np.float64], spans: Sequence[Span], depth: float) -> NDArray[np.float64]:
    """The gain in dB at each time (seconds, ascending), 0 to `depth`, shape unchanged.

    `spans` are as `bridged` gives them.
    """
    closed = np.zeros_like(times)
    for span in _near(spans, times):
        falling = 1 - (span.start - times) / ATTACK
        rising = 1 - (times - span.end - HOLD) / RELEASE
        np.maximum(closed, np.clip(np.minimum(falling, rising), 0, 1), out=closed)
    return closed * depth


def _near(spans: Sequence[Span], times: NDArray[np.float64]) -> Iterator[Span]:
    """The spans that matter to these times."""
    if len(times):
        first, last = times[0] - HOLD - RELEASE, times[-1] + ATTACK
        yield from (span for span in spans if span.end >= first and span.start <= last)
