"""The numbered sentences of a rundown: what a writer may tell, and what a line may cite."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kawaraban.model import Item, Story
from kawaraban.reading.sentences import sentences
from kawaraban.script.phrasing import harmless
from kawaraban.script.writer.facts import Evidence, Source

MOST = 24
"""Sentences of one story; of each account the first ones count most."""
LONGEST = 400
"""Characters of a sentence; a longer one is a list or a page that lost its line ends."""
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|earlier|all|your)\b"
    r".{0,30}\b(?:instruction|prompt|rule|message)|system prompt|<\|[^|]*\|>|\[/?INST\]"
    r"|</?(?:system|assistant|user|data|instructions?)>|^\W*(?:system|assistant|developer|user)\s*:"
    r"|\"(?:lines|cites|role|content)\"\s*:"
    r"|\b(?:print|reveal|show|read|say|output|repeat|tell)\b.{0,40}\b(?:api.?keys?|password|secrets?)\b"
    r"|(?:これまで|今まで|以前|上記|前|すべて|全て|全部).{0,12}(?:指示|命令|プロンプト|ルール).{0,8}(?:無視|忘れ|破棄)"
    r"|システムプロンプト|(?:APIキー|パスワード|環境変数).{0,16}(?:読み上げ|表示|出力|教え|言って)",
    re.IGNORECASE,
)
"""Sentences that speak to a model instead of a reader: none of them is given to one."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A sentence of an item under its id: s1, s2, …, unique in an episode."""

    id: str
    text: str
    item: Item

    @property
    def day(self) -> date:
        """The day on which it was published, where it was."""
        return self.item.published.date()


def number(stories: Iterable[Story], language: str) -> dict[str, tuple[Numbered, ...]]:
    """The sentences of each story by its id; ids go on from story to story."""
    found: dict[str, tuple[Numbered, ...]] = {}
    at = 0
    for story in stories:
        chosen = _chosen(story, language)
        found[story.id] = tuple(
            Numbered(f"s{place}", text, item) for place, (text, item) in enumerate(chosen, at + 1)
        )
        at += len(chosen)
    return found


def is_instruction(text: str) -> bool:
    """Whether a text of the news speaks to a model."""
    return bool(_INSTRUCTION.search(unicodedata.normalize("NFKC", text)))


def _chosen(story: Story, language: str) -> list[tuple[str, Item]]:
    """Up to MOST sentences, each once: the first of each account, the second of each, …."""
    told = [
        (place, rank, text, item)
        for rank, item in enumerate(story.items)
        if item.reprint_of is None
        for place, text in enumerate(_sentences(item, language))
    ]
    first = {text: (place, rank, item) for place, rank, text, item in reversed(told)}
    ranked = sorted((*where[:2], text) for text, where in first.items())[:MOST]
    in_order = sorted((rank, place, text) for place, rank, text in ranked)
    return [(text, first[text][2]) for _, _, text in in_order]


def _sentences(item: Item, language: str) -> Iterator[str]:
    for text in sentences("\n".join(filter(None, [item.summary, item.text]))):
        plain = harmless(_printable(text), language)
        if plain and len(plain) <= LONGEST and not is_instruction(text):
            yield plain


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def evidence(cited: Sequence[Numbered], names: str) -> Evidence:
    """What sentences bear out: themselves, their items' titles and publishers, on their days."""
    sources = [Source(one.text, one.day) for one in cited]
    items = {one.item.id: one.item for one in cited}.values()
    about = [Source(f"{item.title}\n{item.source}", item.published.date()) for item in items]
    return Evidence((*sources, *about), names)


def to_json(numbered: Mapping[str, Sequence[Numbered]]) -> dict[str, dict[str, str]]:
    """The sentences as they are kept beside the script."""
    return {
        one.id: {"text": one.text, "item": one.item.id, "source": one.item.source}
        for sentences_ in numbered.values()
        for one in sentences_
    }
