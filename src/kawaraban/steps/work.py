"""What is asked of a build, who hears how it goes, and what its steps work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kawaraban.cache import Clips
from kawaraban.ledger import Ledger
from kawaraban.model import Script, Speaking, Story
from kawaraban.places import Places
from kawaraban.settings import Show
from kawaraban.speech.voices import Cast


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a build."""

    number: int
    today: date
    day: date | None = None
    """The episode's date, where one is asked for; a new script gets it, or else today's."""
    jobs: int = 1
    force: bool = False
    dry: bool = False
    draft: bool = False
    scheduler: str = ""
    """The address of a Dask cluster that speaks the lines; "" for this machine."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears how a build goes: of steps (no reasons: up to date), and of lines spoken."""

    step: Callable[[str, tuple[str, ...]], None]
    speaking: Callable[[Speaking], None]


@dataclass(frozen=True, slots=True)
class Work:
    """What the steps of one build work on."""

    show: Show
    places: Places
    ledger: Ledger
    parts: Cast
    script: Script
    stories: tuple[Story, ...]
    sounds: Clips
    """Where clips are kept."""
