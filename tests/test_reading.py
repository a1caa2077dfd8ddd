"""Reading: text becomes the katakana that a news reader would say."""

from __future__ import annotations

import json
import re
import unicodedata
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.errors import Problems, ShowError
from kawaraban.model import Line, Pause, Text, Word
from kawaraban.reading.doubts import SEVERAL
from kawaraban.reading.exchange import from_voicevox, to_pls, to_voicevox
from kawaraban.reading.japanese import MARKS, SILENT
from kawaraban.reading.kana import is_katakana, morae, to_katakana
from kawaraban.reading.latin import LETTERS, read_word
from kawaraban.reading.lexicon import SHIPPED, Entry, Lexicon, read_lexicon, write_lexicon
from kawaraban.reading.sentences import sentences
from kawaraban.reading.spoken import Reader, reader_for
from kawaraban.speech.engines.kokoro_files import vocabulary
from kawaraban.speech.engines.kokoro_phonemes import MARKS as SPOKEN_MARKS
from kawaraban.speech.engines.kokoro_phonemes import TABLE, phonemes, word_phonemes

READER = reader_for(Path(__file__).parents[1])
PLAIN = Reader(Lexicon())
SAID = re.compile(f"[ァ-ヴヷ-ヺー{''.join(set(MARKS.values()))}]*")

GOLDEN = """
11月17日              ジューイチガツジューシチニチ
11月1日               ジューイチガツツイタチ
4月1日                シガツツイタチ
9月20日               クガツハツカ
7月4日に公開          シチガツヨッカニコーカイ
2月2日                ニガツフツカ
8月8日                ハチガツヨーカ
9月9日                クガツココノカ
10月10日              ジューガツトーカ
11月14日              ジューイチガツジューヨッカ
2023年11月24日        ニセンニジューサンネンジューイチガツニジューヨッカ
2024-01-05            ニセンニジューヨネンイチガツイツカ
2024/3/15             ニセンニジューヨネンサンガツジューゴニチ
二〇二三年            ニセンニジューサンネン
3/15に発表            サンガツジューゴニチニハッピョー
1990年代              センキューヒャクキュージューネンダイ
4年ぶり               ヨネンブリ
3日間                 ミッカカン
2日後                 フツカゴ
20日ぶり              ハツカブリ
午前9時               ゴゼンクジ
14:30                 ジューヨジサンジュップン
21:00                 ニジューイチジ
9:05に開始            クジゴフンニカイシ
午後4時7分            ゴゴヨジナナフン
1時間半               イチジカンハン
10分間                ジュップンカン
3分30秒               サンプンサンジュービョー
1か月                 イッカゲツ
6カ月                 ロッカゲツ
1週間                 イッシューカン
100ドル               ヒャクドル
$100                  ヒャクドル
US$100                ヒャクドル
$3.5億                サンテンゴオクドル
1億2000万ドル         イチオクニセンマンドル
¥1,200                センニヒャクエン
3000円                サンゼンエン
8000円                ハッセンエン
1兆5000億円           イッチョーゴセンオクエン
€20                   ニジューユーロ
£15                   ジューゴポンド
1000ドル（約15万円）  センドル（ヤクジューゴマンエン）
30%                   サンジュッパーセント
95％                  キュージューゴパーセント
0.5%                  レーテンゴパーセント
12.5%増               ジューニーテンゴパーセントゾー
3割                   サンワリ
前年比8%増            ゼンネンヒハチパーセントゾー
10%〜20%              ジュッパーセントカラニジュッパーセント
10-20%                ジューカラニジュッパーセント
5〜6人                ゴカラロクニン
3～4人                サンカラヨニン
7〜9月期              シチガツカラクガツキ
2023年-2024年         ニセンニジューサンネンカラニセンニジューヨネン
3.14                  サンテンイチヨン
1,234                 センニヒャクサンジューヨン
12,345人              イチマンニセンサンビャクヨンジューゴニン
600人                 ロッピャクニン
1人                   ヒトリ
2人                   フタリ
4人                   ヨニン
1社                   イッシャ
1件                   イッケン
10件                  ジュッケン
3本                   サンボン
6本                   ロッポン
第17回                ダイジューナナカイ
1つ                   ヒトツ
2つの媒体             フタツノバイタイ
1曲                   イッキョク
3匹                   サンビキ
3階                   サンガイ
3分の1                サンブンノイチ
24時間365日           ニジューヨジカンサンビャクロクジューゴニチ
-3℃                   マイナスサンド
3km                   サンキロメートル
8GB                   ハチギガバイト
3nm                   サンナノメートル
10kg                  ジュッキログラム
5G                    ゴジー
4K                    ヨンケー
AI                    エーアイ
GPU                   ジーピーユー
API                   エーピーアイ
CEO                   シーイーオー
TSMC                  ティーエスエムシー
H100                  エイチヒャク
iPhone                アイフォーン
GitHub                ギットハブ
MacBook               マックブック
GPT-4                 ジーピーティーフォー
GPT-4o                ジーピーティーフォーオー
ChatGPT               チャットジーピーティー
OpenAIのAPI           オープンエーアイノエーピーアイ
YouTube               ユーチューブ
DeepMind              ディープマインド
C++                   シープラスプラス
M&A                   エムアンドエー
v2.0                  バージョンニーテンゼロ
バージョン1.2         バージョンイッテンニ
生成AI                セーセーエーアイ
大規模言語モデル      ダイキボゲンゴモデル
画像生成モデル        ガゾーセーセーモデル
最高経営責任者        サイコーケーエーセキニンシャ
取締役会              トリシマリヤクカイ
著作権                チョサクケン
米マイクロソフト      ベーマイクロソフト
サム・アルトマン氏    サムアルトマンシ
わずか五日間で        ワズカイツカカンデ
何が起きたのか        ナニガオキタノカ
今日は金曜日          キョーワキンヨービ
え…そうなんですか     エ…ソーナンデスカ
Yahoo!ニュース        ヤフー！ニュース
"""


