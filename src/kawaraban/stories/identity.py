"""A story keeps its id from one draft of an episode to the next.

A story is named by its earliest item: when an earlier one comes in late, it would get another id,
and the script's {story=…} would name nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kawaraban.model import Rundown, Story


def with_known_ids(rundown: Rundown, known: Sequence[Story]) -> Rundown:
    """The rundown, in which a story that shares items with a known one has its id.

    Args:
        rundown: newly picked.
        known: the stories of an earlier pick. Where one has become several, the story that has
            most of its items has its id.
    """
    ids = {story.id for story in rundown.stories}
    names = {story.id: story.id for story in known if story.id in ids}
    for old in (story for story in known if story.id not in ids):
        free = [story for story in rundown.stories if story.id not in names]
        heir = max(free, key=lambda story: _shared(story, old), default=None)
        if heir and _shared(heir, old):
            names[heir.id] = old.id
    stories = (replace(story, id=names.get(story.id, story.id)) for story in rundown.stories)
    return replace(rundown, stories=tuple(stories))


def _shared(story: Story, old: Story) -> int:
    """How many items two stories have in common."""
    return len({item.id for item in story.items} & {item.id for item in old.items})
