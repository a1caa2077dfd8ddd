"""`kawaraban check`: everything that can be known to be wrong without rendering anything.

Each function looks at one thing and returns what it found; none of them writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kawaraban.config import load_show
from kawaraban.documents import read_text
from kawaraban.errors import EngineError, KawarabanError, Problems, ShowError
from kawaraban.model import Line, Script, Text
from kawaraban.news.archive import ARCHIVE
from kawaraban.news.files import read_items
from kawaraban.places import OUTPUT, SCRIPTS
from kawaraban.publish.episode import RECORD, Episode, read_episodes
from kawaraban.publish.identity import FEED
from kawaraban.reading.spoken import JAPANESE, Reader, reader_for
from kawaraban.script.dialogue import parse_script
from kawaraban.settings import Show
from kawaraban.speech.engine import machine_of
from kawaraban.speech.render import clip_key
from kawaraban.speech.voices import Cast, Part, cast
from kawaraban.store import file_hash


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: an error fails the check, a note does not."""

    text: str
    is_error: bool


def check(root: Path) -> Iterator[Finding]:
    """Everything that is wrong or doubtful in a show, in the order in which a build meets it.

    Raises:
        KawarabanError: show.toml is so wrong that nothing else can be looked at.
    """
    show = load_show(root)
    parts: Cast = {}
    try:
        parts = cast(show, root, machine_of(show.render))
    except KawarabanError as error:
        yield from _errors(error)
    try:
        files = [root / path for path in show.sources.files]
        read_items(files, may_be_empty=(root / ARCHIVE).exists())
    except ShowError as error:
        yield from _errors(error)
    yield from _scripts(show, root, parts)
    yield from _output(show, root / OUTPUT)


def _errors(error: KawarabanError) -> Iterator[Finding]:
    several = error.errors if isinstance(error, Problems) else [error]
    yield from (Finding(str(one), is_error=True) for one in several)


def _scripts(show: Show, root: Path, parts: Cast) -> Iterator[Finding]:
    hosts = [host.id for host in show.hosts]
    try:
        reader = reader_for(root)
    except ShowError as error:
        yield from _errors(error)
        return
    for path in sorted((root / SCRIPTS).glob("*.md")):
        try:
            script = parse_script(read_text(path), path, hosts)
        except ShowError as error:
            yield from _errors(error)
        else:
            yield from _citations(script, path)
            yield from _readings(script, path, reader, parts)


def _citations(script: Script, path: Path) -> Iterator[Finding]:
    """Lines that cite what the rundown beside the script does not have."""
    known = _sentences(path.with_suffix(".json"))
    for line in script.lines:
        if unknown := [id_ for id_ in line.cites if id_ not in known]:
            said = f"{path}:{line.row}: the rundown has no sentence {', '.join(unknown)}"
            yield Finding(f"{said}\n  delete [cite …] there, or draft again", is_error=False)


def _sentences(rundown: Path) -> set[str]:
    """The ids of the sentences that a rundown keeps; a broken one is the build's to tell."""
    try:
        return set(json.loads(rundown.read_text("utf-8"))["sentences"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return set()


def _readings(script: Script, path: Path, reader: Reader, parts: Cast) -> Iterator[Finding]:
    """Lines that cannot be said; doubts, each word once, at its first line."""
    told: set[tuple[str, str]] = set()
    for line in script.lines:
        part = parts.get(line.speaker)
        language = part.voice.language if part else JAPANESE
        for doubt in reader.doubts(_without_given(line)) if language == JAPANESE else ():
            if (doubt.word, doubt.said) not in told:
                said = f"{path}:{line.row}: {doubt.word} {doubt.why}\n  {doubt.mend}"
                yield Finding(said, is_error=False)
            told.add((doubt.word, doubt.said))
        yield from _sayable(line, path, language, reader, part)


def _sayable(
    line: Line, path: Path, language: str, reader: Reader, part: Part | None
) -> Iterator[Finding]:
    """What keeps a line from being said by its host's voice."""
    try:
        spoken = reader.line(line, language)
        if part:
            clip_key(spoken, part)
    except (ShowError, EngineError) as error:
        yield Finding(f"{path}: {error}", is_error=True)
    else:
        if not spoken.utterances:
            yield Finding(f"{path}:{line.row}: nothing here can be said", is_error=True)


def _without_given(line: Line) -> str:
    """What the reader has to find a reading for."""
    parts = (part for part in line.parts if isinstance(part, Text) and not part.reading)
    return "".join(part.text for part in parts)


def _output(show: Show, output: Path) -> Iterator[Finding]:
    try:
        episodes = read_episodes(output)
    except KawarabanError as error:
        yield from _errors(error)
        return
    for episode in episodes:
        yield from _episode(show, episode, output / episode.folder)
    if episodes and not (output / FEED).is_file():
        yield Finding(f"{output / FEED} is gone: build again", is_error=True)


def _episode(show: Show, episode: Episode, folder: Path) -> Iterator[Finding]:
    for audio in episode.files:
        path = folder / audio.file
        if file_hash(path) != audio.sha256:
            said = f"{path}: not the file that {RECORD} describes: build again"
            yield Finding(said, is_error=True)
        if abs(audio.loudness - show.sound.loudness) > 1:
            said = f"{path}: {audio.loudness} LUFS, the show wants {show.sound.loudness}"
            yield Finding(said, is_error=True)
    starts = [chapter.start for chapter in episode.chapters]
    if starts != sorted(set(starts)):
        yield Finding(f"{folder / RECORD}: chapters are out of order", is_error=True)
