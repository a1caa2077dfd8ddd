"""A new show, made from the reference show that this project is itself."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from kawaraban.documents import read_text
from kawaraban.errors import OutputError, ShowError

CONTENT = ("show.toml", "news", "scripts/weekly.md.j2", "voices", "art")
_IGNORED = "/output/*\n/.kawaraban/\n/news/archive.sqlite\n"
_OWN_ADDRESS = re.compile(r'^url = ".*"', re.MULTILINE)


def starter() -> Path:
    """The reference show: inside an installed package, or the checkout itself."""
    packaged = Path(__file__).parent / "starter"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def make_show(folder: Path) -> None:
    """Make a show in a folder that is new or empty.

    Its address is its own, so that its guids are too.

    Raises:
        ShowError: there is something in the folder.
        OutputError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ShowError("there is something here already", where=folder, hint="name a new folder")
    try:
        for name in CONTENT:
            _copy(starter() / name, folder / name)
        (folder / "output").mkdir()
        (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        settings = read_text(folder / "show.toml")
        address = f'url = "https://podcast.example/{folder.resolve().name}"'
        (folder / "show.toml").write_text(_OWN_ADDRESS.sub(address, settings), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", where=folder) from error


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)
