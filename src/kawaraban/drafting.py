"""The script of an episode: drafted from the news, read back, held against what is published."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kawaraban.documents import nearest, read_text
from kawaraban.errors import ShowError
from kawaraban.model import Play, Rundown, Script, Story
from kawaraban.picking import pick_stories
from kawaraban.places import OUTPUT, Places
from kawaraban.publish.episode import read_episodes
from kawaraban.publish.record import guid_of
from kawaraban.script import writer
from kawaraban.script.dialogue import parse_script
from kawaraban.script.template import draft
from kawaraban.settings import Show, Writer
from kawaraban.store import fingerprint, write_text
from kawaraban.stories.contract import to_json
from kawaraban.stories.rundown import window_ending


def write_draft(show: Show, places: Places, day: date, pen: Pen | None = None) -> None:
    """Pick the week that ends on `day` and write the script; the rundown goes beside it, first.

    The show's language model is asked where there is a pen for it; nothing is written before it
    is done.

    Raises:
        ShowError: there is no news, the template is wrong, or the model's server fails.
    """
    rundown, text, script = _drafted(show, places, day)
    kept = to_json(rundown, kept=True)
    if pen:
        written = writer.write(writer.plan(show, pen.settings, script, text, rundown), pen.tell)
        text, kept = written.text, kept | {"sentences": written.sentences}
        _parse(show, text, places.script, rundown.stories)
    plain = json.dumps(kept, ensure_ascii=False, indent=1)
    write_text(places.rundown, plain + "\n")
    write_text(places.script, text)
    write_text(places.steps / "draft", fingerprint(text))


@dataclass(frozen=True, slots=True)
class Pen:
    """A show's writer, and who hears how it goes."""

    settings: Writer
    tell: Callable[[str], None]


def estimate(show: Show, places: Places, day: date, settings: Writer) -> str:
    """What the writer would be asked for this draft, and what it may cost; nothing is written.

    Raises:
        ShowError: as `write_draft`.
    """
    rundown, text, script = _drafted(show, places, day)
    return writer.plan(show, settings, script, text, rundown).estimate


def _drafted(show: Show, places: Places, day: date) -> tuple[Rundown, str, Script]:
    """The rundown, and what the template makes of it."""
    window = window_ending(day, show.pick.window, show.about.zone)
    rundown = pick_stories(show, places, window)
    text = draft(show, places.root, rundown, places.number, day)
    return rundown, text, _parse(show, text, show.script.template, rundown.stories)


def is_edited(places: Places) -> bool:
    """Whether a script exists that is not just as it was drafted."""
    mark = places.steps / "draft"
    drafted = mark.read_text(encoding="utf-8") if mark.is_file() else ""
    return places.script.exists() and fingerprint(read_text(places.script)) != drafted


def _parse(show: Show, text: str, path: Path, stories: Sequence[Story]) -> Script:
    hosts = [host.id for host in show.hosts]
    return parse_script(text, path, hosts, [story.id for story in stories])


def read_script(show: Show, places: Places, stories: Sequence[Story]) -> Script:
    """The script of an episode, checked.

    Raises:
        ShowError: (or Problems) it is wrong, of another episode, or plays a file that is not there.
    """
    path = places.script
    script = _parse(show, read_text(path), path, stories)
    if script.number != places.number:
        raise ShowError(
            f"number: {script.number} in the script of episode {places.number}", where=path
        )
    for cue in script.cues:
        if isinstance(cue, Play) and not (places.root / cue.path).is_file():
            near = nearest(str(cue.path), _music_in(places.root))
            raise ShowError(f"there is no file {cue.path}", where=path, line=cue.row, hint=near)
    return script


def _music_in(root: Path) -> list[str]:
    kinds = {".ogg", ".flac", ".wav", ".mp3"}
    files = (root / "voices").rglob("*")
    return [str(file.relative_to(root)) for file in files if file.suffix in kinds]


def check_date(script: Script, places: Places, asked: date | None) -> None:
    """Raise a ShowError where another date is asked for than the script has."""
    if asked is not None and asked != script.date:
        raise ShowError(
            f"the script is of {script.date}, not {asked}",
            where=places.script,
            hint="leave --date out, edit `date:`, or draft it again: "
            f"kawaraban draft {script.number} --date {asked}",
        )


def check_published(show: Show, script: Script, places: Places) -> None:
    """What is out stays itself: an episode keeps its guid, and no two have one title.

    Subscribers would get an episode with another guid as a new one; apps merge equal titles.
    """
    published = {episode.number: episode for episode in read_episodes(places.root / OUTPUT)}
    known = published[script.number].guid if script.number in published else None
    asked = guid_of(show, script)
    if known not in {None, asked}:
        raise ShowError(
            f"episode {script.number} has the guid {known}; this would give it {asked}",
            where=places.script,
            line=1,
            hint=f"keep it: write `guid: {known}` into the script, or, if the feed's address "
            "changed, the show's own guid into show.toml",
        )
    for episode in published.values():
        if episode.title == script.title and episode.number != script.number:
            raise ShowError(
                f"episode {episode.number} has the title {script.title!r} already",
                where=places.script,
                line=1,
                hint="give this one another: apps take two of one title for the same episode",
            )
