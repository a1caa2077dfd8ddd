"""Items as accounts: their paragraphs, who speaks in them, and which sentences may be told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kawaraban.model import Item, Quote
from kawaraban.reading.sentences import sentences
from kawaraban.stories.digest.wording import (
    is_ended,
    is_question,
    is_told,
    leans,
    without_filler,
    without_markup,
)

_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<words>.*?)\s*#*")
_TURN = re.compile(
    r"(?P<name>[^\s\d:：。、？！?!「」『』【】/#][^:：。、？！?!「」『』\n]{0,23}?)\s*[："
    r":]\s*(?![「“/])(?P<words>\S.*)"
)
_ASKED = re.compile(r"(?P<name>[―—─]{1,2}|--)\s*(?P<words>\S.*)")
"""An interviewer's question, as Japanese magazines mark it."""
_ASKERS = re.compile(
    r"聞き手|インタビュアー|記者|編集部|司会|進行|質問|会場|Q\d*|[―—─-]+|(?i:interviewer|host"
    r"|moderator|question)"
)
_ASKS = re.compile(r"[―—─-]+")
"""Their name is a dash, which marks one line alone."""
_NO_NAMES = {
    "注",
    "写真",
    "例",
    "出典",
    "参考",
    "文",
    "図",
    "日時",
    "場所",
    "問い合わせ",
    "Note",
    "Photo",
}
_LONGEST_LINE, _PIECE = 1200, 300
"""Signs: a longer line is a transcript without paragraphs, and pieces of it stand for those."""
_TURNS = 3
"""Lines that begin with a name from which a text is a talk: `注意：` once or twice is none."""
_JAPANESE = re.compile(r"[、-ヿ一-龠々！-～]")
_LATIN = re.compile(r"[A-Za-z0-9][\w'’.-]*")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of an item without its markup; `heading` is its level, 0 for text."""

    text: str
    heading: int = 0
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an item, and how it stands there."""

    text: str
    item: Item
    paragraph: int
    """The place of its paragraph in the item."""
    told: bool
    """It may be told."""
    alone: bool
    """It may be told without the one before it."""

    @property
    def quote(self) -> Quote:
        """The sentence as a story keeps it."""
        return Quote(self.text, self.item.id, self.item.source)


def own(items: Sequence[Item]) -> list[Item]:
    """Items apart from reprints, by time of publication."""
    kept = [item for item in items if item.reprint_of is None]
    return sorted(kept, key=lambda item: (item.published, item.id))


def accounts(items: Sequence[Item]) -> list[list[Sentence]]:
    """The sentences of each item, the fullest account first, the later one in a tie."""
    return sorted((account(item) for item in own(items)[::-1]), key=len, reverse=True)


def account(item: Item) -> list[Sentence]:
    """The sentences of an item; headings are none, nor are the names of those who speak."""
    lines = paragraphs(item)
    asking = askers(lines)
    split = [
        (at, line.speaker, without_filler(text))
        for at, line in enumerate(lines)
        if not line.heading
        for text in sentences(line.text)
    ]
    prose = any(is_ended(text) for _, _, text in split)
    return [
        Sentence(
            text=text,
            item=item,
            paragraph=at,
            told=is_told(text)
            and not is_question(text)
            and speaker not in asking
            and (is_ended(text) or not prose),
            alone=not leans(text),
        )
        for at, speaker, text in split
    ]


def paragraphs(item: Item) -> list[Paragraph]:
    """The lines of an item's text that are not empty, with who speaks where it is a talk."""
    source = item.text or item.summary
    lines = [line for raw in source.split("\n") if (line := raw.strip())]
    heads = [_HEADING.fullmatch(line) for line in lines]
    plain = [
        without_markup(head["words"] if head else line)
        for line, head in zip(lines, heads, strict=True)
    ]
    names = _names([line for line, head in zip(plain, heads, strict=True) if not head])
    found, speaker = list[Paragraph](), ""
    for line, head in zip(plain, heads, strict=True):
        turn = None if head else _turn(line, names)
        if turn:
            speaker = turn["name"]
        elif head or _ASKS.fullmatch(speaker):
            speaker = ""
        words = turn["words"] if turn else line
        level = len(head["marks"]) if head else 0
        found += [Paragraph(piece, level, speaker) for piece in _pieces(words)]
    return [paragraph for paragraph in found if paragraph.text]


def _pieces(line: str) -> list[str]:
    """A line, or the sentences of one that is too long to be a paragraph, some together."""
    if len(line) <= _LONGEST_LINE:
        return [line]
    pieces, start, end = list[str](), 0, 0
    for sentence in sentences(line):
        end = line.index(sentence, end) + len(sentence)
        if end - start > _PIECE:
            pieces.append(line[start:end].strip())
            start = end
    return [*pieces, line[start:].strip()]


def _names(lines: Sequence[str]) -> frozenset[str]:
    """Who speaks in these lines, where they are a talk."""
    turns = [turn["name"] for line in lines if (turn := _TURN.fullmatch(line))]
    counted = Counter(name for name in turns if name not in _NO_NAMES)
    names = {name for name, times in counted.items() if times > 1}
    return frozenset(names if counted.total() >= _TURNS else ())


def _turn(line: str, names: frozenset[str]) -> re.Match[str] | None:
    """A line that opens somebody's turn, with `name` and `words`."""
    turn = _TURN.fullmatch(line)
    return turn if turn and turn["name"] in names else _ASKED.fullmatch(line)


def askers(lines: Sequence[Paragraph]) -> frozenset[str]:
    """Those in a talk who ask: neither the one who says most nor anybody who mostly tells."""
    said, turns, asked = Counter[str](), Counter[str](), Counter[str]()
    for line in lines:
        if not line.heading:
            said[line.speaker] += len(line.text)
            turns[line.speaker] += 1
            asked[line.speaker] += is_question(line.text)
    telling = [name for name in said if not _ASKERS.fullmatch(name)]
    main = max(telling, key=lambda name: (said[name], name), default="")
    others = said.keys() - {main, ""}
    return frozenset(
        name for name in others if _ASKERS.fullmatch(name) or asked[name] * 2 >= turns[name]
    )


def beats(text: str) -> float:
    """How long a text is, in words; two Japanese signs count as one word."""
    return len(_JAPANESE.findall(text)) / 2 + len(_LATIN.findall(text))
