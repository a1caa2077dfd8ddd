"""Mastering: one loudness for the whole programme, and no peak above the ceiling.

Loudness is integrated and gated (ITU-R BS.1770-4 through pyloudnorm). Peaks are true peaks: the
signal is oversampled four times, as BS.1770-4 annex 2 asks for, before the gain is decided.
"""

from __future__ import annotations

import numpy as np
import soxr
from scipy.ndimage import minimum_filter1d
from scipy.signal import oaconvolve

from kawaraban.errors import SoundError
from kawaraban.loudness import integrated
from kawaraban.sound.theme import Audio

OVERSAMPLING = 4
LOOKAHEAD = 0.005
"""Seconds over which the limiter's gain comes and goes: short enough not to pump."""
ROUNDS = 3
"""Limiting lowers loudness a little, so gain and limit alternate; a third round settles it."""
NEAR = 0.1
"""LU that nobody hears: no further round."""
_BLOCK = 1 << 20


def master(samples: Audio, rate: int, loudness: float, ceiling: float) -> Audio:
    """Samples at `loudness` LUFS with no true peak above `ceiling` dBTP, shape unchanged.

    Raises:
        SoundError: the sound is silent.
    """
    gain = 0.0
    limited = samples
    for _ in range(ROUNDS):
        measured = integrated(limited, rate)
        if not np.isfinite(measured):
            raise SoundError("the mix is silent", hint="check the voices and their gain")
        if limited is not samples and abs(loudness - measured) < NEAR:
            break
        gain += loudness - measured
        limited = limit(samples * np.float32(10 ** (gain / 20)), rate, ceiling)
    return limited


def limit(samples: Audio, rate: int, ceiling: float) -> Audio:
    """Turn down around true peaks above `ceiling` dBTP, smoothly, and leave the rest as it is."""
    most = 10 ** (ceiling / 20)
    peaks = true_peaks(samples)
    if peaks.max(initial=0) <= most:
        return samples
    needed = np.minimum(1, most / np.maximum(peaks, 1e-9))
    width = 2 * round(LOOKAHEAD * rate) + 1
    # The lowest gain in a window twice as wide, then its average over one: each smoothed value is
    # a mean of values that are all low enough for the sample in the middle.
    held = minimum_filter1d(needed, 2 * width - 1, mode="nearest")
    window = np.hanning(width + 2)[1:-1]
    padded = np.pad(held, width // 2, mode="edge")
    smooth = oaconvolve(padded, window / window.sum(), mode="valid")
    return np.asarray(samples * np.minimum(smooth, 1), np.float32)


def true_peaks(samples: Audio) -> Audio:
    """The true peak around each sample, linear, shape [n]; worked on in blocks to save memory."""
    peaks = np.abs(samples)
    margin = 64
    for start in range(0, len(samples), _BLOCK):
        first, last = max(0, start - margin), min(len(samples), start + _BLOCK + margin)
        fine = np.abs(soxr.resample(samples[first:last], 1, OVERSAMPLING))
        fine = np.pad(fine, (0, max(0, (last - first) * OVERSAMPLING - len(fine))))
        block = fine[: (last - first) * OVERSAMPLING].reshape(-1, OVERSAMPLING).max(axis=1)
        # An inter-sample peak belongs to the samples on both sides of it.
        block = np.maximum(block, np.concatenate([block[:1], block[:-1]]))
        np.maximum(peaks[first:last], block, out=peaks[first:last])
    return np.asarray(peaks, np.float32)
