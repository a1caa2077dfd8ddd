"""What tags say, whatever the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kawaraban.model import Span

GENRE = "Podcast"
LANGUAGES = {"ja": "jpn", "en": "eng"}
"""ISO 639-2, which ID3 and MP4 want."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A chapter as tags hold it."""

    span: Span
    title: str
    url: str = ""
    picture: bytes = b""
    """A square JPEG, or none."""

    @property
    def start(self) -> int:
        """Milliseconds: what all formats count in."""
        return round(self.span.start * 1000)

    @property
    def end(self) -> int:
        """Milliseconds."""
        return round(self.span.end * 1000)


@dataclass(frozen=True, slots=True)
class Tags:
    """What an episode's file says of itself."""

    title: str
    show: str
    author: str
    number: int
    day: date
    summary: str
    language: str
    cover: bytes
    """A square JPEG (`pictures.square`)."""
    marks: tuple[Mark, ...]
