"""Languages other than Japanese for Kokoro: eSpeak's IPA in the signs Kokoro was trained on.

eSpeak NG comes inside piper-tts (GPL-3.0), an extra; it is imported here when it is needed. Kokoro
writes diphthongs and affricates as one sign each and English without length marks (hexgrad's
misaki, its notes on phonemes).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import Any

from kawaraban.documents import nearest
from kawaraban.errors import EngineError
from kawaraban.speech.pieces import runs

ESPEAK = {
    "en": "en-us",
    "en-US": "en-us",
    "en-GB": "en",
    "es": "es",
    "fr": "fr",
    "hi": "hi",
    "it": "it",
    "pt": "pt-br",
    "pt-BR": "pt-br",
}
"""eSpeak's voice for each language that Kokoro v1.0 speaks with it."""

_SHARED = "aɪ I  aʊ W  eɪ A  ɔɪ Y  tʃ ʧ  dʒ ʤ"
_ENGLISH = "ɚ əɹ  r ɹ  x k  ç k  ɐ ə  ɬ l  ʔ t  ʲ _  ̃ _"
_SIGNS = {
    "en-us": f"ɜːɹ ɜɹ  ɜː ɜɹ  ɪə iə  oʊ O  {_SHARED}  e A  {_ENGLISH}  ː _",
    "en": f"eə ɛː  iə ɪə  əʊ Q  {_SHARED}  e A  {_ENGLISH}",
}
_OTHERS = f"oʊ O  əʊ Q  dz ʣ  ts ʦ  {_SHARED}"
"""What is written for what, in order; _ for nothing."""
_UNWRITTEN = re.compile("[͡\u200d̩̪]")
_MARKS = tuple(",.;:!?—")
_speaking = Lock()


def require(language: str) -> None:
    """Make sure that a language can be spoken.

    Raises:
        EngineError: Kokoro does not speak it, or eSpeak is not installed.
    """
    if language not in ESPEAK:
        known = nearest(language, ["ja", *ESPEAK])
        raise EngineError(f"Kokoro cannot speak {language!r} here", hint=known)
    if find_spec("piper") is None:
        raise EngineError(
            f"Kokoro needs eSpeak for {language!r}", hint="pip install 'kawaraban[piper]'"
        )


def phonemes(text: str, language: str) -> str:
    """A text in Kokoro's signs."""
    voice = ESPEAK[language]
    with _speaking:  # eSpeak has one state for the whole process
        clauses = _espeak().phonemize(voice, text)
    return " ".join(to_signs("".join(clause), voice) for clause in clauses).strip()


@cache
def _espeak() -> Any:  # noqa: ANN401 - piper is untyped
    from piper.phonemize_espeak import ESPEAK_DATA_DIR, EspeakPhonemizer  # noqa: PLC0415 - extra

    return EspeakPhonemizer(ESPEAK_DATA_DIR)


def to_signs(ipa: str, voice: str) -> str:
    """ESpeak's IPA in Kokoro's signs."""
    # Nasal vowels are two signs, ç is one.
    parted = unicodedata.normalize("NFD", ipa).replace("c\u0327", "ç")
    said = _UNWRITTEN.sub("", parted)
    table = _SIGNS.get(voice, _OTHERS).split()
    for heard, sign in zip(table[::2], table[1::2], strict=True):
        said = said.replace(heard, sign.strip("_"))
    return said


def split(said: str, most: int) -> tuple[str, ...]:
    """Phonemes in pieces of at most `most`, parted after marks where they can be, else at spaces.

    A single word may be longer.
    """
    words = said.split(" ") if said else []
    found = runs(words, most + 1, lambda word: len(word) + 1, lambda word: word[-1:] in _MARKS)
    return tuple(" ".join(run) for run in found)
