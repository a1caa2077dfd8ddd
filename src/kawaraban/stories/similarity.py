"""How alike texts are: TF-IDF over character bigrams, which needs no tokenizer.

Bigrams alone, no frequency cuts: measured best on Japanese headlines (BCubed F1 .871 against .851
with trigrams added; cutting rare or common terms costs up to .14 on a week with one topic).
A Latin word is one sign, not one for each letter: else a maker's name in its products' names
outweighs all that is said of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
_SIGN = re.compile(r"[a-z][a-z0-9]*|[^\W_]")
_NAME_WEIGHT = 2
"""A Latin word on its own counts as much as this many bigrams: a name of three or four kana."""


def similarity(texts: Sequence[str]) -> Matrix:
    """Cosine similarities of texts, shape [n, n], each in [0, 1]; without words, like none."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - takes a second

    vectors = TfidfVectorizer(analyzer=_grams, min_df=1, max_df=1.0).fit_transform(texts)
    return np.asarray(np.clip((vectors @ vectors.T).toarray(), 0, 1))


def _grams(text: str) -> list[str]:
    """Bigrams of signs, and the names among them; width, case, punctuation, space do not count."""
    signs = _SIGN.findall(unicodedata.normalize("NFKC", text).lower())
    names = [sign for sign in signs if sign.isascii() and sign.isalpha()]
    return [*(a + b for a, b in pairwise(["", *signs])), *names * _NAME_WEIGHT] or ["∅"]
