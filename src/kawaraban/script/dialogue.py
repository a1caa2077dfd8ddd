"""The script file: text to Script, every fault with its line and the nearest known word.

## Title {story=id}          a chapter; {story=id image=art/x.png} gives it a picture
host: words {漢字|かな}        a line; [pause 0.6s] may stand anywhere in it, [take FILE] once
host: words [cite s3 s7]     what the line rests on: sentences of the rundown, never spoken
[pause 1s]  [play FILE]      cues on lines of their own
[music start FILE]           music under what is said from here on; without FILE, the show's bed
[music stop]                 it goes out
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

from kawaraban.documents import Document, nearest, parse_document
from kawaraban.errors import Problems, ShowError
from kawaraban.model import (
    Chapter,
    Cue,
    Line,
    MusicStart,
    MusicStop,
    Pause,
    Play,
    Script,
    Text,
)
from kawaraban.script.heads import Head, check_head, head_of, is_of_show

KEYS = ("number", "title", "date", "summary", "guid")
CUES = ("pause", "play", "music", "take", "cite")
_LINE = re.compile(r"(?P<speaker>[^:：\s\[{#]+)\s*[:：]\s*(?P<words>.*)")
_TAKE = re.compile(r"\[\s*take\s*(?P<value>[^\]]*?)\s*\]")
_CITE = re.compile(r"\[\s*cite\b\s*(?P<value>[^\]]*?)\s*\]")
_SENTENCE = re.compile(r"s[1-9][0-9]*")
"""The id of a sentence."""
_CUE = re.compile(r"\[\s*(?P<name>\w+)\s*(?P<value>[^\]]*?)\s*\]")
_INLINE = re.compile(
    r"\{(?P<text>[^{}|]+)\|(?P<reading>[^{}|]+)\}|\[\s*(?P<cue>\w+)(?P<value>[^\]]*)\]"
)
_READABLE = re.compile(r"\s*[ぁ-ゖァ-ヺ][ぁ-ゖァ-ヺー・\s]*|\s*[A-Za-z][A-Za-z' -]*")
"""Kana, or letters for voices of other languages: {Nguyen|Win}."""
_SECONDS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*s?\s*")
LONGEST_PAUSE = 60.0
"""Seconds; more is a slip of the pen."""
MOST_CHAPTERS = 255
"""ID3 counts them in one byte, and so does Nero's list in MP4."""


def parse_script(
    text: str, path: Path, speakers: Collection[str], stories: Collection[str] | None = None
) -> Script:
    """A script file's text as a Script.

    Args:
        text: the file's text.
        path: for messages.
        speakers: ids of the show's hosts.
        stories: ids that {story=…} may name; None where any will do.

    Raises:
        ShowError: (or Problems, all of them) an unknown key, speaker, story or cue, a line before
            the first chapter, a chapter with nothing in it.
    """
    document = parse_document(text, path)
    faults: list[ShowError] = []
    chapters = tuple(_chapters(document, set(speakers), stories, faults.append))
    number, day = _front(document, faults.append)
    cues = [cue for chapter in chapters for cue in chapter.cues]
    if not any(isinstance(cue, Line | Play) for cue in cues):
        faults.append(ShowError("nobody says anything", where=path, hint="write `host: words`"))
    faults += [
        ShowError("[music stop], and no music", where=path, line=cue.row, hint="delete it")
        for before, cue in zip([None, *_musical(cues)], _musical(cues), strict=False)
        if isinstance(cue, MusicStop) and not isinstance(before, MusicStart)
    ]
    if len(chapters) > MOST_CHAPTERS:
        cause, row = f"more than {MOST_CHAPTERS} chapters", chapters[MOST_CHAPTERS].row
        faults.append(ShowError(cause, where=path, line=row, hint="join some of them"))
    if not faults:
        empty = (chapter.row for chapter in chapters if not chapter.cues)
        hint = "write a line, or delete it"
        faults += [
            ShowError("nothing is in this chapter", where=path, line=row, hint=hint)
            for row in empty
        ]
    Problems.raise_any(faults)
    front = document.front
    return Script(
        number, front["title"], day, front.get("summary", ""), chapters, front.get("guid", "")
    )


