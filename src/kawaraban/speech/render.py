"""Spoken lines to clips: each line by its host's voice, kept by what is spoken and how.

A line's key is made of its reading, its voice and its engine's version, so a line that sounds the
same is never spoken twice, and an edit costs the lines it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import numpy as np

from kawaraban.errors import EngineError
from kawaraban.model import Clip, Speaking, SpokenLine, Utterance
from kawaraban.reading.kana import morae
from kawaraban.speech.engine import Audio
from kawaraban.speech.voices import Cast, Part
from kawaraban.store import Sounds, fingerprint

QUICKEST = 0.05
"""Seconds for one mora at speed 1: twice as quick as anyone speaks. Less, and sound is missing."""
LOUDEST = 0.99
"""Full scale, less a hair: 24-bit FLAC clips at 1."""
_AUDIBLE = 0.002
"""-54 dBFS: the end of a devoiced す is quieter than -40 dBFS."""
_BEFORE, _AFTER = 0.02, 0.09
"""Seconds kept around what is audible, faded."""

Told = Callable[[Speaking], None]
"""Called at the start and whenever a line is done."""


def clip_key(line: SpokenLine, part: Part) -> str:
    """What the sound of a line depends on, as one key."""
    return fingerprint(
        {
            "engine": part.engine_name,
            "voice": part.voice.model_dump(include={"speaker", "speed", "pause", "language"}),
            "says": [
                ([(word.kana, word.mark) for word in utterance.words], utterance.pause)
                for utterance in line.utterances
            ],
        }
    )


def render(
    lines: Sequence[SpokenLine],
    cast: Cast,
    sounds: Sounds,
    told: Told,
    *,
    jobs: int = 1,
    force: bool = False,
) -> tuple[Clip, ...]:
    """A clip for every line, in order; only lines that have none are spoken.

    Raises:
        EngineError: a line cannot be said, or came out wrong; the lines before it are kept.
    """
    keys = [clip_key(line, cast[line.line.speaker]) for line in lines]
    todo = dict(zip(keys, lines, strict=True))
    done = {key: sounds.seconds(key) for key in todo if not force and sounds.has(key)}
    work = {key: len(morae(line.kana)) for key, line in todo.items() if key not in done}

    def tell() -> None:
        ready = [done[key] for key in keys if key in done]
        said = sum(count for key, count in work.items() if key in done)
        told(Speaking(len(ready), len(keys), sum(ready), said, sum(work.values())))

    tell()
    pool = ThreadPoolExecutor(jobs)
    try:
        futures = {pool.submit(_speak, todo[key], cast, key, sounds): key for key in work}
        for future in as_completed(futures):
            done[futures[future]] = future.result()
            tell()
    finally:
        pool.shutdown(cancel_futures=True)
    return tuple(Clip(key, done[key]) for key in keys)


def _speak(line: SpokenLine, cast: Cast, key: str, sounds: Sounds) -> float:
    """Speak a line and keep it; its seconds."""
    part = cast[line.line.speaker]
    try:
        sound = speak(line.utterances, part)
    except EngineError as error:
        place = f"script line {line.line.row} ({line.line.speaker})"
        raise EngineError(f"{place}: {error.cause}", hint=error.hint) from error
    sounds.write(key, sound, part.engine.sample_rate)
    return sounds.seconds(key)


def speak(utterances: Sequence[Utterance], part: Part) -> Audio:
    """Utterances as one sound, with the voice's pause between sentences.

    Raises:
        EngineError: the engine cannot say it; its sound is not finite, or too short for the text.
    """
    rate = part.engine.sample_rate
    pieces: list[Audio] = []
    for at, utterance in enumerate(utterances):
        sound = part.engine.speak(utterance, part.voice)
        _check(utterance, sound, rate, part)
        last = at == len(utterances) - 1
        gap = utterance.pause + (0 if last else part.voice.pause)
        pieces += [_trim(sound, rate), np.zeros(round(gap * rate), np.float32)]
    if not pieces:
        raise EngineError("there is nothing to say", hint="write words that can be read aloud")
    whole = np.concatenate(pieces)
    loudest = float(np.abs(whole).max())
    return whole * min(1.0, LOUDEST / loudest)


def _check(utterance: Utterance, sound: Audio, rate: int, part: Part) -> None:
    if not np.isfinite(sound).all():
        raise EngineError(f"{part.voice.engine} gave a sound that is not finite")
    count = len(morae(utterance.kana))
    heard = len(sound) / rate * part.voice.speed
    if heard < count * QUICKEST or not (np.abs(sound) > _AUDIBLE).any():
        raise EngineError(
            f"{part.voice.engine} said {count} morae in {heard:.2f} s: sound is missing",
            hint=f"the text: {utterance.kana}",
        )


def _trim(sound: Audio, rate: int) -> Audio:
    """Sound without the silence around it, fading in and out over what is kept of that."""
    heard = np.flatnonzero(np.abs(sound) > _AUDIBLE)
    before, after = round(_BEFORE * rate), round(_AFTER * rate)
    start, end = max(0, heard[0] - before), min(len(sound), heard[-1] + after)
    cut = sound[start:end].copy()
    cut[:before] *= np.linspace(0, 1, len(cut[:before]), dtype=np.float32)
    cut[-after:] *= np.linspace(1, 0, len(cut[-after:]), dtype=np.float32)
    return cut
