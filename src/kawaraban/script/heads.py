"""The line that opens a chapter: `## Title {story=id image=art/x.png}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kawaraban.documents import nearest

KEYS = ("story", "image")
"""What may stand in the braces, in any order."""
PICTURES = (".jpg", ".jpeg", ".png")
_HEAD = re.compile(r"##(?:\s+|$)(?P<title>.*?)\s*(?:\{(?P<keys>[^{}|]*=[^{}]*)\})?\s*")
_KEY = re.compile(r'\s*(?P<key>[^\s="]+)=(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]*))(?=\s|$)')

Told = Callable[[str, str], None]
"""Hears of a fault: its cause and what to do."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a chapter's line says, right or wrong."""

    title: str
    keys: tuple[tuple[str, str], ...] = ()
    rest: str = ""
    """What in the braces is no key with a value."""

    @property
    def story(self) -> str:
        """The id of the story, or ""."""
        return dict(self.keys).get("story", "")

    @property
    def image(self) -> Path | None:
        """The picture, relative to the show, where there is one."""
        image = dict(self.keys).get("image", "")
        return Path(image) if image else None


def head_of(line: str) -> Head | None:
    """The head that a line of a script is; None for other lines."""
    found = _HEAD.fullmatch(line.strip())
    if found is None:
        return None
    written = found["keys"] or ""
    keys = tuple(
        (one["key"], one["quoted"] if one["plain"] is None else one["plain"])
        for one in _KEY.finditer(written)
    )
    return Head(found["title"], keys, _KEY.sub("", written).strip())


def check_head(head: Head, stories: Collection[str] | None, fault: Told) -> None:
    """Tell what is wrong with a head; `stories` are the ids it may name, None where any will do."""
    if not head.title:
        fault("the chapter has no title", "write ## and a title")
    if stray := re.search(r"[{}]", head.title):
        fault(f"a stray {stray[0]} in the title", "write {story=id} at its end, or ｛｝")
    if head.rest:
        fault(f"{head.rest}: neither {' nor '.join(KEYS)}", "write {story=id image=art/x.png}")
    names = [name for name, _ in head.keys]
    for name in dict.fromkeys(names):
        if name not in KEYS:
            fault(f"{name}: no such key of a chapter", nearest(name, KEYS))
        elif names.count(name) > 1:
            fault(f"{name} is there twice", "keep one of the two")
    if head.story and stories is not None and head.story not in stories:
        fault(f"there is no story {head.story}", nearest(head.story, stories))
    if "image" in names:
        _check_image(dict(head.keys)["image"], fault)


def _check_image(value: str, fault: Told) -> None:
    if not is_of_show(value):
        fault(f"image={value}: not a file of the show", "name one below its folder")
    elif PurePosixPath(value).suffix.lower() not in PICTURES:
        fault(f"image={value}: not a JPEG or PNG", "save it as one of the two")


def is_of_show(value: str) -> bool:
    """Whether a path names something below the show's folder."""
    path = PurePosixPath(value)
    return bool(value) and not path.is_absolute() and ".." not in path.parts
