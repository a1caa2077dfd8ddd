"""A new show, made from a starter: the reference show that this project is, or one in English."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from kawaraban.documents import nearest, read_text
from kawaraban.errors import OutputError, ShowError

LANGUAGES = ("ja", "en")
TEMPLATES = ("weekly", "bulletin", "deep-dive", "digest", "reading")
CONTENT = (
    *("show.toml", "news", "voices", "art", "scripts/parts.j2"),
    *(f"scripts/{name}.md.j2" for name in TEMPLATES),
)
_THEMES = "voices/themes"
"""The music of the Japanese starter is every starter's."""
_IGNORED = "/output/*\n/.kawaraban/\n/news/archive.sqlite\n"
_OWN_ADDRESS = re.compile(r'^url = ".*"', re.MULTILINE)


def starter(language: str = "ja") -> Path:
    """The starter in a language; the Japanese one of a checkout is the checkout itself.

    Raises:
        ShowError: there is none in this language.
    """
    if language not in LANGUAGES:
        raise ShowError(f"no starter speaks {language}", hint=nearest(language, LANGUAGES))
    packaged = Path(__file__).parent / "starters" / language
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def make_show(folder: Path, language: str = "ja") -> None:
    """Make a show in a folder that is new or empty.

    Its address is its own, so that its guids are too.

    Raises:
        ShowError: there is something in the folder, or no starter in this language.
        OutputError: it cannot be written.
    """
    source = starter(language)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ShowError("there is something here already", where=folder, hint="name a new folder")
    try:
        _copy(starter() / _THEMES, folder / _THEMES)
        for name in CONTENT:
            _copy(source / name, folder / name)
        (folder / "output").mkdir()
        (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        _give_address(folder)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", where=folder) from error


def _give_address(folder: Path) -> None:
    """Put an address that follows from the folder's name into show.toml."""
    path = folder / "show.toml"
    address = f'url = "https://podcast.example/{folder.resolve().name}"'
    path.write_text(_OWN_ADDRESS.sub(address, read_text(path)), encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target, ignore=unwanted, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target)
