"""Fades: how sound comes in and goes out without a click."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kawaraban.loudness import Audio
from kawaraban.sound import RATE

EDGE = 0.005
"""Seconds of fade at either end of whatever is heard: half a period of the lowest voices, too short
to take anything from a consonant. From one sample to the next the gain changes by 0.7 % at most."""


def edged(samples: Audio) -> Audio:
    """Sound with its very ends faded."""
    return samples * ramps(0, len(samples), len(samples), EDGE, EDGE)


def ramps(start: int, stop: int, length: int, coming: float, going: float) -> Audio:
    """The gain at samples [start, stop) of something that comes in and goes out in these seconds.

    Half periods of a cosine, so that there is no corner either; the first and the last sample are
    all but silent. Fades are at least EDGE long.
    """
    rising, falling = (round(max(seconds, EDGE) * RATE) for seconds in (coming, going))
    gain = np.ones(stop - start, np.float32)
    if start < rising:
        gain[: rising - start] = _rise(np.arange(start, min(stop, rising)) + 0.5, rising)
    if stop > (out := max(start, length - falling)):
        gain[out - start :] *= _rise(length - np.arange(out, stop) - 0.5, falling)
    return gain


def _rise(at: NDArray[np.floating[Any]], width: int) -> Audio:
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(at / width, 0, 1)), np.float32)
