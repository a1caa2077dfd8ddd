"""The digest: what a story says, in its own sentences, and nothing that it does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.model import Item, Quote
from kawaraban.news.files import read_items
from kawaraban.stories.digest import POINTS, TIMELINE, Digest, digest
from kawaraban.stories.digest.accounts import account, askers, paragraphs
from kawaraban.stories.digest.figures import figures
from kawaraban.stories.digest.parts import cut, parts
from kawaraban.stories.digest.points import SAME, centrality
from kawaraban.stories.digest.titles import shortened
from kawaraban.stories.digest.wording import (
    is_question,
    is_told,
    leans,
    without_filler,
    without_markup,
)
from kawaraban.stories.similarity import similarity

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2025, 5, 12, 12, tzinfo=TOKYO)
LONG = {item.id: item for item in read_items([Path(__file__).parent / "data/long"])}


def item(
    text: str, id_: str = "a", source: str = "甲新聞", hours: float = 0, **more: object
) -> Item:
    plain = Item(
        id=id_,
        url=f"https://news.example/{id_}",
        source=source,
        title="題",
        published=NOON + timedelta(hours=hours),
        text=text,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def told(*items: Item) -> list[str]:
    return [point.text for point in digest(items).points]


def quotes(told_: Digest) -> list[Quote]:
    return [
        *told_.points,
        *(quote for difference in told_.differences for quote in difference.quotes),
        *(point for section in told_.sections for point in section.points),
    ]


# ── what is never told ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "（文・写真＝山田太郎）",
        "写真：港に入る船",
        "【撮影＝田中花子】",
        "関連記事：港の祭りが始まる",
        "続きを読むには会員登録が必要です。",
        "本紙記事の無断転載を禁じます。",
        "詳しくは https://news.example/more まで。",
        "お問い合わせは desk@news.example へ。",
        "#港町 #お祭り",
        "Read more: the harbour is full",
        "Subscribe to our newsletter for more stories.",
        "Photo by Ann Lee.",
        "By Ann Lee",
        "港の祭り（写真は昨年の様子",
        'The mayor said: "We will be back.',
        "みなさん、こんにちは。",
        "はい。",
        "なるほど。",
        "そうですね。",
        "Right.",
        "---",
        "| 日付 | 人数 |",
    ],
)
def test_credits_links_greetings_and_what_is_left_open_are_not_told(text: str) -> None:
    assert not is_told(text)
    assert told(item(f"港で祭りが開かれました。\n\n{text}")) == ["港で祭りが開かれました。"]


@pytest.mark.parametrize(
    "text",
    [
        "写真家の田中さんは港の朝を撮り続けています。",
        "図書館は夜も開いています。",
        "文化祭には九百人が集まりました。",
        "Photographs of the harbour fetched a record price.",
        "The read-out of the meeting was short.",
        "Nothing was right.",
    ],
)
def test_what_only_looks_like_a_credit_is_told(text: str) -> None:
    assert is_told(text)


@pytest.mark.parametrize(
    "text",
    [
        "こうした動きは広がっています。", "そのため港は閉じられました。", "同社は春に公開します。",
        "両社は合意しました。", "それでも船は出ました。", "このほか二隻が加わります。",
        "そこで橋が架けられました。", "つまり船は足りません。", "だからこそ港が要ります。",
        "ところが船は来ませんでした。", "二人は港へ向かいました。", "翌日、船は戻りました。",
        "彼女は船を降りました。", "波が高かったためです。", "船が足りないからだ。",
        "「海は広い」", "There was no ship.", "Which is why it closed.",
        "In other words, it closed.", "When they came, it rained.", "What she wants is a ship.",
    ],
)  # fmt: skip
def test_a_sentence_that_leans_on_another_is_known(text: str) -> None:
    assert leans(text)


@pytest.mark.parametrize(
    "text",
    [
        "同志社大学は新しい船を公開しました。", "彼岸の入りに港が開きました。",
        "両国の花火が上がりました。", "ここ数年、船が増えています。", "まったく新しい船です。",
        "港が閉じたのは、波が高かったからです。", "When the harbour closed, ships turned back.",
        "Thistle Ltd bought nine ships.",
    ],
)  # fmt: skip
def test_a_sentence_that_stands_on_its_own_is_known(text: str) -> None:
    assert not leans(text)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("- **港**で[祭り](https://x.example)が開かれました。", "港で祭りが開かれました。"),
        ("> 船が*三隻*来ました。[^1]", "船が三隻来ました。"),
        ("瓦版《かわらばん》を刷りました。", "瓦版を刷りました。"),
        ("<b>船</b>が来ました。", "船が来ました。"),
        ("[00:12:34] 船が来ました。", "船が来ました。"),
        ("2 * 3 = 6 です。", "2 * 3 = 6 です。"),
        ("R&amp;D grew.", "R&D grew."),
        ("1. Ships came.", "Ships came."),
    ],
)
def test_no_markup_is_left(line: str, words: str) -> None:
    assert without_markup(line) == words
    assert told(item(line)) == [words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("はい、祖父の船です。", "祖父の船です。"),
        ("えー、そうですね、船は三隻あります。", "船は三隻あります。"),
        ("Well, you know, ships are slow.", "ships are slow."),
        ("はいからな船です。", "はいからな船です。"),
        ("はい。", "はい。"),
    ],
)
def test_a_sentence_is_told_from_its_first_word_that_means_something(text: str, words: str) -> None:
    assert without_filler(text) == words


def test_a_caption_among_sentences_is_not_told_and_a_headline_alone_is() -> None:
    assert told(item("港に入る船\n\n船が三隻入りました。")) == ["船が三隻入りました。"]
    assert told(item("港に船が三隻")) == ["港に船が三隻"]


def test_headings_and_questions_are_no_points() -> None:
    text = "# 港の朝\n\n船が三隻入りました。なぜ三隻なのでしょうか。漁師が減ったのです。"
    assert told(item(text)) == ["船が三隻入りました。", "漁師が減ったのです。"]


# ── key points ───────────────────────────────────────────────────────────────────────────────────

HARBOUR = (
    "港の再開発計画を市が発表しました。新しい市場は来春に開きます。"
    "漁協は市場の移転に合意しています。費用は市と漁協が半分ずつ負担します。"
    "市長は茶色の帽子をかぶっていました。市の再開発計画では港の倉庫も市場になります。"
    "会場では猫が鳴きました。漁協は新しい市場の費用を積み立ててきました。"
)


def test_the_sentences_that_many_others_are_like_are_told_in_their_order() -> None:
    points = told(item(HARBOUR))
    assert len(points) == POINTS
    assert points[0] == "港の再開発計画を市が発表しました。"
    assert points == sorted(points, key=HARBOUR.index)
    assert "会場では猫が鳴きました。" not in points
    assert "市長は茶色の帽子をかぶっていました。" not in points


def test_centrality_is_a_vote_that_sums_up_to_one() -> None:
    alike = np.array([[1, 0.5, 0.5, 0], [0.5, 1, 0, 0], [0.5, 0, 1, 0], [0, 0, 0, 1.0]])
    weights = centrality(alike)
    assert (weights.argmax(), weights.argmin()) == (0, 3)
    assert weights[1] == pytest.approx(weights[2])
    assert weights.sum() == pytest.approx(1)
    assert len(centrality(np.zeros((0, 0)))) == 0


def test_two_publishers_who_say_one_thing_say_it_once() -> None:
    one = item("港の再開発計画を市が発表しました。", "a", "甲新聞")
    other = item("港の再開発計画を市が発表した。猫が鳴いた。", "b", "乙新聞")
    assert told(one, other) == ["港の再開発計画を市が発表した。", "猫が鳴いた。"]


# ── timeline ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("10日、船が出ました。", date(2025, 5, 10)),
        ("市は10日に計画を公表した。", date(2025, 5, 10)),
        ("市は10日までに計画を公表した。", date(2025, 5, 10)),
        ("10日夜に船が出ました。", date(2025, 5, 10)),
        ("30日未明に船が出ました。", date(2025, 4, 30)),
        ("２日、船が出ました。", date(2025, 5, 2)),
    ],
)
def test_a_day_alone_is_the_nearest(text: str, day: date) -> None:
    three = item(f"5月7日に始まった。\n\n{text}\n\n5月9日、雨が降った。\n\n4月1日に決まった。")
    assert (day, text) in [(event.day, event.text) for event in digest([three]).timeline]


@pytest.mark.parametrize(
    "text",
    [
        "10日間で船が出ました。", "10日ぶりに船が出ました。", "10日前後で船が出ます。",
        "あと10日、待ちます。", "遅れは最大で10日になる。", "船は10日に1度来ます。",
        "40日、待ちました。",
    ],
)  # fmt: skip
def test_a_length_of_time_is_no_day(text: str) -> None:
    three = item(f"5月7日に始まった。\n\n{text}\n\n5月9日、雨が降った。\n\n4月1日に決まった。")
    assert text not in [event.text for event in digest([three]).timeline]


def test_a_story_is_told_by_its_timeline_from_three_events_on() -> None:
    days = ["5月7日に港が閉じた。", "5月8日に雨が降った。", "5月9日に船が戻った。"]
    assert digest([item("".join(days[:2]))]).timeline == ()
    told_ = digest([item("".join([*days, "市長は港の猫を撫でた。"]))])
    assert [event.text for event in told_.timeline] == days
    assert len(told_.timeline) == TIMELINE
    assert told_.points == ()
    assert told_.timeline[-1].detail == "市長は港の猫を撫でた。"


# ── sayings ──────────────────────────────────────────────────────────────────────────────────────


def said(*texts: str) -> list[tuple[str, str]]:
    items = [item(text, str(at), f"{at}新聞") for at, text in enumerate(texts)]
    return [(saying.speaker, saying.words) for saying in digest(items).sayings]


@pytest.mark.parametrize(
    ("text", "saying"),
    [
        (
            "みなと水産の田中一郎社長は「港を必ず立て直します」と述べた。",
            ("田中一郎社長", "港を必ず立て直します"),
        ),
        (
            "20日の会見で田中社長は「必ず立て直します」と強調した。",
            ("田中社長", "必ず立て直します"),
        ),
        (
            "「港を必ず立て直します」と山海社の田中社長は話す。",
            ("山海社の田中社長", "港を必ず立て直します"),
        ),
        ("「海が静かになった」と漁師の浜さん。", ("漁師の浜さん", "海が静かになった")),
        ("はるかさん：「海が静かになりました。」", ("はるかさん", "海が静かになりました。")),
        ("田中氏（45）は、「海が静かになった」と語った。", ("田中氏", "海が静かになった")),
        (
            "田中社長は20日、会見を開いた。「港を必ず立て直します」と述べた。",
            ("田中社長", "港を必ず立て直します"),
        ),
        ("さくら電機の田中社長は「必ず立て直します」と訴えた。", ("田中社長", "必ず立て直します")),
        (
            "“We will rebuild the harbour,” said Ann Lee, the mayor.",
            ("Ann Lee, the mayor", "We will rebuild the harbour"),
        ),
        (
            '"We will rebuild it. It takes time," chief executive Jo Doe told reporters.',
            ("chief executive Jo Doe", "We will rebuild it. It takes time"),
        ),
        ('Jo Doe said: "Nobody warned us at all."', ("Jo Doe", "Nobody warned us at all.")),
        (
            "According to Professor Ann Lee, “The sea has never been warmer.”",
            ("Professor Ann Lee", "The sea has never been warmer."),
        ),
    ],
)
def test_a_saying_has_its_speaker_as_named(text: str, saying: tuple[str, str]) -> None:
    assert said(text) == [saying]


@pytest.mark.parametrize(
    "text",
    [
        "市は新しい船「しおかぜ丸は走る」を公開した。",
        "田中社長は小説「海が静かになった」を書いた。",
        "「海が静かになった」という本が売れている。",
        "田中社長は「前例のない事態」と述べた。",
        "彼は「港を必ず立て直します」と述べた。",
        "「港を必ず立て直します」と述べた。",
        "看板には「港を必ず立て直します」と書かれている。",
        "同社は「港を必ず立て直します」と説明した。",
        "He said: “We will rebuild the harbour.”",
        "They call it “The Harbour That Never Sleeps” in town.",
        "“We will rebuild the harbour,” she said.",
        "The mayor's “very good plan for us” was sold by Ann Lee.",
    ],
)
def test_words_of_nobody_and_titles_are_no_sayings(text: str) -> None:
    assert said(text) == []


def test_three_sayings_are_told_of_as_many_speakers_as_there_are() -> None:
    text = (
        "田中社長は「港を必ず立て直します」と述べた。田中社長は「費用は会社が持ちます」と話した。\n"
        "浜市長は「計画を歓迎しています」と語った。森教授は「前から危ないと見ていた」と指摘した。"
    )
    again = "浜市長は「計画を歓迎しています」と語った。"
    assert [speaker for speaker, _ in said(text, again)] == ["田中社長", "浜市長", "森教授"]


def test_turns_of_a_talk_are_no_sayings() -> None:
    assert digest([LONG["interview-dyer"]]).sayings == ()


# ── differences ──────────────────────────────────────────────────────────────────────────────────


def differ(one: str, other: str, hours: float = 2, source: str = "乙新聞") -> list[tuple[str, ...]]:
    items = [item(one, "a", "甲新聞"), item(other, "b", source, hours)]
    assert digest(items[::-1]).differences == digest(items).differences
    return [tuple(quote.text for quote in found.quotes) for found in digest(items).differences]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("倉庫の火災で死者は3人となった。", "倉庫の火災で死者は5人となった。"),
        ("市は再開発の費用を120億円と見積もる。", "市は再開発の費用を110億円と見積もっている。"),
        ("港の倉庫の火災で３人が死亡した。", "港の倉庫の火災で五人が死亡した。"),
        (
            "Acme will pay $120 million for the harbour.",
            "Acme will pay $110 million for the harbour.",
        ),
        ("The fire killed three people at the port.", "The fire at the port killed five people."),
        ("新しい市場は6月1日に開業する。", "新しい市場は6月2日に開業する。"),
        ("新しい市場は六月一日に開業する。", "新しい市場は6月2日に開業する。"),
        ("The mill will cost 120 million dollars.", "The mill will cost $110 million."),
        ("倉庫の火災で負傷者は3名となった。", "倉庫の火災で負傷者は5人となった。"),
    ],
)
def test_numbers_that_do_not_agree_are_told_with_both_sentences(one: str, other: str) -> None:
    assert differ(one, other) == [(one, other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("社員505人が書簡に署名した。", "社員およそ700人のうち505人が書簡に署名した。"),
        ("倉庫の火災で死者は3人となった。", "倉庫の火災で死者は3人となっている。"),
        ("倉庫の火災で死者は3人となった。", "倉庫の火災でけが人は5人となった。"),
        ("市は費用を120億円と見積もる。", "市は費用を約110億円と見積もる。"),
        ("市は費用を1億2000万円と見積もる。", "市は費用を12000万円と見積もる。"),
        ("祭りに300人以上が集まった。", "祭りに450人が集まった。"),
        ("倉庫の火災で死者は3人となった。", "図書館に本が5冊届き、3人が借りた。"),
        (
            "Acme will pay $120 million for the harbour.",
            "Acme will pay over $110 million for the harbour.",
        ),
        ("The ship carries 120 people.", "The ship carries 90 cars."),
        ("The yard employs 120 workers.", "The yard employs 90 engineers."),
        ("橋の工費は3割増えた。", "橋の工費は30%増えた。"),
        ("The mill will cost 120 million dollars.", "The mill will cost $120m."),
    ],
)
def test_numbers_that_agree_or_count_other_things_do_not_differ(one: str, other: str) -> None:
    assert differ(one, other) == []


def test_a_number_that_grew_over_the_days_is_an_update() -> None:
    one, other = "倉庫の火災で死者は3人となった。", "倉庫の火災で死者は5人となった。"
    assert differ(one, other, hours=23) == [(one, other)]
    assert differ(one, other, hours=25) == []


def test_a_publisher_does_not_differ_from_itself_nor_one_who_gives_both_numbers() -> None:
    one, other = "倉庫の火災で死者は3人となった。", "倉庫の火災で死者は5人となった。"
    assert differ(one, other, source="甲新聞") == []
    assert differ(f"{one}\n夜には死者は5人に増えた。", other) == []


def test_of_three_publishers_each_says_its_number_once() -> None:
    texts = [f"倉庫の火災で死者は{number}人となった。" for number in (3, 5, 3)]
    items = [item(text, str(at), f"{at}新聞", at) for at, text in enumerate(texts)]
    [found] = digest(items).differences
    assert [quote.source for quote in found.quotes] == ["0新聞", "1新聞", "2新聞"]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("3億2000万円を払う。", 320_000_000, "JPY"),
        ("１,２００人が来た。", 1200, "person"),
        ("出力は1.5メガワットだ。", 1.5, "MW"),
        ("It costs $1.2 billion.", 1_200_000_000, "USD"),
        ("It grew 4.5 percent.", 4.5, "percent"),
        ("Some twelve ships came.", 12, "ship"),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, value: float, unit: str) -> None:
    [found] = figures(text)
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "2023年11月17日の朝9時",
        "第3回",
        "On May 3, 2023, at 10:30",
        "the third of half the shops",
        "開業3年で倍増",
        "a hundred and " * 3000,
    ],
)
def test_dates_and_times_count_nothing(text: str) -> None:
    assert figures(text) == []


# ── long pieces ──────────────────────────────────────────────────────────────────────────────────

TITLES = {
    "waterways": [
        "水はどこから来るのか",
        "橋の名前を読む",
        "洗い場の朝",
        "魚の通り道",
        "水路を掃除する日",
        "ふたをかけるか、開けるか",
        "歩いてわかること",
    ],
}


def spaceless(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", sorted(LONG))
def test_a_long_piece_has_sections_that_can_be_read_aloud(name: str) -> None:
    piece = LONG[name]
    whole = spaceless(re.sub(r"(?m)^\w+：|はい、", "", piece.text))
    told_ = digest([piece])
    assert 4 <= len(told_.sections) <= 10
    titles = [section.title for section in told_.sections]
    assert len(set(titles)) == len(titles)
    for section in told_.sections:
        assert 3 <= len(section.title) <= 40
        assert not section.title.endswith(("。", "、", "."))
        assert 1 <= len(section.points) <= 5
        before = ""
        for point in section.points:
            assert point.text in piece.text
            assert not is_question(point.text)
            assert "：" not in point.text[:8]
            assert not leans(point.text) or before + spaceless(point.text) in whole
            before = spaceless(point.text)
    every = [point.text for section in told_.sections for point in section.points]
    assert every == sorted(every, key=piece.text.index)
    alike = similarity(every)
    assert (alike - np.eye(len(every))).max() < 2 * SAME
    assert 4 <= len(told_.points) <= POINTS
    assert {point.text for point in told_.points} <= set(every)
    assert told_.timeline == ()


def test_headings_are_the_titles_of_their_sections() -> None:
    assert [section.title for section in digest([LONG["waterways"]]).sections] == TITLES[
        "waterways"
    ]


def test_the_sections_of_a_talk_are_titled_by_its_questions() -> None:
    titles = [section.title for section in digest([LONG["interview-dyer"]]).sections]
    assert titles[0] == "佐伯さんが草木染めを始めたきっかけ"
    assert "教えるときに気をつけていること" in titles
    titles = [section.title for section in digest([LONG["lecture-maps"]]).sections]
    assert "紙の地図はもういらないのではないか" in titles


def test_who_asks_is_told_from_who_answers() -> None:
    lines = paragraphs(LONG["interview-dyer"])
    assert askers(lines) == {"聞き手"}
    asked = [
        one for one in account(LONG["interview-dyer"]) if lines[one.paragraph].speaker == "聞き手"
    ]
    assert len(asked) > 15
    assert not any(one.told for one in asked)
    assert askers(paragraphs(LONG["lecture-maps"])) == {"司会", "会場"}
    assert askers(paragraphs(LONG["night-kitchen"])) == frozenset()


def test_questions_after_a_dash_are_a_talk_too() -> None:
    lines = paragraphs(
        item("――きっかけは何ですか。\n\n祖父の船です。\n\n――船は今もありますか。\n\nあります。")
    )
    assert [line.speaker for line in lines] == ["――", "", "――", ""]
    assert askers(lines) == {"――"}


def test_a_name_and_a_colon_once_are_no_talk() -> None:
    lines = paragraphs(item("注意：港は閉じています。\n\n日時：5月10日\n\n船は出ません。"))
    assert {line.speaker for line in lines} == {""}


def test_a_short_piece_has_no_sections() -> None:
    assert digest([item(HARBOUR)]).sections == ()
    assert digest([item(HARBOUR * 8)]).sections == ()


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("では、染料になる草や木は、どうやって集めているんですか。", "染料になる草や木"),
        ("いちばん難しいのはどこでしょうか。", "いちばん難しいこと"),
        ("教えるときに気をつけていることは何ですか。", "教えるときに気をつけていること"),
        ("地図はもういらないのではないですか。", "地図はもういらないのではないか"),
        ("媒染という工程についても、教えてください。", "媒染という工程"),
        ("それはなぜですか。", ""),
        ("So, how did you learn to mend?", "How did you learn to mend?"),
    ],
)
def test_a_question_becomes_a_title(question: str, title: str) -> None:
    assert shortened(question) == title


def test_a_text_is_cut_where_its_words_change() -> None:
    alike = np.kron(np.eye(3), np.full((4, 4), 0.8)) + np.eye(12) * 0.2
    assert cut(alike, [60] * 12, [True] * 12, 3) == [0, 4, 8]
    opens = [at in {0, 5, 9} for at in range(12)]
    assert cut(alike, [60] * 12, opens, 3) == [0, 5, 9]
    assert cut(alike, [60] * 12, [at == 0 for at in range(12)], 3) == [0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=25),
    st.integers(1, 10),
    st.integers(0, 2**32 - 1),
)
def test_however_a_text_is_its_parts_follow_each_other(
    sizes: list[int], count: int, seed: int
) -> None:
    vectors = np.random.default_rng(seed).random((len(sizes), 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    count = min(count, len(sizes))
    starts = cut(vectors @ vectors.T, sizes, [True] * len(sizes), count)
    assert starts[0] == 0
    assert len(starts) == count
    assert starts == sorted(set(starts))


def test_every_paragraph_is_in_one_part() -> None:
    for piece in LONG.values():
        lines = paragraphs(piece)
        places = [at for part in parts(lines) for at in part.places]
        assert places == [at for at, line in enumerate(lines) if not line.heading]


def test_a_long_line_is_parted_at_its_sentences() -> None:
    line = LONG["night-kitchen"].text.replace("\n", "")
    pieces = [paragraph.text for paragraph in paragraphs(item(line))]
    assert "".join(pieces) == line
    assert max(map(len, pieces)) < 600
    assert len(digest([item(line)]).sections) >= 4


def test_a_long_piece_among_others_keeps_their_timeline() -> None:
    short = item("5月7日に港が閉じた。5月8日に雨が降った。5月9日に船が戻った。", "z")
    told_ = digest([LONG["waterways"], short])
    assert len(told_.timeline) == 3
    assert {point.item for section in told_.sections for point in section.points} == {"waterways"}


# ── always ───────────────────────────────────────────────────────────────────────────────────────

SENTENCES = [
    "市は港の再開発計画を発表しました。",
    "10日、市場が開きました。",
    "5月7日に倉庫で火災があり、3人がけがをしました。",
    "5月8日に倉庫の火災でけが人は5人になりました。",
    "田中社長は「港を必ず立て直します」と述べました。",
    "しかし船は来ませんでした。",
    "# 港の朝",
    "写真：港の船",
    "**市長**は猫を撫でました。",
    "The mayor said: “We will rebuild it.”",
    "Ann Lee told reporters: “We will rebuild it all.”",
    "聞き手：船は何隻ありますか。",
    "（資料",
    "はい、三隻あります。",
]
STORIES = st.lists(st.lists(st.sampled_from(SENTENCES), max_size=8), min_size=1, max_size=4)


def story(texts: Sequence[Sequence[str]]) -> list[Item]:
    return [
        item("\n".join(text), str(at), f"{at % 3}新聞", 7 * at) for at, text in enumerate(texts)
    ]


@settings(deadline=None)
@given(STORIES)
def test_all_that_is_told_stands_in_the_item_it_is_said_to_be_from(texts: list[list[str]]) -> None:
    items = story(texts)
    plain = {
        one.id: "\n".join(without_markup(line) for line in one.text.split("\n")) for one in items
    }
    told_ = digest(items)
    for quote in quotes(told_):
        assert quote.text in plain[quote.item]
        assert is_told(quote.text)
        assert "*" not in quote.text
    for saying in told_.sayings:
        assert saying.words in plain[saying.item]
        assert saying.speaker in plain[saying.item]
    for event in told_.timeline:
        assert event.text in plain[event.item]
        assert event.detail in plain[event.item]


@settings(deadline=None)
@given(STORIES, st.randoms(use_true_random=False))
def test_the_order_of_items_changes_nothing(texts: list[list[str]], random: object) -> None:
    items = story(texts)
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert digest(shuffled) == digest(items)


def test_the_order_of_long_pieces_changes_nothing() -> None:
    pieces = list(LONG.values())
    assert digest(pieces) == digest(pieces[::-1])


def test_nothing_says_nothing() -> None:
    assert digest([]) == Digest()
    assert digest([item("")]) == Digest()
    assert digest([item("はい。\n\nhttps://news.example/")]) == Digest()
