"""Japanese text to words as they are said: rules, lexicon, Latin words, then OpenJTalk.

OpenJTalk (pyopenjtalk-plus) decides the readings of kanji, numbers and counters in context. Its
words are joined where a speaker makes no gap; engines hear the spaces between words as phrasing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, cast

from kawaraban.model import Word
from kawaraban.reading.kana import LONG, is_katakana, part_names
from kawaraban.reading.latin import latin_to_katakana
from kawaraban.reading.lexicon import Lexicon
from kawaraban.reading.normalise import normalise

MARKS: Mapping[str, str] = {
    **dict.fromkeys("。.", "。"),
    **dict.fromkeys("、,，;:；：", "、"),
    **dict.fromkeys("？?", "？"),
    **dict.fromkeys("！!", "！"),
    **dict.fromkeys("…‥", "…"),
    **dict.fromkeys("—―〜~–-", "、"),
    **dict.fromkeys("「『“", "「"),
    **dict.fromkeys("」』”", "」"),
    **dict.fromkeys("（(【〔《〈[", "（"),
    **dict.fromkeys("）)】〕》〉]", "）"),
}
"""Punctuation that shapes a phrase, and the mark that stands for it."""
SILENT = frozenset(" \t　・'\"’")
"""Characters that are rightly not heard."""
_PIECE = re.compile(r".{1,1000}(?:、|$)|.{1,1000}", re.DOTALL)  # OpenJTalk takes 8 kB at once
_UNVOICED = "’"  # OpenJTalk's sign for a devoiced vowel: the engines know by themselves

Node = dict[str, Any]


def read_japanese(text: str, lexicon: Lexicon) -> tuple[Word, ...]:
    """The words of a text as they are said, with the marks between them.

    Characters that have no reading (see `unread`) make no word.
    """
    words: list[Word] = []
    before: Node | None = None
    for node in _analyse(text, lexicon):
        mark = _mark(node)
        if mark is not None:
            words.extend([Word(mark, mark=True)] if mark else [])
            before = None
            continue
        kana = _kana(node)
        if before is not None and _joined(before, node, kana):
            words[-1] = Word(words[-1].kana + kana)
        else:
            words.append(Word(kana))
        before = node
    return tuple(words)


def unread(text: str, lexicon: Lexicon) -> list[str]:
    """The characters that nobody will hear and that are no punctuation (an emoji, say)."""
    return [node["string"] for node in _analyse(text, lexicon) if _is_unread(node)]


def _analyse(text: str, lexicon: Lexicon) -> Iterator[Node]:
    import pyopenjtalk  # noqa: PLC0415 - a third of a second

    said = part_names(latin_to_katakana(lexicon.apply(normalise(text))))
    for piece in _PIECE.findall(said):
        if piece.strip():
            for node in pyopenjtalk.run_frontend(piece, use_sudachi_kanji_yomi=False):
                yield from _parts(cast("Node", node))


def _parts(node: Node) -> Iterator[Node]:
    """An unknown name such as サム・アルトマン comes as one word: part it at the dots."""
    pieces = str(node["string"]).split("・")
    if len(pieces) > 1 and all(map(is_katakana, pieces)):
        yield from ({**node, "string": piece, "pron": piece, "chain_flag": 0} for piece in pieces)
    else:
        yield node


def _mark(node: Node) -> str | None:
    """The mark a node stands for, "" for one that is not heard, None for a word."""
    if node["pos"] != "記号":
        return None if is_katakana(_said(node)) else ""
    sign = str(node["string"])
    return MARKS.get(sign) or MARKS.get(unicodedata.normalize("NFKC", sign)[:1], "")


def _is_unread(node: Node) -> bool:
    surface = unicodedata.normalize("NFKC", node["string"])
    return _mark(node) == "" and not set(surface) <= SILENT


def _said(node: Node) -> str:
    """The pronunciation; a few dictionary entries spell out a long vowel (ケンキュウシャ)."""
    return re.sub(r"(?<=[ュョ])ウ", LONG, str(node["pron"]).replace(_UNVOICED, ""))


def _kana(node: Node) -> str:
    """Katakana in the text is said as written, save for long vowels (トウキョウ: トーキョー)."""
    said, surface = _said(node), str(node["string"])
    if not is_katakana(surface) or said == surface:
        return said
    alike = len(said) == len(surface) and all(
        a in (b, LONG) for a, b in zip(said, surface, strict=True)
    )
    return said if alike else surface


def _joined(before: Node, node: Node, kana: str) -> bool:
    """Whether a speaker says these two without a gap: endings, counters, parts of one name."""
    if kana.startswith(LONG) or _said(before).endswith("ッ"):
        return True
    if node["chain_flag"] != 1:
        return False
    if is_katakana(before["string"]) and is_katakana(node["string"]):
        return True
    verbal = before["pos"] in {"動詞", "助動詞", "形容詞"}
    ending = node["pos"] == "助動詞" or node["pos_group1"] == "接続助詞"
    return (verbal and ending) or node["pos_group1"] in {"数", "接尾"}
