"""Long texts in files: transcripts, essays, saved pages; each is one item, in plain words."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run, edit
from kawaraban.errors import Problems, ShowError
from kawaraban.model import Item
from kawaraban.news.aozora import without_marks
from kawaraban.news.captions import Cue, overlap, paragraphs, read_captions
from kawaraban.news.files import read_items
from kawaraban.news.longform import KEYS, plain_text
from kawaraban.news.markdown import plain_markdown

JST = timezone(timedelta(hours=9))
CHANGED = datetime(2023, 11, 20, 12, tzinfo=JST)


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(path, (CHANGED.timestamp(), CHANGED.timestamp()))
    return path


def one(folder: Path, name: str, text: str | bytes) -> Item:
    (item,) = read_items([put(folder, name, text)], zone=JST)
    return item


def fault(folder: Path) -> ShowError:
    with pytest.raises(ShowError) as caught:
        read_items([folder], zone=JST)
    return caught.value.errors[0] if isinstance(caught.value, Problems) else caught.value


# ── captions ─────────────────────────────────────────────────────────────────────────────────────

VTT = """WEBVTT - 瓦版の話

NOTE
title: 瓦版とその町
url: https://talk.example/7
source: 町の声
published: 2023-11-21T10:00:00+09:00

NOTE この行は控えです

STYLE
::cue { color: red }

1
00:00:00.000 --> 00:00:02.000 align:start
<v 花子>瓦版とは、<i>町で</i>

00:00:02.000 --> 00:00:04.000
<v 花子>読み上げた知らせのことです。

00:00:04.000 --> 00:00:06.000
<v.loud 太郎 &amp; 次郎>[拍手] なるほど&hellip;

00:00:06.000 --> 00:00:08.000
<v 花子>はい。
"""


def test_speakers_turns_are_paragraphs_and_fragments_are_joined(tmp_path: Path) -> None:
    item = one(tmp_path, "talk.vtt", VTT)
    assert item.text == (
        "花子：瓦版とは、町で読み上げた知らせのことです。\n\n太郎 & 次郎：なるほど…\n\n花子：はい。"
    )
    assert (item.title, item.source) == ("瓦版とその町", "町の声")
    assert (item.url, item.id) == ("https://talk.example/7", "talk")
    assert item.published == datetime(2023, 11, 21, 10, tzinfo=JST)
    assert item.summary.startswith("花子：")


def test_names_before_a_colon_are_speakers_until_the_next_one(tmp_path: Path) -> None:
    srt = """1
00:00:00,000 --> 00:00:02,000
Anna: Welcome to
the show.

2
00:00:02,000 --> 00:00:04,500
{\\an8}We begin at 10:30.