@pytest.mark.parametrize(
    ("text", "kana"), [line.rsplit(maxsplit=1) for line in GOLDEN.strip().split("\n")]
)
def test_a_phrase_of_the_news_is_read_as_a_news_reader_says_it(text: str, kana: str) -> None:
    assert READER.kana(text) == kana


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("詳細はhttps://a.example/?id=3を。", "ショーサイワリンクヲ。"),
        ("[記事](https://a.example/x)です。", "キジデス。"),
        ("**太字**の`コード`です。", "フトジノコードデス。"),
        ("「はい。」と言った？", "「ハイ。」トイッタ？"),
        ("「早い…」と（小声で）", "「ハヤイ…」ト（コゴエデ）"),
        ("Python 3.11が出た！", "パイソンサンテンイチイチガデタ！"),
        ("😀です", "デス"),
        ("", ""),
        ("。、！", ""),
    ],
)
def test_markup_is_not_heard_and_marks_are(text: str, kana: str) -> None:
    assert READER.kana(text) == kana


def test_what_will_not_be_heard_is_known() -> None:
    assert READER.unread("😀が「笑う」・・・ね。") == ["😀"]
    assert READER.unread("生成AIの話。") == []


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_any_text_at_all_gives_katakana_and_known_marks(text: str) -> None:
    assert SAID.fullmatch(READER.kana(text))


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("瓦版は。！？…「」（）、 \nAI3.5%〜-😀*カァッー"), max_size=40))
def test_what_read_shows_is_what_an_engine_is_given(text: str) -> None:
    given_to_engines = "".join(utterance.kana for utterance in READER.utterances([Text(text)]))
    assert READER.kana(text) == given_to_engines


@settings(deadline=None, max_examples=200)
@given(
    st.text(
        st.sampled_from(
            "ンッーァィャュョゎっぁカ・キヴヵヶ漢々〇ゝ「」（）。、…AIai'-/.%0123５℃①㈱½"
        ),
        max_size=20,
    )
)
def test_whatever_is_read_can_be_spoken_by_kokoro(text: str) -> None:
    for utterance in READER.utterances([Text(text)]):
        assert set(phonemes(utterance.words)) <= VOCABULARY


