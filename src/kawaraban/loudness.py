"""Loudness by ITU-R BS.1770-5 and EBU R 128, of sound that comes whole or in blocks.

A meter keeps one number for each hundredth of a second, so an hour takes three megabytes. Every
stage that levels sound measures with it.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Audio = NDArray[np.float32]
"""Mono samples, shape [n]."""
Powers = NDArray[np.float64]
"""Mean squares of weighted sound."""

GRAIN = 10
"""Ticks (see `tick`) over which power is kept."""
HOP = 10
"""Grains from one gating block to the next: blocks overlap by three quarters (BS.1770)."""
BLOCK, SHORT_TERM = 4, 30
"""Hops in a gating block of 400 ms, and in a short-term one of 3 s (EBU Tech 3341)."""
ABSOLUTE, RELATIVE, RANGE_GATE = -70.0, -10.0, -20.0
"""LUFS, LU, LU: what is softer does not count (BS.1770; the last one EBU Tech 3342)."""
OFFSET = -0.691
"""What makes a sine of 997 Hz at 0 dBFS, in one channel, read -3.01 LUFS."""
_FFT = 1 << 15


def tick(rate: int) -> int:
    """Samples in a tick: as many whole ones as a millisecond has."""
    return rate // 1000


def factor(decibels: float) -> np.float32:
    """What to multiply samples with to change them by so many decibels."""
    return np.float32(10 ** (decibels / 20))


def integrated(samples: Audio, rate: int) -> float:
    """Integrated loudness of sound in memory, LUFS; -inf for silence."""
    return Meter(rate).feed(samples).integrated


class Meter:
    """Measures mono sound at `rate` Hz that is fed to it in blocks of any length."""

    def __init__(self, rate: int) -> None:
        self._weighting = k_weighting(rate)
        self._before = np.zeros(len(self._weighting) - 1, np.float32)
        self._grain = GRAIN * tick(rate)
        self._rest = np.zeros(0)
        self._grains: list[Powers] = []

    def feed(self, samples: Audio) -> Meter:
        """Hear samples on top of what was heard before; the meter itself."""
        if not len(samples):
            return self
        heard = np.concatenate([self._before, samples.astype(np.float32, copy=False)])
        self._before = heard[len(samples) :]
        weighted = _convolved(heard, self._weighting)
        squares = np.concatenate([self._rest, np.square(weighted, dtype=np.float64)])
        whole = len(squares) // self._grain * self._grain
        self._grains.append(squares[:whole].reshape(-1, self._grain).mean(axis=1))
        self._rest = squares[whole:]
        return self

    @property
    def powers(self) -> Powers:
        """The mean square of each whole grain, shape [grains].

        Sound shorter than one gating block is measured with silence after it.
        """
        grains = np.concatenate([*self._grains, np.zeros(0)])
        missing = BLOCK * HOP - len(grains)
        if missing <= 0:
            return grains
        rest = self._rest.sum() / self._grain
        return np.concatenate([grains, [rest], np.zeros(missing - 1)])

    @property
    def integrated(self) -> float:
        """LUFS of everything heard, gated; -inf for silence."""
        return gated(blocks(self.powers))

    @property
    def range(self) -> float:
        """Loudness range, LU (EBU Tech 3342): 10 to 95 per cent of what is not far below the rest.

        0 for sound shorter than one short-term block.
        """
        powers = _means(_hops(self.powers), SHORT_TERM)
        heard = powers[_lufs(powers) > ABSOLUTE]
        if not len(heard):
            return 0.0
        heard = heard[_lufs(heard) > _lufs(heard.mean()) + RANGE_GATE]
        soft, loud = np.percentile(_lufs(heard), (10, 95))
        return float(loud - soft)


# ── powers ───────────────────────────────────────────────────────────────────────────────────────


def blocks(powers: Powers) -> Powers:
    """The power of each gating block, of that of grains."""
    return _means(_hops(powers), BLOCK)


def gated(powers: Powers) -> float:
    """LUFS of gating blocks, without those that are silent or far below the others."""
    heard = powers[_lufs(powers) > ABSOLUTE]
    if not len(heard):
        return -math.inf
    heard = heard[_lufs(heard) > _lufs(heard.mean()) + RELATIVE]
    return float(_lufs(heard.mean()))


def _hops(powers: Powers) -> Powers:
    whole = len(powers) // HOP * HOP
    return np.asarray(powers[:whole].reshape(-1, HOP).mean(axis=1))


def _means(hops: Powers, width: int) -> Powers:
    """The mean of every `width` hops that follow each other."""
    if len(hops) < width:
        return np.zeros(0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(hops, width).mean(axis=1))


def _lufs(powers: ArrayLike) -> Powers:
    with np.errstate(divide="ignore"):
        return np.asarray(OFFSET + 10 * np.log10(powers))


# ── weighting ────────────────────────────────────────────────────────────────────────────────────


@cache
def k_weighting(rate: int) -> Audio:
    """What BS.1770's two filters answer to an impulse, at any rate, shape [rate / 16].

    The standard gives coefficients for 48 kHz alone; these are of the analogue filters that they
    come from (the figures are libebur128's), through the bilinear transform. What comes after a
    sixteenth of a second has less than -125 dB of the answer's power, and is cut off.
    """
    omega = math.tan(math.pi * 1681.974450955533 / rate)
    high, q = 10 ** (3.999843853973347 / 20), 0.7071752369554196
    middle = high**0.4996667741545416
    shelf = (
        high + middle * omega / q + omega**2,
        2 * (omega**2 - high),
        high - middle * omega / q + omega**2,
    )
    shelved = _filtered([1.0] + [0.0] * (rate // 16 - 1), shelf, omega, q)
    omega, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    # The standard's high-pass has the numerator 1, -2, 1 whatever its denominator is scaled by.
    scale = 1 + omega / q + omega**2
    return np.array(_filtered(shelved, (scale, -2 * scale, scale), omega, q), np.float32)


def _filtered(
    samples: list[float], numerator: tuple[float, float, float], omega: float, q: float
) -> list[float]:
    """Samples through a second-order section of the bilinear transform."""
    scale = 1 + omega / q + omega**2
    b0, b1, b2 = (value / scale for value in numerator)
    a1, a2 = 2 * (omega**2 - 1) / scale, (1 - omega / q + omega**2) / scale
    made, first, second = list[float](), 0.0, 0.0
    for sample in samples:
        value = b0 * sample + first
        first, second = b1 * sample - a1 * value + second, b2 * sample - a2 * value
        made.append(value)
    return made


def _convolved(samples: Audio, answer: Audio) -> Audio:
    """Samples through a filter, where it has all of them before it, shape [n - len(answer) + 1].

    By Fourier transforms: SciPy's recursive filter is no faster, and takes half a second to import.
    """
    size, lead = _FFT, len(answer) - 1
    while size < 4 * lead:
        size *= 2
    spectrum = np.fft.rfft(answer, size)
    made = list[Audio]()
    for start in range(0, len(samples) - lead, size - lead):
        piece = samples[start : start + size]
        whole = np.fft.irfft(np.fft.rfft(piece, size) * spectrum, size)
        made.append(whole[lead : len(piece)].astype(np.float32, copy=False))
    return np.concatenate(made)
