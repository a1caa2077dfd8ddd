"""The stories of an episode: picked from the news, held against what earlier episodes told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from kawaraban.documents import parse_document, read_text
from kawaraban.errors import ShowError
from kawaraban.model import Aired, Item, Rundown, Story, Window
from kawaraban.places import Places, numbers
from kawaraban.script.dialogue import told_by_story
from kawaraban.settings import Show
from kawaraban.store import FOLDER
from kawaraban.stories.contract import NOTHING, stories_from_json

REMEMBERED = timedelta(weeks=8)
"""How long a story is recognised: longer than news goes on, shorter than anniversaries."""


def pick_stories(
    show: Show, places: Places, window: Window, items: Sequence[Item] | None = None
) -> Rundown:
    """What an episode would tell of a window, from the show's news or from these items.

    Raises:
        ShowError: there is no news; an earlier episode's rundown cannot be read.
    """
    from kawaraban.news.sources import read_news  # noqa: PLC0415 - others read rundowns alone
    from kawaraban.stories.meaning import remembering  # noqa: PLC0415
    from kawaraban.stories.rundown import pick  # noqa: PLC0415

    news = read_news(show.sources, places.root, window) if items is None else items
    aired = tuple(told_before(places, window.until.date()))
    with remembering(places.root / FOLDER / "meaning.sqlite") as embed:
        return pick(news, window, show.pick, embed, aired)


def told_before(places: Places, day: date) -> Iterator[Aired]:
    """The stories of earlier episodes of the last weeks, as their scripts tell them now.

    A story whose chapter somebody deleted was not told.
    """
    for number in numbers(places.root):
        earlier = Places(places.root, number)
        if number >= places.number or not earlier.rundown.exists():
            continue
        aired = date_of(earlier)
        if aired is None or not timedelta() <= day - aired <= REMEMBERED:
            continue
        told = told_by_story(read_text(earlier.script))
        until = read_window_end(earlier)
        for story in read_rundown(earlier):
            if story.id in told:
                yield Aired(number, story.items, until, told[story.id])


def date_of(places: Places) -> date | None:
    """The day of an episode, as its script has it; None where it has none."""
    front = parse_document(read_text(places.script), places.script).front
    try:
        return date.fromisoformat(front.get("date", "").strip())
    except ValueError:
        return None


def read_rundown(places: Places) -> tuple[Story, ...]:
    """The stories beside the script; none for a script that a person wrote from nothing."""
    if not places.rundown.exists():
        return ()
    try:
        return stories_from_json(json.loads(read_text(places.rundown)))
    except (ValueError, KeyError, TypeError) as error:
        raise _no_rundown(places, error) from error


def read_kept(places: Places) -> Mapping[str, Any]:
    """The rundown beside the script as it stands there, with its sentences; or NOTHING.

    Raises:
        ShowError: it is not a rundown.
    """
    if not places.rundown.exists():
        return NOTHING
    read_rundown(places)
    kept: Mapping[str, Any] = json.loads(read_text(places.rundown))
    try:
        for sentence in kept.get("sentences", {}).values():
            _ = sentence["text"] + sentence["item"]
    except (AttributeError, KeyError, TypeError) as error:
        raise _no_rundown(places, error) from error
    return kept


def read_window_end(places: Places) -> datetime:
    """Until when the news of an episode with a rundown goes."""
    try:
        return datetime.fromisoformat(json.loads(read_text(places.rundown))["window"]["until"])
    except (ValueError, KeyError, TypeError) as error:
        raise _no_rundown(places, error) from error


def _no_rundown(places: Places, error: Exception) -> ShowError:
    hint = "draft it again, or mend it"
    return ShowError(f"not a rundown: {error!r}", where=places.rundown, hint=hint)
