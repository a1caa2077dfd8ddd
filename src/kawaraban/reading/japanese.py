"""Japanese text to words as they are said: rules, lexicon, Latin words, then OpenJTalk.

OpenJTalk (pyopenjtalk-plus) decides the readings of kanji, numbers and counters in context. Its
words are joined where a speaker makes no gap; engines hear the spaces between words as phrasing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from kawaraban.model import Word
from kawaraban.reading import english
from kawaraban.reading.kana import LONG, is_katakana, morae, part_names
from kawaraban.reading.latin import latin_to_katakana
from kawaraban.reading.lexicon import Lexicon
from kawaraban.reading.normalise import dropped, plain, spell_out
from kawaraban.reading.openjtalk import Analyser, Node

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
_PIECE = re.compile(r".{1,500}(?:[、,\s]|$)|.{1,500}", re.DOTALL)
"""Longer sentences are read in pieces, so that time and memory stay in proportion to the text."""
_ENGLISH, _JAPANESE = re.compile(r"\b[A-Za-z][a-z']*\b"), re.compile(r"[ぁ-ヺ一-龯々]")
ENGLISH_WORDS = 4
"""Words from which text without kana and kanji is a sentence, not a name: Final Fantasy VII Remake
is none, The board voted on Nov. 17 is one."""
_UNVOICED = "’"  # OpenJTalk's sign for a devoiced vowel: the engines know by themselves


class Said(NamedTuple):
    """A word of OpenJTalk's, the kana it is said with, and whether the lexicon gave them."""

    node: Node
    kana: str
    given: bool


@dataclass(frozen=True)
class Japanese:
    """Reads Japanese with a lexicon."""

    lexicon: Lexicon

    def words(self, text: str) -> Iterator[Word]:
        """The words of a text as they are said, with the marks between them.

        Characters that have no reading (see `unread`) make no word.
        """
        run: list[Said] = []  # what is said without a gap, so far
        for node in self.nodes(text):
            mark = _mark(node)
            own = self._own.get(str(node["string"]))
            said = Said(node, own or _kana(node), given=own is not None)
            if mark is None and run and _joined(run[-1].node, said):
                run.append(said)
                continue
            if run:
                yield _word(run)
            run = [said] if mark is None else []
            if mark:
                yield Word(mark, mark=True, written=mark)
        if run:
            yield _word(run)

    def unread(self, text: str) -> list[str]:
        """The characters that nobody will hear and that are no punctuation: an emoji, markup."""
        silent = (_surface(node) for node in self.nodes(text) if _is_unread(node))
        return [*dropped(text), *silent]

    def nodes(self, text: str) -> Iterator[Node]:
        """OpenJTalk's words for a text, after rules, lexicon and Latin words."""
        for piece in self._written_out(text):
            yield from self._analyse(piece)

    def prosody(self, text: str) -> str:
        """Phonemes and accents of a text."""
        return " ".join(self._analyse.prosody(piece) for piece in self._written_out(text))

    def _written_out(self, text: str) -> Iterator[str]:
        for piece in _PIECE.findall(text):
            if _is_english(piece):
                piece = english.spell_out(piece)  # noqa: PLW2901 - the same piece, in words
            named = self.lexicon.apply(plain(piece))
            yield part_names(latin_to_katakana(spell_out(named)))

    @cached_property
    def _own(self) -> Mapping[str, str]:
        """Words whose reading the lexicon decides, whatever their letters say: キヤノン."""
        return {entry.surface: entry.kana for entry in self.lexicon.words}

    @cached_property
    def _analyse(self) -> Analyser:
        return Analyser(self.lexicon.words)


def _is_english(text: str) -> bool:
    """Whether a text is a sentence of English, with numbers to be said in English."""
    return len(_ENGLISH.findall(text)) >= ENGLISH_WORDS and not _JAPANESE.search(text)


def _mark(node: Node) -> str | None:
    """The mark a node stands for, "" for one that is not heard, None for a word."""
    if node["pos"] != "記号":
        return None if is_katakana(_said(node)) else ""
    return MARKS.get(str(node["string"])) or MARKS.get(_surface(node)[:1], "")


def _is_unread(node: Node) -> bool:
    return _mark(node) == "" and not set(_surface(node)) <= SILENT


def _surface(node: Node) -> str:
    """The node as it was written: OpenJTalk makes ASCII full width."""
    return unicodedata.normalize("NFKC", node["string"])


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


def _word(run: Sequence[Said]) -> Word:
    """What is said without a gap, as one word; it opens an accent phrase if its first part does."""
    kana, devoiced = "", list[int]()
    for said in run:
        before, after = _euphonic(kana, said.kana)
        devoiced += [len(morae(before)) + at for at in _devoiced(said)]
        kana = before + after
    opens = run[0].node["chain_flag"] != 1
    written = "".join(_written(said) for said in run)
    return Word(
        kana,
        accent=int(run[0].node["acc"]) if opens else None,
        devoiced=tuple(devoiced),
        written=written,
    )


def _devoiced(said: Said) -> list[int]:
    """The morae of a word that OpenJTalk whispers, where it is said as OpenJTalk says it."""
    if said.kana != _said(said.node):
        return []
    heads = str(said.node["pron"]).split(_UNVOICED)[:-1]
    return list(accumulate((len(morae(head)) for head in heads), initial=-1))[1:]


def _written(said: Said) -> str:
    """The word as text: in kana where the lexicon gave its reading, or it is written in signs."""
    surface = _surface(said.node)
    plain = _JAPANESE.search(surface) and not is_katakana(surface)
    return surface if plain and not said.given else said.kana


def _euphonic(before: str, kana: str) -> tuple[str, str]:
    """八 and 分 as newsreaders say them, ハップン, where OpenJTalk has ハチフン."""
    if before.endswith("ハチ") and kana == "フン":
        return before[:-1] + "ッ", "プン"
    return before, kana


def _joined(before: Node, said: Said) -> bool:
    """Whether a speaker says these two without a gap: endings, counters, parts of one name."""
    node = said.node
    if said.kana.startswith(LONG) or _said(before).endswith("ッ"):
        return True
    if node["chain_flag"] != 1:
        return False
    if is_katakana(before["string"]) and is_katakana(node["string"]):
        return True
    verbal = before["pos"] in {"動詞", "助動詞", "形容詞"}
    ending = node["pos"] == "助動詞" or node["pos_group1"] == "接続助詞"
    return (verbal and ending) or node["pos_group1"] in {"数", "接尾"}
