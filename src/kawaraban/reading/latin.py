"""Latin words in katakana: letters one by one, or as Japanese speakers say the English word."""

from __future__ import annotations

import re
from functools import cache

from kawaraban.reading.kana import named

_NAMES = """
A エー B ビー C シー D ディー E イー F エフ G ジー H エイチ I アイ J ジェー
K ケー L エル M エム N エヌ O オー P ピー Q キュー R アール S エス T ティー
U ユー V ブイ W ダブリュー X エックス Y ワイ Z ゼット
"""
LETTERS: dict[str, str] = dict(zip(*[iter(_NAMES.split())] * 2, strict=True))
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
LONGEST = 30
"""Letters; nothing longer is a word."""
_PRONOUNCED_FROM = 5  # letters; a capital word this long is mostly a name in capitals


def latin_to_katakana(text: str) -> str:
    """Text with every Latin word in katakana; joints such as the hyphen of GPT-4 fall away."""
    text = re.sub(r"(?<=[A-Za-z])[-_/](?=[A-Za-z0-9])|(?<=[0-9])-(?=[A-Za-z])", "", text)
    return _WORD.sub(lambda found: named(read_word(found[0])), text)


@cache
def read_word(word: str) -> str:
    """One Latin word in katakana: split at capitals (DeepMind), acronyms spelled out."""
    return "".join(_read_piece(piece) for piece in _PIECE.findall(re.sub(r"['’]", "", word)))


def is_spelled_out(piece: str) -> bool:
    """Whether letters are said one by one: acronyms, and what has no vowel."""
    acronym = piece.isupper() and len(piece) < _PRONOUNCED_FROM
    return not 1 < len(piece) <= LONGEST or acronym or not re.search(r"[aeiouy]", piece.lower())


def _read_piece(piece: str) -> str:
    if is_spelled_out(piece):
        return "".join(LETTERS[letter] for letter in piece.upper())
    import kanalizer  # noqa: PLC0415 - loads a model

    return str(kanalizer.convert(piece.lower(), on_incomplete="ignore"))
