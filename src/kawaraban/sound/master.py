"""Mastering: one loudness for the whole programme, and no peak above the ceiling.

How much a track must be turned up is known before it is made (`forecast`), and a limiter needs to
see some hundredths of a second ahead. So a track goes through once, block by block, and nothing of
it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from kawaraban.blocks import beside
from kawaraban.envelope import Envelope
from kawaraban.errors import SoundError
from kawaraban.loudness import Audio, factor, tick
from kawaraban.peaks import Peaks, peaks_between
from kawaraban.settings import Sound
from kawaraban.sound import RATE
from kawaraban.sound.limiter import REACH, gains, stretch, turned_down
from kawaraban.sound.settling import loudness_of, settle

HEADROOM = 0.9
"""dB kept below the highest true peak asked for: what encoding adds to peaks."""
SLACK = 8.0
"""dB put on a track, at most, for what the limiter takes: what needs more is all peaks."""


def gain(track: Envelope, sound: Sound) -> float:
    """The dB that bring a track to the show's loudness, its peaks held.

    Raises:
        SoundError: the track is silent.
    """
    if not np.isfinite(loudness_of([track])):
        raise SoundError("the mix is silent", hint="check the voices and their gain")
    return round(settle([track], sound.loudness, sound.true_peak - HEADROOM, SLACK), 3)


def mastered(track: Iterable[Audio], turned_up: float, ceiling: float) -> Iterator[Audio]:
    """A track turned up by so many dB, in blocks, its true peaks held at `ceiling` dBTP.

    Args:
        track: blocks at RATE of whole ticks, but for the last one.
        turned_up: dB.
        ceiling: dBTP.
    """
    most = float(factor(ceiling))
    louder = (block * factor(turned_up) for block in track)
    for before, (block, peaks), after in beside(_with_peaks(louder, most)):
        lead = before[1][-REACH:] if before else peaks[:0]
        follow = after[1][: REACH + 1] if after else peaks[:0]
        curve = gains(np.concatenate([lead, peaks, follow]), most)
        yield turned_down(block, RATE, curve[len(lead) : len(lead) + len(peaks) + 1])


def held_back(track: Iterable[Audio], returned: Peaks, ceiling: float) -> Iterator[Audio]:
    """A mastered track, turned down around what came back above `ceiling` dBTP, as far as it was.

    Args:
        track: blocks at RATE of whole ticks, but for the last one.
        returned: the true peaks of ticks of the same track once encoded, linear.
        ceiling: dBTP.
    """
    most, at = float(factor(ceiling)), 0
    for block in track:
        ticks = -(-len(block) // tick(RATE))
        curve = stretch(returned, most, at, at + ticks + 1)
        # Encoders end a track some ticks sooner or later than it did.
        padded = np.pad(curve, (0, ticks + 1 - len(curve)), constant_values=1)
        yield turned_down(block, RATE, padded)
        at += ticks


def _with_peaks(track: Iterable[Audio], most: float) -> Iterator[tuple[Audio, Audio]]:
    """Each block and the true peaks of its ticks, exact where they are above `most`."""
    for before, block, after in beside(track):
        yield block, peaks_between(before, block, after, RATE, most)
