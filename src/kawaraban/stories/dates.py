"""The day a sentence speaks of, in Japanese and in English."""

from __future__ import annotations

import re
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_NUMBERED = r"(?<![\d.,:])(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?![.,:]\d)"
_TO = r"(?:\s?[-–]\s?\d{1,2})?"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_DATES = (
    re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?!間)"),
    re.compile(rf"\b{_MONTH}\s{_NUMBERED}(?:,?\s{_YEAR})?"),
    re.compile(rf"\b{_NUMBERED}{_TO}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR})?"),
    re.compile(
        r"(?:(?<=[、。はが「（])|(?<=^))(?P<year>(?P<month>))?(?P<day>\d{1,2})日"
        r"(?=、|に(?![一1１わ及おな])|までに|付|朝|夜|夕|昼|早朝|深夜|未明|午前|午後)"
    ),
)
"""11月17日; November 17, 2023 and Nov. 17; 17 November 2023, 17th of November, 17–19 November;
17日 alone where it is no length of time: 17日、… and 17日に…, not 17日間, あと17日 or 17日に1度."""
_MONTH_LENGTH = timedelta(days=31)


def day_of(text: str, published: date) -> date | None:
    """The day a sentence names first, or None where it names none or no real one.

    A day without a year, or without a month, is the one nearest to the day of publication.
    """
    found = first_date(text)
    if found is None:
        return None
    if not found["month"]:
        around = (published - _MONTH_LENGTH, published, published + _MONTH_LENGTH)
        days = [_real_day(day.year, day.month, int(found["day"])) for day in around]
        return _nearest(days, published)
    near = (published.year, published.year - 1, published.year + 1)
    years = [int(found["year"])] if found["year"] else near
    days = [_real_day(year, _month(found["month"]), int(found["day"])) for year in years]
    return _nearest(days, published)


def first_date(text: str) -> re.Match[str] | None:
    """The first date in a text, with `year`, `month` (both may be missing) and `day`."""
    found = (date_.search(text) for date_ in _DATES)
    return min(filter(None, found), key=re.Match.start, default=None)


def dates_in(text: str) -> list[re.Match[str]]:
    """Every date in a text."""
    return [found for date_ in _DATES for found in date_.finditer(text)]


def undated(text: str) -> str:
    """A text without its dates."""
    for date_ in _DATES:
        text = date_.sub("", text)
    return text


def _nearest(days: list[date | None], published: date) -> date | None:
    return min(filter(None, days), key=lambda day: abs(day - published), default=None)


def _month(written: str) -> int:
    """1 to 12 for an English month or its abbreviation; a number as it is."""
    return int(written) if written.isdecimal() else _MONTHS.index(written[:3].lower()) + 1


def _real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
