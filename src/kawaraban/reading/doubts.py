"""Readings that a person should look at before they are spoken.

A doubt is a word that can be read in several ways, a Latin word that nobody has told the reading
of, or a sign that will not be heard. Each comes with what mends it, ready to paste.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kawaraban.reading.japanese import Japanese
from kawaraban.reading.latin import is_spelled_out, read_word
from kawaraban.reading.normalise import plain

_SEVERAL = """
市場 シジョー イチバ    人気 ニンキ ヒトケ      一日 イチニチ ツイタチ  明日 アス アシタ
上手 ジョーズ カミテ    下手 ヘタ シモテ        大勢 オーゼー タイセー
最中 サイチュー サナカ  一行 イッコー イチギョー 生物 セーブツ ナマモノ  工夫 クフー コーフ
十分 ジューブン ジュップン 一時 イチジ イットキ 一分 イップン イチブ    変化 ヘンカ ヘンゲ
辛い ツライ カライ      開い アイ ヒライ        止め トメ ヤメ
抱い ダイ イダイ        避け サケ ヨケ          汚れ ヨゴレ ケガレ
心中 シンチュー シンジュー 分別 ブンベツ フンベツ
出所 デドコロ シュッショ 追従 ツイジュー ツイショー 施行 シコー セコー  重複 チョーフク ジューフク
早急 サッキュー ソーキュー 代替 ダイタイ ダイガエ 依存 イゾン イソン    貼付 チョーフ テンプ
相殺 ソーサイ ソーサツ  遺言 ユイゴン イゴン    気質 キシツ カタギ      仮名 カナ カメー
色紙 シキシ イロガミ    目下 モッカ メシタ      宝物 タカラモノ ホーモツ 寒気 サムケ カンキ
金色 キンイロ コンジキ  紅葉 コーヨー モミジ    初日 ショニチ ハツヒ    半月 ハンツキ ハンゲツ
背筋 セスジ ハイキン    末期 マッキ マツゴ      名代 ナダイ ミョーダイ  風車 フーシャ カザグルマ
"""
SEVERAL: Mapping[str, tuple[str, ...]] = {
    words[0]: tuple(words[1:])
    for words in (
        re.split(r"\s+", entry) for entry in re.findall(r"[^\sァ-ヺー]+(?:\s[ァ-ヺー]+)+", _SEVERAL)
    )
}
"""Words of the news with more than one reading, the more usual one first."""
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to look at."""

    word: str
    said: str
    """How it will be said; "" for nothing."""
    why: str
    mend: str


def doubts(text: str, japanese: Japanese) -> Iterator[Doubt]:
    """The doubts about a text, in order of kind."""
    for word in japanese.unread(text):
        yield Doubt(word, "", "is not read aloud", f"{{{word}|かな}}")
    for word in _WORD.findall(japanese.lexicon.apply(plain(text))):
        if not is_spelled_out(word):
            said = read_word(word)
            yield Doubt(word, said, f"is not in the lexicon, and is said {said}", f"{word}\t{said}")
    for node in japanese.nodes(text):
        word, said = str(node["string"]), str(node["pron"]).replace("’", "")
        others = [reading for reading in SEVERAL.get(word, ()) if reading != said]
        if others:
            why = f"is said {said}; it may be {', '.join(others)}"
            yield Doubt(word, said, why, f"{{{word}|{others[0]}}}")
