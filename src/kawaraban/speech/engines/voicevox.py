"""VOICEVOX, and servers with its API: AivisSpeech (port 10101), SHAREVOX (port 50025).

The server is given our reading, kana with accents, so names are said as the lexicon has them; its
user dictionary is neither needed nor touched. Sources: VOICEVOX ENGINE's OpenAPI description and
tts_pipeline/{kana_converter,mora_mapping,tts_engine}.py; AivisSpeech-Engine's
style_bert_vits2_tts_engine.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field

from kawaraban.documents import nearest
from kawaraban.errors import ShowError
from kawaraban.model import Utterance
from kawaraban.reading.accents import PAUSE, Phrase, notation, phrases
from kawaraban.reading.kana import LONG
from kawaraban.settings import Section, Voice
from kawaraban.speech.engine import Machine, Waveform
from kawaraban.speech.pieces import phrase_runs
from kawaraban.speech.server.client import Address, Seconds, Server

LONGEST = 200
"""Morae said at once: memory grows with them; a pause is where to part."""
EDGE = 0.05
"""Seconds of silence that the server puts around a piece; ours are cut to size anyway."""
REST = 0.3
"""Seconds of a pause that falls between two pieces, where the server makes none."""
SEMITONE = math.log(2) / 12
"""In VOICEVOX's unit of pitch, the natural logarithm of Hz."""


class Options(Section):
    """[options] of a VOICEVOX voice."""

    url: Address = Field(default="http://127.0.0.1:50021", exclude=True)
    timeout: Seconds = Field(default=60.0, exclude=True)
    """Seconds for one request."""
    intonation: float = Field(default=1.0, ge=0, le=2)
    """How far the pitch moves; AivisSpeech takes it for how much the tempo varies."""
    pause: float = Field(default=1.0, ge=0, le=2)
    """How long pauses within a sentence are; older servers do not know it."""


def make(voice: Voice, folder: Path, machine: Machine) -> Voicevox:
    """The engine; no server is asked yet.

    Raises:
        ShowError: a language other than Japanese, or no speaker.
    """
    del folder, machine
    options = cast("Options", voice.options)
    if voice.language != "ja":
        raise ShowError("engine voicevox speaks Japanese", hint='write language = "ja"')
    if not voice.speaker:
        raise ShowError("a VOICEVOX voice has a speaker", hint='speaker = "四国めたん/あまあま"')
    start = "is VOICEVOX running? start it, or set url in the voice's [options]"
    return Voicevox(voice, options, Server(options.url, options.timeout, start))


# ── the server's own values ──────────────────────────────────────────────────────────────────────


class _Style(BaseModel):
    name: str
    id: int
    type: str = "talk"
    """Styles that sing have others; older servers name none."""


class _Speaker(BaseModel):
    name: str
    styles: list[_Style]


class _Mora(BaseModel):
    model_config = ConfigDict(extra="allow")
    pitch: float
    """ln Hz; 0 for what has no voice, and always in AivisSpeech."""


class _AccentPhrase(BaseModel):
    model_config = ConfigDict(extra="allow")
    moras: list[_Mora]


# ── the engine ───────────────────────────────────────────────────────────────────────────────────


