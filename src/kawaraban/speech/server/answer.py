"""What a server answered: JSON of a known shape, sound, or its own words on what went wrong."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from pydantic import TypeAdapter, ValidationError

from kawaraban.errors import EngineError, one_line
from kawaraban.speech.engine import Waveform
from kawaraban.speech.server.key import Key

LARGEST = 64 * 2**20
"""Bytes of an answer: twenty minutes of 16-bit samples at 24 kHz, and no piece is as long."""
WORDS = 2**16
"""Bytes of an answer that are looked at for words."""
PEAK = 32_768
"""Full scale of 16-bit samples."""
BEGINNING = 60
"""Characters of an answer that is no sound, in a message."""
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    url: str
    status: int
    kind: str
    """Its content type."""
    data: bytes = field(repr=False)
    key: Key | None = None

    def value(self, shape: type[Value]) -> Value:
        """Its JSON as a checked value.

        Raises:
            EngineError: it is not JSON of this shape.
        """
        try:
            return TypeAdapter(shape).validate_json(self.data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise self._odd(f"not what was asked for ({place or 'JSON'}: {first['msg']})") from None

    def sound(self, pcm: int = 0) -> Waveform:
        """Its sound: WAV, FLAC, MP3, or, where `pcm` says at what rate, bare samples; mono.

        Raises:
            EngineError: it is no sound, or was cut.
        """
        import soundfile  # noqa: PLC0415 - loads a library

        # Some servers send a WAV file whatever they are asked for.
        if pcm and not self.data.startswith((b"RIFF", b"fLaC", b"ID3")):
            return self._samples(pcm)
        data = self._mended() if self.data.startswith(b"RIFF") else self.data
        try:
            found, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            raise self._odd("no sound") from None
        if not len(found):
            raise self._odd("a sound without samples")
        return Waveform(np.asarray(found.mean(axis=1), np.float32), int(rate))

    def _samples(self, rate: int) -> Waveform:
        """Signed 16-bit samples, little end first."""
        if not self.data or re.match(r"text/|application/.*json", self.kind):
            raise self._odd("no sound")
        if len(self.data) % 2:
            raise self._odd("half a sample at its end: it was cut")
        samples = np.frombuffer(self.data, "<i2") / PEAK
        return Waveform(np.asarray(samples, np.float32), rate)

    def _mended(self) -> bytes:
        """A WAV file that knows its length: one that is streamed says 0, or more than there is.

        libsndfile reads a length of 0 as no sound, and a file that was cut without a word.
        """
        at, wav = 12, self.data
        while at + 8 <= len(wav):
            size, there = int.from_bytes(wav[at + 4 : at + 8], "little"), len(wav) - at - 8
            if wav[at : at + 4] == b"data":
                if 0 < size <= there:
                    return wav
                if 0 < size <= LARGEST:
                    raise self._odd(f"{there} of {size} bytes of sound: it was cut")
                return wav[: at + 4] + there.to_bytes(4, "little") + wav[at + 8 :]
            at += 8 + size + size % 2
        return wav

    def _odd(self, what: str) -> EngineError:
        begins = self._shown(self._text)[:BEGINNING]
        return EngineError(
            f"{self.url} answered {what}",
            hint=f"it sent {len(self.data)} bytes of {self.kind or 'no named type'}: {begins}",
        )

    @property
    def words(self) -> str:
        """What it says of an error, one line: OpenAI's, ElevenLabs', VOICEVOX's and FastAPI's."""
        try:
            found = json.loads(self._text)
        except (ValueError, RecursionError):
            found = self._text
        while isinstance(found, (dict, list)) and found:
            inner = found[0] if isinstance(found, list) else _first(found)
            if inner is None:
                break
            found = inner
        plain = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
        return self._shown(plain)

    @property
    def _text(self) -> str:
        return self.data[:WORDS].decode("utf-8", "replace")

    def _shown(self, text: str) -> str:
        return one_line(self.key.hide(text) if self.key else text)


def _first(said: Mapping[str, object]) -> object:
    keys = ("error", "detail", "message", "msg", "text")
    return next((said[key] for key in keys if said.get(key)), None)