def test_a_text_without_a_full_stop_may_be_longer_than_openjtalk_takes() -> None:
    assert READER.kana("か" * 5000) == "カ" * 5000
    assert len(re.findall("、", READER.kana("山と川、" * 1000))) == 1000


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("03-1234-5678へ", "ゼロサンノイチニーサンヨンノゴーロクナナハチエ"),
        ("〒100-0001", "イチゼロゼロノゼロゼロゼロイチ"),
        ("CVE-2023-4966の", "シーブイイーニーゼロニーサンヨンキューロクロクノ"),
        ("3-1で勝った", "サンタイイチデカッタ"),
        ("午後1時05分", "ゴゴイチジゴフン"),
        ("10^6", "ジューノロクジョー"),
        ("▲3.2%", "マイナスサンテンニパーセント"),
        ("50m2", "ゴジューヘーホーメートル"),
        ("約1/4の社員", "ヤクヨンブンノイチノシャイン"),
        ("$6.5 billionと€500M", "ロクジューゴオクドルトゴオクユーロ"),
        ("16:9の画面", "ジューロクタイキューノガメン"),
        ("120Hz", "ヒャクニジューヘルツ"),
        ("開発者の方が", "カイハツシャノカタガ"),
        ("8分", "ハップン"),
    ],
)
def test_codes_and_rarer_forms(text: str, kana: str) -> None:
    assert READER.kana(text) == kana


# ── sentences ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一。二！三？", ["一。", "二！", "三？"]),
        ("「戻る。きっとだ。」と言った。次。", ["「戻る。きっとだ。」と言った。", "次。"]),
        ("『「内。」外。』地。", ["『「内。」外。』地。"]),
        ("本当！？次は…。終", ["本当！？", "次は…。", "終"]),
        ("「閉じない。次の文。\n次の行。", ["「閉じない。", "次の文。", "次の行。"]),
        ("3.5倍です。U.S.の話。", ["3.5倍です。", "U.S.の話。"]),
        ("It ends. It begins.", ["It ends.", "It begins."]),
        ("Dr. J. K. Lee came on Nov. 3. Yes.", ["Dr. J. K. Lee came on Nov. 3.", "Yes."]),
        ("Yahoo!ニュース", ["Yahoo!ニュース"]),
        ("https://a.example/?id=3です。", ["https://a.example/?id=3です。"]),
        ("Really? Yes!", ["Really?", "Yes!"]),
        ("本当?次は!?終", ["本当?", "次は!?", "終"]),
        ("", []),
        (" \n　\n", []),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_stop(text: str, found: list[str]) -> None:
    assert sentences(text) == found


@settings(deadline=None)
@given(st.text(st.sampled_from("あいA1。！？!?….,、「」『』（）() \n\t　")) | st.text())
def test_nothing_but_white_space_is_lost_between_sentences(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() != "" for sentence in found)


# ── katakana ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kana", "count"),
    [
        ("キョーワ", 3),
        ("シャッター", 4),
        ("ディープ", 3),
        ("ネーァ", 3),
        ("ンァッャ", 4),
        ("「カ」。", 1),
        ("", 0),
    ],
)
def test_morae_are_counted_as_they_are_spoken(kana: str, count: int) -> None:
    assert len(morae(kana)) == count


@settings(deadline=None)
@given(st.text(st.sampled_from("アカンッーャュョァィヴヷキシチ"), min_size=1))
def test_morae_hold_every_kana_once_and_in_order(kana: str) -> None:
    assert "".join(morae(kana)) == kana
    assert is_katakana(kana)


def test_hiragana_becomes_katakana_and_the_rest_stays() -> None:
    assert to_katakana("ゔぁいおりん・漢字ー") == "ヴァイオリン・漢字ー"
    assert not any(map(is_katakana, ["", "あ", "ア。", "ヵ", "A", "ア ア"]))


# ── Latin words ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("word", "kana"),
    [
        ("A", "エー"),
        ("IBM", "アイビーエム"),
        ("NVDL", "エヌブイディーエル"),
        ("DeepMind", "ディープマインド"),
        ("MySQL", "マイエスキューエル"),
    ],
)
def test_a_latin_word_is_spelled_or_said(word: str, kana: str) -> None:
    assert read_word(word) == kana


@settings(deadline=None)
@given(st.text(st.sampled_from("abcdeghiklmnoprstuyzABCDEGIMNOPSTXZ'"), min_size=1, max_size=12))
def test_any_latin_word_gives_katakana(word: str) -> None:
    if word.strip("'"):
        assert is_katakana(read_word(word))


def test_every_letter_has_a_name() -> None:
    assert "".join(LETTERS) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert all(map(is_katakana, LETTERS.values()))


