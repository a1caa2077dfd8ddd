"""ElevenLabs, which is paid for. Source of fields and limits: its API reference, Create speech."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import quote

from pydantic import BaseModel, Field

from kawaraban.errors import ShowError
from kawaraban.model import Utterance
from kawaraban.settings import Section, Voice
from kawaraban.speech.engine import Machine, Waveform
from kawaraban.speech.pieces import pieces
from kawaraban.speech.server.client import Address, Seconds, Server
from kawaraban.speech.server.key import Key

SLOWEST, QUICKEST = 0.7, 1.2
"""ElevenLabs' docs, Speed control."""
LONGEST = 2000
"""Characters said at once; the models take more."""
RATE = 24_000
"""Hz of the bare 16-bit samples asked for; 44.1 kHz needs a dearer plan."""
_TOLD = re.compile(r"_v2_5|_v3")
"""Models that take a language code; others guess it from the text, and refuse one."""


class Options(Section):
    """[options] of an ElevenLabs voice."""

    url: Address = Field(default="https://api.elevenlabs.io", exclude=True)
    model: str = Field(default="eleven_multilingual_v2", min_length=1)
    stability: float = Field(default=0.5, ge=0, le=1)
    similarity: float = Field(default=0.75, ge=0, le=1)
    style: float = Field(default=0.0, ge=0, le=1)
    kana: bool = False
    """Whether Japanese is given as katakana."""
    key: str = Field(default="ELEVENLABS_API_KEY", exclude=True)
    """The name of the environment variable that has the key."""
    timeout: Seconds = Field(default=120.0, exclude=True)
    """Seconds for one request."""


def make(voice: Voice, folder: Path, machine: Machine) -> ElevenLabs:
    """The engine; no server is asked yet.

    Raises:
        ShowError: no speaker, a speed that ElevenLabs does not have, or a key in place of its
            variable's name.
    """
    del folder, machine
    options = cast("Options", voice.options)
    if not voice.speaker:
        raise ShowError("an ElevenLabs voice has a speaker", hint="write its voice id")
    if not SLOWEST <= voice.speed <= QUICKEST:
        raise ShowError(
            f"ElevenLabs speaks at speeds of {SLOWEST} to {QUICKEST}, not {voice.speed:.2f}",
            hint="mend speed; a pitch asks for speed / 2 ** (pitch / 12)",
        )
    key = Key(options.key, "xi-api-key")
    key.check()
    start = "is there a network? or set url in the voice's [options]"
    return ElevenLabs(voice, options, Server(options.url, options.timeout, start, key))


class _Listed(BaseModel):
    voice_id: str
    name: str


class _List(BaseModel):
    voices: list[_Listed]


@dataclass
class ElevenLabs:
    """The engine."""

    voice: Voice
    options: Options
    server: Server
    version: str = "API"

    @property
    def device(self) -> str:
        """The server's address."""
        return self.options.url

    def speakers(self) -> tuple[str, ...]:
        """The account's voices: ID (NAME).

        Raises:
            EngineError: there is no key or no server, or it refuses.
        """
        self._key()
        found = self.server.get("/v1/voices").value(_List)
        return tuple(f"{one.voice_id} ({one.name})" for one in found.voices)

    def spell(self, utterance: Utterance) -> tuple[str, ...]:
        """Text, or katakana where the voice asks for it, in pieces at marks or spaces."""
        return pieces((self.options.kana and utterance.kana) or utterance.text, LONGEST)

    def load(self) -> None:
        """Make sure of a key and of the server.

        Keys that may only speak may not list voices, so the voice is not looked for.

        Raises:
            EngineError: one is missing.
        """
        self._key()
        self.server.reach()

    def _key(self) -> None:
        if self.server.key:
            self.server.key.require(self.options.url)

    def speak(self, piece: str) -> Waveform:
        """Text as sound at 24 kHz; the same text has the same seed.

        Raises:
            EngineError: the server failed, or refused.
        """
        options = self.options
        asked: dict[str, object] = {
            "text": piece,
            "model_id": options.model,
            "voice_settings": {
                "stability": options.stability,
                "similarity_boost": options.similarity,
                "style": options.style,
                "speed": self.voice.speed,
            },
            "seed": int.from_bytes(hashlib.sha256(piece.encode()).digest()[:4]),
        }
        if _TOLD.search(options.model):
            asked["language_code"] = self.voice.language.split("-")[0]
        path = f"/v1/text-to-speech/{quote(self.voice.speaker, safe='')}"
        return self.server.post(path, {"output_format": f"pcm_{RATE}"}, asked).sound(RATE)
