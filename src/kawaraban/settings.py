"""What a producer sets: the sections of show.toml and of a voice file, checked and frozen.

Units: seconds, decibels, LUFS, dBTP, kbit/s; durations of days or hours are written "7d", "36h".
`config.py` reads the files; stages are handed the section they need.
"""

from __future__ import annotations

import datetime as dt
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def parse_duration(value: object) -> timedelta:
    """A timedelta from "7d", "36h" or "2w".

    Raises:
        ValueError: for anything else.
    """
    match = re.fullmatch(r"(\d{1,4})\s*([hdw])", value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError('write a length of time such as "7d", "36h" or "2w"')
    return int(match[1]) * _UNITS[match[2]]


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")]
Words = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """A table of a TOML file: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class About(Section):
    """[show]: what the programme is."""

    title: Words
    tagline: str = ""
    description: Words
    author: Words
    email: str = ""
    language: Literal["ja", "en"] = "ja"
    category: Words = "News"
    """An Apple Podcasts category, spelled exactly as Apple does."""
    subcategory: str = ""
    explicit: bool = False
    image: Path
    """3000 × 3000 pixels, JPEG or PNG."""
    copyright: str = ""
    license: str = ""
    """An SPDX identifier for the episodes, or ""."""
    sponsor: str = ""
    guid: UUID | None = None
    """podcast:guid; derived from the feed's address where it is not set."""
    timezone: str = "Asia/Tokyo"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("not a time zone; write one such as Asia/Tokyo") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and end."""
        return ZoneInfo(self.timezone)


class Host(Section):
    """[[host]]: who speaks; `id` is what stands before the colon in a script."""

    id: Name
    name: Words
    voice: Name


WebAddress = Annotated[str, Field(pattern=r"^https?://\S+$")]


class Sources(Section):
    """[sources]: where items come from."""

    files: tuple[Path, ...] = (Path("news"),)
    feeds: tuple[WebAddress, ...] = ()
    """Addresses of RSS, Atom and JSON feeds."""
    opml: tuple[Path, ...] = ()
    """OPML files that list feeds; a title there is how the publisher is called."""
    pages: tuple[WebAddress, ...] = ()
    """Addresses of single articles."""
    newsletters: tuple[WebAddress, ...] = ()
    """Addresses of issues of newsletters, whose links are the items."""
    full_text: bool = False
    """Whether new items that a feed tells in a sentence or two get the text of their own pages."""
    private: bool = False
    """Whether feeds and pages may be on this machine or its own network."""


class Pick(Section):
    """[pick]: how stories are chosen."""

    window: Duration = timedelta(days=7)
    top: int = Field(default=6, ge=1)
    method: Literal["meaning", "words"] = "meaning"
    """How items are compared: by a language model's vectors and by names, places, dates and
    amounts, or by their words alone (TF-IDF), which joins no two languages."""
    similarity: float | None = Field(default=None, gt=0, lt=1)
    """Items at least this alike tell one story: a likelihood for "meaning", a mean cosine for
    "words"; the method has its own where it is not set."""
    weights: dict[str, Annotated[float, Field(ge=0, le=100)]] = Field(default_factory=dict)
    """What publishers count for, and what words in a title multiply a story's score by."""
    block: tuple[Words, ...] = ()
    """Publishers, hosts and words whose items are left out."""
    bookmarks: float = Field(default=0.0, ge=0, le=100)
    """How many publishers ten times as many readers on Hatena Bookmark are worth."""


class Scripting(Section):
    """[script]: how an episode is written."""

    template: Path = Path("scripts/weekly.md.j2")


class Sound(Section):
    """[sound]: music, pauses and loudness."""

    intro: Path | None = None
    outro: Path | None = None
    bed: Path | None = None
    """What [music start] plays where it names no file."""
    loop: tuple[float, float] | None = None
    """Seconds of the theme between which it may be repeated under long speech."""
    room: float | None = Field(default=None, ge=-80, le=-30)
    """Decibels below the voices at which room tone is heard throughout; none where not set."""
    credit: str = ""
    """Whose music it is, for the notes."""
    lead: float = Field(default=8.0, ge=0, le=30)
    """Seconds of music alone before the first word."""
    tail: float = Field(default=8.0, ge=0, le=30)
    """Seconds of music alone after the last word."""
    duck: float = Field(default=-10.0, ge=-60, le=0)
    """Decibels the music steps back under speech."""
    loudness: float = Field(default=-16.0, ge=-31, le=-9)
    true_peak: float = Field(default=-1.0, ge=-9, le=0)
    formats: tuple[Literal["mp3", "m4a", "opus"], ...] = Field(default=("mp3",), min_length=1)
    """What is published; the first is the feed's enclosure, the others are alternates."""
    bitrate: Literal[64, 80, 96, 112, 128] = 96
    """Of MP3, constant, and of AAC."""
    opus_bitrate: int = Field(default=48, ge=24, le=128)
    """Of Opus, on average."""

    @field_validator("formats")
    @classmethod
    def _playable(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        if formats[:1] == ("opus",):
            raise ValueError("put mp3 or m4a first: Apple takes no Opus as the enclosure")
        if len(set(formats)) < len(formats):
            raise ValueError("name each format once")
        return formats


class Publish(Section):
    """[publish]: where listeners find the show."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")]
    """The address of output/ on the web."""
    time: dt.time = dt.time(7, 0)
    """When on its day an episode comes out, in the show's time zone."""
    frequency: Literal["daily", "weekly", "monthly", ""] = "weekly"
    """How often, for podcast:updateFrequency; "" says nothing of it."""

    def at(self, path: str) -> str:
        """The public address of a file in output/."""
        return f"{self.url.rstrip('/')}/{path}"


SCHEDULER = r"^(tcp|tls)://\S+:\d{1,5}$"
"""A Dask scheduler's address, with its port."""


class Render(Section):
    """[render]: what speech is rendered on."""

    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:\d+)?)$")] = "auto"
    """"auto" takes a GPU where there is one; "cuda:1" is the second one."""
    runtime: Literal["auto", "onnxruntime", "openvino"] = "auto"
    """What runs Kokoro on a CPU; "auto" takes OpenVINO where the extra `fast` is installed."""
    scheduler: str = ""
    """Where a Dask cluster hands out lines, tcp://HOST:PORT or tls://…; "" for this machine."""

    @field_validator("scheduler")
    @classmethod
    def _addressed(cls, value: str) -> str:
        if value and not re.fullmatch(SCHEDULER, value):
            raise ValueError('write "tcp://10.0.0.2:8786", or tls://, or "" for this machine')
        return value


