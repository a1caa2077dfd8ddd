"""One line as sound: sentences spoken by an engine, checked, trimmed, pitched and joined."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import soxr

from kawaraban.errors import EngineError
from kawaraban.model import Utterance
from kawaraban.reading.spoken import beats
from kawaraban.speech.engine import Audio, Waveform
from kawaraban.speech.voices import Part, octave

VERSION = 2
"""Stands in every clip's key; raised when what is done here to an engine's sound changes."""
QUICKEST = 0.05
"""Seconds for one beat at speed 1: twice as quick as anyone speaks. Less, and sound is missing."""
SLOWEST, PATIENCE = 1.0, 4.0
"""Seconds for one beat, and on top: more, and the engine has lost itself in the text."""
LOUDEST = 0.99
"""Full scale, less a hair: 24-bit FLAC clips at 1."""
_AUDIBLE = 0.002
"""-54 dBFS: the end of a devoiced す is quieter than -40 dBFS."""
_JOINT = 0.003
"""Seconds of fade where two pieces of a sentence meet."""
_BEFORE, _AFTER = 0.02, 0.09
"""Seconds kept around what is audible, faded."""


def speak(utterances: Sequence[Utterance], part: Part) -> Waveform:
    """Utterances as one sound, with the voice's pause between sentences; the engine is loaded.

    Raises:
        EngineError: the engine cannot say it; its sound is not finite, or too short or too long
            for the text.
    """
    pieces: list[Audio] = []
    rate = 0
    for at, utterance in enumerate(utterances):
        said = _sentence(utterance, part)
        rate = rate or said.rate
        last = at == len(utterances) - 1
        gap = utterance.pause + (0 if last else part.voice.pause)
        pieces += [_at_rate(said, rate), np.zeros(round(gap * rate), np.float32)]
    if not pieces:
        raise EngineError("there is nothing to say", hint="write words that can be read aloud")
    whole = np.concatenate(pieces)
    loudest = float(np.abs(whole).max())
    return Waveform(whole * np.float32(min(1.0, LOUDEST / loudest)), rate)


def _sentence(utterance: Utterance, part: Part) -> Waveform:
    """A sentence, trimmed and at the voice's pitch."""
    spoken = [part.engine.speak(piece) for piece in part.engine.spell(utterance)]
    if not spoken:
        raise EngineError(f"{part.voice.engine} has nothing to say for it", hint=_text(utterance))
    rate = spoken[0].rate
    sound = np.concatenate([_edged(_at_rate(one, rate), rate) for one in spoken])
    if part.resampled:
        sound = soxr.resample(sound, octave(part.voice.pitch), 1)
    said = Waveform(np.asarray(sound, np.float32), rate)
    _check(utterance, said, part)
    return Waveform(_trim(said), rate)


def _edged(sound: Audio, rate: int) -> Audio:
    """A piece of a sentence with its very ends faded, so that no joint clicks."""
    width = min(round(_JOINT * rate), len(sound) // 2)
    ramp = np.linspace(0, 1, width, dtype=np.float32)
    made = sound.copy()
    made[:width] *= ramp
    made[len(made) - width :] *= ramp[::-1]
    return made


def _at_rate(said: Waveform, rate: int) -> Audio:
    if said.rate == rate:
        return said.samples
    return np.asarray(soxr.resample(said.samples, said.rate, rate), np.float32)


def _check(utterance: Utterance, said: Waveform, part: Part) -> None:
    engine = part.voice.engine
    if not np.isfinite(said.samples).all():
        raise EngineError(f"{engine} gave a sound that is not finite", hint=_text(utterance))
    count = beats(utterance)
    heard = said.seconds * part.voice.speed
    if heard < count * QUICKEST or not (np.abs(said.samples) > _AUDIBLE).any():
        raise EngineError(
            f"{engine} said {count} beats in {heard:.2f} s: sound is missing", hint=_text(utterance)
        )
    if heard > count * SLOWEST + PATIENCE:
        raise EngineError(
            f"{engine} said {count} beats in {heard:.0f} s: it went astray", hint=_text(utterance)
        )


def _text(utterance: Utterance) -> str:
    return f"the text: {utterance.kana or utterance.text}"


def _trim(said: Waveform) -> Audio:
    """Sound without the silence around it, fading in and out over what is kept of that."""
    sound, rate = said
    heard = np.flatnonzero(np.abs(sound) > _AUDIBLE)
    before, after = round(_BEFORE * rate), round(_AFTER * rate)
    start, end = max(0, heard[0] - before), min(len(sound), heard[-1] + after)
    cut = sound[start:end].copy()
    cut[:before] *= np.linspace(0, 1, len(cut[:before]), dtype=np.float32)
    cut[-after:] *= np.linspace(1, 0, len(cut[-after:]), dtype=np.float32)
    return cut
