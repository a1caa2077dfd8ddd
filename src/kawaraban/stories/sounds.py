"""How names sound, so that two scripts can be compared.

A name is known by its letters and by its sound, so that カイロス meets Kairos: the consonants in
their order, with those made one that kana cannot tell apart (l and r, b and v). Japanese names are
written in Latin letters by their reading, so that 青葉 meets Aoba.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_MADE_ONE = (
    *(("sch", "sh"), ("tch", "t"), ("ph", "f"), ("th", "s"), ("ck", "k"), ("qu", "k"), ("q", "k")),
    *(("x", "ks"), ("ch", "t"), ("ts", "t"), ("sh", "s"), ("dz", "z"), ("dg", "z")),
)
_HEPBURN = (("ou", "o"), ("tch", "cch"), ("mb", "nb"), ("mp", "np"), ("mm", "nm"))
"""One reading, as it is written by those who hear it and as kana spell it."""


@cache
def sound(name: str) -> str:
    """The consonants of a name in Latin letters; a vowel at its start counts as "a"."""
    word = _letters(name)
    for written, heard in _MADE_ONE:
        word = word.replace(written, heard)
    word = re.sub("c(?=[eiy])", "s", word).replace("c", "k")
    word = re.sub("g(?=[eiy])", "z", word).translate(str.maketrans("lvj", "rbz"))
    word = re.sub("n(?=[bpm])", "m", word)
    start = "a" if word[:1] in {*"aeiou"} else ""
    word = re.sub("[aeiouyw]|h(?![aeiou])", "", word)
    return start + re.sub(r"(.)\1+", r"\1", word)


def reading(name: str) -> str:
    """A Japanese name in Latin letters, with short vowels: Kōbe, Koube and Kobe are one."""
    word = re.sub(r"([aeiou])\1+", r"\1", _letters(name))
    for written, spelled in _HEPBURN:
        word = word.replace(written, spelled)
    return word


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower())
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())


@cache
def romaji(katakana: str) -> str:
    """Kana in Latin letters."""
    import jaconv  # noqa: PLC0415 - reads its tables

    return str(jaconv.kana2alphabet(jaconv.kata2hira(katakana)))
