"""A limiter that sees peaks coming.

Its gain is a curve over the true peaks of ticks, about a millisecond each: it can be worked out
again for another gain without going through the sound.
"""

from __future__ import annotations

import numpy as np

from kawaraban.loudness import Audio, factor, tick
from kawaraban.peaks import Peaks, true_peaks

LOOKAHEAD = 6
"""Ticks in which the gain goes down before a peak, and up again."""
HOLD = 20
"""Ticks for which it stays down around a peak: two periods of the lowest voices, so that it does
not follow their waveform, which is heard as a rattle."""

REACH = 2 * LOOKAHEAD + HOLD
"""Ticks on either side of one that its gain depends on."""


def limit(samples: Audio, rate: int, ceiling: float) -> Audio:
    """Turn down around true peaks above `ceiling` dBTP, smoothly, and leave the rest as it is."""
    most = float(factor(ceiling))
    peaks = true_peaks(samples, rate, most)
    return turned_down(samples, rate, gains(peaks, most))


def stretch(peaks: Peaks, most: float, start: int, stop: int, gain: float = 1.0) -> Audio:
    """The gains of ticks [start, stop) of long sound that is turned up by a factor, as `gains` has.

    Only that stretch and what the limiter looks at around it is gone through.
    """
    first, last = max(0, start - REACH), min(len(peaks), stop + REACH)
    found = gains(peaks[first:last].astype(np.float32) * np.float32(gain), most)
    return found[start - first : stop - first]


def gains(peaks: Audio, most: float) -> Audio:
    """The gain for each tick that keeps peaks at or below `most` (linear), shape unchanged.

    The lowest gain in reach, then its average over the look-ahead, twice: each value is a mean of
    values that are all low enough for the tick in the middle, and there are no corners.
    """
    needed = np.minimum(1, most / np.maximum(peaks, most))
    if (needed == 1).all():
        return needed
    return _averaged(_averaged(_lowest(needed, LOOKAHEAD + HOLD)))


def _lowest(values: Audio, reach: int) -> Audio:
    """The lowest value within `reach` on either side of each; spans double until they are there."""
    width, span = 2 * reach + 1, 1
    found = np.pad(values, reach, mode="edge")
    while 2 * span <= width:
        found = np.minimum(found[:-span], found[span:])
        span *= 2
    rest = width - span
    return np.asarray(np.minimum(found[: len(found) - rest], found[rest:]))


def _averaged(values: Audio) -> Audio:
    """Values averaged over LOOKAHEAD on either side together."""
    width = LOOKAHEAD + 1
    padded = np.pad(values, width // 2, mode="edge").astype(np.float64)
    return np.convolve(padded, np.full(width, 1 / width), mode="valid").astype(np.float32)


def turned_down(samples: Audio, rate: int, curve: Audio) -> Audio:
    """Samples times a gain for each tick, with straight lines between ticks.

    The curve may go on by a tick, so that sound in blocks has no corner where they meet.
    """
    if (curve == 1).all():
        return samples
    width = tick(rate)
    steps = np.arange(width, dtype=np.float32) / np.float32(width)
    rises = np.diff(curve, append=curve[-1:])
    ticks = -(-len(samples) // width)
    gain = curve[:ticks, None] + rises[:ticks, None] * steps
    return samples * gain.ravel()[: len(samples)]
