"""Numbers with their units, as values: 1億5000万円, ¥150m and 150 million yen are one amount."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from kawaraban.reading.units import COUNTERS, UNITS

KANJI = "〇一二三四五六七八九"
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
SHORT = {"k": 3, "m": 6, "mn": 6, "b": 9, "bn": 9, "t": 12, "tn": 12}
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CURRENCIES = {"$": "USD", "¥": "JPY", "€": "EUR", "£": "GBP"}
_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_AMOUNT = re.compile(
    r"(?P<sign>(?:(?:US|A|C)?\$|[¥€£])\s?)?(?<![A-Za-z\d.])(?<![A-Za-z]-)"
    rf"(?P<run>(?:{_DIGITS}|[{KANJI}{''.join(_SMALL)}])(?:{_DIGITS}|[{KANJI}十百千万億兆])*)"
    r"(?:[\s-]?(?P<scale>thousand|million|billion|trillion)\b"
    # 5m are metres, ¥5m are million.
    r"|(?P<short>(?(sign)(?:[KMBTkmbt]n?)|[KMB]))(?![A-Za-z]))?"
    r"\s?-?(?P<unit>" + "|".join(f"(?:{pattern})" for _, pattern in UNITS) + ")?",
    re.ASCII,  # so that a word ends where Japanese begins: 80GBの
)
_BY_UNIT = tuple((name, re.compile(pattern, re.ASCII)) for name, pattern in UNITS)
_MOST_WORDS = 16
"""Of a number; more are no number, and a thousand hundreds in a row no figure at all."""
_NUMBER_WORD = "|".join(sorted((*_WORDS, *_TENS), key=len, reverse=True))
_SPELLED = re.compile(
    rf"\b(?:a (?=hundred|thousand|dozen)|(?:{_NUMBER_WORD})\b)"
    rf"(?:(?:[ -]|,? and )?(?:{_NUMBER_WORD}|hundred|thousand|dozen)\b)*",
    re.IGNORECASE,
)
_OTHERS = (
    (re.compile(r"半数|半分|半減|\bhal(?:f|ves|ved|ving)\b", re.IGNORECASE), Decimal("0.5"), ""),
    (re.compile(r"倍増|\b(?:twice|doubl(?:e|ed|es|ing))\b", re.IGNORECASE), Decimal(2), "fold"),
    (re.compile(r"\btripl(?:e|ed|es|ing)\b", re.IGNORECASE), Decimal(3), "fold"),
)
_NO_AMOUNTS = {"十分", "一時", "一度", "一本", "一枚", "百度"}
_REACH = 4
"""Signs before a number in which 午後 or 第 stand."""
_AFTERNOON = re.compile(r"(?:午後|夜)\s?$")
_RANGE = re.compile(r"\s?(?:[〜~–-]|から|to|and|or)\s?")
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
_HALF_DAY = re.compile(
    r"\b(\d{1,2})(?: o'clock)?(?: (\d{1,2}) minutes)?\s?([ap])\.?m\b", re.IGNORECASE
)
_NOON = 12


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and what it counts; "" where nothing known says what."""

    value: Decimal
    unit: str
    written: str = field(default="", compare=False)
    start: int = field(default=0, compare=False)
    """Its place in the text, `in_digits`."""
    end: int = field(default=0, compare=False)

    def agrees(self, told: Amount) -> bool:
        """Whether a source that tells of `told` bears this out."""
        if self.value != told.value:
            return False
        either = self.unit if not told.unit else told.unit
        return self.unit == told.unit or (not (self.unit and told.unit) and either in COUNTERS)


def amounts(text: str) -> list[Amount]:
    """Every amount in a text after NFKC, dates taken out of it before."""
    text = in_digits(text)
    found = [match for match in _AMOUNT.finditer(text) if _counts(match)]
    made = [_amount(match, text) for match in found]
    for at, (one, other) in enumerate(pairwise(found)):
        if not made[at].unit and _RANGE.fullmatch(text[one.end() : other.start()]):
            made[at] = replace(made[at], unit=made[at + 1].unit)
    return [amount for amount in made if not _is_idle(amount)] + [*_others(text)]