@dataclass
class Voicevox:
    """The engine."""

    voice: Voice
    options: Options
    server: Server
    version: str = "API"
    """The server's version is not known without asking, and a key must be."""
    _style: int = -1

    @property
    def device(self) -> str:
        """The server's address."""
        return self.options.url

    def speakers(self) -> tuple[str, ...]:
        """Every NAME/STYLE that talks.

        Raises:
            EngineError: the server does not answer.
        """
        return tuple(f"{name}/{style.name}" for name, style in self._styles())

    def _styles(self) -> list[tuple[str, _Style]]:
        found = self.server.get("/speakers").value(list[_Speaker])
        return [(one.name, style) for one in found for style in one.styles if style.type == "talk"]

    def spell(self, utterance: Utterance) -> tuple[str, ...]:
        """Kana with accents; a piece that a pause follows ends in 、."""
        sayable = [_sayable(phrase) for phrase in phrases(utterance.words)]
        found = phrase_runs(sayable, LONGEST)
        last = len(found) - 1
        rests = (PAUSE if run[-1].pause and at < last else "" for at, run in enumerate(found))
        return tuple(notation(run) + rest for run, rest in zip(found, rests, strict=True))

    def load(self) -> None:
        """Find the server, and in it the style.

        Raises:
            EngineError: the server does not answer, or is none of VOICEVOX's.
            ShowError: it has no such speaker or style.
        """
        self.server.get("/version").value(str)
        styles, wanted = self._styles(), self.voice.speaker
        names = [f"{name}/{style.name}" for name, style in styles]
        for full, (name, style) in zip(names, styles, strict=True):
            if wanted in {name, full}:
                self._style = style.id
                return
        hint = nearest(wanted, names)
        raise ShowError(f"{self.options.url} has no speaker {wanted!r}", hint=hint)

    def speak(self, piece: str) -> Waveform:
        """Kana with accents as sound, at the speaker's own rate.

        Raises:
            EngineError: the server failed, or refused.
        """
        style: dict[str, str | int] = {"speaker": self._style}
        said = piece.removesuffix(PAUSE)
        kana = re.sub("['_/]", "", said)
        query = self.server.post("/audio_query", {"text": kana} | style).value(dict[str, Any])
        asked = {"text": said, "is_kana": "true"} | style
        found = self.server.post("/accent_phrases", asked).value(list[_AccentPhrase])
        rest = REST * self.options.pause if piece.endswith(PAUSE) else 0.0
        heard = query | self._manner(query, found, EDGE + rest)
        return self.server.post("/synthesis", style, heard).sound()

    def _manner(
        self, query: dict[str, Any], found: Sequence[_AccentPhrase], after: float
    ) -> dict[str, Any]:
        """What of a query is ours to say."""
        manner: dict[str, Any] = {
            "speedScale": self.voice.speed,
            "intonationScale": self.options.intonation,
            "prePhonemeLength": EDGE,
            "postPhonemeLength": after,
            "outputStereo": False,
        }
        if "pauseLengthScale" in query:
            manner["pauseLengthScale"] = self.options.pause
        return manner | pitched(found, self.voice.pitch)


def pitched(found: Sequence[_AccentPhrase], semitones: float) -> dict[str, Any]:
    """Accent phrases and pitchScale that sound so many semitones higher.

    pitchScale is no measure of semitones: VOICEVOX multiplies ln Hz by 2 ** pitchScale, which moves
    a high voice further than a low one and widens its intonation. A semitone is the same step of
    ln Hz everywhere, so it is added to each voiced mora, which is exact. AivisSpeech, whose morae
    have no pitch, multiplies Hz by 1 + pitchScale: exact as well.
    """
    voiced = [mora for phrase in found for mora in phrase.moras if mora.pitch > 0]
    for mora in voiced:
        mora.pitch += SEMITONE * semitones
    scale = 0.0 if voiced else 2 ** (semitones / 12) - 1
    return {"accent_phrases": [phrase.model_dump() for phrase in found], "pitchScale": scale}


# ── what VOICEVOX can read ───────────────────────────────────────────────────────────────────────

_OTHERWISE = {"ヷ": "ヴァ", "ヸ": "ヴィ", "ヹ": "ヴェ", "ヺ": "ヴォ"}
"""Kana that VOICEVOX's table lacks."""
_VOICELESS = "ンッ"


def _sayable(phrase: Phrase) -> Phrase:
    """A phrase in the kana of VOICEVOX's table, which has no ー and whispers vowels only.

    After ン, a long ー is another ン; after ッ, and with nothing before it, it is not heard.
    """
    said: list[str] = []
    for mora in phrase.morae:
        before = said[-1] if said else "ッ"
        if mora == LONG and before in _VOICELESS:
            said.append(before)
        else:
            said.append(_OTHERWISE.get(mora[0], mora[0]) + mora[1:])
    devoiced = tuple(at for at in phrase.devoiced if said[at] not in _VOICELESS)
    return replace(phrase, morae=tuple(said), devoiced=devoiced)
