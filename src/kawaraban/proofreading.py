"""The script of an episode, read back and held against what is published."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

from kawaraban.documents import nearest, read_text
from kawaraban.errors import ShowError
from kawaraban.model import Chapter, MusicStart, Play, Script, Story
from kawaraban.places import OUTPUT, Places
from kawaraban.publish.episode import read_episodes
from kawaraban.publish.record import guid_of
from kawaraban.script.dialogue import parse_script
from kawaraban.script.heads import PICTURES
from kawaraban.settings import Show
from kawaraban.sound.pictures import check_picture


def parse(show: Show, text: str, path: Path, stories: Collection[str] | None) -> Script:
    """A script's text, checked; `stories` as `parse_script` has them."""
    return parse_script(text, path, [host.id for host in show.hosts], stories)


def ids_of(stories: Iterable[Story]) -> list[str]:
    """What {story=…} may name."""
    return [story.id for story in stories]


def read_script(show: Show, places: Places, stories: Iterable[Story]) -> Script:
    """The script of an episode, checked.

    Raises:
        ShowError: (or Problems) it is wrong, of another episode, plays a file that is not there, or
            shows one that is no picture.
    """
    path = places.script
    script = parse(show, read_text(path), path, ids_of(stories))
    if script.number != places.number:
        raise ShowError(
            f"number: {script.number} in the script of episode {places.number}", where=path
        )
    for cue in script.cues:
        if isinstance(cue, Play | MusicStart):
            _check_music(cue, show, places)
    for chapter in script.chapters:
        _check_image(chapter, places)
    return script


def _check_image(chapter: Chapter, places: Places) -> None:
    if chapter.image is None:
        return
    path = places.root / chapter.image
    if not path.is_file():
        near = nearest(str(chapter.image), _pictures_in(places.root))
        raise ShowError(
            f"there is no file {chapter.image}", where=places.script, line=chapter.row, hint=near
        )
    check_picture(path)


def _pictures_in(root: Path) -> list[str]:
    """What may have been meant: pictures in art/ and in the folders beside it."""
    files = [*root.glob("art/**/*"), *root.glob("[!.]*/*")]
    return [str(file.relative_to(root)) for file in files if file.suffix.lower() in PICTURES]


def _check_music(cue: Play | MusicStart, show: Show, places: Places) -> None:
    if cue.path is None:
        if show.sound.bed is None:
            hint = "name a file, or set bed in [sound]"
            raise ShowError(
                "[music start], and no bed", where=places.script, line=cue.row, hint=hint
            )
    elif not (places.root / cue.path).is_file():
        near = nearest(str(cue.path), _music_in(places.root))
        raise ShowError(
            f"there is no file {cue.path}", where=places.script, line=cue.row, hint=near
        )


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
