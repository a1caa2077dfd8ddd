"""Dates as they are told, and the days they mean for a text of a known day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from kawaraban.reading.amounts import KANJI, number

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KANJI_WEEKDAYS = "月火水木金土日"
_REIWA = 2018
"""The year before the first of Reiwa."""
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?<![\d.,:])(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b(?![.,:]\d)"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:(?P<year>\d{4})年)?(?<!\d)(?P<month>1[0-2]|0?[1-9])月(?P<day>3[01]|[12]\d|0?[1-9])日(?!間)",
        r"(?:(?P<year>\d{4})年)?(?<!\d)(?P<month>1[0-2]|0?[1-9])月(?!間)",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)年(?!間)度?",
        r"(?<![\d/.-])(?P<year>\d{4})[-/.](?P<month>1[0-2]|0?[1-9])[-/.](?P<day>3[01]|[12]\d|0?[1-9])(?![\d/.-])",
        r"(?<![\d/.-])(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/])",
        rf"\b{_MONTH}\s{_DAY}(?:,?\s{_YEAR}\b)?",
        # 17–19 November: this finds the first day, the next one the last.
        rf"\b{_DAY}(?=\s?[-–]\s?\d{{1,2}}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}\b)?)",
        rf"\b{_DAY}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}\b)?",
        rf"\b{_MONTH},?\s{_YEAR}\b",
        r"\b(?:[Ii]n|[Oo]f|[Ll]ast|[Ss]ince|[Bb]y|[Uu]ntil|[Ee]arly|[Ll]ate|[Tt]his|[Nn]ext)\s"
        + _MONTH,
        (
            r"\b(?P<month>January|February|April|June|July|August|September|October|November"
            r"|December)\b"
        ),
        (
            rf"(?:(?<=[Ii]n )|(?<=[Oo]f )|(?<=[Bb]y )|(?<=[Ss]ince )|(?<=[Uu]ntil )|(?<=[Ff]rom ))"
            rf"{_YEAR}\b(?![,.]\d|\s?%|\s(?:people|users|workers|employees|yen|dollars|euros)\b)"
        ),
        r"\b[Tt]he\s(?P<day>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)(?=[.,;]|$|\s(?:of|and|that|when))",
        r"(?<!\d)(?P<day>3[01]|[12]\d|0?[1-9])日(?!間|目|本)",
        r"(?P<weekday>[月火水木金土日])曜日?",
        r"\((?P<weekday>[月火水木金土日])\)",
        r"\b(?P<weekday>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b",
    )
)
_FUTURE = re.compile(r"(?:来週|次の|\b[Nn]ext|\b[Cc]oming)\s?(?:の|on\s)?$")
_FUTURE_REACH = 16
"""Signs before a date in which that stands."""
_SHIFTING = re.compile(
    r"昨日|きのう|明日|あした|今朝|昨夜|昨晩|今晩|\b(?:yesterday|tomorrow|tonight|this morning)\b",
    re.IGNORECASE,
)
_KANJI_NUMBER = re.compile(rf"(?<![{KANJI}十])[{KANJI}十]{{1,7}}(?=[年月日](?!間))")
_ERA = re.compile(r"令和(\d{1,2}|元)年")


@dataclass(frozen=True, slots=True)
class When:
    """A date as far as it is told; a weekday counts from Monday, 0."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    written: str = field(default="", compare=False)
    future: bool = field(default=False, compare=False)
    start: int = field(default=0, compare=False)
    """Its place in the text, `in_digits`."""
    end: int = field(default=0, compare=False)

    @property
    def whole(self) -> date | None:
        """The day, where all of it is told and there is such a day."""
        if not (self.year and self.month and self.day):
            return None
        return next(_days(self.day, [(self.year, self.month)]), None)

    def agrees(self, told: When) -> bool:
        """Whether a source that tells of `told` bears out all that this tells."""
        pairs = (
            (self.year, told.year),
            (self.month, told.month),
            (self.day, told.day),
            (self.weekday, told.weekday),
        )
        return all(mine is None or mine == theirs for mine, theirs in pairs)


def dates(text: str) -> tuple[list[When], str]:
    """The dates in a text after NFKC, and the text `in_digits` with spaces in their place."""
    text = in_digits(text)
    found: list[When] = []
    for pattern in _PATTERNS:
        found += [_when(match, text) for match in pattern.finditer(text)]
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return found, text


def in_digits(text: str) -> str:
    """A text with its years of Reiwa and the kanji numerals of its dates as 2023年11月17日."""
    text = _ERA.sub(lambda era: f"{_REIWA + (1 if era[1] == '元' else int(era[1]))}年", text)
    return _KANJI_NUMBER.sub(lambda run: str(number(run[0])), text)


def shifting(text: str) -> list[str]:
    """Words that mean another day on the air than they did in the news: yesterday, 昨日."""
    return _SHIFTING.findall(text)


def full(day: date) -> When:
    """A day, all of it told."""
    return When(day.year, day.month, day.day, day.weekday())


def resolved(when: When, published: date) -> When:
    """A date as a text of this day means it, filled up as far as that is sure."""
    if when.month and when.day:
        years = [when.year] if when.year else [published.year + at for at in (-1, 0, 1)]
        return _nearest(when, published, [(year, when.month) for year in years])
    if when.day:
        month = published.year * 12 + published.month - 1
        months = [divmod(month + at, 12) for at in (-1, 0, 1)]
        return _nearest(when, published, [(year, at + 1) for year, at in months])
    if when.weekday is not None and not when.future:
        return full(published - timedelta(days=(published.weekday() - when.weekday) % 7))
    if when.month and not when.year:
        year = published.year - (when.month > published.month)
        return When(year, when.month)
    return when


def _nearest(when: When, published: date, months: list[tuple[int, int]]) -> When:
    days = list(_days(when.day or 1, months))
    return full(min(days, key=lambda day: abs(day - published))) if days else when


def _days(day: int, months: list[tuple[int, int]]) -> Iterator[date]:
    for year, month in months:
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _when(found: re.Match[str], text: str) -> When:
    parts = found.groupdict()
    month, weekday = parts.get("month"), parts.get("weekday")
    return When(
        int(parts["year"]) if parts.get("year") else None,
        _month(month) if month else None,
        int(parts["day"]) if parts.get("day") else None,
        _weekday(weekday) if weekday else None,
        found[0].strip(),
        bool(_FUTURE.search(text[max(0, found.start() - _FUTURE_REACH) : found.start()])),
        found.start(),
        found.end(),
    )


def _month(written: str) -> int:
    return int(written) if written.isdecimal() else _place(written, MONTHS) + 1


def _weekday(written: str) -> int:
    if written in KANJI_WEEKDAYS:
        return KANJI_WEEKDAYS.index(written)
    return _place(written, WEEKDAYS)


def _place(written: str, names: Sequence[str]) -> int:
    """Where a name that may be cut short stands among all; three letters tell them apart."""
    return next(at for at, name in enumerate(names) if name.startswith(written[:3]))
