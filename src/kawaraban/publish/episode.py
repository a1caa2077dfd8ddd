"""episode.json, the record of a published episode: versioned, checked when read.

Feed, site, notes and transcripts are made from records and the show's settings alone, so they can
be made again with no engine installed. Times are seconds from the start of the audio.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from kawaraban.errors import OutputError

SCHEMA: Final = 1
RECORD = "episode.json"


class Record(BaseModel):
    """A frozen part of the record; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


KINDS = {"mp3": "MP3", "m4a": "AAC", "opus": "Opus"}
"""What listeners know the sound of a file as, by the end of its name."""


class Audio(Record):
    """A sound file of the episode."""

    file: str
    """Its name beside episode.json."""
    type: Literal["audio/mpeg", "audio/x-m4a", "audio/ogg"]
    bytes: int = Field(gt=0)
    sha256: str
    seconds: float = Field(gt=0)
    loudness: float
    """Integrated, LUFS, measured on the encoded file."""
    true_peak: float
    """dBTP, measured on the encoded file."""
    bitrate: int = 0
    """Bits of sound in a second, on average, in thousands; 0 in records of earlier versions."""
    codecs: str = ""
    """What is inside, by RFC 6381; "" where the type says it."""

    @property
    def kind(self) -> str:
        """What listeners know it as: MP3."""
        return KINDS[self.file.rpartition(".")[2]]


class Link(Record):
    """One source of a story."""

    title: str
    url: str
    """Where it can be read, or ""."""
    publisher: str
    published: AwareDatetime


class StoryRecord(Record):
    """A story and where it was told."""

    id: str
    title: str
    sources: tuple[Link, ...]


class ChapterRecord(Record):
    """A chapter; `story` is a story's id or "", `url` where to read on, or ""."""

    start: float
    end: float
    title: str
    story: str = ""
    url: str = ""
    image: str = ""
    """The picture's name beside episode.json, or ""."""


class LineRecord(Record):
    """A spoken line; `speaker` is a person's id."""

    start: float
    end: float
    speaker: str
    text: str
    story: str = ""


class Person(Record):
    """A host, and the voice that speaks the part."""

    id: str
    name: str
    voice: str
    engine: str
    """Name and version."""
    credit: str
    license: str
    language: str = ""
    """What the voice speaks, a BCP 47 tag; "" in records of earlier versions: the show's."""
    recorded: bool = False
    """A person's voice, not a synthetic one."""


class Episode(Record):
    """Everything that is known of a published episode."""

    schema_version: Literal[1] = SCHEMA
    number: int = Field(ge=1)
    guid: UUID
    title: str
    summary: str
    published: AwareDatetime
    language: Literal["ja", "en"]
    audio: Audio
    """The feed's enclosure."""
    alternates: tuple[Audio, ...] = ()
    """The same sound in other formats."""
    chapters: tuple[ChapterRecord, ...]
    lines: tuple[LineRecord, ...]
    stories: tuple[StoryRecord, ...]
    people: tuple[Person, ...]
    music: str = ""
    """Credit for the music, or ""."""
    tool: str
    """kawaraban and its version."""

    @property
    def folder(self) -> str:
        """Its folder below output/, as a relative URL without a slash at the end."""
        return f"episodes/{self.number:04d}"

    @property
    def files(self) -> tuple[Audio, ...]:
        """The sound in all its formats, the enclosure first."""
        return (self.audio, *self.alternates)

    def person(self, id_: str) -> Person:
        """The host with this id."""
        return {person.id: person for person in self.people}[id_]

    def story(self, id_: str) -> StoryRecord | None:
        """The story with this id, if there is one."""
        return {story.id: story for story in self.stories}.get(id_)


def read_episode(path: Path) -> Episode:
    """A record that was written before.

    Raises:
        OutputError: it is not a record, or of another schema.
    """
    try:
        return Episode.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise OutputError(
            f"not an episode record of schema {SCHEMA}: {error.errors()[0]['msg']}",
            where=path,
            hint="delete the episode's folder and build it again",
        ) from error


def read_episodes(output: Path) -> tuple[Episode, ...]:
    """Every record below output/, the newest first."""
    found = [read_episode(path) for path in sorted(output.glob(f"episodes/*/{RECORD}"))]
    return tuple(sorted(found, key=lambda episode: (episode.published, episode.number))[::-1])