# ── the lexicon ──────────────────────────────────────────────────────────────────────────────────


def test_the_longest_name_wins_and_latin_names_are_whole_words() -> None:
    names = {"AI": "ヌヌ", "OpenAI": "オープン", "OpenAI Codex": "コデックス", "瓦版": "カワラバン"}
    reader = Reader(Lexicon(tuple(Entry(name, kana) for name, kana in names.items())))
    assert reader.kana("OpenAI Codex") == "コデックス"
    assert reader.kana("OpenAIのAI") == "オープンノヌヌ"
    assert reader.kana("瓦版とAIを") == "カワラバントヌヌヲ"
    assert reader.kana("AIR") == "エーアイアール"


@pytest.mark.parametrize(
    ("surface", "text", "heard"),
    [
        ("GPT-4", "GPT-4とは", True),
        ("GPT-4", "GPT-40とは", False),
        ("GPT-4", "GPT-4.5とは", False),
        ("3D", "3Dの絵", True),
        ("3D", "13Dの絵", False),
        ("AI", "AIは", True),
        ("AI", "AIM", False),
        ("AI", "MAI", False),
        ("P&G", "P&Gは", True),
        ("Ｘ", "Xで", True),
    ],
)
def test_a_surface_is_found_where_it_stands_alone(
    tmp_path: Path, surface: str, text: str, heard: object
) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text(f"{surface}\tヌヌヌ\n", "utf-8")
    assert ("ヌヌヌ" in Reader(read_lexicon(path)).kana(text)) == heard


