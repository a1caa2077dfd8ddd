"""The track: a mix as sound, made block by block, so that length costs no memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kawaraban.cache import Read
from kawaraban.loudness import Audio
from kawaraban.model import Clip, Mix, Span
from kawaraban.settings import Sound
from kawaraban.sound import RATE
from kawaraban.sound.ducking import bridged
from kawaraban.sound.levels import SPEECH
from kawaraban.sound.sources import Bed, Played, Room, Said, Source

BLOCK = 10 * RATE
"""Samples made at a time."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A source and where it begins and ends on the track, in samples."""

    source: Source
    start: int
    stop: int


def track(
    mix: Mix, clips: Sequence[Clip], sound: Sound, root: Path, opened: Read
) -> Iterator[Audio]:
    """The sound of a mix in blocks, mono at RATE.

    Args:
        mix: what is heard when.
        clips: one for each line, in order.
        sound: the show's [sound].
        root: the show, for its music.
        opened: gives a clip by its key; raises where it is gone.

    Raises:
        ShowError: a music file cannot be read.
    """
    length = _at(mix.seconds)
    waiting = sorted(sources(mix, clips, sound, root, opened), key=lambda one: -one.start)
    heard: list[Placed] = []
    for start in range(0, length, BLOCK):
        stop = min(length, start + BLOCK)
        while waiting and waiting[-1].start < stop:
            heard.append(waiting.pop())
        block = np.zeros(stop - start, np.float32)
        for one in heard:
            first, last = max(start, one.start), min(stop, one.stop)
            found = one.source.heard(first - one.start, last - one.start)
            block[first - start : last - start] += found
        heard = [one for one in heard if one.stop > stop]
        yield block


def sources(
    mix: Mix, clips: Sequence[Clip], sound: Sound, root: Path, opened: Read
) -> Iterator[Placed]:
    """Everything that is heard on the track of a mix; arguments as for `track`."""
    for clip, speaker, span in zip(clips, mix.speakers, mix.lines, strict=True):
        yield _placed(Said(clip, mix.levels[speaker], opened), span)
    yield from accompaniment(mix, sound, root)


def accompaniment(mix: Mix, sound: Sound, root: Path) -> Iterator[Placed]:
    """What is heard on it besides what is said."""
    played = [music.span for music in mix.music if not music.bed]
    foreground = bridged([*mix.lines, *played])
    for music in mix.music:
        length = _at(music.span.end) - _at(music.span.start)
        bed = Bed(music, length, foreground, sound.duck, root) if music.bed else None
        yield _placed(bed or Played(music, length, root), music.span)
    if sound.room is not None:
        yield _placed(Room(SPEECH + sound.room, _at(mix.seconds)), Span(0.0, mix.seconds))


def _placed(source: Source, span: Span) -> Placed:
    return Placed(source, _at(span.start), _at(span.end))


def _at(seconds: float) -> int:
    return round(seconds * RATE)
