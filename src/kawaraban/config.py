"""show.toml -> Show: found, read, checked; every problem at once."""

from __future__ import annotations

from pathlib import Path

from kawaraban.documents import read_toml
from kawaraban.errors import Problems, ShowError
from kawaraban.settings import Show

FILE = "show.toml"


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds a show.toml.

    Raises:
        ShowError: when there is none.
    """
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise ShowError(
        f"no {FILE} here or in any folder above",
        where=start,
        hint="go into a show, name one with --show DIR, or make one: kawaraban init DIR",
    )


def load_show(root: Path) -> Show:
    """The show that stands in `root`.

    Raises:
        ShowError: (or Problems) an unknown key, a wrong value, a file that is not there.
    """
    show = read_toml(root / FILE, Show)
    named = {
        "show.image": show.about.image,
        "script.template": show.script.template,
        "sound.intro": show.sound.intro,
        "sound.outro": show.sound.outro,
    }
    Problems.raise_any(
        [
            ShowError(f"{key}: there is no file {path}", where=root / FILE, hint="mend the path")
            for key, path in named.items()
            if path is not None and not (root / path).is_file()
        ]
    )
    return show
