"""The float32 sound that others are compared with, and how far they are from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shows import KEPT
from talking import speaker

from kawaraban.store import fingerprint

RATE = 24_000
FRAME, HOP, BANDS = 1024, 256, 80
"""Samples of a frame and between two, and bands of the mel scale: usual for speech."""
FLOOR = 1e-10
"""Power that counts as silence, some 100 dB below a sine of full scale in one band."""
Sound = NDArray[np.float32]


def reference(sentences: Sequence[Mapping[str, Any]]) -> list[Sound]:
    """Sentences in float32; spoken once, and kept."""
    folder = KEPT / "float32"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{_key(one)}.npy" for one in sentences]
    missing = [at for at, path in enumerate(paths) if not path.exists()]
    if missing:
        with speaker("float32") as float32:
            for at in missing:
                float32.ask(sentences[at], paths[at])
    return [np.load(path) for path in paths]


def _key(sentence: Mapping[str, Any]) -> str:
    return fingerprint([sentence["phonemes"], sentence["voice"]])[:32]


def distances(folder: Path, exact: Sequence[Sound]) -> list[float]:
    """How far each sound in a folder, 0.npy and so on, is from the exact one, in dB."""
    return [distance(np.load(folder / f"{at}.npy"), one) for at, one in enumerate(exact)]


def distance(one: Sound, other: Sound) -> float:
    """The mean difference of two sounds' log-mel spectra in dB, up to the end of the shorter."""
    length = min(len(one), len(other))
    return float(np.abs(log_mel(one[:length]) - log_mel(other[:length])).mean())


def log_mel(sound: Sound) -> NDArray[np.float64]:
    """Log power in dB, shape [frames, BANDS]."""
    padded = np.pad(np.asarray(sound, np.float64), (0, max(0, FRAME - len(sound))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(FRAME))) ** 2 * (4 / FRAME**2)
    return 10 * np.log10(power @ _filters().T + FLOOR)


@cache
def _filters() -> NDArray[np.float64]:
    """Triangles on the mel scale (2595 log10(1 + f/700)) up to 12 kHz: [BANDS, FRAME/2 + 1]."""
    top = 2595 * np.log10(1 + RATE / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, BANDS + 2) / 2595) - 1)
    at = np.fft.rfftfreq(FRAME, 1 / RATE)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (at - low) / (middle - low), (high - at) / (high - middle)
    return np.clip(np.minimum(rising, falling), 0, None)
