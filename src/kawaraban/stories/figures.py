"""The numbers in a sentence: how much, of what, and how exactly."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "億": 1e8, "兆": 1e12}
_KANJI = {sign: value for value, sign in enumerate("〇一二三四五六七八九十")}
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
_ENGLISH_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
}
_UNITS = (
    r"人|名|件|社|円|ドル|ユーロ|ポンド|元|ウォン|%|パーセント|ポイント|棟|戸|世帯|頭|匹|羽|本|枚"
    r"|冊|台|隻|機|店舗?|校|[かカヶ]国|[かカヶ]所"
    r"|箇所|キロ(?:メートル|ワット|グラム)?|メガワット|ギガワット|メートル|センチ|ミリ|トン"
    r"|リットル|平方メートル|ヘクタール|歳|倍|回|個|つ"
    r"|年間|日間|時間|分間|週間|[かカヶ]月間?"
)
_JAPANESE = re.compile(
    r"(?<![第\d,.百千万億兆])(?P<sign>[$€£¥])?(?P<number>\d[\d,]{0,15}(?:\.\d{1,6})?"
    r"(?:[百千万億兆]\d{0,6}(?:\.\d{1,6})?){0,5}|[一二三四五六七八九十](?=[人名件社棟頭台隻]))"
    rf"(?P<unit>{_UNITS})"
)
_ENGLISH = re.compile(
    r"(?P<sign>[$€£¥])?(?<![\w.,])(?P<number>\d[\d,]{0,15}(?:\.\d{1,6})?|(?i:one|two|three|four"
    r"|five|six"
    r"|seven"
    r"|eight|nine|ten|eleven|twelve))(?:[\s-](?P<scale>hundred|thousand|million|billion|trillion))?"
    r"(?:\s?(?P<unit>%|percent\b|per cent\b)|\s(?P<noun>[a-z][a-z-]+))?(?![\w:/])"
)
_VAGUE = re.compile(
    r"(?:約|およそ|おおよそ|ほぼ|概ね|最大|最低|最高|少なくとも|\d[〜～~-]|(?i:about|around"
    r"|roughly|nearly|almost|some|over"
    r"|under|more than|less than|fewer than|at least|at most|up to|only|than|approximately"
    r"|an estimated))\s?$"
)
_VAGUE_AFTER = re.compile(
    r"(?:以上|以下|未満|超|を超|余|あまり|ほど|程度|前後|近く|弱|強|ぐらい|くらい|台|増|減|目"
    r"|当たり|あたり|\sor\s(?:so|more)|[〜～~-]\d|\+)"
)
_LABEL_BEFORE = re.compile(
    r"(?P<label>[一-龠々ァ-ヺーA-Za-z]{1,12}|けが人)(?:数|者数|額)?(?:[はがも]|で|計|合計"
    r"|合わせて)?$"
)
_LABEL_AFTER = re.compile(r"(?:の|が|を|に|は|、)?(?P<label>けが|[一-龠々ァ-ヺー]{1,12})")
_NO_NOUNS = frozenset(
    {"of", "and", "or", "in", "to", "at", "on", "by", "the", "for", "from", "with", "as", "was"}
    | {"were", "is", "are", "per", "more", "less", "other", "others", "years", "days", "hours"}
)
"""What may follow an English number and is no thing that it counts."""
_NEAR = 14
"""Signs before and after a number in which its words are looked for."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of things: 505人, $120 million, three people."""

    value: float
    unit: str
    labels: frozenset[str]
    """Words beside it that say of whom: 死者3人, 3人が死亡."""
    vague: bool
    """約, over, at least: not the number itself."""


def figures(sentence: str) -> list[Figure]:
    """Every number of a sentence that counts or measures something; dates and times are none."""
    text = unicodedata.normalize("NFKC", sentence)
    return [_japanese(found) for found in _JAPANESE.finditer(text)] or _english(text)


def without_figures(sentence: str) -> str:
    """A sentence without its numbers, with what they count."""
    return re.sub(r"[\d.,]*\d", "", unicodedata.normalize("NFKC", sentence))


def _japanese(found: re.Match[str]) -> Figure:
    before, after = _around(found)
    label = _LABEL_BEFORE.search(re.sub(r"(?:約|およそ|少なくとも|計|合計|合わせて)$", "", before))
    labels = {label["label"]} if label else set()
    if label := _LABEL_AFTER.match(after):
        labels.add(label["label"])
    return Figure(
        value=_japanese_value(found["number"]),
        unit=(found["sign"] or "") + found["unit"].replace("パーセント", "%"),
        labels=frozenset(labels),
        vague=bool(_VAGUE.search(before) or _VAGUE_AFTER.match(after)),
    )


def _english(text: str) -> list[Figure]:
    figures_ = []
    for found in _ENGLISH.finditer(text):
        noun = found["noun"] or ""
        unit = found["sign"] or (found["unit"] and "%") or ("" if noun in _NO_NOUNS else noun)
        if unit:
            before, after = _around(found)
            figures_.append(
                Figure(
                    value=_english_value(found["number"].lower(), found["scale"]),
                    unit=unit.removesuffix("s"),
                    labels=frozenset(re.findall(r"[a-z]{4,}", f"{before} {after}".lower())),
                    vague=bool(_VAGUE.search(before) or _VAGUE_AFTER.match(after)),
                )
            )
    return figures_


def _around(found: re.Match[str]) -> tuple[str, str]:
    text = found.string
    return text[max(0, found.start() - _NEAR) : found.start()], text[found.end() :][:_NEAR]


def _japanese_value(written: str) -> float:
    """3億2000万 as 320,000,000."""
    if written in _KANJI:
        return float(_KANJI[written])
    total, number = 0.0, ""
    for sign in written.replace(",", ""):
        if sign in _SCALES:
            total += float(number or 1) * _SCALES[sign]
            number = ""
        else:
            number += sign
    return total + float(number or 0)


def _english_value(written: str, scale: str | None) -> float:
    number = _WORDS.index(written) if written in _WORDS else float(written.replace(",", ""))
    return number * _ENGLISH_SCALES.get(scale or "", 1)