class Writer(Section):
    """[writer]: a language model that puts stories into dialogue; without it, none is asked."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s/@?#]+(/[^\s?#]*)?$")]
    """The server's base address, as OpenAI's clients take it: http://127.0.0.1:11434/v1."""
    model: Words
    key: str = ""
    """The name of the environment variable that has the key; "" sends none."""
    limit: int = Field(default=100_000, ge=1)
    """The most tokens that one draft may cost, read and written."""
    price: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]] | None = None
    """USD for a million tokens: read, written."""
    spend: float | None = Field(default=None, gt=0)
    """The most USD that one draft may cost; needs `price`."""
    temperature: float | None = Field(default=None, ge=0, le=2)
    """Sent where it is set; some models take none but their own."""
    timeout: float = Field(default=120.0, gt=0, le=3600)
    """Seconds for one request."""

    @field_validator("spend")
    @classmethod
    def _priced(cls, spend: float | None, info: ValidationInfo) -> float | None:
        if spend is not None and info.data.get("price") is None:
            raise ValueError("set price, too: what a million tokens cost")
        return spend


class Show(Section):
    """show.toml, whole. `root` is the folder it stands in."""

    about: About = Field(alias="show")
    hosts: tuple[Host, ...] = Field(alias="host", min_length=1)
    sources: Sources = Sources()
    pick: Pick = Pick()
    script: Scripting = Scripting()
    writer: Writer | None = None
    sound: Sound = Sound()
    render: Render = Render()
    publish: Publish

    @field_validator("hosts")
    @classmethod
    def _distinct(cls, hosts: tuple[Host, ...]) -> tuple[Host, ...]:
        ids = [host.id for host in hosts]
        if twice := {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"two hosts have the id {', '.join(sorted(twice))}")
        return hosts

    def host(self, id_: str) -> Host:
        """The host with this id.

        Raises:
            KeyError: if there is none.
        """
        return {host.id: host for host in self.hosts}[id_]


class Voice(Section):
    """voices/NAME.toml or voices/NAME/voice.toml: how a voice speaks.

    Paths are relative to the file's folder.
    """

    engine: Words
    speaker: str = ""
    """The engine's own name for the speaker."""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "ja"
    """A BCP 47 tag: ja, en, en-GB, de, …."""
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    pitch: float = Field(default=0.0, ge=-12, le=12)
    """Semitones up or down."""
    gain: float = Field(default=0.0, ge=-20, le=20)
    """Decibels on top of the levelling between hosts."""
    pause: float = Field(default=0.35, ge=0, le=3)
    """Seconds between two sentences of one line."""
    license: Words
    credit: Words
    references: tuple[Path, ...] = ()
    """Recordings that show a cloning engine how the voice sounds."""
    options: Section = Section()
    """The engine's own; each engine has a section of its own for them."""
