"""The rundown: which stories an episode tells, in which order, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo

from kawaraban.errors import ShowError
from kawaraban.model import Aired, Item, LeftOut, Rundown, Story, Window
from kawaraban.settings import Pick
from kawaraban.stories.aired import Memory, Sorted, sort_out
from kawaraban.stories.cluster import cluster
from kawaraban.stories.digest import digest
from kawaraban.stories.meaning import Embed
from kawaraban.stories.rank import blocked, score
from kawaraban.stories.similarity import similarity

FULLEST = 40
"""Items of a story that are read for what it says; more of them say little more."""


def window_ending(until: date, length: timedelta, zone: tzinfo) -> Window:
    """The window of this length that ends at a moment, or with a day of this time zone."""
    if not isinstance(until, datetime):
        until = datetime.combine(until, time.max, zone)
    return Window(until - length, until)


def pick(
    items: Sequence[Item],
    window: Window,
    settings: Pick,
    embed: Embed,
    aired: Sequence[Aired] = (),
) -> Rundown:
    """The most widely told stories of a window; the order of items changes nothing.

    Args:
        items: from anywhere, with distinct ids.
        window: when they must have been published.
        settings: [pick], with `top`, how many stories there are at most.
        embed: texts to vectors (`meaning.embed`), for the method "meaning".
        aired: what earlier episodes told.

    Raises:
        ShowError: no item was published in the window, or nothing of it is left.
    """
    inside = [item for item in items if item.published in window]
    if not inside:
        raise ShowError(
            f"no news between {window.since:%Y-%m-%d %H:%M} and {window.until:%Y-%m-%d %H:%M}",
            hint=_newest(items) + "choose a day with --date or a longer window in show.toml",
        )
    outside = [
        LeftOut(item.id, "outside the window") for item in items if item.published not in window
    ]
    banned = {item.id: name for item in inside if (name := blocked(item, settings.block))}
    wanted = [item for item in inside if item.id not in banned]
    parted = _parted(wanted, settings, embed, Memory(aired))
    ranked = sorted(
        ((*score(part.fresh, window, settings), part) for part in parted if part.fresh),
        key=lambda entry: (-entry[0], entry[2].fresh[0].id),
    )
    left = [
        *outside,
        *(LeftOut(id_, f"blocked: {name}") for id_, name in banned.items()),
        *(LeftOut(item.id, part.reason) for part in parted for item in part.stale),
        *(
            LeftOut(item.id, f"its story ranks {rank}, below the top {settings.top}")
            for rank, (*_, part) in enumerate(ranked[settings.top :], settings.top + 1)
            for item in part.fresh
        ),
    ]
    stories = tuple(_story(*entry) for entry in ranked[: settings.top])
    return Rundown(window, stories, tuple(sorted(left, key=lambda one: one.id)))


def _newest(items: Sequence[Item]) -> str:
    newest = max((item.published for item in items), default=None)
    return "" if newest is None else f"the newest item is of {newest:%Y-%m-%d}: "


def _parted(items: Sequence[Item], settings: Pick, embed: Embed, memory: Memory) -> list[Sorted]:
    """Groups of items of one story, each held against what earlier episodes told.

    What was told is clustered with the news, so that a story is recognised by all its wordings.
    """
    ids, urls = {item.id for item in items}, {item.url for item in items if item.url}
    old = [item for item in memory.items if item.id not in ids and item.url not in urls]
    groups = cluster(
        [*items, *old], settings.similarity, embed if settings.method == "meaning" else None
    )
    parted = [sort_out(group, memory) for group in groups]
    news = {item.id for item in items}
    return [
        replace(part, stale=tuple(item for item in part.stale if item.id in news))
        for part in parted
    ]


def _story(scored: float, reasons: tuple[str, ...], part: Sorted) -> Story:
    items, episode = part.fresh, part.seen_before
    told = digest(_fullest(items))
    return Story(
        id=items[0].id,
        title=_headline(items),
        items=items,
        score=scored,
        reasons=(*reasons, *([f"goes on from episode {episode}"] if episode else [])),
        points=told.points,
        timeline=told.timeline,
        sayings=told.sayings,
        differences=told.differences,
        sections=told.sections,
        seen_before=episode,
    )


def _fullest(items: Sequence[Item]) -> list[Item]:
    """Of very many items those that say most."""
    return sorted(items, key=lambda item: (-len(item.text or item.summary), item.id))[:FULLEST]


def _headline(items: Sequence[Item]) -> str:
    """Among the newer half of the titles, where the story stands now, the one most like all."""
    central = similarity([item.title for item in items]).mean(axis=1)
    newer = range(len(items) // 2, len(items))
    return items[max(newer, key=lambda at: (central[at], -at))].title
