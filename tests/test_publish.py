"""Publishing: what apps, browsers and validators read back from what we write."""

from __future__ import annotations

import hashlib
import io
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import feedparser
import podcastparser
import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from kawaraban import __version__
from kawaraban.errors import Problems, ShowError
from kawaraban.publish.chapters import chapters_json
from kawaraban.publish.episode import Episode, read_episode
from kawaraban.publish.feed import capped, feed_xml
from kawaraban.publish.identity import episode_guid, podcast_guid, show_guid
from kawaraban.publish.notes import notes_html, notes_markdown
from kawaraban.publish.publisher import write_episode, write_site
from kawaraban.publish.site import episode_html, index_html
from kawaraban.publish.transcript import (
    SRT_ROWS,
    SRT_WIDTH,
    VTT_WIDTH,
    srt,
    transcript_json,
    vtt,
    wrap,
)
from kawaraban.publish.words import clock, is_link
from kawaraban.settings import Show

URL = "https://kawaraban.example/weekly-ai"
COVER = "cover-01234567.jpg"
NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
HOSTILE = '<script>alert("1")</script> ]](x) & *太字* [罠](javascript:alert(1)) ]]> \x0b'


# ── the golden show ──────────────────────────────────────────────────────────────────────────────


def make_show(**about: Any) -> Show:
    settings = {
        "title": "週刊AI瓦版",
        "tagline": "一週間のAIニュースを、ふたりで読み解く",
        "description": "広く読まれた一週間のAIニュースを、ふたりの案内役が語り合う番組です。",
        "author": "週刊AI瓦版 編集室",
        "email": "podcast@kawaraban.example",
        "category": "News",
        "subcategory": "Tech News",
        "image": "art/cover.jpg",
        "copyright": "週刊AI瓦版 編集室",
        "license": "CC-BY-4.0",
        "sponsor": "瓦版ソフトウェア財団",
    }
    hosts = [
        {"id": "yomi", "name": "ヨミ", "voice": "kumo"},
        {"id": "kiku", "name": "キク", "voice": "alpha"},
    ]
    return Show.model_validate({"show": settings | about, "host": hosts, "publish": {"url": URL}})


TALK = [
    (6.0, 12.5, "yomi", "おはようございます。週刊AI瓦版、第1回です。"),
    (12.9, 18.25, "kiku", "今週もよろしくお願いします！"),
    (
        40.0,
        71.337,
        "yomi",
        (
            "OpenAIの取締役会は11月17日、最高経営責任者のSam Altman氏を解任すると発表しました。"
            "ところが、わずか五日後には「復帰する」と報じられ、従業員のおよそ95%がMicrosoftへの移籍を"
            "ほのめかす公開書簡に署名していた、という話も出てきます。"
        ),
    ),
    (71.7, 84.0, "yomi", "A < B && C > D --> という式も、<i>そのまま</i>読めるようにします。"),
    (90.5, 101.0, "kiku", "Stability AIは動画生成モデル、Stable Video Diffusionを公開しましたね。"),
    (3601.0, 3607.0, "yomi", "それでは、また来週。"),
]


