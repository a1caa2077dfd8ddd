"""Voices: one TOML file each in voices/, and which host speaks with which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kawaraban.documents import nearest, read_toml
from kawaraban.errors import Problems, ShowError
from kawaraban.settings import Show, Voice
from kawaraban.speech.engine import ENGINES, Engine, make_engine

FOLDER = Path("voices")


@dataclass(frozen=True, slots=True)
class Part:
    """A host's voice and the engine that speaks it; hosts of one engine share it."""

    voice: Voice
    engine: Engine

    @property
    def engine_name(self) -> str:
        """Name and version, for the record."""
        return f"{self.voice.engine} {self.engine.version}"


Cast = Mapping[str, Part]
"""By host id."""


def read_voices(root: Path) -> dict[str, Voice]:
    """Every voice of a show, by name.

    Raises:
        ShowError: a voice file is wrong.
    """
    files = sorted((root / FOLDER).glob("*.toml"))
    return {file.stem: read_toml(file, Voice) for file in files}


def cast(show: Show, root: Path, threads: int) -> Cast:
    """A part for each host; no engine is loaded yet.

    Raises:
        ShowError: (or Problems) a host's voice, its engine or its speaker does not exist.
        EngineError: an engine is not installed.
    """
    voices = read_voices(root)
    engines: dict[str, Engine] = {}
    faults: list[ShowError] = []
    parts: dict[str, Part] = {}
    for host in show.hosts:
        fault = _fault(host.voice, voices, root)
        if fault is not None:
            faults.append(fault)
            continue
        voice = voices[host.voice]
        engine = engines.setdefault(voice.engine, make_engine(voice.engine, threads))
        parts[host.id] = Part(voice, engine)
        if engine.speakers and voice.speaker not in engine.speakers:
            hint = nearest(voice.speaker, engine.speakers)
            where = root / FOLDER / f"{host.voice}.toml"
            cause = f"engine {voice.engine} has no speaker {voice.speaker!r}"
            faults.append(ShowError(cause, where=where, hint=hint))
    Problems.raise_any(faults)
    return parts


def _fault(name: str, voices: Mapping[str, Voice], root: Path) -> ShowError | None:
    if name not in voices:
        cause = f"there is no voice {name} in {FOLDER}/"
        return ShowError(cause, where=root / "show.toml", hint=nearest(name, voices))
    engine = voices[name].engine
    if engine not in ENGINES:
        where = root / FOLDER / f"{name}.toml"
        return ShowError(f"there is no engine {engine}", where=where, hint=nearest(engine, ENGINES))
    return None


def part(voices: Mapping[str, Voice], name: str, threads: int) -> Part:
    """The part for one voice by name.

    Raises:
        ShowError: there is no such voice.
        EngineError: its engine is not installed.
    """
    if name not in voices:
        raise ShowError(f"there is no voice {name}", hint=nearest(name, voices))
    return Part(voices[name], make_engine(voices[name].engine, threads))