def test_a_lexicon_file_has_a_header_remarks_and_trailing_fields(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text("surface\tpronunciation\tnote\n# 人名\n\n孫正義\tソンマサヨシ\t4\n", "utf-8")
    assert read_lexicon(path).entries == (Entry("孫正義", "ソンマサヨシ", 4),)
    assert Reader(read_lexicon(path)).kana("孫正義さん") == "ソンマサヨシサン"
    assert read_lexicon(tmp_path / "none.tsv") == Lexicon()


def test_every_broken_line_of_a_lexicon_is_told(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    lines = [
        "甲\tコー",
        "乙\tおつ",
        "\tヘー",
        "丁",
        "戊\tボ\t9",
        "己\tキ\t0\tNOUN",
        "庚\tコー\t1\t\t11",
    ]
    lines += ["re:(\tシン", "re:(新)\tシン\\2", "アイ\tウエ", "ウエ\tアイ"]
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(Problems) as caught:
        read_lexicon(path)
    told = {error.line: error.cause for error in caught.value.errors}
    assert told == {
        2: "pronunciation: 'おつ' is not katakana",
        3: "surface: is empty",
        4: "pronunciation: '' is not katakana",
        5: "accent_type: '9' is not 0 to 1, the morae",
        6: "word_type: 'NOUN'; did you mean PROPER_NOUN?",
        7: "priority: '11' is not 0 to 10",
        8: "surface: not a regular expression: missing ), unterminated subpattern at position 0",
        9: "pronunciation: the pattern captures 1 groups only",
        10: "surface: アイ is read as a name that is read as アイ",
        11: "surface: ウエ is read as a name that is read as ウエ",
    }
    assert {error.where for error in caught.value.errors} == {path}
    assert "tabs between: surface, pronunciation" in caught.value.errors[0].hint
    with pytest.raises(ShowError):
        reader_for_lexicon(path)


def reader_for_lexicon(path: Path) -> Reader:
    root = path.parent / "show"
    (root / "voices").mkdir(parents=True)
    (root / "voices/lexicon.tsv").write_bytes(path.read_bytes())
    return reader_for(root)


def test_a_marked_entry_is_a_regular_expression(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text("re:表(?=\\d)\tヒョー\nre:第(\\d+)世代\tダイ\\1セダイ\n表.\tウラ\n", "utf-8")
    reader = Reader(read_lexicon(path))
    assert reader.kana("表3と表") == "ヒョーサントオモテ"
    assert reader.kana("第3世代") == "ダイサンセダイ"


def test_a_shows_lexicon_lies_over_the_shipped_one() -> None:
    shipped = Lexicon((Entry("瓦版", "ガハン"), Entry("辻", "ツジ")))
    own = Lexicon((Entry("瓦版", "カワラバン", 0),))
    assert {e.surface: e.kana for e in own.over(shipped).entries} == {
        "瓦版": "カワラバン",
        "辻": "ツジ",
    }


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("OPENAI", "オープン"),
        ("openai", "オープン"),
        ("OpenAi", "オープン"),
        ("us", "アス"),
        ("US", "アメリカ"),
    ],
)
def test_long_names_are_found_in_any_case_and_short_ones_are_not(text: str, kana: str) -> None:
    names = (Entry("OpenAI", "オープン"), Entry("US", "アメリカ"))
    assert Reader(Lexicon(names)).kana(text) == kana


@settings(deadline=None, max_examples=400)
@given(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Mn", "Me")))
def test_no_character_is_lost_silently(char: str) -> None:
    """It is heard between two others, shapes the phrase, or is reported as not read."""
    text = f"甲{char}乙"
    sign = unicodedata.normalize("NFKC", char)
    silent = set(sign) <= SILENT | set(MARKS) | set("→⇒➡") or sign.isspace()
    heard = "".join(
        word.kana for u in PLAIN.utterances([Text(text)]) for word in u.words if not word.mark
    )
    reported = "".join(PLAIN.unread(text)).replace("¥", "\\¥")  # one sign to OpenJTalk
    assert silent or heard != "コーオツ" or set(sign) & set(unicodedata.normalize("NFKC", reported))


def test_a_kanji_name_is_found_as_a_word_and_not_inside_others() -> None:
    reader = Reader(Lexicon((Entry("孫正義", "ソンマサヨシ", 4), Entry("楽天", "ラクテン"))))
    assert reader.kana("孫正義会長") == "ソンマサヨシカイチョー"
    assert reader.kana("楽天家の楽天") == "ラクテンカノラクテン"


def test_compiling_the_lexicon_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert Reader(Lexicon((Entry("瓦版", "カワラバン"),))).kana("瓦版") == "カワラバン"
    assert capfd.readouterr() == ("", "")


# ── doubts ───────────────────────────────────────────────────────────────────────────────────────


def test_doubts_say_what_mends_them() -> None:
    found = {
        doubt.word: (doubt.said, doubt.mend) for doubt in PLAIN.doubts("市場でZorbixが😀人気のGPU")
    }
    assert found["市場"] == ("シジョー", "{市場|イチバ}")
    assert found["人気"] == ("ニンキ", "{人気|ヒトケ}")
    assert found["😀"] == ("", "{😀|かな}")
    said, mend = found["Zorbix"]
    assert mend == f"Zorbix\t{said}"
    assert set(found) == {"市場", "人気", "😀", "Zorbix"}, "an acronym is no doubt"


def test_every_word_of_several_readings_is_read_in_one_of_them() -> None:
    for word, readings in SEVERAL.items():
        assert PLAIN.kana(word) in readings, word


# ── other formats ────────────────────────────────────────────────────────────────────────────────


def test_a_lexicon_goes_to_voicevox_and_back(tmp_path: Path) -> None:
    lexicon = Lexicon(
        (Entry("OpenAI Codex", "コーデックス", 1, "COMMON_NOUN", 7), Entry("瓦版", "カワラバン"))
    )
    path = tmp_path / "dict.json"
    path.write_text(to_voicevox(lexicon), "utf-8")
    assert from_voicevox(path) == lexicon
    words = json.loads(path.read_text("utf-8")).values()
    assert {word["surface"] for word in words} == {"ＯｐｅｎＡＩ　Ｃｏｄｅｘ", "瓦版"}
    assert {word["mora_count"] for word in words} == {6, 5}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("[]", "not a VOICEVOX user dictionary"),
        ('{"a": {"surface": "甲"}}', "pronunciation: Field required"),
        ('{"a": {"surface": "甲", "pronunciation": "こう", "accent_type": 0}}', "cannot be said"),
        ('{"a": {"surface": "甲", "pronunciation": "コー", "accent_type": 5}}', "cannot be said"),
    ],
)
def test_what_is_no_voicevox_dictionary_is_refused(text: str, cause: str, tmp_path: Path) -> None:
    path = tmp_path / "dict.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ShowError) as caught:
        from_voicevox(path)
    assert cause in caught.value.cause


