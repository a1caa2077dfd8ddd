"""The rundown as JSON, which `pick --json` prints and which is kept beside a script."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kawaraban.model import Item, Rundown, Story


def to_json(rundown: Rundown, *, kept: bool = False) -> dict[str, Any]:
    """A rundown as `pick --json` prints it.

    Args:
        rundown: the stories and what was left out.
        kept: with what later episodes recognise the stories by: language and summary of items.
    """
    return {
        "window": {
            "since": rundown.window.since.isoformat(),
            "until": rundown.window.until.isoformat(),
        },
        "stories": [_story_json(story, kept=kept) for story in rundown.stories],
        "left_out": [{"id": left.id, "reason": left.reason} for left in rundown.left_out],
    }


def _story_json(story: Story, *, kept: bool) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "score": story.score,
        "reasons": list(story.reasons),
        "sources": len(story.sources),
        "languages": sorted({item.lang for item in story.items}),
        "items": [_item_json(item, kept=kept) for item in story.items],
        "seen_before": story.seen_before,
    }


def _item_json(item: Item, *, kept: bool) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.url,
        "source": item.source,
        "title": item.title,
        "published": item.published.isoformat(),
        "reprint_of": item.reprint_of,
        **({"lang": item.lang, "summary": item.summary} if kept else {}),
    }


def stories_from_json(data: Mapping[str, Any]) -> tuple[Story, ...]:
    """The stories of a rundown that `to_json` wrote, with their items' metadata.

    Raises:
        KeyError, TypeError, ValueError: it is not such a rundown.
    """
    return tuple(
        Story(
            id=story["id"],
            title=story["title"],
            items=tuple(_item(item) for item in story["items"]),
            score=story["score"],
            reasons=tuple(story["reasons"]),
            seen_before=story["seen_before"],
        )
        for story in data["stories"]
    )


def _item(data: Mapping[str, Any]) -> Item:
    return Item(
        id=data["id"],
        url=data["url"],
        source=data["source"],
        title=data["title"],
        published=datetime.fromisoformat(data["published"]),
        lang=data.get("lang", "ja"),
        summary=data.get("summary", ""),
        reprint_of=data["reprint_of"],
    )
