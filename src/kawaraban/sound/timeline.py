"""Where everything stands in an episode: a pure function of the script and of lengths.

Gaps follow broadcast speech: a turn takes a little longer than a sentence, a chapter a breath more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kawaraban.model import Chapter, Cue, Line, Pause, Play, Script, Span

SAME_SPEAKER = 0.40
TURN = 0.50
CHAPTER = 1.20
"""Seconds of silence before a line: the same host goes on, another takes over, a new chapter."""
TOUCH = 0.35
"""Seconds by which a line may come in under the end of a sound that fades."""
EDGE = 0.30
"""Seconds of silence at either end of an episode without music."""


@dataclass(frozen=True, slots=True)
class Layout:
    """When each line, played sound and chapter is heard."""

    lines: tuple[Span, ...]
    plays: tuple[tuple[Path, Span], ...]
    chapters: tuple[Span, ...]
    seconds: float

    def spoken(self, chapter: int) -> Span:
        """From the first to the last word of a chapter; empty where nobody speaks."""
        frame = self.chapters[chapter]
        inside = [line for line in self.lines if frame.start <= line.start < frame.end]
        if not inside:
            return Span(frame.start, frame.start)
        return Span(inside[0].start, inside[-1].end)


def lay_out(
    script: Script,
    lines: Sequence[float],
    plays: Mapping[Path, float],
    lead: float,
    tail: float,
) -> Layout:
    """Place every cue of a script.

    Args:
        script: what is said and played.
        lines: the length of each line in order, seconds.
        plays: the length of each sound file the script plays, seconds.
        lead: seconds before the first word (music), 0 for none.
        tail: seconds after the last word (music), 0 for none.
    """
    cursor = _Cursor(lead or EDGE, iter(lines), plays)
    starts = [0.0] + [0.0] * (len(script.chapters) - 1)
    for at, chapter in enumerate(script.chapters):
        starts[at] = cursor.chapter(chapter, first=at == 0)
    seconds = round(cursor.now + (tail or EDGE), 3)
    ends = [*starts[1:], seconds]
    return Layout(
        tuple(cursor.lines),
        tuple(cursor.plays),
        tuple(Span(start, end) for start, end in zip(starts, ends, strict=True)),
        seconds,
    )


class _Cursor:
    """The playhead, moving over a script."""

    def __init__(self, start: float, lengths: Iterator[float], plays: Mapping[Path, float]) -> None:
        self.now, self._lengths, self._plays = start, lengths, plays
        self.lines: list[Span] = []
        self.plays: list[tuple[Path, Span]] = []
        self._gap = 0.0
        self._speaker = ""

    def chapter(self, chapter: Chapter, *, first: bool) -> float:
        """Place a chapter's cues; when it starts."""
        self._gap, self._speaker = (0.0 if first else CHAPTER), ""
        start = 0.0 if first else round(self.now + CHAPTER / 2, 3)
        for cue in chapter.cues:
            self._place(cue)
        return start

    def _place(self, cue: Cue) -> None:
        match cue:
            case Pause(seconds):
                self.now += seconds
            case Play(path, _):
                self._gap = min(self._gap, CHAPTER / 2)
                self.plays.append((path, self._take(self._plays[path])))
                self.now -= min(TOUCH, self._plays[path])
                self._gap, self._speaker = 0.0, ""
            case Line(speaker=speaker):
                if self._speaker:
                    self._gap = SAME_SPEAKER if speaker == self._speaker else TURN
                self.lines.append(self._take(next(self._lengths)))
                self._speaker = speaker

    def _take(self, seconds: float) -> Span:
        start = self.now + self._gap
        self.now, self._gap = start + seconds, 0.0
        return Span(round(start, 3), round(self.now, 3))
