"""News as a template may print it: on one line, nothing of it a sign of the script's own."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from kawaraban.model import Item
from kawaraban.script.phrasing import harmless
from kawaraban.settings import Section

PARAGRAPH = "\u2029"
"""Between the paragraphs of an item's text: a line end to a reader, and none to the script."""
_AS_THEY_ARE = {"id", "url", "item", "reprint_of", "lang", "language"}
"""Fields that name something, and are never spoken."""
_AGENCIES = {
    *("reuters", "ap", "afp", "dpa", "bloomberg", "kyodo", "jiji", "xinhua", "upi", "tass"),
    *("associated press", "ロイター", "共同", "共同通信", "時事", "時事通信", "ブルームバーグ"),
    *("新華社", "聯合ニュース", "yonhap", "cnn", "bbc", "nhk"),
}
_TAGS = (
    re.compile(r"^(?:【[^【】]{1,12}】|[\[［][^\[\]［］]{1,10}[\]］])\s*"),
    re.compile(r"\s*【[^【】]{1,12}】$"),
)
"""【速報】, [Video] before the title; 【動画】 after it."""
_SUFFIX = re.compile(r"\s+[-‐–—―]\s+(?P<name>[^-‐–—―]{1,40})$|\s*[|｜]\s*[^|｜{}\n]{1,40}$")
"""A site's name after the title; after a dash, only a name that is known."""
_CREDIT = re.compile(r"\s*[(（](?P<name>[^()（）]{1,40})[)）]$")
Fields = TypeVar("Fields")
Settings = TypeVar("Settings", bound=Section)


def spoken_title(title: str, publishers: str | Collection[str] = ()) -> str:
    """A title as a person says it: no 【速報】, no site's or agency's name, no … at its end.

    Args:
        title: as it was published.
        publishers: names that may stand behind it.
    """
    names = {publishers} if isinstance(publishers, str) else set(publishers)
    known = {name.casefold() for name in names} | _AGENCIES
    spoken, before = title.strip(), ""
    while spoken != before:
        before = spoken
        for tag in _TAGS:
            spoken = tag.sub("", spoken)
        for end in (_SUFFIX, _CREDIT):
            found = end.search(spoken)
            name = found and found["name"]
            if found and (name is None or name.strip().casefold() in known):
                spoken = spoken[: found.start()]
        spoken = spoken.rstrip("… \t　").removesuffix("...").rstrip()
    return spoken or title.strip()


def plain(value: Fields, language: str) -> Fields:
    """A dataclass of the model with every text in it harmless, however deep."""
    changed = {
        field.name: _plain(getattr(value, field.name), language)
        for field in fields(value)  # type: ignore[arg-type]
        if field.name not in _AS_THEY_ARE
    }
    if isinstance(value, Item):
        changed["text"] = _paragraphs(value.text, language)
    return replace(value, **changed)  # type: ignore[type-var]


def plain_section(section: Settings, language: str) -> Settings:
    """A section of the settings, every text in it harmless."""
    changed = {
        key: harmless(value, language)
        for key, value in section
        if isinstance(value, str) and key not in _AS_THEY_ARE
    }
    return section.model_copy(update=changed)


def _plain(value: Any, language: str) -> Any:  # noqa: ANN401 - whatever a field may hold
    if isinstance(value, str):
        return harmless(value, language)
    if isinstance(value, Sequence):
        return tuple(_plain(one, language) for one in value)
    return plain(value, language) if is_dataclass(value) else value


def _paragraphs(text: str, language: str) -> str:
    lines = (harmless(line, language) for line in text.splitlines())
    return PARAGRAPH.join(filter(None, lines))