def _musical(cues: list[Cue]) -> list[Cue]:
    return [cue for cue in cues if isinstance(cue, MusicStart | MusicStop)]


def cited(text: str) -> frozenset[str]:
    """The ids in the [cite …] of a script, checked or not."""
    return frozenset(id_ for cue in _CITE.finditer(text) for id_ in cue["value"].split())


def with_cites(text: str, ids: Mapping[str, str]) -> str:
    """A script that cites sentences under other ids, where `ids` has one."""

    def cite(cue: re.Match[str]) -> str:
        return f"[cite {' '.join(ids.get(id_, id_) for id_ in cue['value'].split())}]"

    return _CITE.sub(cite, text)


def told_by_story(body: str) -> dict[str, tuple[str, ...]]:
    """What the lines of each story's chapters say, in a script of any hosts, checked or not."""
    told: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in body.split("\n"):
        if head := head_of(line):
            lines = told.setdefault(head.story, [])
        elif spoken := _LINE.fullmatch(line.strip()):
            words = _CITE.sub("", spoken["words"])
            lines.append(_INLINE.sub(lambda found: found["text"] or "", words).strip())
    return {story: tuple(said) for story, said in told.items() if story}


Fault = Callable[[ShowError], None]


def _front(document: Document, fault: Fault) -> tuple[int, date]:
    front = document.front
    for key in front:
        if key not in KEYS:
            fault(document.fault(f"{key}: no such key", key, nearest(key, KEYS)))
    for key in KEYS[:3]:
        if not front.get(key, "").strip():
            fault(document.fault(f"the script has no {key}", hint=f"add {key}: …"))
    number, day = 0, date.min
    written = front.get("number", "").strip() or "1"
    if re.fullmatch(r"[1-9][0-9]*", written):
        number = int(written)
    else:
        fault(document.fault("number must be a whole number from 1", "number"))
    try:
        day = date.fromisoformat(front.get("date", "").strip() or "2000-01-01")
    except ValueError:
        fault(document.fault(f"date: {front['date']!r} is no day", "date", "write 2023-11-24"))
    return number, day


def _chapters(
    document: Document, speakers: set[str], stories: Collection[str] | None, fault: Fault
) -> Iterator[Chapter]:
    head, row, cues = Head(""), 0, list[Cue]()
    for at, line in enumerate(document.body.split("\n"), document.body_row):
        if not line.strip():
            continue
        place = _Place(document.path, at, fault)
        if opened := head_of(line):
            if row:
                yield _chapter(head, cues, row)
            head, row, cues = opened, at, []
            check_head(head, stories, place.fault)
        elif not row:
            place.fault("stands before the first chapter", "start with ## and a title")
        elif cue := _cue(line.strip(), speakers, place):
            cues.append(cue)
    if row:
        yield _chapter(head, cues, row)


def _chapter(head: Head, cues: list[Cue], row: int) -> Chapter:
    return Chapter(head.title, tuple(cues), row, head.story, head.image)


class _Place:
    """A line of the script, to complain about."""

    def __init__(self, path: Path, row: int, told: Fault) -> None:
        self.path, self.row, self._told = path, row, told

    def fault(self, cause: str, hint: str = "") -> None:
        self._told(ShowError(cause, where=self.path, line=self.row, hint=hint))


