"""Chapters for apps: the JSON that podcast:chapters points to."""

from __future__ import annotations

import hashlib
import json

from kawaraban.publish.episode import ChapterRecord, Episode
from kawaraban.publish.words import is_link
from kawaraban.settings import Show

CHAPTERS = "chapters.json"


def chapters_json(episode: Episode, show: Show) -> str:
    """JSON chapters 1.2.0, in order of time; times in seconds."""
    whole = {
        "version": "1.2.0",
        "title": episode.title,
        "author": show.about.author,
        "podcastName": show.about.title,
        "fileName": episode.audio.file,
        "chapters": [
            _plain(chapter, show.publish.at(episode.folder)) for chapter in episode.chapters
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _plain(chapter: ChapterRecord, folder: str) -> dict[str, float | str]:
    plain: dict[str, float | str] = {
        "startTime": round(chapter.start, 3),
        "endTime": round(chapter.end, 3),
        "title": chapter.title,
    }
    if chapter.image:
        plain["img"] = f"{folder}/{chapter.image}"
    return plain | {"url": chapter.url} if is_link(chapter.url) else plain


def picture_name(picture: bytes) -> str:
    """What a chapter's picture is called: another picture has another name."""
    return f"chapter-{hashlib.sha256(picture).hexdigest()[:8]}.jpg"


def chapters_path(episode: Episode, show: Show) -> str:
    """Where the chapters are below output/, with their version.

    AntennaPod keeps the first chapters it loads from an address, so new ones get a new address.
    """
    version = hashlib.sha256(chapters_json(episode, show).encode()).hexdigest()[:8]
    return f"{episode.folder}/{CHAPTERS}?v={version}"
