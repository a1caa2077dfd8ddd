"""Stories: what is grouped, how it is ranked, and what is told of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.errors import ShowError
from kawaraban.model import Item, Rundown, Window
from kawaraban.news.files import read_items
from kawaraban.settings import Pick
from kawaraban.stories.cluster import cluster
from kawaraban.stories.contract import stories_from_json, to_json
from kawaraban.stories.digest import POINTS, key_points, timeline
from kawaraban.stories.meaning import embed
from kawaraban.stories.rundown import pick, window_ending
from kawaraban.stories.similarity import similarity

TOKYO = ZoneInfo("Asia/Tokyo")
SAMPLE = read_items([Path(__file__).parents[1] / "news"])
WINDOW = window_ending(date(2023, 11, 24), timedelta(days=17), TOKYO)


def by_words(
    items: Sequence[Item], window: Window = WINDOW, *, top: int = 6, similarity: float = 0.2
) -> Rundown:
    return pick(items, window, Pick(method="words", top=top, similarity=similarity), embed)


def sample_week(items: Sequence[Item] = SAMPLE, top: int = 6) -> Rundown:
    """By words, and loosely: the whole affair is one story."""
    return by_words(items, top=top, similarity=0.13)


def item(id_: str, title: str, **more: object) -> Item:
    plain = Item(
        id=id_,
        url=f"https://news.example/{id_}",
        source="甲新聞",
        title=title,
        published=datetime(2023, 11, 20, 9, tzinfo=TOKYO),
        summary=title,
        text=title,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


# ── the sample week, golden ──────────────────────────────────────────────────────────────────────

LEAD_ITEMS = {
    "openai-board-removes-altman",
    "altman-out-murati-interim",
    "brockman-leaves",
    "altman-return-talks",
    "openai-names-shear",
    "shear-third-ceo",
    "altman-joins-microsoft",
    "nadella-post-on-x",
    "openai-staff-letter",
    "letter-grows-to-700",
    "altman-returns",
    "altman-is-back",
    "openai-five-days",
}


def test_the_sample_week_is_led_by_the_story_that_four_publishers_told() -> None:
    lead = sample_week().stories[0]
    assert lead.id == "openai-board-removes-altman"
    assert len(lead.items) == 13
    assert {item.id for item in lead.items} == LEAD_ITEMS
    assert lead.sources == ("両国テック新報", "AI横丁", "日本橋デジタル", "隅田ウェブジャーナル")
    assert lead.reasons[0] == f"4 publishers: {', '.join(lead.sources)}"


def test_the_lead_story_of_the_sample_week_is_told_day_by_day() -> None:
    events = sample_week().stories[0].timeline
    assert [event.day.day for event in events] == [17, 17, 18, 20, 20, 20, 21, 22]
    assert {(event.day.year, event.day.month) for event in events} == {(2023, 11)}
    assert [event.confirmed for event in events].count(False) == 2
    for event in events:
        [told] = [item for item in SAMPLE if item.id == event.item]
        assert event.text in told.text
        assert event.detail in told.text
        assert told.source == event.source


def test_the_sample_week_gives_six_stories_in_order() -> None:
    assert [(story.id, len(story.items)) for story in sample_week().stories] == [
        ("openai-board-removes-altman", 13),
        ("stable-video-diffusion", 2),
        ("japanese-sdxl", 2),
        ("deepmind-lyria", 2),
        ("chatgpt-outage", 2),
        ("benioff-matches-pay", 1),
    ]


@pytest.mark.parametrize("top", [1, 3, 6, 50])
@pytest.mark.parametrize("days", [4, 7, 17])
def test_every_item_is_in_one_story_or_left_out_with_a_reason(top: int, days: int) -> None:
    window = window_ending(date(2023, 11, 24), timedelta(days=days), TOKYO)
    rundown = by_words(SAMPLE, window, top=top, similarity=0.13)
    told = [item.id for story in rundown.stories for item in story.items]
    assert sorted(told + [left.id for left in rundown.left_out]) == [item.id for item in SAMPLE]
    assert len(rundown.stories) <= top
    for left in rundown.left_out:
        [published] = [item.published for item in SAMPLE if item.id == left.id]
        assert (left.reason == "outside the window") == (published not in window)


def test_a_story_below_the_top_says_where_it_ranks() -> None:
    rundown = sample_week(top=5)
    assert [(left.id, left.reason) for left in rundown.left_out] == [
        ("benioff-matches-pay", "its story ranks 6, below the top 5")
    ]


@settings(max_examples=12, deadline=None)
@given(st.permutations(SAMPLE))
def test_the_order_of_items_changes_nothing(items: list[Item]) -> None:
    assert sample_week(items) == sample_week()


# ── windows ──────────────────────────────────────────────────────────────────────────────────────


def test_a_window_that_ends_with_a_day_ends_at_its_midnight_in_the_shows_zone() -> None:
    window = window_ending(date(2023, 11, 24), timedelta(days=7), TOKYO)
    assert datetime(2023, 11, 24, 14, 59, 59, tzinfo=ZoneInfo("UTC")) in window
    assert datetime(2023, 11, 24, 15, 0, 0, tzinfo=ZoneInfo("UTC")) not in window
    assert datetime(2023, 11, 17, 23, 59, 59, tzinfo=TOKYO) not in window
    assert datetime(2023, 11, 18, 0, 0, 0, tzinfo=TOKYO) in window


def test_a_window_that_ends_at_a_moment_holds_it_and_not_its_own_beginning() -> None:
    noon = datetime(2023, 11, 24, 12, tzinfo=TOKYO)
    assert window_ending(noon, timedelta(hours=1), TOKYO) == Window(noon - timedelta(hours=1), noon)
    assert noon in Window(noon - timedelta(hours=1), noon)
    assert noon not in Window(noon, noon + timedelta(hours=1))


def test_an_empty_window_names_the_newest_item() -> None:
    window = window_ending(date(2024, 2, 1), timedelta(days=7), TOKYO)
    with pytest.raises(
        ShowError, match="no news between 2024-01-25 23:59 and 2024-02-01"
    ) as caught:
        by_words(SAMPLE, window)
    assert "the newest item is of 2023-11-23" in caught.value.hint
    assert "--date" in caught.value.hint
    with pytest.raises(ShowError, match="no news"):
        by_words([], window)


# ── circulation ──────────────────────────────────────────────────────────────────────────────────

FIRE = "神田の倉庫で火災が発生し、消防が三時間かけて消し止めました。けが人はいません。"
WHALE = "相模湾に巨大なクジラが現れ、漁師たちが船を止めて見守りました。"


def test_a_text_that_is_printed_again_counts_for_nobody() -> None:
    reprints = [
        item(f"fire-{at}", "神田の倉庫で火災", text=FIRE, source=f"{name}新聞")
        for at, name in enumerate("甲乙丙丁")
    ]
    whale = [
        item("whale-1", "相模湾にクジラ", text=WHALE, source="甲新聞"),
        item("whale-2", "相模湾にクジラ", text="港は見物の人であふれました。", source="乙新聞"),
    ]
    first, second = by_words([*reprints, *whale]).stories
    assert (first.id, first.sources) == ("whale-1", ("甲新聞", "乙新聞"))
    assert (second.id, second.sources) == ("fire-0", ("甲新聞",))
    assert [item.reprint_of for item in second.items] == [None, "fire-0", "fire-0", "fire-0"]


def test_a_reprint_stays_with_its_text_under_any_title() -> None:
    items = [
        item("fire", "神田の倉庫で火災", text=FIRE, source="甲新聞"),
        item("zzz", "今夜の動き", summary="本紙まとめ", text=FIRE, source="乙新聞"),
    ]
    [story] = by_words(items).stories
    assert [item.reprint_of for item in story.items] == [None, "fire"]
    assert story.sources == ("甲新聞",)


def test_a_publisher_that_writes_five_times_counts_once() -> None:
    noisy = [
        item(f"fire-{at}", f"神田の倉庫で火災、続報{at}", text=f"{FIRE}{more}")
        for at, more in enumerate(
            [
                "",
                "近くの橋は通行止めです。",
                "原因は調べが続いています。",
                "煙は上野からも見えました。",
                "積み荷は米と酒でした。",
            ]
        )
    ]
    whale = [
        item("whale-1", "相模湾にクジラ", source="甲新聞", text=WHALE),
        item("whale-2", "クジラ、相模湾に", source="乙新聞", text="体長は十五メートルほどです。"),
    ]
    stories = by_words([*noisy, *whale]).stories
    assert [(story.id, len(story.sources), len(story.items)) for story in stories] == [
        ("whale-1", 2, 2),
        ("fire-0", 1, 5),
    ]


def test_of_two_stories_as_widely_told_the_later_comes_first() -> None:
    early = item("a", "神田の倉庫で火災")
    late = item("b", "相模湾にクジラ", published=early.published + timedelta(days=1))
    assert [story.id for story in by_words([early, late], top=2).stories] == ["b", "a"]


def test_no_items_make_no_groups_and_one_item_makes_one() -> None:
    assert cluster([], 0.2) == []
    assert cluster([item("a", "火災")], 0.2) == [(item("a", "火災"),)]


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_likeness_is_symmetric_between_nothing_and_all(texts: list[str]) -> None:
    alike = similarity(texts)
    assert alike.shape == (len(texts), len(texts))
    assert (alike == alike.T).all()
    assert ((alike >= 0) & (alike <= 1)).all()
    assert alike.diagonal().min() > 0.999


def test_english_words_that_mean_nothing_on_their_own_make_nothing_alike() -> None:
    [[_, little], _] = similarity(
        ["What is the price of it for you?", "Where is it from, and by whom?"]
    )
    [[_, much], _] = similarity(["What is the price of tea for you?", "Tea and its price"])
    assert little < 0.1
    assert much > 0.25


def test_a_name_in_capitals_is_no_such_word() -> None:
    [[_, named], _] = similarity(["IT企業が集まる", "雨のIT"])
    [[_, other], _] = similarity(["it企業が集まる", "雨のit"])
    assert named > other


# ── what a story says ────────────────────────────────────────────────────────────────────────────


def account(text: str, published: date = date(2023, 11, 20), **more: object) -> Item:
    moment = datetime(published.year, published.month, published.day, 9, tzinfo=TOKYO)
    return item("a", "題", text=text, published=moment, **more)


@pytest.mark.parametrize(
    ("text", "published", "day"),
    [
        ("11月17日、解任が発表されました。", date(2023, 11, 20), date(2023, 11, 17)),
        ("１１月３日に公開しました。", date(2023, 11, 20), date(2023, 11, 3)),
        ("十一月三日に公開しました。", date(2023, 11, 20), date(2023, 11, 3)),
        ("令和5年11月3日に公開しました。", date(2024, 11, 20), date(2023, 11, 3)),
        ("29日、橋が開通しました。", date(2024, 1, 31), date(2024, 1, 29)),
        ("12月31日に花火が上がりました。", date(2024, 1, 2), date(2023, 12, 31)),
        ("1月1日に初荷が出ました。", date(2024, 1, 2), date(2024, 1, 1)),
        ("2021年3月1日に設立されました。", date(2024, 1, 2), date(2021, 3, 1)),
        ("2024年3月1日に閉館します。", date(2024, 1, 2), date(2024, 3, 1)),
        ("2月29日に開きました。", date(2024, 3, 2), date(2024, 2, 29)),
    ],
)
def test_a_day_without_a_year_is_the_one_before_its_item_was_published(
    text: str, published: date, day: date
) -> None:
    [event] = timeline([account(text, published)])
    assert (event.day, event.text, event.confirmed) == (day, text, False)


@pytest.mark.parametrize(
    "text",
    [
        "2月30日に発表しました。",
        "13月1日に発表しました。",
        "2023年2月29日に開きました。",
        "昨日発表しました。",
        "三日、四日と雨が続きました。",
        "1/3の工場が止まりました。",
        "11月に発表しました。",
        "",
    ],
)
def test_a_day_that_does_not_exist_is_no_event(text: str) -> None:
    assert timeline([account(text)]) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("On November 17, the board fired him.", date(2023, 11, 17)),
        ("The board fired him Nov. 17.", date(2023, 11, 17)),
        ("The deal of Nov. 17, 2022 is off.", date(2022, 11, 17)),
        ("On November 17, 2022, the board met.", date(2022, 11, 17)),
        ("It opens on March 3rd, 2024.", date(2024, 3, 3)),
        ("On 17 November the board met.", date(2023, 11, 17)),
        ("The letter of 17 Nov 2022 is lost.", date(2022, 11, 17)),
        ("On the 17th of November it rained.", date(2023, 11, 17)),
        ("The talks of November 17-19 failed.", date(2023, 11, 17)),
        ("The talks of 17–19 November failed.", date(2023, 11, 17)),
        ("Between Nov. 17 and December 3 the shop is closed.", date(2023, 11, 17)),
        ("Sept. 30 was the last day.", date(2023, 9, 30)),
        ("January 2 is a holiday.", date(2024, 1, 2)),
        ("Sold out by July 5, says the maker.", date(2023, 7, 5)),
    ],
)
def test_days_are_read_in_english_too(text: str, day: date) -> None:
    [event] = timeline([account(text)])
    assert (event.day, event.text) == (day, text)


@pytest.mark.parametrize(
    "text",
    [
        "In May 2023 it opened.",
        "In November 17,000 people came.",
        "By March 5.3 million were sold.",
        "They may 5 times a day.",
        "February 30 is no day.",
        "Mayor 5 spoke.",
        "At 10:17 November felt cold.",
        "Nobody came on Friday.",
    ],
)
def test_what_only_looks_like_an_english_date_is_no_event(text: str) -> None:
    assert timeline([account(text)]) == ()


@settings(deadline=None)
@given(
    st.dates(date(1950, 1, 1), date(2090, 12, 31)),
    st.sampled_from(["{0:%B} {1}, {2}", "{0:%b} {1} {2}", "{1} {0:%B} {2}", "{2}年{3}月{1}日"]),
)
def test_every_day_is_read_however_it_is_written(day: date, written: str) -> None:
    text = f"It was {written.format(day, day.day, day.year, day.month)} already."
    assert [event.day for event in timeline([account(text)])] == [day]


def test_english_events_stand_in_order_with_the_sentence_that_follows() -> None:
    text = (
        "He came back on November 19. Everybody was there. He left on November 17. "
        "On Nov. 18 nothing happened. On November 18, 2023, there was snow in the mountains."
    )
    assert [(event.day.day, event.detail) for event in timeline([account(text)])] == [
        (17, ""),
        (18, ""),
        (18, ""),
        (19, "Everybody was there."),
    ]


def test_events_stand_in_order_with_the_sentence_that_follows() -> None:
    text = "11月19日に戻りました。皆が出迎えました。11月17日に去りました。11月18日は雨でした。"
    assert [(event.day.day, event.detail) for event in timeline([account(text)])] == [
        (17, ""),
        (18, ""),
        (19, "皆が出迎えました。"),
    ]


def test_a_day_is_confirmed_by_a_second_publisher_and_told_once() -> None:
    one = account("11月17日、取締役会は社長の解任を発表しました。")
    same = replace(one, id="b", text="11月17日、取締役会は社長の解任を発表した。")
    [alone] = timeline([one, same])
    [confirmed] = timeline([one, replace(same, source="乙新聞")])
    assert (alone.confirmed, confirmed.confirmed) == (False, True)


def test_a_reprint_tells_nothing_of_its_own() -> None:
    reprint = replace(account("11月17日に去りました。"), reprint_of="x")
    assert timeline([reprint]) == ()
    assert key_points([reprint]) == ()


OPENINGS = ["また", "さらに", "しかし", "一方", "その", "これ", "この", "なお", "そして"]
CLAUSES = [
    "甲社は新しい船を公開しました。",
    "港では祭りが開かれました。",
    "価格は千円からです。",
    "雨のため試合は延期されました。",
    "図書館は夜も開いています。",
    "桜の苗木が配られました。",
]
TEXTS = st.lists(
    st.tuples(st.sampled_from([*OPENINGS, "", "", ""]), st.sampled_from(CLAUSES)).map("".join),
    max_size=6,
).map("".join)


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_sentence_that_leans_on_the_one_before_is_told_after_it_or_not_at_all(
    texts: list[str],
) -> None:
    items = [item(str(at), "題", text=text, summary="") for at, text in enumerate(texts)]
    points = key_points(items)
    assert len(points) <= POINTS
    whole = {item.id: item.text for item in items}
    for at, point in enumerate(points):
        assert point.text in whole[point.item]
        if point.text.startswith(tuple(OPENINGS)):
            before = points[at - 1]
            assert at > 0
            assert before.item == point.item
            assert before.text + point.text in whole[point.item]


@pytest.mark.parametrize(
    "opening",
    [
        "However, they", "But they", "And they", "Also, they", "Meanwhile, they", "It also",
        "It's here, and they", "They", "He", "She", "This", "That", "These people", "Instead, they",
        "The company", "The two", "In addition, they", "As a result, they", "For example, they",
    ],
)  # fmt: skip
def test_an_english_opening_that_leans_on_the_sentence_before_is_told_after_it(
    opening: str,
) -> None:
    leaning = f"{opening} bought nine old ships."
    alone = item("a", "t", text=f"Rain fell. {leaning}", summary="")
    assert [point.text for point in key_points([alone])] == ["Rain fell.", leaning]
    assert [point.text for point in key_points([alone], told=["Rain fell."])] == []


@pytest.mark.parametrize(
    "opening", ["Itself a maker, Acme", "Henry", "This week, Acme", "Butter makers", "Thistle Ltd"]
)
def test_an_english_opening_that_stands_on_its_own_is_told_alone(opening: str) -> None:
    alone = item("a", "t", text=f"Rain fell. {opening} bought nine old ships.", summary="")
    assert len(key_points([alone], told=["Rain fell."])) == 1


def test_a_point_is_not_told_twice_nor_when_the_timeline_told_it() -> None:
    one = item("a", "題", text=CLAUSES[0] + CLAUSES[1])
    other = item("b", "題", text=CLAUSES[0], source="乙新聞")
    assert [point.text for point in key_points([one, other])] == CLAUSES[:2]
    assert [point.text for point in key_points([one], told=[CLAUSES[0]])] == CLAUSES[1:2]


# ── the contract ─────────────────────────────────────────────────────────────────────────────────


def test_a_rundown_is_printed_with_exactly_the_keys_that_other_tools_read() -> None:
    data = json.loads(json.dumps(to_json(sample_week(top=5))))
    assert set(data) == {"window", "stories", "left_out"}
    assert data["window"] == {
        "since": "2023-11-07T23:59:59.999999+09:00",
        "until": "2023-11-24T23:59:59.999999+09:00",
    }
    for story in data["stories"]:
        assert set(story) == {
            "id", "title", "score", "reasons", "sources", "languages", "items", "seen_before",
        }  # fmt: skip
        assert story["seen_before"] is None
        assert story["languages"] == ["ja"]
        for entry in story["items"]:
            assert set(entry) == {"id", "url", "source", "title", "published", "reprint_of"}
    assert data["stories"][0]["sources"] == 4
    assert data["left_out"] == [
        {"id": "benioff-matches-pay", "reason": "its story ranks 6, below the top 5"}
    ]


def test_the_stories_of_a_rundown_come_back_from_json() -> None:
    rundown = sample_week()
    bare = [
        replace(
            story,
            items=tuple(replace(item, summary="", text="") for item in story.items),
            points=(),
            timeline=(),
        )
        for story in rundown.stories
    ]
    assert list(stories_from_json(json.loads(json.dumps(to_json(rundown))))) == bare


@pytest.mark.parametrize("broken", [{}, {"stories": [{}]}, {"stories": 3}])
def test_what_is_no_rundown_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        stories_from_json(broken)
