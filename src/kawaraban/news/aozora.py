"""Marks that Japanese texts carry for print: readings (ruby) and Aozora Bunko's notes.

Base text is kept and the reading dropped: the lexicon says how names are read.
"""

from __future__ import annotations

import re

LONGEST = 40
"""Characters of a reading; longer ones are not ruby."""
_READING = rf"《[^《》\n]{{1,{LONGEST}}}》"
_MARKED = re.compile(rf"[｜|]([^｜|《》\n]{{1,{LONGEST}}}){_READING}")
_BARE = re.compile(
    r"(?<=[一-鿿㐀-䶿々〆〇ヶァ-ヺーA-Za-zＡ-Ｚａ-ｚ0-9０-９])"
    rf"《[ぁ-ゖァ-ヺー・･\s　A-Za-z]{{1,{LONGEST}}}》"
)
"""A reading right after what it reads; other 《》 are quotation marks."""
_NOTE = re.compile(r"※?［＃[^［］\n]{0,300}］")


def without_marks(text: str) -> str:
    """Plain text without ruby (漢字《かんじ》, ｜何か《なにか》) and notes ([＃改ページ])."""
    return _BARE.sub("", _MARKED.sub(r"\1", _NOTE.sub("", text)))