3
01:00:04,500 --> 01:00:05,000
<font color="red">Ben:</font> Thanks &amp; hello.
"""
    item = one(tmp_path, "show.srt", srt.replace("\n", "\r\n"))
    assert item.text == "Anna: Welcome to the show. We begin at 10:30.\n\nBen: Thanks & hello."
    assert (item.lang, item.url, item.title) == ("en", "", "show")


def test_captions_that_roll_are_told_once() -> None:
    lines = ["今日は瓦版の", "話をします。町の", "人が集まって", "知らせを聞きました"]
    blocks, before = [], ""
    for at, line in enumerate(lines):
        tagged = f"{line[:3]}<00:00:0{at}.500><c>{line[3:]}</c>"
        blocks.append(
            f"00:00:0{at}.000 --> 00:00:0{at}.990\n{before}\n{tagged}".replace("\n\n", "\n")
        )
        blocks.append(f"00:00:0{at}.990 --> 00:00:0{at + 1}.000\n{line}")
        before = line
    text = read_captions("WEBVTT\n\n" + "\n\n".join(blocks), KEYS).text
    assert text == "今日は瓦版の話をします。町の人が集まって知らせを聞きました"


def test_words_that_grow_are_told_once_and_an_answer_twice_is_kept() -> None:
    grown = [Cue(text) for text in ("We", "We went", "We went to town", "We went to town today.")]
    assert paragraphs(grown) == "We went to town today."
    said = [Cue("そうですか。"), Cue("はい。"), Cue("はい。"), Cue("分かりました。")]
    assert paragraphs(said) == "そうですか。はい。はい。分かりました。"


@given(st.text("あいう", max_size=30), st.text("あいう", max_size=30))
def test_an_overlap_is_one(told: str, text: str) -> None:
    length = overlap(told, text)
    assert told.endswith(text[:length])


def test_a_long_talk_without_speakers_has_paragraphs_of_whole_sentences() -> None:
    text = paragraphs([Cue(f"{at}番目の話はとても長く続きます。") for at in range(200)])
    found = text.split("\n\n")
    assert len(found) > 5
    assert all(paragraph.endswith("。") for paragraph in found)


@pytest.mark.parametrize(
    ("data", "text", "lang"),
    [
        (
            {
                "version": "1.0.0",
                "segments": [
                    {"speaker": "花子", "startTime": 0, "endTime": 1, "body": "瓦版の"},
                    {"speaker": "花子", "startTime": 1, "endTime": 2, "body": "話です。"},
                    {"speaker": "太郎", "startTime": 2, "endTime": 3, "body": "はい。"},
                ],
            },
            "花子：瓦版の話です。\n\n太郎：はい。",
            "ja",
        ),
        (
            {
                "text": " Good morning. It rains.",
                "language": "en",
                "segments": [
                    {"id": 0, "start": 0.0, "end": 1.0, "text": " Good morning."},
                    {"id": 1, "start": 1.0, "end": 2.0, "text": " It rains."},
                ],
            },
            "Good morning. It rains.",
            "en",
        ),
    ],
)
def test_a_transcript_in_json_is_told_from_a_list_of_items(
    tmp_path: Path, data: object, text: str, lang: str
) -> None:
    item = one(tmp_path, "2023-11-21_朝の話.json", json.dumps(data))
    assert (item.text, item.lang, item.title) == (text, lang, "朝の話")
    assert item.published == datetime(2023, 11, 21, tzinfo=JST)


def test_what_we_publish_can_be_read_as_news_again(show: Path, run: Run, tmp_path: Path) -> None:
    assert run("build", "1", "--date", "2023-11-24", folder=show).code == 0
    texts = set()
    for suffix in ("vtt", "json"):
        made = show / f"output/episodes/0001/transcript.{suffix}"
        texts.add(one(tmp_path / suffix, f"a.{suffix}", made.read_bytes()).text)
    assert len(texts) == 1
    assert "第1回です。" in texts.pop()


# ── essays ───────────────────────────────────────────────────────────────────────────────────────

ESSAY = """町と知らせ
========

