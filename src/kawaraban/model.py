"""The frozen values that pass between stages, in the order in which they come to be.

    Item ─► Story ─► Rundown ─► Script ─► SpokenLine ─► Clip ─► Mix

Times inside an episode are seconds from its start; moments are aware datetimes; days are dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

# ── news ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news, as one publisher told it."""

    id: str
    url: str
    """Where it can be read, or "" for what is on no page: a talk, an essay in a file."""
    source: str
    """The publisher's name, by which circulation is counted; "" where a file names none."""
    title: str
    published: datetime
    lang: str = "ja"
    summary: str = ""
    text: str = ""
    reprint_of: str | None = None
    """The id of the item whose text this one repeats."""
    bookmarks: int = 0
    """How many readers of Hatena Bookmark kept it, where its feed says so."""


# ── stories ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Window:
    """The time that an episode covers: after `since`, up to and including `until`."""

    since: datetime
    until: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.since < moment <= self.until


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of an item, kept with where it came from."""

    text: str
    item: str
    source: str


@dataclass(frozen=True, slots=True)
class Event:
    """A dated sentence: a step in a story's timeline."""

    day: date
    text: str
    detail: str
    """The sentence after it, where that has no date of its own; else ""."""
    item: str
    source: str
    confirmed: bool
    """Two publishers or more date something of this story to this day."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody is quoted with, in the words between the quotation marks."""

    speaker: str
    words: str
    item: str
    source: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Sentences of different publishers about one thing that do not agree: 505 people, 700."""

    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a long piece: its title, and the sentences that tell it, in their order."""

    title: str
    points: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """Items that tell of the same event, and what they say.

    A long piece (an essay, an interview, a talk) has sections; other stories have none.
    """

    id: str
    title: str
    items: tuple[Item, ...]
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    points: tuple[Quote, ...] = ()
    timeline: tuple[Event, ...] = ()
    sayings: tuple[Saying, ...] = ()
    differences: tuple[Difference, ...] = ()
    sections: tuple[Section, ...] = ()
    seen_before: int | None = None
    """The number of the episode that told this story first; this one tells what is new since."""

    @property
    def url(self) -> str:
        """Where to read on: the first address that its items have, or ""."""
        return next((item.url for item in self.items if item.url), "")

    @property
    def sources(self) -> tuple[str, ...]:
        """Distinct publishers that are named, reprints apart, in order of publication."""
        own = [item.source for item in self.items if item.source and item.reprint_of is None]
        return tuple(dict.fromkeys(own))


@dataclass(frozen=True, slots=True)
class Aired:
    """A story as an earlier episode told it."""

    episode: int
    items: tuple[Item, ...]
    """With titles and summaries, without texts."""
    until: datetime
    """The end of the episode's window: what is later is new."""
    told: tuple[str, ...]
    """The lines in which it was told."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item that no story of the rundown holds, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rundown:
    """The stories of an episode in order of rank; every item is in one place exactly."""

    window: Window
    stories: tuple[Story, ...]
    left_out: tuple[LeftOut, ...] = ()


# ── script ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Text:
    """Written words; `reading` (kana) where the script gives one: {漢字|かな}."""

    text: str
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence asked for in the script, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Line:
    """What one host says in one breath: one line of the script, one clip."""

    speaker: str
    parts: tuple[Text | Pause, ...]
    row: int
    """1-based line of the script file."""
    take: Path | None = None
    """The recording of this line, in its host's voice folder: [take FILE]."""
    cites: tuple[str, ...] = ()
    """The sentences of the rundown that it rests on: [cite s3 s7]."""

    @property
    def text(self) -> str:
        """The line as a listener reads it in the transcript."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))


@dataclass(frozen=True, slots=True)
class Play:
    """A sound file to play here, relative to the show."""

    path: Path
    row: int


@dataclass(frozen=True, slots=True)
class MusicStart:
    """Music under what is said from here on."""

    path: Path | None
    """A sound file, relative to the show; None for the show's own bed."""
    row: int


@dataclass(frozen=True, slots=True)
class MusicStop:
    """The music that was started goes out here."""

    row: int


