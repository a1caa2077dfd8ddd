"""What notes and pages say in each language, and how they write times, days and links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

_WEB = re.compile(r"https?://[^\s<>\"'\\]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; those with {} are filled in by the functions below."""

    number: str
    day: str
    minutes: str
    colon: str
    chapters: str
    stories: str
    transcript: str
    credits: str
    downloads: str
    episodes: str
    subscribe: str
    subscribe_how: str
    voice: str
    music: str
    sponsor: str
    license: str
    synthetic: str
    """Where all voices are."""
    partly: str
    """Where some are: {} names those."""
    frequency: Mapping[str, str]
    listen: str
    audio: str
    notes: str
    sources: str
    follows: str
    said_by: str
    listen_to: str


WORDS = {
    "ja": Words(
        number="第{}回",
        day="{0.year}年{0.month}月{0.day}日",
        minutes="{}分",
        colon="：",
        chapters="目次",
        stories="話題と出どころ",
        transcript="書き起こし",
        credits="声と音楽",
        downloads="ダウンロード",
        episodes="これまでの回",
        subscribe="番組を購読する",
        subscribe_how="お使いのポッドキャストアプリに、このアドレスを登録してください。",
        voice="声",
        music="音楽",
        sponsor="提供",
        license="ライセンス",
        synthetic="この番組の声は、すべて合成音声です。",
        partly="{}の声は、合成音声です。",
        frequency={"daily": "毎日", "weekly": "毎週", "monthly": "毎月"},
        listen="再生",
        audio="音声",
        notes="番組ノート",
        sources="出どころ",
        follows="第{}回の続報",
        said_by="（{}）",
        listen_to="この回を聴く",
    ),
    "en": Words(
        number="Episode {}",
        day="{0:%Y-%m-%d}",
        minutes="{} min",
        colon=": ",
        chapters="Chapters",
        stories="Stories and sources",
        transcript="Transcript",
        credits="Voices and music",
        downloads="Downloads",
        episodes="Episodes",
        subscribe="Subscribe",
        subscribe_how="Add this address to your podcast app.",
        voice="Voice",
        music="Music",
        sponsor="Presented by",
        license="License",
        synthetic="All voices in this programme are synthetic.",
        partly="These voices are synthetic: {}.",
        frequency={"daily": "Daily", "weekly": "Weekly", "monthly": "Monthly"},
        listen="Play",
        audio="Audio",
        notes="Notes",
        sources="Sources",
        follows="Follows episode {}",
        said_by=" ({})",
        listen_to="Listen to this episode",
    ),
}


def synthetic(names: Sequence[str], of: int, language: str) -> str:
    """A sentence that says which of so many voices are synthetic; "" where none is."""
    words = WORDS[language]
    if names and len(names) == of:
        return words.synthetic
    listed = ("、" if language == "ja" else ", ").join(names)
    return words.partly.format(listed) if names else ""


def clock(seconds: float) -> str:
    """A time in the episode as Apple and Spotify read it: 00:00, 12:34, from one hour 1:02:03."""
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute:02}:{second:02}"


def day(moment: date, language: str) -> str:
    """A day, or the day of a moment by the moment's own clock."""
    return WORDS[language].day.format(moment)


def minutes(seconds: float, language: str) -> str:
    """About how long it takes to listen."""
    return WORDS[language].minutes.format(max(1, round(seconds / 60)))


def markdown(text: str) -> str:
    """Words as Markdown that means nothing but itself, on one line."""
    inline = re.sub(r"([\\`*_\[\]<>&#|~])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d*)([-+.)])", r"\1\\\2", inline)  # not a list item, not a rule


def is_link(url: str) -> bool:
    """Whether an address may be made a link: http or https, and nothing that could break out."""
    return _WEB.fullmatch(url) is not None
