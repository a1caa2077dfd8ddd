"""Dates as feeds and Japanese pages write them: ISO 8601, RFC 822, 2023年11月18日, 3時間前.

A date without a time is its midnight; one without an offset has that of the moment it is read
near. `feedparser` reads 2023年11月18日 as 1 November, `dateutil` 11月18日 as the year 2011.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

LONGEST = 100
"""Characters: what is longer is no date."""
YEARS = range(1900, 2200)
"""Years of news. Outside are a program's "no date" (0001-01-01) and what overflows in UTC."""
AHEAD = timedelta(days=1)
"""How far in the future a date may be: zones are confused; later, it is not one of publication."""
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "R": 2018, "H": 1988, "S": 1925}
"""The year before the first of each era (改元: 1926, 1989 and 2019)."""
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "JST": 9 * 60}
"""Minutes east of UTC."""
_DAYS = {"今日": 0, "本日": 0, "昨日": 1, "一昨日": 2}
_UNITS = {"秒": 1, "分": 60, "時間": 3600, "日": 86400, "週間": 7 * 86400}
"""Seconds."""

_TIME = r"""
    (?: \s* (?:[(]\s*[月火水木金土日](?:・?祝)?\s*[)] | [月火水木金土日]曜日?) )?
    (?: (?:\s*T|\s*) (?P<half>午前|午後|AM|PM)? \s* (?P<hour>\d{1,2})
        (?: :(?P<minute>\d\d)(?: :(?P<second>\d\d)(?:\.\d+)?)?
          | 時 (?: \s*(?P<minute_>\d{1,2})分 (?: \s*(?P<second_>\d{1,2})秒 )? | (?P<thirty>半) )? )
        \s* (?P<late>AM|PM)? \s* (?P<zone>Z|UTC|GMT|JST|[+-]\d\d:?\d\d)? )?
    \D{0,20}
"""
_DATE = re.compile(
    rf"""\D{{0,20}}? (?:
      (?: (?: (?<![A-Z])(?P<era>令和|平成|昭和|[RHS])\.?\s*(?P<nth>\d{{1,2}}|元)
            | (?P<year>\d{{4}}) )
          (?: \s*年\s* | \s*[./-]\s* ) )
      (?P<month>\d{{1,2}}) (?: \s*月\s* | \s*[./-]\s* ) (?P<day>\d{{1,2}}) (?: \s*日 | (?!\d) )
    | (?P<month_>\d{{1,2}})\s*月\s*(?P<day_>\d{{1,2}})\s*日
    ) {_TIME}""",
    re.VERBOSE,
)
_DAY = re.compile(rf"(?:[^\d一今本昨]{{0,20}}) (?P<word>一昨日|昨日|今日|本日) {_TIME}", re.VERBOSE)
_AGO = re.compile(r"\D{0,20}?(?P<count>\d{1,4})\s*(?P<unit>秒|分|時間|日|週間)(?:ほど)?前\D{0,20}")


def parse_date(text: str, near: datetime) -> datetime | None:
    """The moment that `text` means, aware; None where it means none.

    Args:
        text: a date as a feed or a page has it, with or without a time and an offset.
        near: an aware moment at which it was read: dates without a year are those nearest to it,
            昨日 and 3時間前 are counted from it, and it gives the offset where there is none.
    """
    text = unicodedata.normalize("NFKC", text[: LONGEST + 1]).strip()
    if not text or len(text) > LONGEST:
        return None
    for read in (_iso, _written, _relative, _rfc822):
        try:
            moment = read(text, near)
        except (ValueError, OverflowError, IndexError, TypeError):  # 30 February; no date at all
            return None
        if moment:
            return moment if moment.year in YEARS else None
    return None


def _iso(text: str, near: datetime) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=near.tzinfo)


def _rfc822(text: str, near: datetime) -> datetime | None:
    if not text.isascii():
        return None
    text = re.sub(r"\bJST$", "+0900", re.sub(r"-0000$", "+0000", text))
    moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=near.tzinfo)


def _written(text: str, near: datetime) -> datetime | None:
    """2023年11月18日(土) 9時30分, R5.11.18, 2023/11/18 9:30, 11月18日."""
    found = _DATE.fullmatch(text.upper())
    if not found:
        return None
    if found["month_"]:
        month, day = int(found["month_"]), int(found["day_"])
        return _nearest(
            lambda year: _at(found, datetime(year, month, day, tzinfo=near.tzinfo)), near
        )
    year = int(found["year"] or 0)
    if found["era"]:
        nth = 1 if found["nth"] == "元" else int(found["nth"])
        year = ERAS[found["era"]] + nth if nth else 0
    return _at(found, datetime(year, int(found["month"]), int(found["day"]), tzinfo=near.tzinfo))


def _nearest(dated: Callable[[int], datetime], near: datetime) -> datetime | None:
    """The date of last year, this or next that is nearest; 29 February is not in all of them."""
    found = []
    for year in range(near.year - 1, near.year + 2):
        try:
            found.append(dated(year))
        except ValueError:
            continue
    return min(found, key=lambda moment: abs(moment - near), default=None)


def _relative(text: str, near: datetime) -> datetime | None:
    """3時間前 and 2日前 to the second; 昨日 and 今日 from midnight."""
    if found := _AGO.fullmatch(text):
        return near - timedelta(seconds=int(found["count"]) * _UNITS[found["unit"]])
    if found := _DAY.fullmatch(text.upper()):
        midnight = near.replace(hour=0, minute=0, second=0, microsecond=0)
        return _at(found, midnight - timedelta(days=_DAYS[found["word"]]))
    return None


def _at(found: re.Match[str], day: datetime) -> datetime:
    """A day with the time that stands after it."""
    part: Mapping[str, str | None] = found.groupdict()
    hour = int(part["hour"] or 0)
    if (half := part["half"] or part["late"]) and hour <= 12:  # noqa: PLR2004 - of a clock
        hour = hour % 12 + (12 if half in {"午後", "PM"} else 0)
    minute = 30 if part["thirty"] else int(part["minute"] or part["minute_"] or 0)
    second = int(part["second"] or part["second_"] or 0)
    zone = _zone(part["zone"]) if part["zone"] else day.tzinfo
    return day.replace(hour=hour, minute=minute, second=second, tzinfo=zone)


def _zone(text: str) -> tzinfo:
    if text in _ZONES:
        return timezone(timedelta(minutes=_ZONES[text])) if _ZONES[text] else UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
