"""Where everything stands in an episode: a pure function of the script and of lengths.

Gaps follow broadcast speech: a turn takes a little longer than a sentence, an answer comes sooner
than a remark, a chapter takes a breath.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kawaraban.model import Chapter, Cue, Line, MusicStart, MusicStop, Pause, Play, Script, Span

SAME_SPEAKER = 0.40
TURN = 0.50
CHAPTER = 1.20
"""Seconds of silence before a line: the same host goes on, another takes over, a new chapter."""
SWELL = 2.40
"""Seconds before a chapter while music plays: time for it to come forward and step back again."""
AFTER = {"？": 0.7, "?": 0.7, "…": 1.3, "、": 0.6, ",": 0.6, "—": 0.6, "，": 0.6}
"""How the gap after a line changes with its last mark. Answers come soonest (Stivers et al. 2009,
ten languages, Japanese the quickest); a thought that trails off is left hanging; half a sentence
is gone on with."""
CLOSING = "」』）)\"'”’ 　"
"""What may stand after the mark that ends a line."""
TOUCH = 0.35
"""Seconds by which a line may come in under the end of a sound that fades."""
EDGE = 0.30
"""Seconds of silence at either end of an episode without music."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Music is started (a file, or None for the show's bed) or stopped, at a time in seconds."""

    at: float
    starts: bool
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """When each line, played sound and chapter is heard, and where music is asked for."""

    lines: tuple[Span, ...]
    plays: tuple[tuple[Path, Span], ...]
    marks: tuple[Mark, ...]
    chapters: tuple[Span, ...]
    seconds: float

    @property
    def foreground(self) -> tuple[Span, ...]:
        """Where something is heard that music steps back for."""
        return (*self.lines, *(span for _, span in self.plays))

    def heard(self, chapter: int) -> Span:
        """From the first to the last sound of a chapter's foreground; empty where it has none."""
        frame = self.chapters[chapter]
        inside = [one for one in self.foreground if frame.start <= one.start < frame.end]
        if not inside:
            return Span(frame.start, frame.start)
        return Span(min(one.start for one in inside), max(one.end for one in inside))


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
        tuple(cursor.marks),
        tuple(Span(start, end) for start, end in zip(starts, ends, strict=True)),
        seconds,
    )


def ending(line: Line) -> str:
    """The mark that a line ends with, where the gap after it depends on it; else ""."""
    last = line.text.rstrip(CLOSING)[-1:]
    return last if last in AFTER else ""


class _Cursor:
    """The playhead, moving over a script."""

    def __init__(self, start: float, lengths: Iterator[float], plays: Mapping[Path, float]) -> None:
        self.now, self._lengths, self._plays = start, lengths, plays
        self.lines: list[Span] = []
        self.plays: list[tuple[Path, Span]] = []
        self.marks: list[Mark] = []
        self._gap = 0.0
        self._last: Line | None = None

    def chapter(self, chapter: Chapter, *, first: bool) -> float:
        """Place a chapter's cues; when it starts."""
        music = bool(self.marks) and self.marks[-1].starts
        breath = 0.0 if first else SWELL if music else CHAPTER
        self._gap, self._last = breath, None
        start = 0.0 if first else round(self.now + breath / 2, 3)
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
                self._gap, self._last = 0.0, None
            case MusicStart(path, _):
                self.marks.append(Mark(round(self.now, 3), starts=True, path=path))
            case MusicStop():
                self.marks.append(Mark(round(self.now, 3), starts=False))
            case Line() as line:
                self._gap = self._before(line)
                self.lines.append(self._take(next(self._lengths)))
                self._last = line

    def _before(self, line: Line) -> float:
        """The gap before a line."""
        if self._last is None:
            return self._gap
        gap = SAME_SPEAKER if line.speaker == self._last.speaker else TURN
        return gap * AFTER.get(ending(self._last), 1.0)

    def _take(self, seconds: float) -> Span:
        start = self.now + self._gap
        self.now, self._gap = start + seconds, 0.0
        return Span(round(start, 3), round(self.now, 3))
