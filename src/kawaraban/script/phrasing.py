"""Phrases a template needs: dates and lists as they are said, turns of phrase that vary."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from kawaraban.errors import ShowError
from kawaraban.model import Story

LONGEST_TITLE = 60
"""Characters: podcast apps cut longer titles off."""


def spoken_date(day: date) -> str:
    """11月24日."""
    return f"{day.month}月{day.day}日"


def weekday(day: date) -> str:
    """金曜日."""
    return "月火水木金土日"[day.weekday()] + "曜日"


def shorten(text: str, most: int) -> str:
    """Text of at most `most` characters, … standing for the rest."""
    return text if len(text) <= most else text[: most - 1] + "…"


def spoken_list(names: Sequence[str]) -> str:
    """AとBとC."""
    return "と".join(names)


def vary(phrases: Sequence[str], number: int, place: int) -> str:
    """One of several phrasings: neighbours in an episode differ, and so do episodes.

    Args:
        phrases: the choices.
        number: the episode's.
        place: counts the uses of this list inside the episode.
    """
    if not phrases:
        raise ShowError("vary: there is nothing to choose from")
    offset = int.from_bytes(hashlib.sha256(f"{number} {phrases[0]}".encode()).digest()[:4])
    return phrases[(offset + place) % len(phrases)]


def episode_title(stories: Sequence[Story]) -> str:
    """The lead story's title, and the next one's where it fits."""
    both = " / ".join(story.title for story in stories[:2])
    title = both if len(both) <= LONGEST_TITLE else stories[0].title
    return shorten(title, LONGEST_TITLE)


def episode_summary(stories: Sequence[Story], language: str) -> str:
    """What the episode tells, in two sentences."""
    lead, others = stories[0], stories[1:]
    if language == "en":
        first = f"This week's lead: {lead.title}, told by {len(lead.sources)} publishers."
        rest = f" Also: {'; '.join(story.title for story in others)}."
    else:
        told = f"{len(lead.sources)}つの媒体が伝えた動きを追います。"
        first = f"今週の中心は「{lead.title}」。{told}"
        rest = f"ほかに、{'、'.join(f'「{story.title}」' for story in others)}を紹介します。"
    return first + (rest if others else "")
