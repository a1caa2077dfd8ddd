"""Peaks: the true ones between the samples, and a limiter that sees them coming.

A true peak is the highest value of the signal oversampled four times (ITU-R BS.1770-5, annex 2).
Peaks are kept for each tick, about a millisecond, and the limiter's gain is a curve over those: it
can be worked out again for another gain without going through the sound.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from kawaraban.loudness import Audio, factor, tick

OVERSAMPLING = 4
TAPS = 24
"""Samples that a value between samples is made of. With a Kaiser window of beta 8, values are right
within 0.02 dB up to 20 kHz of 48; what four of them for each sample miss is at most 0.5 dB there,
and 0.01 dB at 3 kHz (tests/test_limiter.py)."""
LOOKAHEAD = 6
"""Ticks in which the gain goes down before a peak, and up again."""
HOLD = 20
"""Ticks for which it stays down around a peak: two periods of the lowest voices, so that it does
not follow their waveform, which is heard as a rattle."""


REACH = 2 * LOOKAHEAD + HOLD
"""Ticks on either side of one that its gain depends on."""
Peaks = NDArray[np.float16]
"""True peaks of ticks, as they are kept: within 0.005 dB."""


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
    reach = LOOKAHEAD + HOLD
    held = sliding_window_view(np.pad(needed, reach, mode="edge"), 2 * reach + 1).min(axis=1)
    return _averaged(_averaged(held))


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


def true_peak(samples: Audio, rate: int) -> float:
    """The true peak of sound, linear; 0 for none."""
    highest = float(np.abs(samples).max(initial=0.0))
    return float(true_peaks(samples, rate, highest).max(initial=0.0))


def sample_peaks(samples: Audio, rate: int) -> Audio:
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
    peaks = sample_peaks(samples, rate)
    widest = np.maximum(peaks, np.maximum(np.roll(peaks, 1), np.roll(peaks, -1)))
    high = np.flatnonzero(widest * _overshoot() > floor)
    padded = np.pad(samples, (half, half + -len(samples) % width))
    windows = sliding_window_view(padded, width + TAPS)[::width]
    for batch in np.array_split(high, max(1, len(high) // 512)):
        taps = sliding_window_view(windows[batch], TAPS, axis=1)
        between = np.abs(taps @ _phases().T).max(axis=(1, 2), initial=0.0)
        peaks[batch] = np.maximum(peaks[batch], between)
    return peaks


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