def in_digits(text: str) -> str:
    """A text with its number words and times of day as 770 and 21 o'clock."""
    text = _CLOCK.sub(lambda at: f"{int(at[1])} o'clock {int(at[2])} minutes", text)
    return _HALF_DAY.sub(_on_the_clock, _SPELLED.sub(_in_digits, text))


def number(run: str) -> Decimal:
    """The value of digits and kanji numerals: 1億5000万, 三百, 二〇二三."""
    total = section = Decimal(0)
    digit: Decimal | None = None
    for sign in re.findall(rf"{_DIGITS}|\D", run):
        if sign in _SMALL:
            section, digit = section + (1 if digit is None else digit) * _SMALL[sign], None
        elif sign in _LARGE:
            total += (section + (digit or 0) or 1) * _LARGE[sign]
            section, digit = Decimal(0), None
        else:
            value = KANJI.index(sign) if sign in KANJI else sign.replace(",", "")
            digit = Decimal(value) if digit is None else digit * 10 + Decimal(value)
    return total + section + (digit or 0)


def _counts(found: re.Match[str]) -> bool:
    """Kanji numerals are parts of words, too (一方, 千葉): they count before a unit alone."""
    run = found["run"]
    if any(sign.isdecimal() for sign in run):
        return True
    return bool(found["unit"]) and run + found["unit"] not in _NO_AMOUNTS


def _amount(found: re.Match[str], text: str) -> Amount:
    value, start, written = number(found["run"]), found.start(), found[0].rstrip()
    zeros = SCALES.get(found["scale"] or "", 0) or SHORT.get((found["short"] or "").lower(), 0)
    unit, before = _unit(found["unit"] or ""), text[max(0, start - _REACH) : start]
    if found["sign"]:
        unit = _CURRENCIES[found["sign"].strip()[-1]]
    if unit == "tenth":
        value, unit = value * 10, "percent"
    if unit == "o'clock" and value < _NOON and _AFTERNOON.search(before):
        value += _NOON
    if not unit and before.endswith("第"):
        unit = "rank"
    return Amount(value.scaleb(zeros), unit, written.strip(), start, start + len(written))


def _unit(written: str) -> str:
    return next((name for name, pattern in _BY_UNIT if pattern.fullmatch(written)), "")


def _is_idle(amount: Amount) -> bool:
    """一つ counts nothing: ひとつは…."""
    return amount.value == 1 and amount.unit in {"つ", ""}


def _on_the_clock(found: re.Match[str]) -> str:
    """9 p.m. as 21 o'clock."""
    hour = int(found[1]) % _NOON + (_NOON if found[3].lower() == "p" else 0)
    minutes = f" {found[2]} minutes" if found[2] else ""
    return f"{hour} o'clock{minutes}"


def _others(text: str) -> Iterator[Amount]:
    """Amounts that are words: half, doubled; third as a rank."""
    for pattern, value, unit in _OTHERS:
        found = pattern.finditer(text)
        yield from (Amount(value, unit, one[0], one.start(), one.end()) for one in found)
    for rank, word in enumerate(_ORDINALS[1:], 3):
        found = re.finditer(rf"\b{word}\b", text, re.IGNORECASE)
        value = Decimal(rank)
        yield from (Amount(value, "rank", one[0], one.start(), one.end()) for one in found)


def _in_digits(found: re.Match[str]) -> str:
    """Number words in digits: seven hundred and seventy as 770; one stays, it says little."""
    words = [word for word in re.split(r"[ ,-]+", found[0].lower()) if word not in {"and", ""}]
    if words in (["one"], ["a"]) or len(words) > _MOST_WORDS:
        return found[0]
    total = section = 0
    for word in words:
        if word in _WORDS or word == "a":
            section += 1 if word == "a" else _WORDS.index(word)
        elif word in _TENS:
            section += 10 * (_TENS.index(word) + 2)
        elif word == "thousand":
            total, section = total + (section or 1) * 1000, 0
        else:
            section = (section or 1) * {"hundred": 100, "dozen": 12}[word]
    return str(total + section)
