"""Envelopes: what of a sound decides its loudness and what a limiter does to it.

Of each hundredth of a second its power, of each millisecond its peak. From those follows how loud
the sound will be with any gain once its peaks are held, without going through it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kawaraban.loudness import GRAIN, Audio, Meter, Powers, blocks, factor, gated
from kawaraban.sound.limiter import Peaks, stretch, true_peaks

NEAR = 0.02
"""LU that are not worth looking for a better gain."""
_STRETCH = 10_000
"""Grains that are looked at together."""
ROUNDS = 10
"""Speech is settled in two or three."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was measured of a sound."""

    powers: NDArray[np.float32]
    """The weighted mean square of each grain."""
    peaks: Peaks
    """The true peak of each tick, linear."""

    def limited(self, gain: float, most: float) -> NDArray[np.float64]:
        """The power of each gating block with `gain` dB and peaks held at `most` (linear).

        The gain of a limiter, which changes over milliseconds, and the filters of a meter can
        change places: against the limited sound itself this is within 0.05 LU
        (tests/test_master.py).
        """
        held = [self._held(gain, most, at) for at in range(0, len(self.powers), _STRETCH)]
        return blocks(np.concatenate(held)) * float(factor(gain)) ** 2

    def _held(self, gain: float, most: float, at: int) -> Powers:
        """The power of grains from `at` on, a stretch of them."""
        powers = self.powers[at : at + _STRETCH]
        start, whole = at * GRAIN, len(powers) * GRAIN
        curve = stretch(self.peaks, most, start, start + whole, float(factor(gain)))
        ticks = np.pad(curve, (0, whole - len(curve)), constant_values=1)
        squares = np.square(ticks, dtype=np.float64).reshape(-1, GRAIN).mean(axis=1)
        return np.asarray(powers * squares)


def envelope(samples: Audio, rate: int) -> Envelope:
    """The envelope of sound in memory; true peaks where they stand out from it.

    No limiter of ours touches what is less than twice a sound's mean power.
    """
    power = float(np.sqrt(np.square(samples).mean(dtype=np.float64))) if len(samples) else 0.0
    peaks = true_peaks(samples, rate, 2 * power)
    powers = Meter(rate).feed(samples).powers
    return Envelope(powers.astype(np.float32), peaks.astype(np.float16))


def loudness_of(heard: Sequence[Envelope]) -> float:
    """LUFS of sounds taken together, as they are; -inf for silence."""
    return gated(np.concatenate([blocks(one.powers.astype(np.float64)) for one in heard]))


def settle(heard: Sequence[Envelope], loudness: float, ceiling: float, slack: float) -> float:
    """The gain in dB that brings sounds together to `loudness` LUFS, peaks held at `ceiling` dBTP.

    At most `slack` dB are put on top to make up for what holding peaks takes away; sound that needs
    more ends softer.
    """
    most = float(factor(ceiling))
    plain = loudness - loudness_of(heard)

    def missing(gain: float) -> float:
        return loudness - gated(np.concatenate([one.limited(gain, most) for one in heard]))

    # The secant method: the more it is turned up, the less of that is left after limiting.
    before, off = plain, missing(plain)
    gain = plain + off
    for _ in range(ROUNDS):
        gain = min(gain, plain + slack)
        now = missing(gain)
        if abs(now) < NEAR or now >= off or gain == plain + slack:
            break
        step = now * (gain - before) / (off - now)
        before, off, gain = gain, now, gain + step
    return gain
