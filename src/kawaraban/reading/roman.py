"""Roman numerals, which are numbers only in some places."""

from __future__ import annotations

import re

_VALUES = {"I": 1, "V": 5, "X": 10}
_SIGNS = {chr(0x2160 + n): n + 1 for n in range(12)} | {chr(0x2170 + n): n + 1 for n in range(12)}
"""Ⅰ to Ⅻ and ⅰ to ⅻ: Unicode's own signs, which are never letters."""
_ENGLISH = re.split(
    " ",
    "ワン ツー スリー フォー ファイブ シックス セブン エイト ナイン テン イレブン トゥエルブ "
    "サーティーン フォーティーン フィフティーン シックスティーン セブンティーン エイティーン "
    "ナインティーン トゥエンティ",
)
_NUMERAL = r"(X{0,2}(?:IX|IV|V?I{0,3}))(?![A-Za-z])"
_JAPANESE_PLACE = re.compile(
    rf"(?<=第){_NUMERAL}|(?<![A-Za-z]){_NUMERAL}(?=世|章|部|巻|期|型|相|種)"
)
_LABEL = re.compile(rf"(フェーズ|ステージ|パート|クラス|タイプ|グレード|表|図|付録)\s?{_NUMERAL}")
_PAIR = re.compile(r"(?<![A-Za-z])(I{1,3}|IV|V)(\s?[&・/]\s?)(I{1,3}|IV|V)(?![A-Za-z])")
"""Two volumes in one: I&II."""
_ENGLISH_PLACE = re.compile(rf"(?<=[A-Za-z]{{2}}\s)(?=[IVX]{{2}}){_NUMERAL}|(レベル)\s?{_NUMERAL}")


def roman_numerals(text: str) -> str:
    """Text with roman numerals as digits, or as English numbers after a Latin name."""
    for sign, value in _SIGNS.items():
        text = text.replace(sign, str(value))
    text = _JAPANESE_PLACE.sub(lambda found: _digits(found[1] or found[2], found[0]), text)
    text = _PAIR.sub(lambda found: f"{_value(found[1])}{found[2]}{_value(found[3])}", text)
    text = _LABEL.sub(lambda found: found[1] + _digits(found[2], found[2]), text)
    return _ENGLISH_PLACE.sub(_english, text)


def _digits(numeral: str | None, otherwise: str) -> str:
    return str(_value(numeral)) if numeral else otherwise


def _english(found: re.Match[str]) -> str:
    numeral = found[1] or found[3]
    if not numeral:
        return found[0]
    value = _value(numeral)
    said = _ENGLISH[value - 1] if value <= len(_ENGLISH) else str(value)
    return (found[2] or "") + said


def _value(numeral: str) -> int:
    values = [_VALUES[sign] for sign in numeral]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))
