"""The mix: every clip and all music in one track, each host equally loud.

The track is kept with headroom (voices at -24 LUFS); `master` brings it to the show's loudness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import soxr

from kawaraban.loudness import integrated
from kawaraban.model import Clip, Mix, Play, Script, Span
from kawaraban.settings import Sound, Voice
from kawaraban.sound import RATE
from kawaraban.sound.master import limit
from kawaraban.sound.theme import (
    Audio,
    intro,
    outro,
    read_music,
    to_samples,
    to_segment,
)
from kawaraban.sound.timeline import Layout, lay_out
from kawaraban.store import Sounds

SPEECH = -24.0
"""LUFS of each host over the whole episode, before mastering: never of single sentences, which
would pump."""
CREST = 14.0
"""dB by which a voice's true peaks may stand above its loudness. Without a bound, mastering would
take more from hosts with sharp peaks, men with low voices above all, and leave them 1.7 LU softer
(measured, eight hosts)."""


def mix(
    script: Script,
    clips: Sequence[Clip],
    voices: Mapping[str, Voice],
    sound: Sound,
    root: Path,
    sounds: Sounds,
    key: str,
) -> Mix:
    """Mix an episode and keep it in `sounds` under `key`.

    Args:
        script: what is said and played.
        clips: one for each line, in order.
        voices: by host id, for their gain.
        sound: the show's [sound].
        root: the show, for its music.
        sounds: where clips are and where the mix goes.
        key: the mix's key.

    Raises:
        ShowError: a music file cannot be read.
    """
    music = {path: read_music(root / path) for path in _music(script, sound)}
    layout = lay_out(
        script,
        [clip.seconds for clip in clips],
        {path: len(samples) / RATE for path, samples in music.items()},
        sound.lead if sound.intro else 0,
        sound.tail if sound.outro else 0,
    )
    track = np.zeros(round(layout.seconds * RATE) + 1, np.float32)
    for samples, start in _music_placed(layout, music, sound):
        _add(track, samples, start)
    for samples, span in _speech(script, clips, layout, voices, sounds):
        _add(track, samples, span.start)
    sounds.write(key, track, RATE)
    return Mix(key, len(track) / RATE, layout.lines, layout.chapters)


def _music(script: Script, sound: Sound) -> set[Path]:
    """Every music file an episode needs."""
    return {*music_files(script), *(path for path in (sound.intro, sound.outro) if path)}


def music_files(script: Script) -> list[Path]:
    """The sound files a script plays."""
    return sorted({cue.path for cue in script.cues if isinstance(cue, Play)})


def _music_placed(
    layout: Layout, music: Mapping[Path, Audio], sound: Sound
) -> list[tuple[Audio, float]]:
    """(samples, start in seconds) of all music: what the script plays, intro, outro."""
    placed = [(music[path], span.start) for path, span in layout.plays]
    if sound.intro:
        opening = layout.spoken(0)
        length = opening.end - sound.lead
        bed = intro(to_segment(music[sound.intro]), sound.lead, length, sound.duck, sound.loop)
        placed.append((to_samples(bed), 0.0))
    if sound.outro:
        closing = layout.spoken(len(layout.chapters) - 1)
        length = closing.end - closing.start
        bed = outro(to_segment(music[sound.outro]), length, sound.tail, sound.duck, sound.loop)
        placed.append((to_samples(bed), layout.seconds - len(bed) / 1000))
    return placed


def _speech(
    script: Script,
    clips: Sequence[Clip],
    layout: Layout,
    voices: Mapping[str, Voice],
    sounds: Sounds,
) -> Iterator[tuple[Audio, Span]]:
    """Every line at its host's level, and where it stands; one host's clips at a time."""
    said: dict[str, list[tuple[Clip, Span]]] = {}
    for line, clip, span in zip(script.lines, clips, layout.lines, strict=True):
        said.setdefault(line.speaker, []).append((clip, span))
    for speaker, lines in said.items():
        heard = [sounds.read(clip.key) for clip, _ in lines]
        level = SPEECH + voices[speaker].gain
        gain = _gain(np.concatenate([samples for samples, _ in heard]), heard[0][1], level)
        for (samples, rate), (_, span) in zip(heard, lines, strict=True):
            held = limit(samples * gain, rate, level + CREST)
            yield soxr.resample(held, rate, RATE), span


def _gain(samples: Audio, rate: int, level: float) -> np.float32:
    """The factor that brings a voice to `level` LUFS once its peaks are held."""
    gain = _factor(level - integrated(samples, rate))
    held = limit(samples * gain, rate, level + CREST)
    return gain * _factor(level - integrated(held, rate))


def _factor(decibels: float) -> np.float32:
    return np.float32(10 ** (decibels / 20))


def _add(track: Audio, samples: Audio, start: float) -> None:
    """Lay samples over a track, from `start` seconds; what would stand outside it is cut."""
    at = round(start * RATE)
    if at < 0:
        samples, at = samples[-at:], 0
    room = track[at : at + len(samples)]
    room += samples[: len(room)]
