"""The forecast: how loud a mix will be, and how high its peaks, before its sound is made.

What was measured of the clips stands where they will be heard; music is gone through beforehand.
Powers add up, since voices and music have nothing to do with each other, and so do peaks, at most.
The sound itself is within 0.15 LU of it, and hiss, which loses its highest part when it is
resampled, within 0.35 (ten mixes, tests/test_master.py); what is encoded is measured in any case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kawaraban.envelope import Envelope, measured
from kawaraban.loudness import GRAIN
from kawaraban.model import Clip, Mix
from kawaraban.settings import Sound
from kawaraban.sound import RATE
from kawaraban.sound.settling import held
from kawaraban.sound.track import BLOCK, Placed, accompaniment

GRAINS = 1000 // GRAIN
"""In a second."""
AUDIBLE = 0.05
"""True peaks are looked for above this (linear): mixes are turned up by some 8 dB, so what is lower
is never held."""


def forecast(
    mix: Mix, clips: Sequence[Clip], sound: Sound, root: Path, heard: Callable[[str], Envelope]
) -> Envelope:
    """The envelope that the track of a mix will have.

    Args:
        mix: what is heard when; its gain does not count.
        clips: one for each line, in order.
        sound: the show's [sound].
        root: the show, for its music.
        heard: what was measured of a clip, by its key.

    Raises:
        ShowError: a music file cannot be read.
    """
    grains = max(1, -(-round(mix.seconds * RATE) * GRAINS // RATE))
    powers, peaks = np.zeros(grains, np.float32), np.zeros(grains * GRAIN, np.float32)
    for clip, speaker, span in zip(clips, mix.speakers, mix.lines, strict=True):
        level = mix.levels[speaker]
        _add(held(heard(clip.key), level.gain, level.ceiling), span.start, powers, peaks)
    for placed in accompaniment(mix, sound, root):
        _add(_measured(placed), placed.start / RATE, powers, peaks)
    return Envelope(powers, peaks.astype(np.float16))


def _add(
    heard: Envelope, at: float, powers: NDArray[np.float32], peaks: NDArray[np.float32]
) -> None:
    """Put what is heard from `at` seconds on to the rest."""
    for part, whole in ((heard.powers, powers), (heard.peaks, peaks)):
        start = round(at * GRAINS) * (len(whole) // len(powers))
        here = whole[start : start + len(part)]
        here += part[: len(here)]


def _measured(placed: Placed) -> Envelope:
    """What is heard of a source, gone through once."""
    length = placed.stop - placed.start
    blocks = (
        placed.source.heard(start, min(start + BLOCK, length)) for start in range(0, length, BLOCK)
    )
    return measured(blocks, RATE, AUDIBLE)
