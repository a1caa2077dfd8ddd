"""Envelopes: what of a sound decides its loudness and what a limiter does to it.

Of each hundredth of a second its power, of each millisecond its peak. From those follows how loud
the sound will be with any gain once its peaks are held, without going through it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kawaraban.blocks import beside
from kawaraban.loudness import Audio, Meter
from kawaraban.peaks import Peaks, peaks_between


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was measured of a sound."""

    powers: NDArray[np.float32]
    """The weighted mean square of each grain."""
    peaks: Peaks
    """The true peak of each tick, linear."""

    def to_bytes(self) -> bytes:
        """As bytes, the same on any machine: how many grains, their powers, the peaks of ticks."""
        powers, peaks = self.powers.astype("<f4"), self.peaks.astype("<f2")
        return len(powers).to_bytes(4, "little") + powers.tobytes() + peaks.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Envelope:
        """What `to_bytes` gave."""
        grains = int.from_bytes(data[:4], "little")
        powers = np.frombuffer(data, "<f4", grains, 4)
        return cls(powers, np.frombuffer(data, "<f2", offset=4 + powers.nbytes))


def envelope(samples: Audio, rate: int) -> Envelope:
    """The envelope of sound in memory; true peaks where they stand out from it.

    Where a limiter begins is looked for from those: none of ours is set to hold what is less than
    twice a sound's mean power.
    """
    power = float(np.sqrt(np.square(samples).mean(dtype=np.float64))) if len(samples) else 0.0
    return measured([samples], rate, 2 * power)


def measured(blocks: Iterable[Audio], rate: int, floor: float) -> Envelope:
    """The envelope of sound in blocks of whole ticks, true peaks where they are above `floor`."""
    meter, peaks = Meter(rate), list[Peaks]()
    for before, block, after in beside(blocks):
        meter.feed(block)
        peaks.append(peaks_between(before, block, after, rate, floor).astype(np.float16))
    return Envelope(meter.powers.astype(np.float32), np.concatenate(peaks))
