"""Katakana: what can be said, hiragana to katakana, and morae."""

from __future__ import annotations

import re

SMALL = "ァィゥェォャュョヮ"
LONG = "ー"
_EDGE = "\u2060"
_SAYABLE = re.compile(r"[ァ-ヴヷ-ヺー]+")
MORA = f"[ンッー]|[ァ-ヴヷ-ヺ][{SMALL}]?"
"""One mora, as a regular expression."""
_MORA = re.compile(MORA)


def is_katakana(text: str) -> bool:
    """Whether text is katakana that can be said, and nothing else."""
    return _SAYABLE.fullmatch(text) is not None


def to_katakana(text: str) -> str:
    """Text with its hiragana as katakana; the rest unchanged."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def morae(kana: str) -> list[str]:
    """The morae of a katakana string; characters that are not kana count for nothing."""
    return _MORA.findall(kana)


def named(kana: str) -> str:
    """The katakana of a name, with its edges marked until `part_names`."""
    return f"{_EDGE}{kana}{_EDGE}"


def part_names(text: str) -> str:
    """Put ・ where a name meets other katakana, so that they stay two words; drop the edges."""
    text = re.sub(f"(?<=[ァ-ヺー]){_EDGE}+(?=[ァ-ヺー])", "・", text)
    return text.replace(_EDGE, "")
