"""The days that a sentence dates something to: not every date it names is one."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from kawaraban.reading.dates import When, dates, in_digits, resolved

_BEFORE_DAY = re.compile(r"[、。はが「(]")
_AFTER_DAY = re.compile(r"、|に(?![一1わ及おな])|までに|付|朝|夜|夕|昼|早朝|深夜|未明|午前|午後")
"""Around 17日 alone where it is no length of time: 17日、… and 17日に…, not あと17日, 17日に1度."""


def day_of(text: str, published: date) -> date | None:
    """The day a sentence names first, or None where it names none or no real one.

    A day without a year, or without a month, is the one nearest to the day of publication.
    """
    first = next(iter(days(text)), None)
    return resolved(first, published).whole if first else None


def days(text: str) -> list[When]:
    """Every day that a sentence dates something to, in order."""
    plain = unicodedata.normalize("NFKC", text)
    told = in_digits(plain)
    found = [when for when in dates(told)[0] if _is_dated(when, told, plain)]
    return sorted(found, key=lambda when: when.start)


def undated(text: str) -> str:
    """A text without those days."""
    told = in_digits(unicodedata.normalize("NFKC", text))
    for when in reversed(days(text)):
        told = told[: when.start] + told[when.end :]
    return told


def _is_dated(when: When, told: str, plain: str) -> bool:
    """Whether a date is a day, and clearly one: 1/3 may be a third, 三日、 three days."""
    if not when.day or ("/" in when.written and not when.year):
        return False
    if when.month:
        return True
    opens = not when.start or _BEFORE_DAY.match(told, when.start - 1)
    japanese = when.written.endswith("日") and when.written in plain
    return bool(japanese and opens and _AFTER_DAY.match(told, when.end))
