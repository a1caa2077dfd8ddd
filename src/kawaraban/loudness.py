"""Loudness of sound in memory, for every stage that levels it."""

from __future__ import annotations

import warnings

import numpy as np
import pyloudnorm
from numpy.typing import NDArray

BLOCK = 0.4
"""Seconds of a gating block (ITU-R BS.1770)."""


def integrated(samples: NDArray[np.float32], rate: int) -> float:
    """Integrated loudness by ITU-R BS.1770, LUFS; -inf for silence.

    Sounds shorter than one gating block are measured with silence after them.
    """
    block = round(BLOCK * rate) + 1
    padded = np.pad(samples, (0, max(0, block - len(samples))))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # log of zero, for silence
        return float(pyloudnorm.Meter(rate).integrated_loudness(padded))
