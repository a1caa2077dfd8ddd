"""Katakana to the phonemes Kokoro v1.0 was trained on.

Those are an IPA transcription of each word's pronunciation, words parted by spaces, punctuation
kept, no pitch marks (hexgrad's misaki, Japanese). The table below says which signs it uses for each
mora; the rules say how ッ, ー and ン depend on what follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from kawaraban.errors import EngineError
from kawaraban.model import Word
from kawaraban.reading.kana import LONG, SMALL, morae

_SERIES = """
ア a     イ i      ウ ɯ     エ e     オ o
カ ka    キ kʲi    ク kɯ    ケ ke    コ ko    キャ kʲa   キュ kʲɨ   キョ kʲo
ガ ɡa    ギ ɡʲi    グ ɡɯ    ゲ ɡe    ゴ ɡo    ギャ ɡʲa   ギュ ɡʲɨ   ギョ ɡʲo
サ sa    シ ɕi     ス sɨ    セ se    ソ so    シャ ɕa    シュ ɕɨ    ショ ɕo    シェ ɕe
ザ ʣa    ジ ʥi     ズ zɨ    ゼ ʣe    ゾ ʣo    ジャ ʥa    ジュ ʥɨ    ジョ ʥo    ジェ ʥe
タ ta    チ ʨi     ツ ʦɨ    テ te    ト to    チャ ʨa    チュ ʨɨ    チョ ʨo    チェ ʨe
ダ da    ヂ ʥi     ヅ zɨ    デ de    ド do    ヂャ ʥa    ヂュ ʥɨ    ヂョ ʥo
ティ tʲi テュ tʲɨ  トゥ tɯ  ディ dʲi デュ dʲɨ ドゥ dɯ    ツァ ʦa    ツィ ʦʲi   ツェ ʦe   ツォ ʦo
ナ na    ニ ɲi     ヌ nɯ    ネ ne    ノ no    ニャ ɲa    ニュ ɲɨ    ニョ ɲo    ニェ ɲe
ハ ha    ヒ çi     フ ɸɯ    ヘ he    ホ ho    ヒャ ça    ヒュ çɨ    ヒョ ço    ヒェ çe
ファ ɸa  フィ ɸʲi  フェ ɸe  フォ ɸo  フュ ɸʲɨ フョ ɸʲo
バ ba    ビ bʲi    ブ bɯ    ベ be    ボ bo    ビャ bʲa   ビュ bʲɨ   ビョ bʲo
パ pa    ピ pʲi    プ pɯ    ペ pe    ポ po    ピャ pʲa   ピュ pʲɨ   ピョ pʲo
マ ma    ミ mʲi    ム mɯ    メ me    モ mo    ミャ mʲa   ミュ mʲɨ   ミョ mʲo
ヤ ja    ユ jɯ     ヨ jo    イェ je
ラ ɾa    リ ɾʲi    ル ɾɯ    レ ɾe    ロ ɾo    リャ ɾʲa   リュ ɾʲɨ   リョ ɾʲo
ワ βa    ヰ i      ヱ e     ヲ o     ウィ βi  ウェ βe    ウォ βo
ヴ vɯ    ヴァ va   ヴィ vʲi ヴェ ve  ヴォ vo  ヴュ bʲɨ   ヷ va      ヸ vʲi    ヹ ve     ヺ vo
クァ kᵝa クィ kᵝi  クェ kᵝe クォ kᵝo グァ ɡᵝa グィ ɡᵝi   グェ ɡᵝe   グォ ɡᵝo
クヮ kᵝa グヮ ɡᵝa  ァ a     ィ i     ゥ ɯ     ェ e       ォ o
ャ ja    ュ jɯ     ョ jo    ヮ βa
"""
_VOWELS = "aiɯeoɨ"
TABLE: dict[str, str] = dict(zip(*[iter(_SERIES.split())] * 2, strict=True))
"""Phonemes by mora; other pairs (スィ, テャ, …) take the first one's consonant."""

MARKS = {
    "。": ".",
    "、": ",",
    "？": "?",
    "！": "!",
    "…": "…",
    "「": "“",
    "」": "”",
    "（": "(",
    "）": ")",
}
OPENING = "「（"
_OPENED = tuple(MARKS[mark] for mark in OPENING)


def phonemes(words: Sequence[Word]) -> str:
    """Words and marks in Kokoro's phonemes.

    Raises:
        EngineError: a kana or mark that has no phoneme; nothing is dropped.
    """
    text = ""
    for word in words:
        said = _mark(word.kana) if word.mark else word_phonemes(word.kana)
        closing = word.mark and word.kana not in OPENING
        glued = closing or text == "" or text.endswith(_OPENED)
        text += said if glued else f" {said}"
    return text


def word_phonemes(kana: str) -> str:
    """One word; ッ is a stop, ー lengthens, ン takes the place of what follows."""
    found = morae(kana)
    if "".join(found) != kana:
        raise EngineError(f"{kana!r} is not katakana that can be said")
    said = ""
    for mora in reversed(found):
        said = _phoneme(mora, said[:1]) + said
    return said


def _phoneme(mora: str, following: str) -> str:
    if mora == "ン":
        return _nasal(following)
    if mora == "ッ":
        return "ʔ"
    if mora == LONG:
        return "ː"
    if mora in TABLE:
        return TABLE[mora]
    if len(mora) > 1 and mora[0] in TABLE and mora[1] in SMALL:
        return TABLE[mora[0]].rstrip(_VOWELS) + TABLE[mora[1]]
    raise EngineError(f"no phoneme for {mora!r}")


def _nasal(following: str) -> str:
    """ン before another sound, by place of articulation; ɴ before vowels and at the end."""
    if not following:
        return "ɴ"
    places = {"mpb": "m", "kɡ": "ŋ", "ɲʨʥ": "ɲ", "ntdɾz": "n"}
    return next((sound for place, sound in places.items() if following in place), "ɴ")


def _mark(mark: str) -> str:
    if mark not in MARKS:
        raise EngineError(f"no phoneme for the mark {mark!r}")
    return MARKS[mark]