def test_a_lexicon_goes_to_pls() -> None:
    root = ET.fromstring(to_pls(Lexicon((Entry("P&G", "ピーアンドジー"), Entry("re:a", "ア")))))
    space = {"p": "http://www.w3.org/2005/01/pronunciation-lexicon"}
    assert [e.text for e in root.findall("p:lexeme/p:grapheme", space)] == ["P&G"]
    assert [e.text for e in root.findall("p:lexeme/p:alias", space)] == ["ピーアンドジー"]


def test_a_lexicon_that_is_written_is_read_back(tmp_path: Path) -> None:
    lexicon = read_lexicon(SHIPPED)
    path = tmp_path / "lexicon.tsv"
    path.write_text(write_lexicon(lexicon), "utf-8")
    assert read_lexicon(path) == lexicon
    assert len(lexicon.entries) >= 800


def test_an_english_sentence_is_said_in_english_words() -> None:
    said = READER.kana("The board voted on Nov. 17.")
    assert "ジューナナ" not in said
    assert "セヴンティーン" in said or "セブンティーン" in said
    assert READER.kana("iOS 17") == "アイオーエスジューナナ", "a name is no sentence"


# ── roman numerals ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("第Ⅱ章", "ダイニショー"),
        ("第IV期", "ダイヨンキ"),
        ("フェーズIII", "フェーズサン"),
        ("World War IIの", "ワールドウォーツーノ"),
        ("レベルIV", "レベルフォー"),
        ("IVは点滴", "アイブイワテンテキ"),
    ],
)
def test_roman_numerals_are_numbers_where_they_are(text: str, kana: str) -> None:
    assert PLAIN.kana(text) == kana


# ── lines of a script ────────────────────────────────────────────────────────────────────────────


def test_a_reading_that_the_script_gives_wins_over_all_others() -> None:
    line = Line(
        "yomi", (Text("OpenAI", "ほげ"), Text("の"), Text("孫正義", "ソンマサヨシ"), Text("氏")), 3
    )
    spoken = READER.line(line)
    assert spoken.kana == "ホゲノソンマサヨシシ"
    assert spoken.line is line


def test_a_pause_is_kept_after_the_words_before_it() -> None:
    parts = (Text("一つ。二つ。"), Pause(0.6), Text("三つ"), Pause(1.0))
    said = READER.utterances(parts)
    assert [(utterance.kana, utterance.pause) for utterance in said] == [
        ("ヒトツ。", 0.0),
        ("フタツ。", 0.6),
        ("ミッツ", 1.0),
    ]


def test_a_sentence_that_a_reading_stands_in_is_one_utterance() -> None:
    said = READER.utterances([Text("これは"), Text("瓦", "かわら"), Text("です。次。")])
    assert [utterance.kana for utterance in said] == ["コレワカワラデス。", "ツギ。"]


# ── Kokoro's phonemes ────────────────────────────────────────────────────────────────────────────

VOCABULARY = set(vocabulary())


def test_every_mora_before_every_other_is_in_kokoros_vocabulary() -> None:
    morae_ = [*TABLE, "ン", "ッ", "ー"]
    unknown = {
        one + other
        for one, other in product(morae_, [*morae_, ""])
        if not set(word_phonemes(one + other)) <= VOCABULARY
    }
    assert unknown == set()


def test_every_mark_that_a_reader_gives_is_in_kokoros_vocabulary() -> None:
    assert set(MARKS.values()) == set(SPOKEN_MARKS)
    assert set(SPOKEN_MARKS.values()) <= VOCABULARY


@pytest.mark.parametrize(
    ("kana", "said"),
    [
        ("シンブン", "ɕimbɯɴ"),
        ("ニホンゴ", "ɲihoŋɡo"),
        ("アンナイ", "annai"),
        ("ニッポン", "ɲiʔpoɴ"),
        ("トーキョー", "toːkʲoː"),
        ("テンイン", "teɴiɴ"),
        ("スィ", "si"),
        ("ネーァ", "neːa"),
    ],
)
def test_a_sound_depends_on_the_one_that_follows(kana: str, said: str) -> None:
    assert word_phonemes(kana) == said


def test_words_are_parted_and_marks_stand_close() -> None:
    words = [
        Word("「", mark=True),
        Word("ハイ"),
        Word("」", mark=True),
        Word("ト"),
        Word("。", mark=True),
    ]
    assert phonemes(words) == "“hai” to."