def _cue(line: str, speakers: set[str], place: _Place) -> Cue | None:
    if found := _CUE.fullmatch(line):
        return _own_line_cue(found["name"], found["value"], place)
    spoken = _LINE.fullmatch(line)
    if spoken is None:
        place.fault("neither a chapter, a line nor a cue", "write `host: words`")
        return None
    speaker = spoken["speaker"]
    if speaker not in speakers:
        place.fault(f"there is no host {speaker}", nearest(speaker, speakers))
        return None
    words, cites = _cites(spoken["words"], place)
    words, take = _take(words, place)
    parts = tuple(_parts(words, place))
    if not any(isinstance(part, Text) and part.text.strip() for part in parts):
        place.fault(f"{speaker} says nothing here", "write words after the colon")
    return Line(speaker, parts, place.row, take, cites)


def _cites(words: str, place: _Place) -> tuple[str, tuple[str, ...]]:
    """The words of a line without its [cite …], and the ids of the sentences named there."""
    found = [id_ for cue in _CITE.finditer(words) for id_ in cue["value"].split() or [""]]
    for id_ in found:
        if not _SENTENCE.fullmatch(id_):
            place.fault(f"[cite {id_}]: not the id of a sentence", "write [cite s3 s7]")
    return _CITE.sub("", words).rstrip(), tuple(dict.fromkeys(found))


def _take(words: str, place: _Place) -> tuple[str, Path | None]:
    """The words of a line without its [take FILE], and that file."""
    takes = list(_TAKE.finditer(words))
    if len(takes) > 1:
        place.fault("two takes of one line", "part it into two lines")
    for take in takes:
        _check_file(take["value"], take[0], place)
    return _TAKE.sub("", words).rstrip(), Path(takes[0]["value"]) if takes else None


def _check_file(value: str, cue: str, place: _Place) -> None:
    if not is_of_show(value):
        place.fault(f"{cue}: not a file of the show", "name one below its folder")


def _own_line_cue(name: str, value: str, place: _Place) -> Cue | None:
    if name == "play":
        _check_file(value, f"[play {value}]", place)
        return Play(Path(value), place.row)
    if name == "music":
        return _music(value, place)
    return _pause(name, value, place)


def _music(value: str, place: _Place) -> Cue | None:
    verb, _, file = value.partition(" ")
    file = file.strip()
    if verb not in {"start", "stop"} or (verb == "stop" and file):
        place.fault(f"[music {value}]: no such cue", "write [music start FILE] or [music stop]")
        return None
    if verb == "stop":
        return MusicStop(place.row)
    if file:
        _check_file(file, f"[music start {file}]", place)
    return MusicStart(Path(file) if file else None, place.row)


def _pause(name: str, value: str, place: _Place) -> Pause | None:
    if name in {"take", "cite"}:
        value = {"take": "FILE", "cite": "s3"}[name]
        place.fault(f"[{name}] outside a line", f"write `host: words [{name} {value}]`")
        return None
    if name != "pause":
        place.fault(f"[{name}]: no such cue", nearest(name, CUES))
        return None
    seconds = _SECONDS.fullmatch(value)
    if seconds is None or float(seconds[1]) > LONGEST_PAUSE:
        place.fault(f"[pause {value.strip()}]: not a length", "write [pause 0.6s], 60 s at most")
        return None
    return Pause(float(seconds[1]))


def _parts(words: str, place: _Place) -> Iterator[Text | Pause]:
    start = 0
    for found in _INLINE.finditer(words):
        yield from _plain(words[start : found.start()], place)
        start = found.end()
        if found["cue"] is None:
            if not _READABLE.fullmatch(found["reading"]):
                place.fault(f"the reading {found['reading']!r} is not kana", "write {漢字|かな}")
            yield Text(found["text"], found["reading"])
        elif found["cue"] in {"play", "music"}:
            place.fault(f"[{found['cue']}] inside a line", "put it on a line of its own")
        elif pause := _pause(found["cue"], found["value"], place):
            yield pause
    yield from _plain(words[start:], place)


def _plain(words: str, place: _Place) -> Iterator[Text]:
    if stray := re.search(r"[{}\[\]]", words):
        place.fault(f"a stray {stray[0]}", "write {漢字|かな} or [pause 0.6s]; brackets: （ ）")
    if words:
        yield Text(words)
