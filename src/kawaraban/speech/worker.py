"""What a worker of a cluster does: it speaks one line, with an engine that it loads once.

Workers import this, and the scheduler does to read what it hands on: what is heavy waits. A
voice's files are looked for in the folder that the worker was started in, laid out as the show's;
the engine's version, checksums among it, says whether they are the same. Keys are never sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kawaraban import flac
from kawaraban.errors import EngineError, KawarabanError
from kawaraban.model import Utterance

if TYPE_CHECKING:
    from kawaraban.settings import Voice
    from kawaraban.speech.voices import Part

VOICES = 16
"""Voices that a worker keeps ready; the one that was longest without a line gives way."""
_loading = Lock()


@dataclass(frozen=True, slots=True)
class Role:
    """A voice as it is sent."""

    engine: str
    """The engine and its version on the machine that asks; the worker's must be the same."""
    voice: str
    """The voice, as JSON."""
    folder: str
    """The voice's folder, relative to the show's."""
    device: str
    runtime: str = "auto"


def speak_line(role: Role, utterances: Sequence[Utterance]) -> bytes:
    """A line as FLAC, mono, 24 bits: the samples that the asking machine would have made.

    Raises:
        EngineError: this worker lacks the engine, its version or a file, or the line cannot be
            said.
    """
    from kawaraban.speech.voicing import speak  # noqa: PLC0415 - loads numpy

    try:
        with _loading:
            part = _part(role)
        return flac.encoded(*speak(utterances, part))
    except RecursionError as error:
        # Dask 2026.8 drops an error whose traceback it cannot pickle, and the line is never done.
        raise EngineError(f"worker {_address()}: {error}") from None


@lru_cache(maxsize=VOICES)
def _part(role: Role) -> Part:
    """A voice, loaded."""
    try:
        part = _made(role)
        part.engine.load()
    except KawarabanError as error:
        cause = f"worker {_address()}: {error.cause}"
        raise EngineError(cause, where=error.where, hint=error.hint) from error
    return part


def _made(role: Role) -> Part:
    """A voice of the same version as it has on the machine that asks."""
    from kawaraban.speech.engine import Machine  # noqa: PLC0415
    from kawaraban.speech.voices import make_part, received  # noqa: PLC0415

    voice, folder = received(role.voice), Path(role.folder)
    _check_files(voice, folder)
    # A worker speaks as many lines at a time as it has threads, each on one core.
    part = make_part(voice, folder, Machine(role.device, 1, role.runtime))
    if part.engine_name != role.engine:
        raise EngineError(
            f"it has {part.engine_name}; the machine that builds has {role.engine}",
            hint="install the same packages on both, and give the worker the same voices/",
        )
    return part


def _check_files(voice: Voice, folder: Path) -> None:
    """Raise an EngineError where a file that the voice names is not on this machine."""
    named = [*voice.references, *(path for _, path in voice.options if isinstance(path, Path))]
    for path in named:
        if not (folder / path).exists():
            raise EngineError(
                f"there is no file {folder / path} in {Path.cwd()}",
                hint="start the worker in a copy of the show's folder, with the same voices/",
            )


def _address() -> str:
    from distributed import get_worker  # noqa: PLC0415 - an extra, and heavy

    return str(get_worker().address)