瓦版は**町で**読まれた[知らせ](https://a.example "題")である[^1]。
人々は辻に集まった。

## 読み手の*声*

![絵](picture.png)

- 声は大きく
- 節をつけて

> 「さあさあ」と読み手。

```
# code
```

<div class="x">囲みの話。</div>

<ruby>町人<rt>ちょうにん</rt></ruby>は｜耳《みみ》を傾《かたむ》けた。［＃ここで改ページ］《大事》なことだ。

[^1]: 注のことば。
"""


def test_markdown_is_plain_text_with_its_headings(tmp_path: Path) -> None:
    item = one(tmp_path, "essays/2023-11-19-machi.md", ESSAY)
    assert item.title == "町と知らせ"
    assert item.text.split("\n\n") == [
        "瓦版は町で読まれた知らせである。人々は辻に集まった。",
        "# 読み手の声",
        "声は大きく",
        "節をつけて",
        "「さあさあ」と読み手。",
        "code",
        "囲みの話。",
        "町人は耳を傾けた。《大事》なことだ。",
    ]
    assert (item.source, item.url, item.id) == ("essays", "", "2023-11-19-machi")
    assert item.published == datetime(2023, 11, 19, tzinfo=JST)


def test_a_text_without_date_or_heading_has_its_name_and_the_day_it_was_changed(
    tmp_path: Path,
) -> None:
    item = one(tmp_path / "花子", "a {b} c.txt", "町の話。\n")
    assert (item.id, item.title, item.source) == ("a-b-c", "a {b} c", "花子")
    assert item.published == CHANGED


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("title: 題名", ("題名", "essays", "")),
        ("author: 山田花子", ("町と知らせ", "山田花子", "")),
        ("author: 山田花子\nsource: 町の声", ("町と知らせ", "町の声", "")),
        ("url: https://a.example/1", ("町と知らせ", "essays", "https://a.example/1")),
    ],
)
def test_front_matter_may_say_some_of_it(
    tmp_path: Path, front: str, expected: tuple[str, str, str]
) -> None:
    for suffix in ("md", "txt"):
        text = f"---\n{front}\n---\n# 町と知らせ\n\n町の話。\n"
        item = one(tmp_path / suffix / "essays", f"a.{suffix}", text)
        assert (item.title, item.source, item.url) == expected
        assert "町の話。" in item.text


def test_a_wrong_key_is_an_error_in_front_matter_and_beside(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "---\ntitle: x\ntitel: y\n---\n町の話。")
    found = fault(tmp_path)
    assert (found.cause, found.line) == ("titel: no such key", 3)
    put(tmp_path, "a.md", "町の話。")
    put(tmp_path, "a.toml", 'title = "x"\nsorce = "y"\n')
    found = fault(tmp_path)
    assert (found.where, found.line) == (tmp_path / "a.toml", 2)
    assert "did you mean source?" in found.hint


def test_what_stands_beside_a_file_goes_before_what_it_says(tmp_path: Path) -> None:
    put(tmp_path, "talk.vtt", VTT)
    beside = 'title = "別の題"\npublished = 2023-11-18T09:00:00\nid = "t7"\nlang = "ja"\n'
    put(tmp_path, "talk.toml", beside)
    (item,) = read_items([tmp_path], zone=JST)
    assert (item.title, item.source, item.id) == ("別の題", "町の声", "t7")
    assert item.published == datetime(2023, 11, 18, 9, tzinfo=JST)


@pytest.mark.parametrize(
    ("written", "day"),
    [("2023年11月18日", 18), ("令和5年11月17日 9時", 17), ("11月16日", 0), ("昨日", 0)],
)
def test_a_date_is_written_with_its_year(tmp_path: Path, written: str, day: int) -> None:
    put(tmp_path, "a.md", f"---\npublished: {written}\n---\n町の話。")
    if day:
        (item,) = read_items([tmp_path], zone=JST)
        assert item.published.date().isoformat() == f"2023-11-{day}"
    else:
        assert "is not a date" in fault(tmp_path).cause


@pytest.mark.parametrize(
    ("name", "title", "day"),
    [
        ("20231118-祭り", "祭り", 18),
        ("2023年11月7日 祭りの話", "祭りの話", 7),
        ("2023-11-31-祭り", "2023 11 31 祭り", 20),
        ("2023-11-18", "2023-11-18", 18),
    ],
)
def test_a_name_may_begin_with_a_date(tmp_path: Path, name: str, title: str, day: int) -> None:
    item = one(tmp_path, f"{name}.txt", "町の話。")
    assert (item.title, item.published.day) == (title, day)


def test_lines_that_were_broken_for_print_are_one(tmp_path: Path) -> None:
    text = "　町の人は、\n辻に集まって\n知らせを聞いた。\n　次の朝、\n舟が出た。\n\n"
    text += "花子：はい。\n太郎：いいえ。\n"
    assert plain_text(text).split("\n\n") == [
        "町の人は、辻に集まって知らせを聞いた。",
        "次の朝、舟が出た。",
        "花子：はい。",
        "太郎：いいえ。",
    ]
    assert plain_text("one two\nthree four\n\nfive") == "one two three four\n\nfive"
    old = one(tmp_path, "old.txt", "吾輩《わがはい》は猫である［＃「猫」に傍点］。".encode("cp932"))
    assert old.text == "吾輩は猫である。"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("漢字《かんじ》", "漢字"),
        ("｜何か《なにか》の話", "何かの話"),
        ("本気《マジ》で", "本気で"),
        ("※［＃「木＋世」、第3水準1-85-56］の葉", "の葉"),
        ("彼は《自由》と言った", "彼は《自由》と言った"),
    ],
)
def test_marks_for_print_are_dropped(text: str, bare: str) -> None:
    assert without_marks(text) == bare


@given(st.text("ab#*_`[]()<>!~|\\-> \n&1.:^漢《か》", max_size=80))
def test_no_markup_makes_a_text_fail_or_a_heading_of_what_is_none(text: str) -> None:
    for paragraph in plain_markdown(text).split("\n\n"):
        assert paragraph.strip() == paragraph
        assert not paragraph.startswith("##")


def test_a_saved_page_is_one_item(tmp_path: Path) -> None:
    words = "".join(f"<p>{at}番目の段落です。町の人が辻に集まりました。</p>" for at in range(9))
    head = '<meta property="og:site_name" content="神田日報"><link rel="canonical" '
    head += 'href="https://kanda.example/fire"><meta name="date" content="2023年11月18日">'
    page = f"<html><head><title>神田の火</title>{head}</head><body><h1>神田の火</h1>{words}"
    item = one(tmp_path, "fire.html", page.encode("euc_jp"))
    assert (item.title, item.source, item.url) == (
        "神田の火",
        "神田日報",
        "https://kanda.example/fire",
    )
    assert item.published == datetime(2023, 11, 18, tzinfo=JST)
    put(tmp_path, "fire.html", "<html><body></body></html>")
    assert "no article was found" in fault(tmp_path).cause


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    put(tmp_path, "a.vtt", "WEBVTT\n")
    assert fault(tmp_path).cause == "there is no text in it"


def test_two_files_of_one_name_are_told_how_to_be_two(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "町の話。")
    put(tmp_path, "b/a.txt", "村の話。")
    assert "a.toml" in fault(tmp_path).hint


# ── no address ───────────────────────────────────────────────────────────────────────────────────


def test_an_episode_of_an_essay_lists_it_without_a_link(show: Path, run: Run) -> None:
    from kawaraban.publish.episode import read_episode

    for item in (show / "news").glob("*.md"):
        item.unlink()
    text = "# 隅田川の舟\n\n" + "隅田川に新しい舟が浮かびました。町の人が集まって見ています。" * 3
    put(show, "news/山田花子/2023-11-22-舟.md", text)
    edit(show / "show.toml", "top = 6", "top = 1")
    done = run("build", "1", "--date", "2023-11-24", folder=show)
    assert done.code == 0, done.err
    folder = show / "output/episodes/0001"
    record = read_episode(folder / "episode.json")
    assert [link.url for story in record.stories for link in story.sources] == [""]
    assert {chapter.url for chapter in record.chapters} == {""}
    notes = (folder / "notes.html").read_text("utf-8")
    assert "<li>隅田川の舟 (山田花子, " in notes
    assert 'href=""' not in notes + (folder / "index.html").read_text("utf-8")
    assert "](<>)" not in (folder / "notes.md").read_text("utf-8")
    assert "url" not in json.loads((folder / "chapters.json").read_text("utf-8"))["chapters"][1]


def test_a_chapter_links_to_the_first_item_that_has_an_address() -> None:
    from kawaraban.model import Story

    bare = Item("a", "", "甲", "題", datetime(2023, 11, 22, tzinfo=UTC))
    linked = Item("b", "https://b.example/", "乙", "題", datetime(2023, 11, 22, tzinfo=UTC))
    assert Story("a", "題", (bare, linked)).url == "https://b.example/"
    assert Story("a", "題", (bare,)).url == ""