def make_episode(number: int = 1, title: str = "解任から復帰までの五日間", **more: Any) -> Episode:
    published = datetime(2023, 11, 24, 7, tzinfo=UTC) + timedelta(weeks=number - 1)
    sources = [
        {
            "title": HOSTILE,
            "url": "https://news.example/a?x=1&y=(2)",
            "publisher": "例&新聞",
            "published": "2023-11-21T22:00:00Z",
        },
        {
            "title": "罠のリンク",
            "url": "javascript:alert(1)",
            "publisher": "悪い人",
            "published": "2023-11-22T09:00:00+09:00",
        },
    ]
    return Episode.model_validate(
        {
            "number": number,
            "guid": str(episode_guid(make_show(), number)),
            "title": title,
            "summary": "OpenAIの騒動と、動画生成モデルの話題。<b>要約</b>",
            "published": published.astimezone(make_show().about.zone).isoformat(),
            "language": "ja",
            "audio": {
                "file": "audio.mp3",
                "type": "audio/mpeg",
                "bytes": 43_210_987,
                "sha256": "0" * 64,
                "seconds": 3615.6,
                "loudness": -16.1,
                "true_peak": -1.4,
            },
            "chapters": [
                {"start": 0, "end": 38.5, "title": "オープニング"},
                {
                    "start": 38.5,
                    "end": 3600.25,
                    "title": "解任 & <復帰>",
                    "story": "altman",
                    "url": "https://news.example/a",
                },
                {"start": 3600.25, "end": 3615.6, "title": "結び", "url": "javascript:alert(1)"},
            ],
            "lines": [
                {"start": start, "end": end, "speaker": speaker, "text": text}
                for start, end, speaker, text in TALK
            ],
            "stories": [
                {"id": "altman", "title": HOSTILE, "sources": sources},
                {"id": "svd", "title": "動画生成 ](http://x)", "sources": sources[:1]},
            ],
            "people": [
                {
                    "id": id_,
                    "name": name,
                    "voice": "kumo",
                    "engine": "kokoro 1",
                    "credit": "Kokoro 82M",
                    "license": "Apache-2.0",
                }
                for id_, name in [("yomi", "ヨミ"), ("kiku", "キク")]
            ],
            "music": "瓦版のテーマ（CC0）",
            "tool": f"kawaraban {__version__}",
        }
        | more
    )


SHOW, EPISODE = make_show(), make_episode()
SPOKEN = [text for *_, text in TALK]


def squeeze(text: str) -> str:
    return "".join(text.split())


# ── identity ─────────────────────────────────────────────────────────────────────────────────────


def test_guid_vector() -> None:
    expected = UUID("9b024349-ccf0-5f69-a609-6b82873eab3c")
    for url in ("podnews.net/rss", "https://podnews.net/rss", "http://podnews.net/rss//"):
        assert podcast_guid(url) == expected


def test_guids_are_kept_when_the_show_moves() -> None:
    kept = make_show(guid=str(show_guid(SHOW)))
    moved = kept.model_copy(
        update={"publish": kept.publish.model_copy(update={"url": "https://x.y"})}
    )
    assert show_guid(moved) == show_guid(SHOW)
    assert episode_guid(moved, 3) == episode_guid(SHOW, 3) != episode_guid(SHOW, 4)


# ── transcripts ──────────────────────────────────────────────────────────────────────────────────


def test_vtt_is_read_back() -> None:
    captions = webvtt.from_buffer(io.StringIO(vtt(EPISODE))).captions
    assert [caption.voice for caption in captions] == [
        "ヨミ",
        "キク",
        "ヨミ",
        "ヨミ",
        "キク",
        "ヨミ",
    ]
    for caption, (start, end, _, text) in zip(captions, TALK, strict=True):
        rows = html.fromstring(f"<p>{caption.raw_text}</p>").text_content().split("\n")
        assert squeeze("".join(rows)) == squeeze(text)
        assert max(map(len, rows)) <= VTT_WIDTH
        assert caption.start_in_seconds == int(start)
        assert caption.end_in_seconds == int(end)
    assert vtt(EPISODE).startswith("WEBVTT\n\n00:00:06.000 --> 00:00:12.500\n<v ヨミ>おはよう")


def srt_cues(text: str) -> list[tuple[float, float, list[str]]]:
    cues = []
    for number, block in enumerate(text.removesuffix("\n").split("\n\n"), 1):
        head, times, *rows = block.removesuffix("\n").split("\n")
        assert head == str(number)
        start, end = (
            sum(
                float(part) * unit
                for part, unit in zip(time.replace(",", ".").split(":"), (3600, 60, 1), strict=True)
            )
            for time in times.split(" --> ")
        )
        cues.append((start, end, rows))
    return cues


def test_srt_limits_times_and_names() -> None:
    cues = srt_cues(srt(EPISODE))
    assert all(1 <= len(rows) <= SRT_ROWS for *_, rows in cues)
    assert all(len(row) <= SRT_WIDTH for *_, rows in cues for row in rows)
    assert all(start < end for start, end, _ in cues)
    assert all(before[1] <= after[0] for before, after in pairwise(cues))
    names = ["ヨミ:", "キク:", "ヨミ:", "", "キク:", "ヨミ:"]
    whole = "".join(row for *_, rows in cues for row in rows)
    assert squeeze(whole) == squeeze("".join(a + b for a, b in zip(names, SPOKEN, strict=True)))
    long = [cue for cue in cues if TALK[2][0] <= cue[0] < TALK[2][1]]
    assert len(long) > 1
    assert (long[0][0], long[-1][1]) == (TALK[2][0], TALK[2][1])


