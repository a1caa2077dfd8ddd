"""Who is quoted, and with which words.

Conservative: words are a saying where they are a whole utterance, somebody is named in the same
sentence or the one before, and a verb of saying ties the two. Turns in a talk are its text.
"""

from __future__ import annotations

from collections.abc import Sequence

from kawaraban.model import Item, Saying
from kawaraban.stories.digest.accounts import accounts, beats, paragraphs
from kawaraban.stories.digest.quoted import quoted_in_english, quoted_in_japanese
from kawaraban.stories.similarity import similarity

SAYINGS = 3
"""Of a story; more is for its sources."""
_FEWEST, _MOST = 4, 60
"""Words of a saying: whole, and read aloud in a breath or two."""
_SAME = 0.5
"""Words this alike are one utterance, as two publishers put it down."""


def sayings(items: Sequence[Item]) -> tuple[Saying, ...]:
    """Up to SAYINGS quotations with their speakers, of as many speakers as there are."""
    found = [saying for one in accounts(items) if one for saying in _of(one[0].item)]
    if not found:
        return ()
    alike = similarity([saying.words for saying in found])
    kept = list[int]()
    for at in range(len(found)):
        if alike[at, kept].max(initial=0) < _SAME:
            kept.append(at)
    voices = [found[at].speaker for at in kept]
    heard = [voices[:at].count(voice) for at, voice in enumerate(voices)]
    ranked = sorted(range(len(kept)), key=lambda at: (heard[at], at))
    return tuple(found[kept[at]] for at in sorted(ranked[:SAYINGS]))


def _of(item: Item) -> list[Saying]:
    return [
        Saying(speaker, words, item.id, item.source)
        for line in paragraphs(item)
        if not line.heading
        for speaker, words in (*quoted_in_japanese(line.text), *quoted_in_english(line.text))
        if _FEWEST <= beats(words) <= _MOST
    ]
