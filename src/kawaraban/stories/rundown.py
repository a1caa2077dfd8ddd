"""The rundown: which stories an episode tells, in which order, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from kawaraban.errors import ShowError
from kawaraban.model import Item, LeftOut, Rundown, Story, Window
from kawaraban.stories.cluster import cluster
from kawaraban.stories.digest import key_points, timeline
from kawaraban.stories.similarity import similarity

TIMELINE = 3
"""Events from which a story is told by its timeline."""


def window_ending(until: date, length: timedelta, zone: tzinfo) -> Window:
    """The window of this length that ends at a moment, or with a day of this time zone."""
    if not isinstance(until, datetime):
        until = datetime.combine(until, time.max, zone)
    return Window(until - length, until)


def pick(items: Sequence[Item], window: Window, top: int, threshold: float) -> Rundown:
    """The `top` most widely told stories of a window; the order of items changes nothing.

    Raises:
        ShowError: no item was published in the window.
    """
    inside = [item for item in items if item.published in window]
    if not inside:
        raise ShowError(
            f"no news between {window.since:%Y-%m-%d %H:%M} and {window.until:%Y-%m-%d %H:%M}",
            hint=_newest(items) + "choose a day with --date or a longer window in show.toml",
        )
    stories = sorted(
        (_story(group, window) for group in cluster(inside, threshold)),
        key=lambda story: (-story.score, story.id),
    )
    outside = [LeftOut(item.id, "outside the window") for item in items if item not in inside]
    below = [
        LeftOut(item.id, f"its story ranks {rank}, below the top {top}")
        for rank, story in enumerate(stories[top:], top + 1)
        for item in story.items
    ]
    left_out = sorted([*outside, *below], key=lambda left: left.id)
    return Rundown(window, tuple(stories[:top]), tuple(left_out))


def _newest(items: Sequence[Item]) -> str:
    newest = max((item.published for item in items), default=None)
    return "" if newest is None else f"the newest item is of {newest:%Y-%m-%d}: "


def _story(items: Sequence[Item], window: Window) -> Story:
    """A group of items as a story, scored by distinct publishers, the later one first in a tie."""
    first, latest = items[0], max(item.published for item in items)
    sources = Story("", "", tuple(items)).sources
    freshness = (latest - window.since) / (window.until - window.since)
    events = timeline(items)
    events = events if len(events) >= TIMELINE else ()
    return Story(
        id=first.id,
        title=_headline(items),
        items=tuple(items),
        score=round(len(sources) + 0.9 * freshness, 4),
        reasons=(
            f"{len(sources)} publisher{'s' * (len(sources) > 1)}: {', '.join(sources)}",
            f"latest {latest:%Y-%m-%d %H:%M}",
        ),
        points=key_points(items, told=[text for e in events for text in (e.text, e.detail)]),
        timeline=events,
    )


def _headline(items: Sequence[Item]) -> str:
    """Among the newer half of the titles, where the story stands now, the one most like all."""
    central = similarity([item.title for item in items]).mean(axis=1)
    newer = range(len(items) // 2, len(items))
    return items[max(newer, key=lambda at: (central[at], -at))].title


# ── the contract: rundown as JSON, and back ──────────────────────────────────────────────────────


def to_json(rundown: Rundown) -> dict[str, Any]:
    """A rundown as `pick --json` prints it and as it is kept beside a script."""
    return {
        "window": {
            "since": rundown.window.since.isoformat(),
            "until": rundown.window.until.isoformat(),
        },
        "stories": [_story_json(story) for story in rundown.stories],
        "left_out": [{"id": left.id, "reason": left.reason} for left in rundown.left_out],
    }


def _story_json(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "score": story.score,
        "reasons": list(story.reasons),
        "sources": len(story.sources),
        "languages": sorted({item.lang for item in story.items}),
        "items": [
            {
                "id": item.id,
                "url": item.url,
                "source": item.source,
                "title": item.title,
                "published": item.published.isoformat(),
                "reprint_of": item.reprint_of,
            }
            for item in story.items
        ],
        "seen_before": None,
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
        reprint_of=data["reprint_of"],
    )
