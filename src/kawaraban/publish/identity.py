"""Names that never change: of files, the show's podcast:guid and the guid of each episode."""

from __future__ import annotations

import re
from uuid import UUID, uuid5

from kawaraban.settings import Show

_PODCASTS = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace that the podcast namespace's guid tag prescribes."""
FEED, PAGE = "feed.xml", "index.html"


def podcast_guid(feed_url: str) -> UUID:
    """UUIDv5 of a feed's address without scheme and trailing slashes (podcast namespace, guid)."""
    return uuid5(_PODCASTS, re.sub(r"^[a-z]+://", "", feed_url, flags=re.IGNORECASE).rstrip("/"))


def show_guid(show: Show) -> UUID:
    """The show's podcast:guid: the one it keeps since it moved, or its feed address's."""
    return show.about.guid or podcast_guid(show.publish.at(FEED))


def episode_guid(show: Show, number: int) -> UUID:
    """The guid of a new episode: the same for the same show and number."""
    return uuid5(show_guid(show), f"episode/{number}")
