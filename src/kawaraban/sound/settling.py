"""Settling: the gain that brings sounds to a loudness once a limiter has held their peaks.

It is worked out on envelopes, so that a sound is not gone through for each attempt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kawaraban.envelope import Envelope
from kawaraban.loudness import GRAIN, Powers, blocks, factor, gated
from kawaraban.sound.limiter import stretch

NEAR = 0.02
"""LU that are not worth looking for a better gain."""
ROUNDS = 10
"""Speech is settled in two or three."""
_STRETCH = 10_000
"""Grains that are looked at together."""


def held(sound: Envelope, gain: float, ceiling: float) -> Envelope:
    """A sound's envelope with `gain` dB and its peaks held at `ceiling` dBTP."""
    up, most = factor(gain), float(factor(ceiling))
    curve = stretch(sound.peaks, most, 0, len(sound.peaks), float(up))
    return Envelope(_powers(sound, gain, most), (sound.peaks * curve * up).astype(np.float16))


def limited(sound: Envelope, gain: float, most: float) -> NDArray[np.float64]:
    """The power of each gating block with `gain` dB and peaks held at `most` (linear).

    The gain of a limiter, which changes over milliseconds, and the filters of a meter can
    change places: against the limited sound itself this is within 0.05 LU (tests/test_master.py).
    """
    return blocks(_powers(sound, gain, most).astype(np.float64))


def _powers(sound: Envelope, gain: float, most: float) -> NDArray[np.float32]:
    stretches = range(0, len(sound.powers), _STRETCH)
    powers = np.concatenate([_stretch(sound, gain, most, at) for at in stretches])
    return (powers * float(factor(gain)) ** 2).astype(np.float32)


def _stretch(sound: Envelope, gain: float, most: float, at: int) -> Powers:
    """The power of grains from `at` on, a stretch of them, before they are turned up."""
    powers = sound.powers[at : at + _STRETCH]
    start, whole = at * GRAIN, len(powers) * GRAIN
    curve = stretch(sound.peaks, most, start, start + whole, float(factor(gain)))
    ticks = np.pad(curve, (0, whole - len(curve)), constant_values=1)
    squares = np.square(ticks, dtype=np.float64).reshape(-1, GRAIN).mean(axis=1)
    return np.asarray(powers * squares)


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
        return loudness - gated(np.concatenate([limited(one, gain, most) for one in heard]))

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
