"""The rundown as JSON, which `pick --json` prints and which is kept beside a script."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from kawaraban.model import Event, Item, Quote, Rundown, Story

NOTHING: Mapping[str, Any] = {"stories": [], "left_out": []}
"""A rundown of no story, for a script that has none beside it."""


def to_json(rundown: Rundown, *, kept: bool = False) -> dict[str, Any]:
    """A rundown as `pick --json` prints it.

    Args:
        rundown: the stories and what was left out.
        kept: with what later episodes recognise the stories by, language and summary of items,
            and what a newsletter tells them by: points and timeline.
    """
    return {
        "window": {
            "since": rundown.window.since.isoformat(),
            "until": rundown.window.until.isoformat(),
        },
        "stories": [_story_json(story, kept=kept) for story in rundown.stories],
        "left_out": [{"id": left.id, "reason": left.reason} for left in rundown.left_out],
    }


def joined(
    new: Mapping[str, Any],
    old: Mapping[str, Any],
    told: Container[str] | None = None,
    cited: Container[str] | None = None,
) -> dict[str, Any]:
    """A kept rundown, with what it lacks of an old one; the new one's stand where both have one.

    Args:
        new: as `to_json` makes it, perhaps with `sentences`.
        old: another, or NOTHING.
        told: ids of the old one's stories to take over; all where None.
        cited: ids of its sentences to take over; all where None.
    """
    known = {story["id"] for story in new["stories"]}
    kept = [story for story in old["stories"] if told is None or story["id"] in told]
    stories = [*new["stories"], *(story for story in kept if story["id"] not in known)]
    items = {item["id"] for story in stories for item in story["items"]}
    left = [one for one in new["left_out"] if one["id"] not in items]
    before = old.get("sentences", {}).items()
    sentences = {id_: one for id_, one in before if cited is None or id_ in cited}
    sentences |= new.get("sentences", {})
    extra = {"sentences": sentences} if sentences else {}
    return {**new, "stories": stories, "left_out": left, **extra}


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
        **(_told_json(story) if kept else {}),
    }


def _told_json(story: Story) -> dict[str, Any]:
    return {
        "points": [asdict(point) for point in story.points],
        "timeline": [asdict(event) | {"day": event.day.isoformat()} for event in story.timeline],
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

    Points and timeline come back where they were kept; earlier versions kept none.

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
            points=tuple(_point(point) for point in story.get("points", ())),
            timeline=tuple(_event(event) for event in story.get("timeline", ())),
            seen_before=story["seen_before"],
        )
        for story in data["stories"]
    )


def _point(data: Mapping[str, Any]) -> Quote:
    return Quote(text=data["text"], item=data["item"], source=data["source"])


def _event(data: Mapping[str, Any]) -> Event:
    return Event(
        day=date.fromisoformat(data["day"]),
        text=data["text"],
        detail=data["detail"],
        item=data["item"],
        source=data["source"],
        confirmed=data["confirmed"],
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