def test_json_transcript() -> None:
    whole = json.loads(transcript_json(EPISODE))
    assert whole["version"] == "1.0.0"
    assert [segment["body"] for segment in whole["segments"]] == SPOKEN
    assert whole["segments"][2] == {
        "speaker": "ヨミ",
        "startTime": 40.0,
        "endTime": 71.337,
        "body": SPOKEN[2],
    }


def test_wrap_keeps_to_the_rules_of_japanese_rows() -> None:
    assert wrap("一二三四五六七八九、十", 10) == ["一二三四五六七八九、", "十"]
    assert wrap("一二三四五六七八九十、次", 10) == ["一二三四五六七八九", "十、次"]
    assert wrap("一二三四五六、八九十百千", 10) == ["一二三四五六、", "八九十百千"]
    assert wrap("一二三四五六七八九「十百", 10) == ["一二三四五六七八九", "「十百"]
    assert wrap("一二三四五六Microsoft", 10) == ["一二三四五六", "Microsoft"]
    assert wrap("意思疎通には問題がある", 10) == ["意思疎通には", "問題がある"]
    assert wrap("Stable Video Diffusion", 12) == ["Stable Video", "Diffusion"]
    assert wrap("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]
    assert wrap("", 10) == []


@given(
    st.text(max_size=300) | st.text("漢字、。「」ー ab<&\n\u3000", max_size=300), st.integers(1, 70)
)
def test_wrap_loses_nothing_and_respects_the_width(text: str, width: int) -> None:
    rows = wrap(text, width)
    assert squeeze("".join(rows)) == squeeze(text)
    assert all(0 < len(row) <= width for row in rows)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=200), min_size=1, max_size=5))
def test_transcripts_hold_any_words(texts: list[str]) -> None:
    lines = [
        {"start": 10.0 * at, "end": 10.0 * at + 9, "speaker": "yomi", "text": text}
        for at, text in enumerate(texts)
    ]
    episode = make_episode(lines=lines)
    cues = vtt(episode).removesuffix("\n").split("\n\n")[1:]
    payloads = [cue.split("\n", 1)[1].removeprefix("<v ヨミ>").removesuffix("</v>") for cue in cues]
    assert [squeeze(unescape(payload)) for payload in payloads] == [squeeze(text) for text in texts]
    assert not [payload for payload in payloads if "<" in payload or "-->" in payload]
    srt_rows = [row for block in srt(episode).split("\n\n") for row in block.split("\n")[2:]]
    assert squeeze("".join(srt_rows)) == squeeze("ヨミ:" + "".join(texts))


# ── chapters and notes ───────────────────────────────────────────────────────────────────────────


def test_clock() -> None:
    assert [clock(t) for t in (0, 59.9, 61, 3599.99, 3600, 36061)] == [
        "00:00",
        "00:59",
        "01:01",
        "59:59",
        "1:00:00",
        "10:01:01",
    ]


def test_chapters_are_the_same_everywhere() -> None:
    whole = json.loads(chapters_json(EPISODE, SHOW))
    assert whole["version"] == "1.2.0"
    assert (whole["podcastName"], whole["fileName"]) == (SHOW.about.title, "audio.mp3")
    assert [(c["startTime"], c["endTime"], c["title"]) for c in whole["chapters"]] == [
        (c.start, c.end, c.title) for c in EPISODE.chapters
    ]
    assert [c.get("url") for c in whole["chapters"]] == [None, "https://news.example/a", None]
    wanted = ["00:00 オープニング", "00:38 解任 & <復帰>", "1:00:00 結び"]
    notes = html.fragment_fromstring(notes_html(EPISODE), create_parent="div")
    assert [item.text_content() for item in notes.find("ul").findall("li")] == wanted
    plain = feedparser.parse(feed_xml(SHOW, [EPISODE], cover_name=COVER)).entries[0].summary
    assert plain == "\n".join([EPISODE.summary, "", *wanted])


