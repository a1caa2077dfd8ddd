"""Who, where, when and how much an item tells of: what tells look-alike events apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kawaraban.model import Item
from kawaraban.reading.amounts import Amount, amounts
from kawaraban.reading.dates import dates, resolved
from kawaraban.stories import gazetteer
from kawaraban.stories.names import forget, japanese, small_words, western, works
from kawaraban.stories.sounds import reading, sound

_SOUNDS = 2
"""Consonants below which a sound is too short to tell names apart."""
_READ = 3
"""Letters below which a reading is."""
_EXACT = 1000
"""Amounts from which some tell it rounded: 184,000 are 180,000 elsewhere."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an item names, each as comparable text."""

    names: frozenset[str]
    sounds: frozenset[str]
    """How the names sound, in any language; after "=" as they are read in Japanese."""
    compounds: frozenset[str]
    """Of Japanese items: nouns that stand together, as makers and events are called (青葉通信), and
    the titles of works."""
    places: frozenset[str]
    """The areas in which they lie: countries, regions, cities."""
    amounts: frozenset[str]
    """With their units: 150000000 JPY; large ones rounded, too: ~15e7."""
    days: frozenset[str]
    """ISO dates."""
    words: frozenset[str]
    """All that mean something, names or not; of Japanese ones the usual spelling."""


def facts(items: Iterable[Item]) -> list[Facts]:
    """The facts in each item's title and summary."""
    items = list(items)
    texts = [f"{item.title}\n{item.summary}" for item in items]
    ja = [text for text, item in zip(texts, items, strict=True) if item.lang == "ja"]
    others = [text for text, item in zip(texts, items, strict=True) if item.lang != "ja"]
    known = small_words(others), works(ja)
    found = [
        facts_in(text, item.lang, item.published.date(), *known)
        for text, item in zip(texts, items, strict=True)
    ]
    forget()
    gazetteer.forget()
    return found


def facts_in(
    text: str,
    language: str,
    published: date,
    small: frozenset[str] = frozenset(),
    titles: frozenset[str] = frozenset(),
) -> Facts:
    """The facts in a text; days without a year are those nearest to its publication.

    Args:
        text: any.
        language: a code (ja).
        published: when.
        small: words that others write small: at the start of a sentence they are no names.
        titles: of works, as others quote them.
    """
    text = unicodedata.normalize("NFKC", text)
    told, rest = dates(text)
    days = (resolved(when, published) for when in told)
    if language == "ja":
        found = japanese(text, titles)
        places = gazetteer.japanese_areas(text, found.places)
    else:
        found = western(text, small)
        places = gazetteer.western_areas(text, found.names)
    heard = {one for name in found.spelled if len(one := sound(name)) >= _SOUNDS}
    read = {f"={one}" for name in found.read if len(one := reading(name)) >= _READ}
    return Facts(
        names=frozenset(found.names),
        sounds=frozenset(heard | read),
        compounds=frozenset(found.compounds),
        places=places,
        amounts=frozenset(form for amount in amounts(rest) for form in _forms(amount)),
        days=frozenset(f"{at.year}-{at.month}-{at.day}" for at in days if at.month and at.day),
        words=frozenset(found.words),
    )


def _forms(amount: Amount) -> Iterator[str]:
    """An amount, and a large one in two figures, cut off or rounded, whatever it counts."""
    yield f"{amount.value.normalize():f} {amount.unit}"
    if amount.value >= _EXACT:
        zeros = amount.value.adjusted() - 1
        yield f"~{int(amount.value.scaleb(-zeros))}e{zeros}"
        yield f"~{int(amount.value.scaleb(-zeros) + Decimal('0.5'))}e{zeros}"
