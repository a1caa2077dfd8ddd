"""Servers with OpenAI's POST /v1/audio/speech: a local one, or OpenAI's own, which is paid for.

Nothing leaves the machine unless a voice names a server elsewhere; the default is OpenAI's. Source
of limits: OpenAI's API reference, Create speech.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pydantic import Field

from kawaraban.errors import ShowError
from kawaraban.model import Utterance
from kawaraban.settings import Section, Voice
from kawaraban.speech.engine import Machine, Waveform
from kawaraban.speech.pieces import pieces
from kawaraban.speech.server.client import Address, Seconds, Server
from kawaraban.speech.server.key import Key

OPENAI = "https://api.openai.com"
LONGEST = 2000
"""Characters said at once; OpenAI takes 4096."""
RATE = 24_000
"""Hz of "pcm": bare 16-bit samples."""


class Options(Section):
    """[options] of a voice of such a server."""

    url: Address = Field(default=OPENAI, exclude=True)
    """Without /v1: http://127.0.0.1:8880."""
    model: str = Field(default="gpt-4o-mini-tts", min_length=1)
    instructions: str = Field(default="", max_length=4096)
    """How to speak, in words; tts-1 and tts-1-hd do not take them."""
    format: Literal["wav", "flac", "mp3", "pcm"] = "wav"
    kana: bool = False
    """Whether Japanese is given as katakana, for servers that misread kanji."""
    key: str = Field(default="OPENAI_API_KEY", exclude=True)
    """The name of the environment variable that has the key; sent where it is set."""
    timeout: Seconds = Field(default=120.0, exclude=True)
    """Seconds for one request."""


def make(voice: Voice, folder: Path, machine: Machine) -> OpenAI:
    """The engine; no server is asked yet.

    Raises:
        ShowError: no speaker, or a key in place of its variable's name.
    """
    del folder, machine
    options = cast("Options", voice.options)
    if not voice.speaker:
        raise ShowError("such a voice has a speaker", hint='speaker = "alloy"')
    key = Key(options.key, "Authorization", "Bearer ")
    key.check()
    start = "is the server running? start it, or set url in the voice's [options]"
    return OpenAI(voice, options, Server(options.url, options.timeout, start, key))


@dataclass
class OpenAI:
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
        """Any: the API has no list of them."""
        return ()

    def spell(self, utterance: Utterance) -> tuple[str, ...]:
        """Text, or katakana where the voice asks for it, in pieces at marks or spaces."""
        return pieces((self.options.kana and utterance.kana) or utterance.text, LONGEST)

    def load(self) -> None:
        """Find the server; OpenAI's own needs a key.

        Raises:
            EngineError: there is no server, or no key.
        """
        key = self.server.key
        if key and self.options.url.rstrip("/") == OPENAI:
            key.require(OPENAI)
        self.server.reach()

    def speak(self, piece: str) -> Waveform:
        """Text as sound.

        Raises:
            EngineError: the server failed, or refused.
        """
        asked: dict[str, str | float] = {
            "model": self.options.model,
            "voice": self.voice.speaker,
            "input": piece,
            "response_format": self.options.format,
            "speed": self.voice.speed,
        }
        if self.options.instructions:
            asked["instructions"] = self.options.instructions
        answer = self.server.post("/v1/audio/speech", body=asked)
        return answer.sound(RATE if self.options.format == "pcm" else 0)
