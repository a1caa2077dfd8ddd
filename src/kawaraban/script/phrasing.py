"""Phrases a template needs: dates and lists as they are said, turns of phrase that vary.

What differs between languages stands in WORDS; the functions are the same for all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kawaraban.errors import ShowError
from kawaraban.model import Story
from kawaraban.reading.dates import KANJI_WEEKDAYS, MONTHS, WEEKDAYS

LONGEST_TITLE = 60
"""Characters: podcast apps cut longer titles off."""
_TEN = 10
_ENDS = {1: "st", 2: "nd", 3: "rd"}
"""Of English ordinals, 11 to 13 apart."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; those with {} are filled in by the functions below."""

    date: str
    """{0}: the month's name, {1}: the day of the month."""
    months: Sequence[str]
    weekdays: Sequence[str]
    """From Monday."""
    comma: str
    last_comma: str
    """Between the last two names of a list."""
    cut: re.Pattern[str]
    """What falls away from the end of a text that is cut off in mid-word."""
    brackets: str
    """What stands for the script's own signs []{} where the news has them."""
    lead: str
    """{0}: a title, {1}: how many publishers."""
    publishers: Sequence[str]
    """One publisher, and {} of them."""
    also: str
    """{0}: titles."""
    title: str
    titles: str
    """Between titles."""
    numbers: Sequence[str]
    """From one, as they are written out; figures for all others."""
    ordinals: Sequence[str]
    """From the first; `ordinal` for all others."""
    ordinal: str


WORDS = {
    "ja": Words(
        date="{0}{1}日",
        months=[f"{month}月" for month in range(1, 13)],
        weekdays=[f"{day}曜日" for day in KANJI_WEEKDAYS],
        comma="と",
        last_comma="と",
        cut=re.compile(r"$"),
        brackets="［］｛｝",
        lead="今週の中心は{0}。{1}が伝えた動きを追います。",
        publishers=("{}つの媒体", "{}つの媒体"),
        also="ほかに、{0}を紹介します。",
        title="「{}」",
        titles="、",
        numbers=(),
        ordinals=(),
        ordinal="{}番目",
    ),
    "en": Words(
        date="{0} {1}",
        months=MONTHS,
        weekdays=WEEKDAYS,
        comma=", ",
        last_comma=" and ",
        cut=re.compile(r"(?<=\w)[^\w]+\S*$"),
        brackets="()()",
        lead="This week's lead: {0}, told by {1}.",
        publishers=("one publisher", "{} publishers"),
        also=" Also: {0}.",
        title="{}",
        titles="; ",
        numbers=("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        ordinals=(
            *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
            "ninth",
        ),
        ordinal="{}th",
    ),
}


def spoken_date(day: date, language: str = "ja") -> str:
    """11月24日; November 24."""
    words = WORDS[language]
    return words.date.format(words.months[day.month - 1], day.day)


def weekday(day: date, language: str = "ja") -> str:
    """金曜日; Friday."""
    return WORDS[language].weekdays[day.weekday()]


def shorten(text: str, most: int, language: str = "ja") -> str:
    """Text of at most `most` characters, … standing for the rest; English keeps its words whole."""
    if len(text) <= most:
        return text
    return WORDS[language].cut.sub("", text[:most])[: most - 1] + "…"


def spoken_list(names: Iterable[str], language: str = "ja") -> str:
    """AとBとC; A, B and C."""
    words = WORDS[language]
    *first, last = [*names] or [""]
    return words.last_comma.join(filter(None, [words.comma.join(first), last]))


def counted(number: int, thing: str, things: str = "", *, language: str = "ja") -> str:
    """3本, 9つ, 10; one article, three articles, 12 articles.

    Args:
        number: how many.
        thing: the counter word (本, 人, つ); the noun for one of them.
        things: the noun for more; where it is missing, with an s.
        language: of the words.
    """
    numbers = WORDS[language].numbers
    said = numbers[number - 1] if 0 < number <= len(numbers) else f"{number}"
    if language == "en":
        return f"{said} {thing if number == 1 else things or thing + 's'}"
    # つ counts to nine: ここのつ, and then とお, which is written 10.
    return said if thing == "つ" and number >= _TEN else said + thing


def ordinal(number: int, language: str = "ja") -> str:
    """3番目; third, 12th, 21st."""
    words = WORDS[language]
    if 0 < number <= len(words.ordinals):
        return words.ordinals[number - 1]
    end = "" if number // 10 % 10 == 1 else _ENDS.get(number % 10, "")
    return f"{number}{end}" if end and words.ordinals else words.ordinal.format(number)


def vary(phrases: Sequence[str], number: int, place: int) -> str:
    """One of several phrasings: neighbours in an episode differ, and so do episodes in a row.

    Args:
        phrases: the choices.
        number: the episode's.
        place: counts the uses of this list inside the episode.
    """
    if not phrases:
        raise ShowError("vary: there is nothing to choose from")
    offset = int.from_bytes(hashlib.sha256(phrases[0].encode()).digest()[:4])
    return phrases[(offset + number + place) % len(phrases)]


def harmless(text: str, language: str = "ja") -> str:
    """Text on one line in which nothing can be taken for the script's own signs."""
    signs = str.maketrans("[]{}", WORDS[language].brackets)
    return " ".join(text.translate(signs).split())


def quoted(text: str, language: str = "ja") -> str:
    """「AがBを『C』と評価」: a title in quotation marks, its own ones inside them."""
    return WORDS[language].title.format(text.translate(str.maketrans("「」", "『』")))


def episode_title(stories: Sequence[Story], language: str = "ja") -> str:
    """The lead story's title, and the next one's where it fits."""
    both = " / ".join(story.title for story in stories[:2])
    title = both if len(both) <= LONGEST_TITLE else stories[0].title
    return shorten(title, LONGEST_TITLE, language)


def episode_summary(stories: Sequence[Story], language: str = "ja") -> str:
    """What the episode tells, in two sentences."""
    words, lead = WORDS[language], stories[0]
    told = len(lead.sources)
    publishers = words.publishers[told > 1].format(told)
    first = words.lead.format(quoted(lead.title, language), publishers)
    others = words.titles.join(quoted(story.title, language) for story in stories[1:])
    return first + (words.also.format(others) if others else "")
