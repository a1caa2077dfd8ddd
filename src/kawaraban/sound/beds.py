"""Which music is heard when: opening and closing themes, beds, and what the script plays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

from kawaraban.model import Music, MusicStart, Play, Script, Span
from kawaraban.settings import Sound
from kawaraban.sound.timeline import Layout, Mark

OUT = 3.0
"""Seconds in which music goes out under speech."""
IN = 1.5
"""Seconds in which a bed comes in, and in which one takes over from another."""
SEAM = 0.02
"""Seconds of crossfade where a loop begins again that was made to."""
JOINT = 2.0
"""Seconds of crossfade where a whole piece begins again that was not."""
UNDER = 30.0
"""Seconds of one chapter's speech, at most, over which opening or closing music goes on where the
episode has no other."""


def music_files(script: Script, sound: Sound) -> list[Path]:
    """Every sound file that an episode plays, in order of name."""
    asked = [cue.path for cue in script.cues if isinstance(cue, Play | MusicStart)]
    bed = [sound.bed] if None in asked else []
    files = {path for path in (*asked, *bed, sound.intro, sound.outro) if path}
    return sorted(files)


def place_music(layout: Layout, sound: Sound, lengths: Mapping[Path, float]) -> tuple[Music, ...]:
    """All music of an episode, as the layout asks for it.

    Args:
        layout: where lines, plays and cues stand.
        sound: the show's [sound].
        lengths: of each file, seconds.
    """
    themes = (*_opening(layout, sound, lengths), *_closing(layout, sound, lengths))
    last = themes[-1].span.start if sound.outro else layout.seconds
    beds = _beds(layout.marks, last, sound, lengths)
    played = (Music(path, span, bed=False) for path, span in layout.plays)
    return (*themes, *beds, *played)


def _opening(layout: Layout, sound: Sound, lengths: Mapping[Path, float]) -> Iterator[Music]:
    """Music from the first second, under the first chapter, until a bed takes over."""
    if sound.intro is None:
        return
    heard = layout.heard(0)
    ends = [heard.end, *(mark.at + IN for mark in layout.marks[:1])]
    if len(layout.chapters) == 1:
        ends.append(heard.start + min(UNDER, (heard.end - heard.start) / 2))
    end = _reach(min(ends), sound.intro, sound, lengths)
    yield Music(sound.intro, Span(0.0, end), (0.0, min(OUT, end)), loop=sound.loop, joint=SEAM)


def _closing(layout: Layout, sound: Sound, lengths: Mapping[Path, float]) -> Iterator[Music]:
    """Music under the last chapter to the last second, which is the piece's own end."""
    if sound.outro is None:
        return
    heard = layout.heard(len(layout.chapters) - 1)
    start = heard.start
    if len(layout.chapters) == 1:
        start = heard.end - min(UNDER, (heard.end - heard.start) / 2)
    length = _reach(layout.seconds - start, sound.outro, sound, lengths)
    span = Span(round(layout.seconds - length, 3), layout.seconds)
    fade = min(OUT, max(0.0, heard.end - span.start))
    yield Music(sound.outro, span, (fade, 0.0), closes=True, loop=sound.loop, joint=SEAM)


def _reach(seconds: float, path: Path, sound: Sound, lengths: Mapping[Path, float]) -> float:
    """How long a theme plays that is wanted for `seconds`: as long as it is, unless it loops."""
    return round(seconds if sound.loop else min(seconds, lengths[path]), 3)


def _beds(
    marks: Sequence[Mark], last: float, sound: Sound, lengths: Mapping[Path, float]
) -> Iterator[Music]:
    """What the script starts, each until the next mark or where the closing music comes in."""
    for mark, following in zip_longest(marks, marks[1:]):
        path = mark.path or sound.bed
        if not mark.starts or path is None or mark.at >= last:
            continue
        out = IN if following and following.starts else OUT
        end = min(following.at if following else last, last) + out
        fades = (min(IN, (end - mark.at) / 2), min(out, (end - mark.at) / 2))
        loop, joint = _repeat(path, sound, lengths[path])
        yield Music(path, Span(mark.at, round(end, 3)), fades, loop=loop, joint=joint)


def _repeat(path: Path, sound: Sound, length: float) -> tuple[tuple[float, float], float]:
    """Which seconds of a bed are repeated, and how long its joints are: a theme knows its own."""
    if sound.loop and path in {sound.intro, sound.outro}:
        return sound.loop, SEAM
    return (0.0, length), min(JOINT, length / 4)
