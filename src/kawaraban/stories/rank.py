"""How widely a story circulates, and why it stands where it does."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from urllib.parse import urlsplit

from kawaraban.model import Item, Window
from kawaraban.settings import Pick

_FRESHNESS = 0.9
"""What the latest moment of the window is worth, in publishers: less than one of them."""


def score(items: Sequence[Item], window: Window, settings: Pick) -> tuple[float, tuple[str, ...]]:
    """The score of a story, and the reasons for it.

    Distinct publishers, reprints apart, each by its weight; times the weights of words in its
    titles; then freshness, and what readers bookmarked.
    """
    own = [item for item in items if item.reprint_of is None]
    sources = [source for source in dict.fromkeys(item.source for item in own) if source]
    circulation = sum(settings.weights.get(source, 1.0) for source in sources or [""])
    weighed = [name for name in settings.weights if name in sources]
    for word in (word for word in settings.weights if any(word in item.title for item in own)):
        circulation *= settings.weights[word]
        weighed.append(word)
    latest = max(item.published for item in items)
    freshness = (latest - window.since) / (window.until - window.since)
    readers = max(item.bookmarks for item in items)
    signal = settings.bookmarks * log10(1 + readers)
    publishers = f"{len(sources)} publisher{'s' * (len(sources) != 1)}"
    reasons = [
        f"{publishers}: {', '.join(sources) or 'none named'}",
        f"latest {latest:%Y-%m-%d %H:%M}",
        *(f"weight {settings.weights[name]:g}: {name}" for name in weighed),
        *([f"{readers} bookmarks"] if signal else []),
    ]
    return round(circulation + _FRESHNESS * freshness + signal, 4), tuple(reasons)


def blocked(item: Item, block: Sequence[str]) -> str:
    """The name or word by which an item is blocked; "" where nothing blocks it."""
    host = urlsplit(item.url).hostname or ""
    text = f"{item.title}\n{item.summary}".casefold()
    for name in block:
        own_host = host == name.lower() or host.endswith(f".{name.lower()}")
        if item.source == name or own_host or name.casefold() in text:
            return name
    return ""
