"""How loud each host is: one gain for a whole episode, never for single sentences.

A gain for each sentence would pump: what is whispered would be as loud as what is called out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from kawaraban.envelope import Envelope
from kawaraban.errors import SoundError
from kawaraban.loudness import Audio, factor
from kawaraban.model import Clip, Level
from kawaraban.sound.limiter import limit
from kawaraban.sound.settling import loudness_of, settle

SPEECH = -24.0
"""LUFS of each host over the whole episode, before mastering."""
CREST = 14.0
"""dB by which a voice's true peaks may stand above its loudness. Without a bound, mastering would
take more from hosts with sharp peaks, men with low voices above all, and leave them 1.7 LU softer
(measured, eight hosts)."""
SLACK = 4.0
"""dB put on a voice, at most, for what holding its peaks takes: more would flatten it. Three men's
voices need it all; with 3 dB they stay .9 LU below the others, with 4 dB .6 (eight hosts)."""


def levels(
    said: Iterable[tuple[str, Clip]],
    extra: Mapping[str, float],
    heard: Callable[[str], Envelope],
) -> dict[str, Level]:
    """Each speaker's level.

    Args:
        said: who says each clip.
        extra: dB on top that a speaker's voice asks for.
        heard: what was measured of a clip, by its key.

    Raises:
        SoundError: a speaker is silent throughout.
    """
    clips: dict[str, list[Clip]] = {}
    for speaker, clip in said:
        clips.setdefault(speaker, []).append(clip)
    return {speaker: _level(speaker, clips[speaker], extra[speaker], heard) for speaker in clips}


def _level(
    speaker: str, clips: Sequence[Clip], extra: float, heard: Callable[[str], Envelope]
) -> Level:
    target = SPEECH + extra
    measured = [heard(clip.key) for clip in clips]
    if not np.isfinite(loudness_of(measured)):
        raise SoundError(f"{speaker} is silent", hint="listen to the voice: kawaraban say")
    return Level(round(settle(measured, target, target + CREST, SLACK), 3), target + CREST)


def levelled(samples: Audio, rate: int, level: Level) -> Audio:
    """A clip at its speaker's level, with its peaks held, shape unchanged."""
    return limit(samples * factor(level.gain), rate, level.ceiling)
