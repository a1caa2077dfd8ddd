"""The mix: every clip and all music in one track, each host equally loud.

The track is kept with headroom (voices at -24 LUFS); `master` brings it to the show's loudness.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import soxr

from kawaraban.model import Clip, Mix, Play, Script
from kawaraban.settings import Sound, Voice
from kawaraban.sound import RATE
from kawaraban.sound.theme import (
    Audio,
    integrated,
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
    gains = _gains(script, clips, voices, sounds)
    for line, clip, span in zip(script.lines, clips, layout.lines, strict=True):
        samples, rate = sounds.read(clip.key)
        _add(track, soxr.resample(samples, rate, RATE) * gains[line.speaker], span.start)
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


def _gains(
    script: Script, clips: Sequence[Clip], voices: Mapping[str, Voice], sounds: Sounds
) -> dict[str, float]:
    """The factor that brings each host to SPEECH, and by the voice's own gain from there."""
    said: dict[str, list[str]] = {}
    for line, clip in zip(script.lines, clips, strict=True):
        said.setdefault(line.speaker, []).append(clip.key)
    return {
        speaker: 10 ** ((SPEECH + voices[speaker].gain - _loudness(keys, sounds)) / 20)
        for speaker, keys in said.items()
    }


def _loudness(keys: Sequence[str], sounds: Sounds) -> float:
    parts = [sounds.read(key) for key in keys]
    return integrated(np.concatenate([samples for samples, _ in parts]), parts[0][1])


def _add(track: Audio, samples: Audio, start: float) -> None:
    """Lay samples over a track, from `start` seconds; what would stand outside it is cut."""
    at = round(start * RATE)
    if at < 0:
        samples, at = samples[-at:], 0
    room = track[at : at + len(samples)]
    room += samples[: len(room)]