Cue = Line | Pause | Play | MusicStart | MusicStop


@dataclass(frozen=True, slots=True)
class Chapter:
    """A titled part of the script; `story` is the id of the story it tells, or ""."""

    title: str
    cues: tuple[Cue, ...]
    row: int
    story: str = ""
    image: Path | None = None
    """The picture shown with it, relative to the show."""


@dataclass(frozen=True, slots=True)
class Script:
    """An episode as written: what `scripts/episodes/NNNN.md` says."""

    number: int
    title: str
    date: date
    summary: str
    chapters: tuple[Chapter, ...]
    guid: str = ""

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Every cue of every chapter, in order."""
        return tuple(cue for chapter in self.chapters for cue in chapter.cues)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every spoken line, in order."""
        return tuple(cue for cue in self.cues if isinstance(cue, Line))


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Word:
    """A Japanese word as it is said: katakana, or a punctuation mark that shapes the phrase."""

    kana: str
    mark: bool = False
    accent: int | None = None
    """Of the accent phrase that this word opens: the mora after which the pitch falls, 0 where it
    does not; None for a word that goes on with the phrase before it."""
    devoiced: tuple[int, ...] = ()
    """Its morae, counted from 0, whose vowels are whispered: the last one of デス."""
    written: str = ""
    """The word in the sentence, with numbers, names and signs spelled out."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence as it is said, and the silence after it in seconds.

    Japanese has words; other languages have text alone; a recorded line has its recording, too.
    """

    words: tuple[Word, ...]
    pause: float = 0.0
    text: str = ""
    """The sentence with numbers and signs spelled out, for engines that take text."""
    take: Path | None = None

    @property
    def kana(self) -> str:
        """One katakana string, marks included; "" for a language other than Japanese."""
        return "".join(word.kana for word in self.words)


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line of the script with its reading: what an engine is given."""

    line: Line
    utterances: tuple[Utterance, ...]

    @property
    def kana(self) -> str:
        """One katakana string for the whole line."""
        return "".join(utterance.kana for utterance in self.utterances)


# ── speech and sound ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Clip:
    """A line that has been spoken: its sound is in the cache under `key`."""

    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Speaking:
    """How far a render is: of all lines, and of the beats (morae, syllables) it had to speak."""

    lines: int
    of_lines: int
    seconds: float
    """Sound there is by now."""
    beats: int
    of_beats: int
    damaged: int = 0
    """Kept clips that were found damaged, and are spoken again."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where something is heard, in seconds from the start of the episode."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Music:
    """A sound file on an episode's track."""

    path: Path
    """Relative to the show."""
    span: Span
    fades: tuple[float, float] = (0.0, 0.0)
    """Seconds in which it comes in and goes out."""
    bed: bool = True
    """Whether it steps back for voices, and for what is played in the foreground."""
    closes: bool = False
    """Whether the file's end stands at the end of the span, instead of its start at the start."""
    loop: tuple[float, float] | None = None
    """Seconds of the file between which it is repeated to fill the span."""
    joint: float = 0.0
    """Seconds of crossfade where it begins again."""
    gain: float = 0.0
    """dB."""


@dataclass(frozen=True, slots=True)
class Level:
    """What brings a host's clips to the loudness of the others."""

    gain: float
    """dB."""
    ceiling: float
    """dBTP above which the levelled clips are held."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Where everything of an episode is heard, and how loud: the sound itself is made from it."""

    seconds: float
    lines: tuple[Span, ...]
    """One for each line of the script, in order."""
    chapters: tuple[Span, ...]
    """One for each chapter, in order; each ends where the next begins."""
    speakers: tuple[str, ...]
    """Who says each line."""
    levels: Mapping[str, Level]
    """By speaker."""
    music: tuple[Music, ...]
    gain: float = 0.0
    """dB by which mastering turns the whole up."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """Measured by EBU R 128: LUFS, dBTP, LU."""

    integrated: float
    true_peak: float
    range: float


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """The finished sound in one format, still without tags, beside the records of the steps."""

    format: str
    """Its name in `sound.formats`."""
    loudness: Loudness
