"""What a part of a text is about, told by its nouns, without a tokenizer.

A Japanese noun is a run of kanji or katakana before a particle; an English one stands after an
article or a preposition and before a word that ends a noun phrase. Those that are frequent in a
part and rare in the others are its title: 墨と紙, Tide Tables and Harbour Walls.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-龠]")
_RUN = r"[一-龠々ァ-ヺー・]+"
_JAPANESE_NOUN = re.compile(
    rf"(?<![一-龠々ァ-ヺーA-Za-z0-9])(?P<noun>(?:お"
    rf"|ご)?{_RUN}(?:[りちいしきみけえせめれび]{_RUN})?)"
    r"(?=(?:は|が|を|の|も|と|や|へ|から|まで|という|について)(?!な|って)|[、。」])"
)
_JAPANESE_PAIR = re.compile(
    rf"(?<![一-龠々ァ-ヺー])(?P<noun>{_RUN}の{_RUN})(?=[はがをもとやへ、。]|から)"
)
_COUNTED = re.compile(
    r"[一二三四五六七八九十百千万何数半毎幾両][一-龠々]*|.*[々]|[一-龠](?:年|月|日|時|分)"
)
_GENERIC_WORDS = """
    人 事 時 物 方 所 中 上 下 前 後 今 私 僕 俺 何 誰 日 年 手 目 気 心 話 間 身 声 数 点 訳 為
    内 外 先 次 度
    他 者 気持 自分 場合 今日 今年 昔 時間 最初 最後 一番 必要 本当 以上 程度 部分 意味 言葉 先生
    先日 今回 普通
    同士 全部 全体 一緒 結局 自然 多 少 大 小 皆 皆様 皆さん 彼 彼女 毎日 毎朝 毎年 午前 午後 朝
    夜 昼 夕方 理由 問題
    存在 感覚 状態 仕方 子 口 頭 顔 耳 足 肩 背中 ここ 瞬間 途中 最近 当時 以前 以後 以外 左右
    両方 片方 半分 大半
    番 回 世の中 世界 人間 他人 相手 方法 結果 原因 関係 経験 話題 例 形 姿 側 隣 間 奥 底 端 場
    場所 家 月 週 秒
    ところ 目の前 名前 自身 本人 一人 二人 三人 一つ 一度 大人 今度 現在 未来 過去 年間 ほう 以降
    お客 大事 大切
    仕事 作業 意見 質問 答 考 疑問 会話 生活 毎日 時代 状況 内容 対象 種類 印象 想像 順番 理屈
    機会 条件 責任
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Nouns that any text has and that tell none from another."""
_LETTERS = r"[^\W\d_](?:[^\W\d_]|['’-])+"
_ENGLISH_NOUN = re.compile(
    r"(?i:\b(?:the|an?|my|our|his|her|their|its|this|that|each|every|some|any|of|in|on|with|for"
    rf"|from|by|no|two|three)\s)(?P<noun>(?:{_LETTERS}\s)?{_LETTERS})"
    r"(?=[,.;:?!)]|\s(?i:of|in|on|at|is|are|was|were|has|have|had|and|or|that|which|who|to|for|from"
    r"|with|by|as|will|would|can|could|may|must|do|does|did|than|but|when|where|because|if|so)\b)"
)
_ENGLISH_GENERIC_WORDS = """
    the and for with that this one ones thing things way ways time times day days year years people
    man woman person lot kind sort part place end point fact case life world word words hand hands
    hour hours minute minutes week weeks month months morning evening night it them him her us me
    you what all more most some any other others same first last next own such many few much every
    each very here there then now today nothing something anything everything everyone somebody
    someone anybody nobody rest reason question answer problem number side left right little long
    old new good great small big own whole half second third best better matter use name just only
    not never always often also even still too well again once be been being their his our its my
    your from into about after before over under out off back down away is are was were has have
    had do does did will would can could may must might should as if so than when where because
    but or nor yet at by in of on to up came come went go made make took take got get gave give said
    say told tell saw see knew know thought think found find kept keep left began begin became put
    set felt feel held brought bought sold stood stand ran turned cost paid spent met lost sat
"""
_ENGLISH_GENERIC = frozenset(_ENGLISH_GENERIC_WORDS.split())
_SINGLE = 0.5
"""What a single kanji weighs: it is often a generic word, or a part of one."""
_PHRASE = 1.6
"""What a noun with its attribute weighs: 夜の台所 says more than 台所, and is rarer."""
_TWICE = 2
"""A noun that a part says once alone may be in it by chance."""


def is_japanese(text: str) -> bool:
    """Whether a text is Japanese: it has kana or kanji."""
    return bool(_JAPANESE.search(text))


def nouns(text: str) -> Counter[str]:
    """How often a text says each noun, alone and with its attribute; English in small letters."""
    found = _japanese_nouns(text) if is_japanese(text) else _english_nouns(text)
    return Counter(found)


def _japanese_nouns(text: str) -> Iterator[str]:
    for noun in _JAPANESE_NOUN.finditer(text):
        if noun["noun"] not in _GENERIC and not _COUNTED.match(noun["noun"]):
            yield noun["noun"]
    for pair in _JAPANESE_PAIR.finditer(text):
        attribute, _, head = pair["noun"].partition("の")
        if not {attribute, head} & _GENERIC and not _COUNTED.match(pair["noun"]):
            yield pair["noun"]


def _english_nouns(text: str) -> Iterator[str]:
    for found in _ENGLISH_NOUN.finditer(text):
        words = found["noun"].replace("’", "'").lower().split()
        if words[-1] in _ENGLISH_GENERIC or words[-1].endswith(("ed", "ly", "ing")):
            continue
        yield words[-1]
        if len(words) > 1 and words[0] not in _ENGLISH_GENERIC:
            yield " ".join(words)


def title_of(
    counted: Sequence[Counter[str]], at: int, used: Sequence[str], *, japanese: bool
) -> str:
    """The two nouns that tell part `at` from the others; "" where it has none.

    Args:
        counted: the nouns of every part.
        at: the part's place among them.
        used: titles of other parts, whose nouns are not taken again.
        japanese: whether the title is.
    """
    whole = sum(counted, Counter[str]())
    weights = {
        noun: times * times / whole[noun] * _kind(noun) for noun, times in counted[at].items()
    }
    ranked = sorted(weights, key=lambda noun: (-round(weights[noun], 6), noun))
    often = [noun for noun in ranked if counted[at][noun] >= _TWICE]
    fresh = [noun for noun in often if not any(noun in title.lower() for title in used)]
    return _joined(_apart(fresh), counted[at], japanese=japanese)


def _kind(noun: str) -> float:
    if "の" in noun[1:-1] or " " in noun:
        return _PHRASE
    return _SINGLE if len(noun) == 1 else 1.0


def _apart(ranked: Sequence[str]) -> list[str]:
    """The first two that have no word in common."""
    found = list[str]()
    for noun in ranked:
        signs = set(noun.replace("の", "")) if is_japanese(noun) else set(noun.split())
        if all(not signs & set(other if is_japanese(noun) else other.split()) for other in found):
            found.append(noun)
    return found[:2]


def _joined(found: Sequence[str], counted: Counter[str], *, japanese: bool) -> str:
    places = [noun for noun in counted if noun in found]
    if japanese:
        return "と".join(places)
    return " and ".join(noun.title().replace("'S", "'s") for noun in places)
