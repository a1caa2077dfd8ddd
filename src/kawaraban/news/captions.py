"""Transcripts as text: WebVTT, SRT and JSON (Podcasting 2.0's, Whisper's), without their timings.

Fragments become sentences, and what one speaker says in a row is a paragraph: `名前：言葉`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from kawaraban.news.plain import WIDE, is_japanese

PARAGRAPH = 300
"""Characters after which a text without speakers gets a new paragraph, at the end of a sentence."""
OVERLAP = 400
"""Characters of two captions that are looked at for words told twice."""
TOLD_TWICE = 6
"""Characters of a repetition that is one, and not chance."""
ROLLING = 0.2
"""The share of captions that repeat the one before, in a file whose captions roll."""
_TIMING = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}\s*-->", re.MULTILINE)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]{1,80})>")
_TAGS = re.compile(r"</?[a-zA-Z0-9][^<>]{0,200}>|\{\\[^{}]{1,80}\}|♪|♫")
_SOUNDS = re.compile(
    r"[\[(（［]\s*(?:music|applause|laughter|laughs|silence|音楽|拍手|笑い?|無音|歓声)[^\])）］\n]{0,20}"
    r"[\])）］]",
    re.IGNORECASE,
)
_SIGNS = r":：。、，!?！？「」『』（）()\[\]/\s"
_NAMED = re.compile(
    rf"([^.{_SIGNS}][^{_SIGNS}]{{0,29}}(?:[ ・][A-Z0-9ぁ-ヿ一-鿿][^{_SIGNS}]{{0,19}}){{0,2}})"
    r"(?:[:：](?!//|\d)|(?<!\d)[:：](?!//))\s*"
)
"""A name before a colon: short, without the marks of a sentence; its later words begin large."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown at one moment, and who says it ("" where that is not told)."""

    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript as text, and what it says of itself."""

    text: str
    notes: Mapping[str, str]
    """Values such as title, as they stand in a NOTE block or beside the segments."""


def read_captions(text: str, keys: Iterable[str]) -> Transcript:
    """A WebVTT or an SRT file; `keys` are those that a NOTE may tell."""
    notes: dict[str, str] = {}
    cues: list[Cue] = []
    for block in re.split(r"\n[ \t]*\n", text):
        timing = _TIMING.search(block)
        if timing:
            shown = block[timing.end() :].partition("\n")[2]
            cues += _shown(shown)
        elif block.strip().startswith("NOTE"):
            notes |= _noted(block, set(keys))
    return Transcript(paragraphs(cues), notes)


def _shown(text: str) -> Iterator[Cue]:
    """The cues of one moment: each line that names a voice of its own is one."""
    parts = _VOICE.split(text)
    pairs = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    for name, words in pairs:
        bare = _TAGS.sub("", words)
        yield Cue(_clean(bare), html.unescape(" ".join(name.split())))


def _clean(text: str) -> str:
    text = _SOUNDS.sub("", html.unescape(text))
    lines = (re.sub(r"^\s*(?:>>+|[-–—]\s)\s*", "", line).strip() for line in text.split("\n"))
    return join([line for line in lines if line])


def _noted(block: str, keys: set[str]) -> dict[str, str]:
    found = re.findall(r"^\s*(?:NOTE\s+)?(\w+)\s*:[ \t]*(.+?)\s*$", block, re.MULTILINE)
    return {key: value for key, value in found if key in keys}


def is_transcript(data: object) -> bool:
    """Whether JSON is a transcript: an object with segments that have words."""
    segments = data.get("segments") if isinstance(data, dict) else None
    return isinstance(segments, list) and all(
        isinstance(one, dict) and ("body" in one or "text" in one) for one in segments
    )


def read_segments(data: Mapping[str, Any], keys: Iterable[str]) -> Transcript:
    """A transcript in JSON for which `is_transcript` holds."""
    cues = [
        Cue(_clean(_TAGS.sub("", str(one.get("body", one.get("text"))))), _name(one))
        for one in data["segments"]
    ]
    told = {"lang": data["language"]} if isinstance(data.get("language"), str) else {}
    notes = {key: data[key] for key in keys if key != "text" and isinstance(data.get(key), str)}
    return Transcript(paragraphs(cues), told | notes)


def _name(segment: Mapping[str, Any]) -> str:
    name = segment.get("speaker")
    return " ".join(name.split()) if isinstance(name, str) else ""


# ── from cues to paragraphs ──────────────────────────────────────────────────────────────────────


def paragraphs(cues: Sequence[Cue]) -> str:
    """Cues as text: words told twice told once, a paragraph for each turn of a speaker."""
    named = list(_named([cue for cue in cues if cue.text]))
    told = _once(named) if _rolls(named) else named
    turns: list[str] = []
    for speaker, group in groupby(told, lambda cue: cue.speaker):
        words = join([cue.text for cue in group if cue.text])
        mark = "：" if is_japanese(speaker + words) else ": "
        turns += [f"{speaker}{mark}{words}"] if speaker else _parted(words)
    return "\n\n".join(turn for turn in turns if turn)


def _named(cues: Sequence[Cue]) -> Iterator[Cue]:
    """Cues with their speakers: a name before a colon, which counts until the next one."""
    speaker = ""
    for cue in cues:
        name = None if cue.speaker else _NAMED.match(cue.text)
        if name and not name[1].isdigit():
            speaker = name[1].strip()
            yield Cue(cue.text[name.end() :], speaker)
        else:
            speaker = cue.speaker or speaker
            yield Cue(cue.text, speaker)


def _rolls(cues: Sequence[Cue]) -> bool:
    """Whether captions roll: each shows again what the one before it showed."""
    again = sum(overlap(one.text, two.text) > 0 for one, two in pairwise(cues))
    return again >= max(2, ROLLING * len(cues))


def _once(cues: Sequence[Cue]) -> Iterator[Cue]:
    """Cues without the words that were told before them."""
    told, last = "", ""
    for cue in cues:
        known = max(overlap(told, cue.text), overlap(last, cue.text))
        new = cue.text[known:].strip()
        told = join([told, new])[-OVERLAP:] if new else told
        last = cue.text
        yield Cue(new, cue.speaker)


def overlap(told: str, text: str) -> int:
    """How many characters at the start of `text` are the end of what was told."""
    told = told[-OVERLAP:]
    for length in range(min(len(told), len(text)), 0, -1):
        if told.endswith(text[:length]):
            return length if length >= TOLD_TWICE or length == len(told) > 1 else 0
    return 0


def _parted(words: str) -> Iterator[str]:
    """A long text in paragraphs of whole sentences."""
    paragraph = ""
    for sentence in re.split(r"(?<=[。！？!?])(?![」』）)])|(?<=\.)(?=\s)", words):
        paragraph += sentence
        if len(paragraph) >= PARAGRAPH:
            yield paragraph.strip()
            paragraph = ""
    if paragraph.strip():
        yield paragraph.strip()


def join(pieces: Sequence[str]) -> str:
    """Fragments as running text: a space between words, none beside a Japanese character."""
    text = "\n".join(piece for piece in pieces if piece)
    return re.sub(rf"(?<={WIDE})\n|\n(?={WIDE})", "", text).replace("\n", " ")
