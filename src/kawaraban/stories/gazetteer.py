"""Where places lie, whatever language names them: a city in its region and its country.

From GeoNames (geonames.org), under CC BY 4.0, and CLDR; benchmarks/stories/gazetteer.py makes the
table of it.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

TABLE = Path(__file__).with_name("gazetteer.tsv.gz")
"""A line is a name, in small letters, and its areas from the widest to the narrowest."""
_KIND = re.compile("[都道府県市区町村国]$")
_KATAKANA = re.compile("[ァ-ヺー]{2,}")
_SHORT = re.compile(r"(?<![一-鿿])[一-鿿](?=[ァ-ヺA-Z]|社|大手|政府|企業)")
"""A country as newspapers shorten it: 独 of 独社, but not 米 of 米の値段."""
_WORD = re.compile(r"[A-ZÀ-Þ][A-Za-zÀ-ɏ.'-]*[A-Za-zÀ-ɏ]")


def japanese_areas(text: str, places: Iterable[str]) -> frozenset[str]:
    """The areas in which the places lie, and what else the text names that lies somewhere.

    Args:
        text: Japanese.
        places: in it, with or without what they are (市); one that the table does not know is an
            area of its own.
    """
    known = _table()
    sure = (known.get(name) or known.get(_KIND.sub("", name), (name,)) for name in places)
    may_be = [*_KATAKANA.findall(text), *_SHORT.findall(text)]
    return frozenset(chain(*sure, *(known.get(name, ()) for name in may_be)))


def western_areas(text: str, names: Iterable[str]) -> frozenset[str]:
    """The areas in which lies what a text in Latin letters names.

    Args:
        text: any.
        names: in small letters; Mobile is a city where nobody writes of mobile things.
    """
    known, sure = _table(), set(names)
    words = [word.removesuffix("'s") for word in _WORD.findall(text)]
    pairs = (f"{one} {other}" for one, other in pairwise(words))
    single = (word for word in words if word.isupper() or word.lower() in sure)
    found = [*(pair for pair in pairs if pair in text), *single]
    return frozenset(chain(*(known.get(name.lower(), ()) for name in found)))


def is_country(area: str) -> bool:
    """Whether an area is a country (ISO 3166-1: two letters)."""
    return re.fullmatch("[A-Z]{2}", area) is not None


def forget() -> None:
    """Let go of the table."""
    _table.cache_clear()


@cache
def _table() -> dict[str, tuple[str, ...]]:
    lines = gzip.decompress(TABLE.read_bytes()).decode().splitlines()
    return {name: tuple(areas) for name, *areas in (line.split("\t") for line in lines)}
