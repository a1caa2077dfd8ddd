"""Voices: a file or a folder each in voices/, and which host speaks with which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, create_model

from kawaraban.documents import nearest, read_toml
from kawaraban.errors import KawarabanError, Problems, ShowError
from kawaraban.settings import Section, Show, Voice, Words
from kawaraban.speech.catalogue import ENGINES, module, require
from kawaraban.speech.engine import Engine, Machine

FOLDER = Path("voices")
OWN = "voice.toml"
"""What tells of a voice in a folder of its own: voices/NAME/voice.toml."""
_SOUNDS = {".wav", ".flac", ".mp3", ".m4a"}


@dataclass(frozen=True, slots=True)
class Part:
    """A host's voice and the engine that speaks with it."""

    voice: Voice
    engine: Engine
    folder: Path
    """What paths in the voice, and takes, are relative to."""

    @property
    def engine_name(self) -> str:
        """Name and version, for the record."""
        return f"{self.voice.engine} {self.engine.version}".rstrip()

    @property
    def recorded(self) -> bool:
        """Whether a person speaks."""
        return ENGINES[self.voice.engine].recorded

    @property
    def travels(self) -> bool:
        """Whether another machine may speak: what a person or a server spoke is fetched from here.

        So recordings and keys stay on this machine.
        """
        entry = ENGINES[self.voice.engine]
        return not (entry.recorded or entry.served)

    @property
    def resampled(self) -> bool:
        """Whether its pitch is changed after the engine has spoken."""
        return bool(self.voice.pitch) and not ENGINES[self.voice.engine].pitches


Cast = Mapping[str, Part]
"""By host id."""


def octave(semitones: float) -> float:
    """The ratio of two frequencies that are so many semitones apart."""
    return float(2 ** (semitones / 12))


# ── voice files ──────────────────────────────────────────────────────────────────────────────────


def voice_files(root: Path) -> dict[str, Path]:
    """The file of each voice of a show, by name.

    Raises:
        ShowError: a voice has both a file and a folder.
    """
    folder = root / FOLDER
    files = {file.stem: file for file in sorted(folder.glob("*.toml"))}
    for own in sorted(folder.glob(f"*/{OWN}")):
        name = own.parent.name
        if name in files:
            raise ShowError(f"{files[name].name} tells of the same voice", where=own)
        files[name] = own
    return files


def read_voice(file: Path) -> Voice:
    """A voice, with its engine's own options checked and its references found.

    Raises:
        ShowError: (or Problems) an unknown key or engine, a wrong value, a reference that is not
            there.
    """
    engine = read_toml(file, _Spoken).engine
    if engine not in ENGINES:
        raise ShowError(f"there is no engine {engine}", where=file, hint=nearest(engine, ENGINES))
    voice = read_toml(file, _typed(engine))
    references = voice.references or (_sounds_in(file.parent) if file.name == OWN else ())
    for path in references:
        if not (file.parent / path).is_file():
            hint = nearest(str(path), map(str, _sounds_in(file.parent)))
            raise ShowError(f"references: there is no file {path}", where=file, hint=hint)
    return voice.model_copy(update={"references": references})


def received(text: str) -> Voice:
    """A voice as another machine sent it: `model_dump_json` of one that was read there."""
    return _typed(_Spoken.model_validate_json(text).engine).model_validate_json(text)


class _Spoken(BaseModel):
    """What of a voice file says how to check the rest of it."""

    engine: Words


@cache
def _typed(engine: str) -> type[Voice]:
    """Voice, with the options of an engine."""
    options: type[Section] = module(engine).Options
    return create_model("Voice", __base__=Voice, options=(options, options()))


def _sounds_in(folder: Path) -> tuple[Path, ...]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SOUNDS)
    return tuple(path.relative_to(folder) for path in files)


# ── casting ──────────────────────────────────────────────────────────────────────────────────────


def cast(show: Show, root: Path, machine: Machine) -> Cast:
    """A part for each host; no engine is loaded yet.

    Raises:
        ShowError: (or Problems) a host's voice, its engine or its speaker does not exist.
        EngineError: an engine is not installed, or not for the device that is asked for.
    """
    files = voice_files(root)
    parts: dict[str, Part] = {}
    faults: list[ShowError] = []
    for host in show.hosts:
        try:
            parts[host.id] = part(files, host.voice, machine, root / "show.toml")
        except Problems as problems:
            faults += problems.errors
        except ShowError as fault:
            faults.append(fault)
    Problems.raise_any(faults)
    return parts


def part(files: Mapping[str, Path], name: str, machine: Machine, where: Path | None = None) -> Part:
    """The part for one voice by name.

    Raises:
        ShowError: there is no such voice, named in `where`, or it is wrong.
        EngineError: its engine is not installed.
    """
    if name not in files:
        cause = f"there is no voice {name} in {FOLDER}/"
        raise ShowError(cause, where=where, hint=nearest(name, files))
    file = files[name]
    voice = read_voice(file)
    try:
        return make_part(voice, file.parent, machine)
    except KawarabanError as fault:
        fault.where = fault.where or file
        raise


def make_part(voice: Voice, folder: Path, machine: Machine) -> Part:
    """A voice with its engine; paths in the voice are relative to `folder`."""
    require(voice.engine)
    heard = voice
    if voice.pitch and not ENGINES[voice.engine].pitches:
        # Resampling will make it quicker by as much as higher.
        heard = voice.model_copy(update={"speed": voice.speed / octave(voice.pitch)})
    engine: Engine = module(voice.engine).make(heard, folder, machine)
    return Part(voice, engine, folder)


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────

DRAFT = "openjtalk"
_DRAFT_PITCHES = (0.0, 4.0, -4.0, 2.0, -2.0, 6.0, -6.0)
"""Semitones, so that hosts who share the draft's one voice can be told apart."""


def draft_cast(show: Show, parts: Cast) -> Cast:
    """A cast for listening through a script at once: hosts who speak Japanese get OpenJTalk."""
    draft = dict(parts)
    for at, host in enumerate(show.hosts):
        voice = parts[host.id].voice
        if voice.language == "ja":
            pitch = _DRAFT_PITCHES[at % len(_DRAFT_PITCHES)]
            draft[host.id] = make_part(_draft_voice(voice, pitch), Path(), Machine("cpu"))
    return draft


def _draft_voice(voice: Voice, pitch: float) -> Voice:
    return _typed(DRAFT)(
        engine=DRAFT,
        speed=voice.speed,
        pitch=pitch,
        pause=voice.pause,
        license="CC-BY-3.0",
        credit="HTS Voice Mei",
    )
