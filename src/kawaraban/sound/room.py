"""Room tone: the faint noise of a quiet room, so that pauses are not holes.

Made, not recorded: noise of random phase whose spectrum falls with frequency as a room's does. A
sum of whole periods, so that it can be repeated without a joint.
"""

from __future__ import annotations

import numpy as np

from kawaraban.loudness import Audio, factor, integrated
from kawaraban.sound import RATE

SECONDS = 20
"""Of one round: longer than anyone remembers noise."""
LOW, KNEE = 60.0, 250.0
"""Hz: nothing below, level up to the knee, above it 6 dB less for each octave."""
SEED = 1730
"""Any fixed number, so that equal episodes are equal bytes."""


def room_tone(loudness: float) -> Audio:
    """One round of room tone at so many LUFS, shape [SECONDS * RATE]."""
    count = SECONDS * RATE
    frequencies = np.fft.rfftfreq(count, 1 / RATE)
    amplitude = np.minimum(1, KNEE / np.maximum(frequencies, LOW)) * (frequencies >= LOW)
    phases = np.random.default_rng(SEED).uniform(0, 2 * np.pi, len(frequencies))
    noise = np.fft.irfft(amplitude * np.exp(1j * phases), count).astype(np.float32)
    noise /= np.abs(noise).max()
    return noise * factor(loudness - integrated(noise, RATE))
