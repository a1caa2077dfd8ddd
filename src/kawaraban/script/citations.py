"""What the lines of a merged script cite keeps its ids; a new draft's sentences take others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import count

Sentences = Mapping[str, Mapping[str, str]]
"""By id (s1, s2, …): `text`, `item`, `source`, as the rundown keeps them."""


def new_ids(sentences: Sentences, old: Sentences, taken: Collection[str]) -> dict[str, str]:
    """For each sentence of a new draft its id: the one it had, or one that nobody has.

    Args:
        sentences: the new draft's.
        old: the old draft's.
        taken: more ids that no new sentence may have: what the old script cites.
    """
    had = {(one["text"], one["item"]): id_ for id_, one in old.items()}
    last = max((int(id_[1:]) for id_ in {*old, *taken} if id_[1:].isdecimal()), default=0)
    fresh = count(last + 1)
    return {
        id_: had.get((one["text"], one["item"])) or f"s{next(fresh)}"
        for id_, one in sentences.items()
    }
