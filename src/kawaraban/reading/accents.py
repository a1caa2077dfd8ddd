"""Words with their accents as one line of kana: the notation that VOICEVOX's API reads.

    コンニチワ、セ'カイ/デ'_ス？

Accent phrases stand between / or, where a pause is made, 、; ' follows the mora after which the
pitch falls (the last one where it does not); _ precedes a whispered mora; ？ ends a question. Long
vowels are written as vowels. The same line feeds OpenJTalk's own synthesis, so both hear one
reading. Source: the notation's rules in VOICEVOX ENGINE's README.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kawaraban.model import Word
from kawaraban.reading.kana import LONG, MORA, morae

FALL, WHISPER, JOIN, PAUSE, ASK = "'", "_", "/", "、", "？"
_SILENT_MARKS = "「」"
"""Marks that part phrases without a pause."""
_SIGN = re.compile(f"({WHISPER}?)({MORA})({FALL}?)")
_ROWS = {
    "ア": "アカガサザタダナハバパマヤラワァャヮヷ",
    "イ": "イキギシジチヂニヒビピミリィヰヸ",
    "ウ": "ウクグスズツヅヌフブプムユルゥュヴ",
    "エ": "エケゲセゼテデネヘベペメレェヱヹ",
    "オ": "オコゴソゾトドノホボポモヨロォョヲヺ",
}
_VOWELS = {kana: vowel for vowel, row in _ROWS.items() for kana in row}


@dataclass(frozen=True, slots=True)
class Phrase:
    """An accent phrase."""

    morae: tuple[str, ...]
    accent: int
    """The mora (from 1) after which the pitch falls; 0 where it does not."""
    devoiced: tuple[int, ...] = ()
    """Whispered morae, from 0."""
    pause: bool = False
    """Whether a pause follows."""
    asks: bool = False


def phrases(words: Sequence[Word]) -> list[Phrase]:
    """The accent phrases of words; marks become pauses and questions."""
    found: list[Phrase] = []
    run: list[Word] = []
    for word in words:
        if run and (word.mark or word.accent is not None):
            found.append(_phrase(run))
            run = []
        if not word.mark:
            run.append(word)
        elif found and word.kana not in _SILENT_MARKS:
            last = found[-1]
            asks = last.asks or word.kana == ASK
            found[-1] = Phrase(last.morae, last.accent, last.devoiced, pause=True, asks=asks)
    return [*found, _phrase(run)] if run else found


def _phrase(words: Sequence[Word]) -> Phrase:
    said: list[str] = []
    devoiced: list[int] = []
    for word in words:
        devoiced += [len(said) + at for at in word.devoiced]
        said += morae(word.kana)
    return Phrase(tuple(said), min(words[0].accent or 0, len(said)), tuple(devoiced))


def notation(found: Sequence[Phrase]) -> str:
    """Accent phrases as one line."""
    text = ""
    for phrase in found:
        text += _written(phrase) + ASK * phrase.asks + (PAUSE if phrase.pause else JOIN)
    return text[:-1]


def _written(phrase: Phrase) -> str:
    text, vowel = "", ""
    fall = phrase.accent or len(phrase.morae)
    for at, mora in enumerate(phrase.morae):
        said = vowel if mora == LONG and vowel else mora
        text += WHISPER * (at in phrase.devoiced) + said + FALL * (at + 1 == fall)
        vowel = _VOWELS.get(mora[-1], vowel if mora == LONG else "")
    return text


def parse(line: str) -> list[Phrase]:
    """The phrases of a line that `notation` wrote; a fall after the last mora reads as none."""
    return [_parsed(text) for text in re.findall(f"[^{JOIN}{PAUSE}]+[{JOIN}{PAUSE}]?", line)]


def _parsed(text: str) -> Phrase:
    signs = _SIGN.findall(text)
    said = tuple(mora for _, mora, _ in signs)
    fall = next((at for at, (_, _, falls) in enumerate(signs, 1) if falls), 0)
    return Phrase(
        said,
        0 if fall == len(said) else fall,
        tuple(at for at, (whispered, _, _) in enumerate(signs) if whispered),
        pause=text.endswith(PAUSE),
        asks=ASK in text,
    )
