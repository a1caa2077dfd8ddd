"""Sound files to listen to; a WAV is the one place where sound is cut down to 16 bits."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np

from kawaraban import flac
from kawaraban.speech.engine import Audio, Waveform
from kawaraban.store import atomic

_FULL = 32_767


def write_sound(path: Path, sound: Waveform) -> None:
    """Write a WAV of 16 bits or a FLAC of 24, by the name's ending, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    import soundfile  # noqa: PLC0415 - a library that most commands do not need

    with atomic(path) as part:
        if path.suffix.lower() == ".flac":
            part.write_bytes(flac.encoded(sound.samples, sound.rate))
        else:
            samples = dithered(sound.samples)
            soundfile.write(part, samples, sound.rate, subtype="PCM_16", format="WAV")


def dithered(samples: Audio) -> np.ndarray:
    """Samples in [-1, 1] as 16-bit integers, with dither, shape unchanged.

    The noise is triangular, one step either way (Lipshitz et al. 1992): without it, the end of a
    fade turns into a rattle that follows the sound. Equal sound gets equal noise.
    """
    random = np.random.default_rng(zlib.crc32(samples.tobytes()))
    noise = random.random(samples.shape) - random.random(samples.shape)
    steps = np.round(samples.astype(np.float64) * _FULL + noise)
    return np.clip(steps, -_FULL - 1, _FULL).astype(np.int16)
