"""English text the way it is spoken: numbers, dates, times, money, units and signs in words.

Names and acronyms stay as written: English engines bring a front-end that is right about those.
Numbers become words through inflect.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from kawaraban.reading.dates import MONTHS

if TYPE_CHECKING:
    import inflect

_TEENS_FROM = 10
LONGEST = 36
"""Digits of the largest number that has a name in inflect; longer ones are said digit by digit."""
_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:[a-z]+|\.)?"
_DAY = r"(3[01]|[12]\d|0?[1-9])"
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_SCALE = r"(?:thousand|million|billion|trillion)"
_SHORT = {"K": "thousand", "M": "million", "B": "billion", "T": "trillion"}
_CURRENCIES = {
    "$": ("dollar", "cent"),
    "€": ("euro", "cent"),
    "£": ("pound", "penny"),
    "¥": ("yen", "sen"),
}
_PREFIXES = {"k": "kilo", "K": "kilo", "M": "mega", "G": "giga", "T": "tera", "P": "peta"}
_UNITS = {
    "km/h": "kilometers per hour",
    "mph": "miles per hour",
    "km": "kilometers",
    "cm": "centimeters",
    "mm": "millimeters",
    "nm": "nanometers",
    "kg": "kilograms",
    "mg": "milligrams",
    "ms": "milliseconds",
    "mAh": "milliamp hours",
    "kWh": "kilowatt hours",
    "W": "watts",
    "Hz": "hertz",
    "fps": "frames per second",
    "°C": "degrees Celsius",
    "°F": "degrees Fahrenheit",
    **{f"{sign}B": f"{name}bytes" for sign, name in _PREFIXES.items()},
    **{f"{sign}bps": f"{name}bits per second" for sign, name in _PREFIXES.items()},
    **{f"{sign}Hz": f"{name}hertz" for sign, name in _PREFIXES.items()},
    **{f"{sign}W": f"{name}watts" for sign, name in _PREFIXES.items() if sign != "K"},
}
_PRICE = (
    rf"(?:US)?(?P<sign>[$€£¥])\s?(?P<amount>{_NUMBER})"
    rf"(?:\s(?P<scale>{_SCALE})|(?P<short>[KMBT])\b)?"
)
_UNIT = "|".join(map(re.escape, sorted(_UNITS, key=len, reverse=True)))

Say = Callable[[re.Match[str]], str]


@cache
def _engine() -> inflect.engine:
    import inflect  # noqa: PLC0415 - half a second

    return inflect.engine()


def cardinal(number: str) -> str:
    """1,234.05 as "one thousand two hundred thirty-four point zero five"."""
    whole, _, part = number.replace(",", "").partition(".")
    if len(whole) > LONGEST:
        return " ".join(cardinal(digit) for digit in whole + part)
    said = str(_engine().number_to_words(whole, andword="", comma=""))
    digits = " ".join(str(_engine().number_to_words(digit)) for digit in part)
    return f"{said} point {digits}" if part else said


def ordinal(number: int) -> str:
    """21 as "twenty-first"."""
    return str(_engine().ordinal(cardinal(str(number))))


def year(number: int) -> str:
    """1984 as "nineteen eighty-four", 2005 as "two thousand five", 1900 as "nineteen hundred"."""
    century, rest = divmod(number, 100)
    if century % 10 == 0 and rest < _TEENS_FROM:
        return cardinal(str(number))
    if rest == 0:
        return f"{cardinal(str(century))} hundred"
    tens = cardinal(str(rest)) if rest >= _TEENS_FROM else f"oh {cardinal(str(rest))}"
    return f"{cardinal(str(century))} {tens}"


def _decade(found: re.Match[str]) -> str:
    said = year(int(f"{found[1]}0"))
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"


def _date(month: int, day: str, year_: str | None) -> str:
    said = f"{MONTHS[month - 1]} {ordinal(int(day))}"
    return f"{said}, {year(int(year_))}" if year_ else said


def _named_date(found: re.Match[str]) -> str:
    month = next(n for n, name in enumerate(MONTHS, 1) if name.startswith(found[1][:3]))
    return _date(month, found[2], found[3])


def _time(found: re.Match[str]) -> str:
    hour, minute, half = found[1], found[2], found[3]
    said = cardinal(hour)
    if minute and int(minute):
        said += f" {cardinal(minute)}" if int(minute) >= _TEENS_FROM else f" oh {cardinal(minute)}"
    elif not half:
        said += " o'clock" if int(hour) <= 12 else " hundred hours"  # noqa: PLR2004
    return f"{said} {half[0].upper()} M" if half else said


def _money(found: re.Match[str]) -> str:
    name, small = _CURRENCIES[found["sign"]]
    amount, scale = found["amount"], found["scale"]
    if found["short"]:
        scale = _SHORT[found["short"]]
    if scale:
        return f"{cardinal(amount)} {scale} {_plural(name, '2')}"
    whole, _, part = amount.partition(".")
    said = f"{cardinal(whole)} {_plural(name, whole)}"
    if len(part) == 2 and int(part):  # noqa: PLR2004 - cents have two digits
        said += f" and {cardinal(part)} {_plural(small, part)}"
    return said


def _plural(word: str, count: str) -> str:
    if word in {"yen", "sen"} or count.lstrip("0") == "1":
        return word
    return {"penny": "pence"}.get(word, f"{word}s")


def _quantity(found: re.Match[str]) -> str:
    name = _UNITS[found[2]]
    if found[1] == "1":
        name = re.sub(r"^(\w+)s\b", r"\1", name)
    return f"{cardinal(found[1])} {name}"


_FRACTIONS = {"1/2": "one half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter"}
_FRACTIONS["3/4"] = "three quarters"
_BEFORE, _AFTER = r"(?<![\w.,/-])", r"(?![\w/]|[.,]\d)"

RULES: tuple[tuple[re.Pattern[str], str | Say], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\[([^\]]*)\]\(https?://[^)]*\)", r"\1"),
        (r"https?://\S+", "the link"),
        (r"</?[A-Za-z][^<>]*>|[*`]{2,}|`|_{2,}", ""),
        (rf"{_BEFORE}(\d{{4}})-(\d\d)-{_DAY}{_AFTER}", lambda f: _date(int(f[2]), f[3], f[1])),
        (
            rf"{_BEFORE}(1[0-2]|0?[1-9])/{_DAY}/(\d{{4}}){_AFTER}",
            lambda f: _date(int(f[1]), f[2], f[3]),
        ),
        (rf"\b{_MONTH}\s{_DAY}(?:st|nd|rd|th)?(?!\d)(?:,?\s(\d{{4}}))?(?![\d:])", _named_date),
        (rf"{_BEFORE}(\d{{1,2}}):(\d\d)(?:\s?([ap])(?:\.m\.|m\b))?(?!\d)", _time),
        (rf"{_BEFORE}(\d{{1,2}})()\s?([ap])(?:\.m\.|m\b)", _time),
        (_PRICE, _money),
        (r"(?<=[a-z\d])/(?=(?:month|year|week|day|hour|minute|second|user|person)\b)", " per "),
        (r"(?<!\w)[-−](?=\d)", "minus "),
        (r"(?<![\d/])[1-3]/[2-4](?![\d/])", lambda f: _FRACTIONS.get(f[0], f[0])),
        (rf"(?<![\w.-])({_NUMBER})\s?[-–]\s?(?={_NUMBER}(?!-))", r"\1 to "),
        (rf"({_NUMBER})\s?%", lambda f: f"{cardinal(f[1])} percent"),
        (rf"({_NUMBER})\s?({_UNIT})\b", _quantity),
        (r"\b(\d+)(?:st|nd|rd|th)\b", lambda f: ordinal(int(f[1]))),
        (r"\b((?:1\d|20)\d)0s\b", _decade),
        (rf"{_BEFORE}(1[1-9]\d\d|20\d\d){_AFTER}", lambda f: year(int(f[1]))),
        (r"\b[vV]\.?(?=\d)", "version "),
        (r"(?<![\d.])(\d+)\.(\d+)\.(\d+)(?![\d.])", r"\1 point \2 point \3"),
        (r"#(?=\d)", "number "),
        (rf"(?<=[A-Za-z])-?(?={_NUMBER})", " "),
        (_NUMBER, lambda f: f" {cardinal(f[0])} "),
        (r"&", " and "),
        (r"(?<=\w)@(?=\w)", " at "),
        (r"(?<=\s)[+](?=\s)", "plus"),
        (r"(?<=\s)=(?=\s)", "equals"),
        (r"[※→*|~^<>]", " "),
    )
)


def spell_out(text: str) -> str:
    """English as it is spoken, one space between words."""
    text = unicodedata.normalize("NFKC", text)
    for pattern, said in RULES:
        text = pattern.sub(said, text)
    return re.sub(r"\s+(?=[,.;:!?]|$)|(?<=\s)\s+|^\s+", "", text)