def test_notes_escape_titles_and_link_only_the_web() -> None:
    notes = html.fragment_fromstring(notes_html(EPISODE), create_parent="div")
    assert {element.tag for element in notes.iter()} == {"div", "p", "strong", "ul", "li", "a"}
    assert [link.get("href") for link in notes.iter("a")] == [
        "https://news.example/a?x=1&y=(2)"
    ] * 2
    shown = notes.text_content()
    for words in (
        "alert(",
        "罠のリンク",
        "例&新聞, 2023年11月22日",
        "Kokoro 82M",
        "瓦版のテーマ",
        "合成音声",
    ):
        assert words in shown


def test_markdown_escapes_titles() -> None:
    notes = notes_markdown(EPISODE)
    assert re.findall(r"(?<!\\)\]\(<(.*?)>\)", notes) == ["https://news.example/a?x=1&y=(2)"] * 2
    assert not re.search(r"(?<!\\)<script", notes)
    assert "\n- 1:00:00 結び\n" in notes
    assert "### 動画生成 \\](http://x)\n" in notes
    assert notes_markdown(make_episode(summary="1. 箇条")).split("\n")[2] == "1\\. 箇条"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/b?c=d&e", True),
        ("HTTP://a.example", True),
        ("javascript:alert(1)", False),
        (" javascript:x//http://a", False),
        ("https://a.example/\nb", False),
        ('https://a.example/"onclick="x', False),
        ("data:text/html,x", False),
        ("//a.example", False),
        ("", False),
    ],
)
def test_links(url: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_link(url) is expected


def test_english_words() -> None:
    notes = notes_html(make_episode(language="en"))
    assert "synthetic" in notes
    assert "2023-11-22" in notes
    assert "合成音声" not in notes


# ── the feed ─────────────────────────────────────────────────────────────────────────────────────


def feed_tree(*episodes: Episode, show: Show = SHOW) -> Any:
    return etree.fromstring(feed_xml(show, episodes, cover_name=COVER))


def test_feedparser_reads_it() -> None:
    feed = feedparser.parse(feed_xml(SHOW, [EPISODE, make_episode(2, "二本目")], cover_name=COVER))
    assert not feed.bozo
    assert feed.feed.title == SHOW.about.title
    assert feed.feed.link == f"{URL}/index.html"
    assert feed.feed.language == "ja"
    assert feed.feed.image.href == f"{URL}/{COVER}"
    assert [entry.title for entry in feed.entries] == ["二本目", EPISODE.title]
    entry = feed.entries[1]
    assert entry.id == str(EPISODE.guid)
    assert not entry.guidislink
    assert entry.enclosures[0] == {
        "href": f"{URL}/episodes/0001/audio.mp3",
        "length": "43210987",
        "type": "audio/mpeg",
    }
    assert entry.published_parsed[:5] == (2023, 11, 24, 7, 0)
    assert entry.itunes_duration == "3616"


def test_podcastparser_reads_it() -> None:
    feed = podcastparser.parse(URL, io.BytesIO(feed_xml(SHOW, [EPISODE], cover_name=COVER)))
    assert feed["title"] == SHOW.about.title
    assert feed["cover_url"] == f"{URL}/{COVER}"
    assert feed["explicit"] is False
    assert feed["type"] == "episodic"
    assert feed["itunes_owner"]["email"] == SHOW.about.email
    (item,) = feed["episodes"]
    assert item["number"] == 1
    assert item["total_time"] == 3616
    assert item["enclosures"][0]["file_size"] == EPISODE.audio.bytes


def test_channel_tags() -> None:
    channel = feed_tree(EPISODE)[0]
    (own,) = channel.findall("atom:link", NS)
    assert own.attrib == {"rel": "self", "type": "application/rss+xml", "href": f"{URL}/feed.xml"}
    assert channel.findtext("itunes:explicit", None, NS) == "false"
    assert channel.find("itunes:category/itunes:category", NS).get("text") == "Tech News"
    assert channel.findtext("generator") == f"kawaraban {__version__}"
    assert channel.findtext("copyright") == SHOW.about.copyright
    assert channel.findtext("lastBuildDate") == "Fri, 24 Nov 2023 16:00:00 +0900"
    assert channel.findtext("podcast:guid", None, NS) == str(show_guid(SHOW))
    assert channel.find("podcast:locked", NS).attrib == {"owner": SHOW.about.email}
    assert channel.findtext("podcast:medium", None, NS) == "podcast"
    assert channel.findtext("podcast:license", None, NS) == "cc-by-4.0"
    assert channel.find("podcast:updateFrequency", NS).get("rrule") == "FREQ=WEEKLY"
    assert channel.find("podcast:txt", NS).attrib == {"purpose": "ai-content"}
    assert channel.findtext("podcast:txt", None, NS) == "true"
    assert (
        feed_tree(EPISODE, show=make_show(explicit=True))[0].findtext("itunes:explicit", None, NS)
        == "true"
    )


def test_item_tags() -> None:
    item = feed_tree(EPISODE).find("channel/item")
    assert item.findtext("itunes:explicit", None, NS) == "false"
    assert item.findtext("itunes:episodeType", None, NS) == "full"
    assert item.findtext("itunes:episode", None, NS) == "1"
    assert item.findtext("podcast:episode", None, NS) == "1"
    assert item.find("itunes:season", NS) is None
    assert item.find("guid").get("isPermaLink") == "false"
    assert [
        (t.get("url").rpartition("/")[2], t.get("type"), t.get("language"))
        for t in item.findall("podcast:transcript", NS)
    ] == [
        ("transcript.vtt", "text/vtt", "ja"),
        ("transcript.srt", "application/x-subrip", "ja"),
        ("transcript.json", "application/json", "ja"),
    ]
    version = hashlib.sha256(chapters_json(EPISODE, SHOW).encode()).hexdigest()[:8]
    chapters = item.find("podcast:chapters", NS)
    assert chapters.get("url") == f"{URL}/episodes/0001/chapters.json?v={version}"
    assert chapters.get("type") == "application/json+chapters"
    assert item.findtext("content:encoded", None, NS) == notes_html(EPISODE).replace("\x0b", "")


OTHERS = [
    {
        "file": f"audio.{kind}",
        "type": type_,
        "bytes": 30_000_000,
        "sha256": "f" * 64,
        "seconds": 3615.6,
        "loudness": -16.0,
        "true_peak": -1.2,
        "bitrate": bitrate,
        "codecs": codecs,
    }
    for kind, type_, bitrate, codecs in [
        ("m4a", "audio/x-m4a", 97_000, "mp4a.40.2"),
        ("opus", "audio/ogg", 52_000, "opus"),
    ]
]


def test_every_format_is_an_alternate_and_the_enclosure_the_default() -> None:
    item = feed_tree(make_episode(alternates=OTHERS)).find("channel/item")
    assert len(item.findall("enclosure")) == 1
    mp3, m4a, opus = item.findall("podcast:alternateEnclosure", NS)
    assert mp3.attrib == {
        "type": "audio/mpeg",
        "length": "43210987",
        "title": "MP3",
        "default": "true",
    }
    assert dict(opus.attrib) == {
        "type": "audio/ogg",
        "length": "30000000",
        "bitrate": "52000",
        "title": "Opus",
        "codecs": "opus",
    }
    sources = [one.find("podcast:source", NS).attrib for one in (mp3, m4a, opus)]
    assert sources == [
        {"uri": f"{URL}/episodes/0001/audio.{kind}"} for kind in ("mp3", "m4a", "opus")
    ]
    integrity = m4a.find("podcast:integrity", NS).attrib
    assert integrity == {"type": "sri", "value": "sha256-" + "/" * 42 + "8="}


def test_the_page_plays_and_offers_every_format() -> None:
    text = episode_html(SHOW, make_episode(alternates=OTHERS), cover_name=COVER)
    page = html.fromstring(text)
    assert [(one.get("src"), one.get("type")) for one in page.xpath("//audio//source")] == [
        ("audio.mp3", "audio/mpeg"),
        ("audio.m4a", 'audio/x-m4a; codecs="mp4a.40.2"'),
        ("audio.opus", 'audio/ogg; codecs="opus"'),
    ]
    downloads = page.xpath("//ul[@class='downloads']//a")[:3]
    assert [(one.get("href"), one.text) for one in downloads] == [
        ("audio.mp3", "音声 (MP3, 43.2 MB)"),
        ("audio.m4a", "音声 (AAC, 30.0 MB)"),
        ("audio.opus", "音声 (Opus, 30.0 MB)"),
    ]
    index = html.fromstring(index_html(SHOW, [make_episode(alternates=OTHERS)], cover_name=COVER))
    assert index.xpath("//audio//source/@src") == [
        f"episodes/0001/audio.{kind}" for kind in ("mp3", "m4a", "opus")
    ]


def test_pictures_of_chapters_are_in_the_json_and_on_the_page() -> None:
    chapters = [one.model_dump() for one in EPISODE.chapters]
    chapters[1] |= {"image": "chapter-01234567.jpg"}
    episode = make_episode(chapters=chapters)
    listed = json.loads(chapters_json(episode, SHOW))["chapters"]
    assert [one.get("img") for one in listed] == [
        None,
        f"{URL}/episodes/0001/chapter-01234567.jpg",
        None,
    ]
    page = html.fromstring(episode_html(SHOW, episode, cover_name=COVER))
    (image,) = page.xpath("//ol[@class='chapters']//img")
    assert (image.get("src"), image.get("alt")) == ("chapter-01234567.jpg", "")
    assert "解任" in image.getparent().text_content()


def test_a_record_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    plain = json.loads(EPISODE.model_dump_json())
    del plain["alternates"], plain["audio"]["bitrate"], plain["audio"]["codecs"]
    for chapter in plain["chapters"]:
        del chapter["image"]
    (tmp_path / "episode.json").write_text(json.dumps(plain), "utf-8")
    assert read_episode(tmp_path / "episode.json") == EPISODE


def test_the_same_records_give_the_same_bytes() -> None:
    second = make_episode(2, "二本目")
    first_run = feed_xml(SHOW, [EPISODE, second], cover_name=COVER)
    assert first_run == feed_xml(SHOW, [second, EPISODE], cover_name=COVER)
    assert feed_xml(SHOW, [], cover_name=COVER) == feed_xml(SHOW, [], cover_name=COVER)


def test_description_is_capped_in_bytes() -> None:
    channel = feed_tree(EPISODE, show=make_show(description="a" + "瓦" * 2000))[0]
    assert len(channel.findtext("description").encode()) == 4000
    item = feed_tree(make_episode(summary="版" * 3000)).find("channel/item")
    assert len(item.findtext("description").encode()) == 3999


@given(st.integers(3980, 4010), st.text(st.characters(codec="utf-8")))
def test_capped_is_the_longest_prefix(ascii_bytes: int, tail: str) -> None:
    text = "a" * ascii_bytes + tail
    kept = len(capped(text).encode())
    assert text.startswith(capped(text))
    assert min(len(text.encode()), 4000 - 3) <= kept <= 4000


def test_two_episodes_may_not_have_one_title() -> None:
    twice = [make_episode(number, "同じ題") for number in (3, 7)]
    with pytest.raises(ShowError, match="episodes 3 and 7"):
        feed_xml(SHOW, twice, cover_name=COVER)
    with pytest.raises(Problems, match="episodes 3 and 9"):
        feed_xml(SHOW, [*twice, make_episode(9, "同じ題")], cover_name=COVER)


def test_hostile_words_stay_words() -> None:
    show, episode = make_show(description=HOSTILE), make_episode(title=HOSTILE, summary=HOSTILE)
    item = feed_tree(episode, show=show).find("channel/item")
    assert item.findtext("title") == HOSTILE.replace("\x0b", "")
    for page in (
        episode_html(show, episode, cover_name=COVER),
        index_html(show, [episode], cover_name=COVER),
    ):
        assert "alert(" in page
        assert not re.search(r"<script>\s*alert", page)
        assert 'href="javascript:' not in page


# ── the pages ────────────────────────────────────────────────────────────────────────────────────


class Page(HTMLParser):
    """Counts what a page holds, and that every element is closed."""

    VOID = frozenset({"meta", "link", "img", "br", "source"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.values: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, name: str, *tags: str) -> list[str]:
        return [
            value for tag, key, value in self.values if key == name and (not tags or tag in tags)
        ]


@pytest.mark.parametrize(
    "text",
    [
        episode_html(SHOW, EPISODE, cover_name=COVER),
        index_html(SHOW, [EPISODE, make_episode(2, "二")], cover_name=COVER),
    ],
    ids=["episode", "index"],
)
def test_pages_are_whole_and_load_nothing_from_elsewhere(text: str) -> None:
    page = Page(text)
    assert page.tags.count("h1") == page.tags.count("main") == 1
    assert page.all("lang", "html") == ["ja"]
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert set(page.all("aria-labelledby")) <= set(ids)
    assert not [url for url in page.all("src") if re.match(r"\w+:|/", url)]
    canonical = page.all("href", "link")[0]
    assert canonical.startswith(URL)
    own = [url for url in page.all("href", "a", "link") if url != canonical]
    assert {url for url in own if re.match(r"\w+:|/", url)} <= {"https://news.example/a?x=1&y=(2)"}
    assert any(url.endswith("feed.xml") for url in page.all("href", "link"))
    assert all(value.startswith(URL) for value in page.all("content") if value.startswith("http"))


def test_episode_page_holds_the_transcript() -> None:
    page = html.fromstring(episode_html(SHOW, EPISODE, cover_name=COVER))
    lines = page.xpath("//div[@data-start]")
    assert [line.xpath("string(p/text()[last()])").strip() for line in lines] == SPOKEN
    assert [line.xpath("string(p/b)") for line in lines][:2] == ["ヨミ", "キク"]
    assert lines[2].xpath("a/@href") == ["audio.mp3#t=40.00"]
    assert [h.text for h in page.xpath("//section[@aria-labelledby='transcript']/h3")] == [
        chapter.title for chapter in EPISODE.chapters
    ]


# ── writing ──────────────────────────────────────────────────────────────────────────────────────


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def build(root: Path) -> Path:
    (root / "art").mkdir(exist_ok=True)
    (root / "art/cover.jpg").write_bytes(b"a picture")
    output = root / "output"
    for episode in (EPISODE, make_episode(2, "二本目")):
        write_episode(output / episode.folder, SHOW, episode)
    write_site(output, SHOW, root)
    return output


def test_the_site_is_written_the_same_twice(tmp_path: Path) -> None:
    output = build(tmp_path)
    first = snapshot(output)
    assert snapshot(build(tmp_path)) == first
    names = {"transcript.vtt", "transcript.srt", "transcript.json", "chapters.json", "notes.html"}
    names |= {"notes.md", "index.html", "episode.json"}
    assert {p.name for p in (output / "episodes/0001").iterdir()} == names
    assert read_episode(output / "episodes/0001/episode.json") == EPISODE
    assert SPOKEN[0] in first["episodes/0001/episode.json"].decode()
    entries = feedparser.parse(first["feed.xml"]).entries
    assert [entry.enclosures[0].length for entry in entries] == ["43210987"] * 2


def test_a_new_cover_has_a_new_name(tmp_path: Path) -> None:
    output = build(tmp_path)
    (old,) = output.glob("cover-*")
    (tmp_path / "art/cover.jpg").write_bytes(b"another picture")
    write_site(output, SHOW, tmp_path)
    (new,) = output.glob("cover-*")
    assert new.name != old.name
    assert new.read_bytes() == b"another picture"
    assert new.name in (output / "feed.xml").read_text("utf-8")
    assert new.name in (output / "index.html").read_text("utf-8")


def test_the_record_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(
        "kawaraban.publish.publisher.write_text", lambda path, _: written.append(path.name)
    )
    write_episode(tmp_path, SHOW, EPISODE)
    assert written[-1] == "episode.json"


@pytest.mark.parametrize("image", ["art/none.jpg", "art/cover.webp"])
def test_a_cover_that_will_not_do(tmp_path: Path, image: str) -> None:
    with pytest.raises(ShowError, match="cover") as caught:
        write_site(tmp_path, make_show(image=image), tmp_path)
    assert caught.value.where == tmp_path / image
    assert caught.value.hint
