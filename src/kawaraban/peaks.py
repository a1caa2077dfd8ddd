"""True peaks: the highest values of sound, those between its samples, too.

A true peak is the highest value of the signal oversampled four times (ITU-R BS.1770-5, annex 2).
Peaks are kept for each tick, about a millisecond.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from kawaraban.loudness import Audio, tick

OVERSAMPLING = 4
TAPS = 24
"""Samples that a value between samples is made of. With a Kaiser window of beta 8, values are right
within 0.02 dB up to 20 kHz of 48; what four of them for each sample miss is at most 0.5 dB there,
and 0.01 dB at 3 kHz (tests/test_limiter.py)."""
_BATCH = 256
"""Ticks worked out together, always so many: of fewer rows, BLAS adds up the last ones in another
order, and a peak would differ in its last bit by where sound was cut."""
Peaks = NDArray[np.float16]
"""True peaks of ticks, as they are kept: within 0.005 dB."""


def true_peak(samples: Audio, rate: int) -> float:
    """The true peak of sound, linear; 0 for none."""
    highest = float(np.abs(samples).max(initial=0.0))
    return float(true_peaks(samples, rate, highest).max(initial=0.0))


def _sample_peaks(samples: Audio, rate: int) -> Audio:
    """The highest sample of each tick, linear, shape [ticks]; the last may be a part of one."""
    width = tick(rate)
    padded = np.pad(np.abs(samples), (0, -len(samples) % width))
    return np.asarray(padded.reshape(-1, width).max(axis=1, initial=0.0), np.float32)


def true_peaks(samples: Audio, rate: int, floor: float = 0.0) -> Audio:
    """The true peak of each tick and up to the samples around it, exact where it is above `floor`.

    Elsewhere it may be that of the samples alone: what is between samples is only worked out where
    it can be higher than the floor.
    """
    width, half = tick(rate), TAPS // 2
    peaks = _sample_peaks(samples, rate)
    widest = np.maximum(peaks, np.maximum(np.roll(peaks, 1), np.roll(peaks, -1)))
    high = np.flatnonzero(widest * _overshoot() > floor)
    padded = np.pad(samples, (half, half + -len(samples) % width))
    windows = sliding_window_view(padded, width + TAPS)[::width]
    for start in range(0, len(high), _BATCH):
        batch = high[start : start + _BATCH]
        rows = np.zeros((_BATCH, width + TAPS), np.float32)
        rows[: len(batch)] = windows[batch]
        between = np.abs(rows @ _between(width)).max(axis=1)[: len(batch)]
        peaks[batch] = np.maximum(peaks[batch], between)
    return peaks


def peaks_between(
    before: Audio | None, block: Audio, after: Audio | None, rate: int, floor: float
) -> Audio:
    """`true_peaks` of a block that stands between others, so that it matters not where it was cut.

    Args:
        before: what precedes it, of whole ticks; None for silence.
        block: of whole ticks, unless nothing follows.
        after: what follows.
        rate: Hz.
        floor: linear; as for `true_peaks`.
    """
    width = tick(rate)
    lead = block[:0] if before is None else before[-width:]
    follow = block[:0] if after is None else after[:width]
    ticks = -(-len(block) // width)
    start = len(lead) // width
    found = true_peaks(np.concatenate([lead, block, follow]), rate, floor)
    return found[start : start + ticks]


@cache
def _between(width: int) -> Audio:
    """What makes the samples around a tick into the values between them.

    Shape [width + TAPS, 3 * (width + 1)]: mostly zeros, and still half the time of a sliding one.
    """
    made = np.zeros((width + TAPS, width + 1, OVERSAMPLING - 1), np.float32)
    for at in range(width + 1):
        made[at : at + TAPS, at] = _phases().T
    return made.reshape(width + TAPS, -1)


@cache
def _phases() -> Audio:
    """Interpolation filters for the values between two samples, shape [3, TAPS].

    A sinc under a Kaiser window; each adds up to 1.
    """
    made = []
    for phase in range(1, OVERSAMPLING):
        distance = np.arange(TAPS) - (TAPS / 2 - 1) - phase / OVERSAMPLING
        window = np.i0(8.0 * np.sqrt(np.maximum(0, 1 - np.square(distance / (TAPS / 2)))))
        taps = np.sinc(distance) * window
        made.append(taps / taps.sum())
    return np.array(made, np.float32)


@cache
def _overshoot() -> float:
    """How much higher a value between samples can be than the samples it is made of."""
    return float(np.abs(_phases()).sum(axis=1).max())
