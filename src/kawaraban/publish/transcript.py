"""Transcripts in the three forms that apps read: WebVTT, SubRip and JSON.

All three hold the same words and name every speaker, since each app reads only one of them.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from html import escape

from kawaraban.publish.episode import Episode, LineRecord

VTT_WIDTH = 65
"""Characters in a row (PSP-1)."""
SRT_WIDTH, SRT_ROWS = 32, 2
"""Characters in a row and rows in a cue (podcast namespace, transcripts)."""

# 行頭禁則 and 行末禁則 of JIS X 4051: what may not begin a row, and what may not end one.
_NO_START = frozenset(
    "、。，．・：；？！」』）】〉》〕］｝”’ーゝゞヽヾ々〜～…‥―％"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.:;?!)]}%"
)
_NO_END = frozenset("「『（【〈《〔［｛“‘([{")
_MARKS = frozenset("、。，．？！」』）")
"""A row that ends with one of these reads best."""


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────


def wrap(text: str, width: int) -> list[str]:
    """Text in rows of at most `width` characters; a full-width character counts as one.

    A row ends after a mark or a phrase in its second half, else where Japanese and Latin may be
    broken, else (in a word longer than a row) at the width. Only white space is lost.
    """
    rest, rows = " ".join(text.split()), []
    while len(rest) > width:
        cut = _cut(rest, width)
        rows.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*rows, rest] if rest else rows


def _cut(text: str, width: int) -> int:
    """Where the first row of a longer text ends; a space just after the row hangs outside it."""
    last = width + (text[width] == " ")
    places = [at for at in range(last, 0, -1) if _may_break(text[at - 1], text[at])]
    late = [at for at in places if at > width // 2]
    marked = [at for at in late if text[at - 1] in _MARKS]
    phrased = [at for at in late if _is_hiragana(text[at - 1]) and not _is_hiragana(text[at])]
    return (marked or phrased or places or [width])[0]


def _is_hiragana(character: str) -> bool:
    """A phrase of Japanese ends in hiragana; the next one mostly starts with something else."""
    return "ぁ" <= character <= "ゖ"


def _may_break(before: str, after: str) -> bool:
    if before in _NO_END or after in _NO_START or after == " ":
        return False
    if unicodedata.category(after) in {"Mn", "Mc", "Me", "Cf"}:
        return False  # dakuten, variation selectors and joiners belong to what they follow
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    """Whether rows may be broken beside it: kana, kanji and their kin, not Latin words."""
    return unicodedata.east_asian_width(character) in {"W", "F", "H"}


# ── the three forms ──────────────────────────────────────────────────────────────────────────────


def vtt(episode: Episode) -> str:
    """WebVTT: one cue for a line, its speaker in a voice tag, rows of at most 65 characters."""
    cues = [_vtt_cue(line, episode.person(line.speaker).name) for line in episode.lines]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def _vtt_cue(line: LineRecord, name: str) -> str:
    rows = "\n".join(escape(row, quote=False) for row in wrap(line.text, VTT_WIDTH))
    times = f"{_stamp(line.start, '.')} --> {_stamp(line.end, '.')}"
    return f"{times}\n<v {escape(name, quote=False)}>{rows}</v>"


def srt(episode: Episode) -> str:
    """SubRip: cues of at most 2 × 32 characters, `Name: ` where the speaker changes."""
    cues = [cue for line, name in _turns(episode) for cue in _srt_cues(line, name)]
    return "\n".join(f"{number}\n{cue}\n" for number, cue in enumerate(cues, 1))


def _turns(episode: Episode) -> Iterator[tuple[LineRecord, str]]:
    """Each line with its speaker's name, or "" where the same person goes on."""
    last = ""
    for line in episode.lines:
        yield line, "" if line.speaker == last else episode.person(line.speaker).name
        last = line.speaker


def _srt_cues(line: LineRecord, name: str) -> Iterator[str]:
    """The cues of one line, which share its time in proportion to their characters."""
    rows = wrap(f"{name}: {line.text}" if name else line.text, SRT_WIDTH)
    parts = [rows[at : at + SRT_ROWS] for at in range(0, len(rows), SRT_ROWS)]
    pace = (line.end - line.start) / max(1, sum(map(len, rows)))
    start, said = line.start, 0
    for part in parts:
        said += sum(map(len, part))
        end = line.start + said * pace
        yield "\n".join([f"{_stamp(start, ',')} --> {_stamp(end, ',')}", *part])
        start = end


def transcript_json(episode: Episode) -> str:
    """JSON transcript 1.0.0: one segment for a line; times in seconds."""
    segments = [
        {
            "speaker": episode.person(line.speaker).name,
            "startTime": round(line.start, 3),
            "endTime": round(line.end, 3),
            "body": line.text,
        }
        for line in episode.lines
    ]
    whole = {"version": "1.0.0", "segments": segments}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _stamp(seconds: float, point: str) -> str:
    """00:01:02.345, with the decimal point that the format wants."""
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}{point}{milliseconds:03}"
