"""Every feed format becomes the same items, dates are read, what is hostile ends as plain text."""

from __future__ import annotations

import gzip
import hashlib
import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from time import perf_counter
from typing import Any

import feedparser
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kawaraban.model import Item
from kawaraban.news.dates import parse_date
from kawaraban.news.feeds import MOST, TITLE, Feed, FeedError, read_feed
from kawaraban.news.opml import Outline, read_opml
from kawaraban.news.plain import decode, plain, web_address

JST = timezone(timedelta(hours=9))
NEAR = datetime(2023, 11, 24, 12, tzinfo=JST)
URL = "https://edo.example/news/feed.xml"
HEADLINE = "神田の小火、朝には鎮火"
FAST = 5.0
"""Seconds: an attack on the parser takes minutes."""


def rss(*items: str, declared: str = "utf-8", head: str = "") -> str:
    start = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    modules = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    channel = "<title>神田日報</title><link>https://edo.example/</link>" + "".join(items)
    return f'{start}{head}<rss version="2.0" {modules}><channel>{channel}</channel></rss>'


def entry(title: str = HEADLINE, link: str = "/fire", **more: str) -> str:
    values = {"title": title, "link": link} | more
    tags = {name: name.replace("_", ":") for name in values}
    return f"<item>{''.join(f'<{tags[n]}>{v}</{tags[n]}>' for n, v in values.items() if v)}</item>"


def read(body: str | bytes, **more: Any) -> Feed:
    data = body.encode() if isinstance(body, str) else body
    return read_feed(data, URL, **{"seen": NEAR, **more})


def one(body: str | bytes, **more: Any) -> Item:
    feed = read(body, **more)
    assert feed.faults == ()
    (item,) = feed.items
    return item


def refused(body: str | bytes, **more: Any) -> str:
    with pytest.raises(FeedError) as caught:
        read(body, **more)
    assert URL in str(caught.value)
    return str(caught.value)


# ── formats ──────────────────────────────────────────────────────────────────────────────────────

BODY = "<p>火は朝に消えた。</p><p>けが人は<b>いない</b>。</p>"
SAMPLES = {
    "rss 2.0": rss(
        "<language>ja-JP</language>",
        entry(
            guid="fire-1",
            pubDate="Sat, 18 Nov 2023 09:30:00 +0900",
            description="火は朝に消えた。",
            content_encoded=f"<![CDATA[{BODY}]]>",
        ).replace("<guid>", '<guid isPermaLink="false">'),
    ),
    "rss 0.91": f"""<?xml version="1.0"?>
        <!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
          "http://my.netscape.com/publish/formats/rss-0.91.dtd">
        <rss version="0.91"><channel><title>神田日報</title><language>ja</language>
        <item><title>{HEADLINE}</title><link>https://edo.example/fire</link>
        <pubDate>2023年11月18日 9時30分</pubDate>
        <description>&lt;p&gt;火は朝に消えた。&lt;/p&gt;&lt;p&gt;けが人はいない。&lt;/p&gt;</description>
        </item></channel></rss>""",
    "rss 1.0": f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xml:lang="ja"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:content="http://purl.org/rss/1.0/modules/content/">
        <channel rdf:about="https://edo.example/"><title>神田日報</title></channel>
        <item rdf:about="https://edo.example/fire"><title>{HEADLINE}</title>
        <link>https://edo.example/fire</link><dc:date>2023-11-18T09:30:00+09:00</dc:date>
        <description>火は朝に消えた。</description>
        <content:encoded><![CDATA[{BODY}]]></content:encoded></item></rdf:RDF>""",
    "atom": f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja"><title>神田日報</title>
        <entry><id>tag:edo.example,2023:fire</id><title type="html">&lt;b&gt;{HEADLINE}&lt;/b&gt;
        </title><link rel="enclosure" href="/fire.mp3"/><link href="../fire?utm_source=rss"/>
        <updated>2023-11-18T00:30:00Z</updated><summary>火は朝に消えた。</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{BODY}</div></content>
        </entry></feed>""",
    "json": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "神田日報",
            "language": "ja",
            "items": [
                {
                    "id": 7,
                    "url": "/fire",
                    "title": HEADLINE,
                    "summary": "火は朝に消えた。",
                    "content_html": BODY,
                    "date_published": "2023-11-18T09:30:00+09:00",
                }
            ],
        }
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_format_gives_the_same_item(name: str) -> None:
    feed = read(SAMPLES[name])
    (item,) = feed.items
    assert (feed.title, feed.language, feed.faults) == ("神田日報", "ja", ())
    assert (item.title, item.url, item.source, item.lang) == (
        HEADLINE, "https://edo.example/fire", "神田日報", "ja",
    )  # fmt: skip
    assert item.published == datetime(2023, 11, 18, 9, 30, tzinfo=JST)
    assert item.text == "火は朝に消えた。\n\nけが人はいない。"
    assert item.summary.startswith("火は朝に消えた。")


def test_ids_come_from_the_guid_and_else_from_the_link() -> None:
    def id_of(*entries: str) -> str:
        return one(rss(*entries)).id

    link, guid = "https://edo.example/fire", "https://edo.example/?p=1"
    assert id_of(entry()) == hashlib.sha256(link.encode()).hexdigest()[:16]
    assert id_of(entry(guid=guid)) == hashlib.sha256(guid.encode()).hexdigest()[:16]
    assert id_of(entry(link="/fire?utm_medium=x")) == id_of(entry())
    same = entry(guid="1").replace("<guid>", '<guid isPermaLink="false">')
    assert id_of(same) != id_of(same.replace("/fire", "https://kyo.example/fire"))


def test_the_source_is_the_given_name_then_the_title_then_the_host() -> None:
    nameless = rss(entry()).replace("<title>神田日報</title>", "", 1)
    assert one(rss(entry()), source="神田").source == "神田"
    assert one(nameless).source == "edo.example"


@pytest.mark.parametrize(
    ("given_", "feed", "own", "title", "lang"),
    [
        ("fr", "ja", "en", "x", "fr"),
        ("", "en-US", "ja_JP", "x", "ja"),
        ("", "en-US", "", HEADLINE, "en"),
        ("", "", "", HEADLINE, "ja"),
        ("", "", "", "Fire in Kanda", "en"),
        ("", "Japanese", "", "ｶﾝﾀﾞ", "ja"),
    ],
)
def test_languages(given_: str, feed: str, own: str, title: str, lang: str) -> None:
    head = f"<language>{feed}</language>" if feed else ""
    assert one(rss(head, entry(title, dc_language=own)), lang=given_).lang == lang


def test_an_entry_without_a_title_takes_its_text() -> None:
    assert one(rss(entry("", description="<![CDATA[<p>火</p>" + "あ" * 99 + "]]>"))).title == (
        "火 " + "あ" * 78
    )


def test_what_is_no_item_is_told() -> None:
    feed = read(rss(entry("", description="<![CDATA[<img src='x'>]]>"), entry(link=""), entry()))
    assert len(feed.items) == 1
    assert feed.faults == (
        "entry 1: it has neither title nor text",
        f"entry 2: no link: {HEADLINE}",
    )


def test_of_two_entries_with_one_id_the_first_wins() -> None:
    feed = read(rss(entry("一"), entry("二"), entry("三", link="/x")))
    assert [item.title for item in feed.items] == ["一", "三"]
    assert feed.faults == ("entry 2: the same as one before it: 二",)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("item?id=1", "https://edo.example/news/item?id=1"),
        ("//kyo.example/a", "https://kyo.example/a"),
        ("https://a.example/?a=1&utm_source=x&fbclid=2&b=%E7%81%AB&gclid", "https://a.example/?a=1&b=%E7%81%AB"),
        (" https://a.example/火 事#b ", "https://a.example/火%20事#b"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("http://[", ""),
        ("", ""),
        ("https://a.example/" + "x" * 3000, ""),
    ],
)  # fmt: skip
def test_addresses(link: str, url: str) -> None:
    assert web_address(link, URL) == url


def test_links_that_are_scripts_are_faults() -> None:
    feed = read(rss(entry(link="javascript:alert(1)"), entry(link="ftp://a.example/x")))
    assert feed.items == ()
    assert "no address on the web" in feed.faults[0]
    assert "no address on the web" in feed.faults[1]


# ── moments ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023年11月18日", datetime(2023, 11, 18, tzinfo=JST)),
        ("Sat, 18 Nov 2023 09:30:00 JST", datetime(2023, 11, 18, 9, 30, tzinfo=JST)),
        ("2023-11-24T23:00:00Z", datetime(2023, 11, 24, 23, tzinfo=UTC)),
        ("2023-11-26T00:00:00Z", NEAR),
        ("0001-01-01T00:00:00Z", NEAR),
        ("2023年13月40日", NEAR),
        ("soon", NEAR),
        ("", NEAR),
        ("Sat Nov 18 09:30:00 2023", datetime(2023, 11, 18, 9, 30, tzinfo=JST)),
        ("2023-11", datetime(2023, 11, 1, tzinfo=UTC)),
    ],
)
def test_when_an_item_was_published(text: str, moment: datetime) -> None:
    item = one(rss(entry(pubDate=text)))
    assert item.published == moment
    assert item.published.tzinfo


def test_a_wrong_date_gives_way_to_the_date_of_change() -> None:
    dates = {"date_published": "32日", "date_modified": "2023-11-18T00:00:00Z"}
    body = json.loads(SAMPLES["json"])
    body["items"][0] |= dates
    assert one(json.dumps(body)).published == datetime(2023, 11, 18, tzinfo=UTC)


GOLDEN = {
    "2023年11月18日 9時30分": "2023-11-18T09:30+09:00",
    "2023年11月18日(土) 09:30": "2023-11-18T09:30+09:00",
    "2023年11月18日（土・祝）09:30:15": "2023-11-18T09:30:15+09:00",
    "2023年 11月 18日 土曜日 9時": "2023-11-18T09:00+09:00",
    "公開日：2023年11月18日 9時半 更新": "2023-11-18T09:30+09:00",
    "２０２３年１１月１８日　午後３時１５分": "2023-11-18T15:15+09:00",
    "午後": None,
    "2023年11月18日 午前0時5分": "2023-11-18T00:05+09:00",
    "2023年11月18日 午後12時": "2023-11-18T12:00+09:00",
    "2023/11/18 9:30": "2023-11-18T09:30+09:00",
    "2023/11/18 9:30 PM": "2023-11-18T21:30+09:00",
    "2023-11-18 9:30 +0000": "2023-11-18T09:30+00:00",
    "2023.11.18": "2023-11-18T00:00+09:00",
    "2023-11-18T09:30:00Z": "2023-11-18T09:30+00:00",
    "2023-11-18T09:30:00": "2023-11-18T09:30+09:00",
    "20231118": "2023-11-18T00:00+09:00",
    "Sat, 18 Nov 2023 09:30:00 GMT": "2023-11-18T09:30+00:00",
    "Sat, 18 Nov 2023 09:30:00 -0500": "2023-11-18T09:30-05:00",
    "Sat, 18 Nov 2023 09:30:00 -0000": "2023-11-18T09:30+00:00",
    "Sat, 18 Nov 2023 09:30:00": "2023-11-18T09:30+09:00",
    "18 Nov 23 09:30 JST": "2023-11-18T09:30+09:00",
    "11月18日": "2023-11-18T00:00+09:00",
    "11月18日 午後3時15分": "2023-11-18T15:15+09:00",
    "1月2日": "2024-01-02T00:00+09:00",
    "2月29日": "2024-02-29T00:00+09:00",
    "令和5年11月18日": "2023-11-18T00:00+09:00",
    "令和元年5月1日": "2019-05-01T00:00+09:00",
    "㋿5年11月18日": "2023-11-18T00:00+09:00",
    "平成31年4月30日": "2019-04-30T00:00+09:00",
    "昭和64年1月7日": "1989-01-07T00:00+09:00",
    "R5.11.18": "2023-11-18T00:00+09:00",
    "H31/4/30 12:00": "2019-04-30T12:00+09:00",
    "3時間前": "2023-11-24T09:00+09:00",
    "約１０分前": "2023-11-24T11:50+09:00",
    "2日前": "2023-11-22T12:00+09:00",
    "1週間前": "2023-11-17T12:00+09:00",
    "今日": "2023-11-24T00:00+09:00",
    "本日 9:30": "2023-11-24T09:30+09:00",
    "昨日": "2023-11-23T00:00+09:00",
    "一昨日 午後3時": "2023-11-22T15:00+09:00",
    "2023年2月30日": None,
    "2月30日": None,
    "2023-11-18T25:00:00": None,
    "2023年11月18日 9時75分": None,
    "30 Feb 2023 10:00:00 GMT": None,
    "18 Nov 2023 10:00:00 +9900": None,
    "令和0年1月1日": None,
    "23年11月18日": None,
    "123年11月18日": None,
    "2023/11/189": None,
    "9999-12-31T23:59:59-01:00": None,
    "11/18": None,
    "1700300000": None,
    "２２": None,
    "": None,
    "x" * 10**6: None,
}


@pytest.mark.parametrize("text", GOLDEN, ids=lambda text: text[:30])
def test_dates(text: str) -> None:
    moment = GOLDEN[text]
    found = parse_date(text, NEAR)
    assert found == (datetime.fromisoformat(moment) if moment else None)
    assert found is None or found.tzinfo


def test_every_day_of_fifty_years_is_read_back_in_three_notations() -> None:
    first = date(2000, 1, 1).toordinal()
    for ordinal in range(first, date(2051, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        year = f"令和{day.year - 2018}" if day.year > 2018 else f"平成{day.year - 1988}"
        tail = f"{day.month}月{day.day}日"
        for text in (f"{day.year}年{tail}", f"{year}年{tail}", f"{day:%Y/%m/%d}"):
            found = parse_date(text, NEAR)
            assert found, text
            assert found.date() == day


@given(st.dates(date(2022, 12, 1), date(2024, 11, 1)))
def test_a_day_without_its_year_is_the_nearest(today: date) -> None:
    near = datetime(today.year, today.month, today.day, 12, tzinfo=JST)
    for days in (-150, -1, 0, 1, 150):
        day = near + timedelta(days=days)
        found = parse_date(f"{day.month}月{day.day}日", near)
        assert found
        assert found.date() == day.date()


@given(
    st.text(max_size=60) | st.text("0123456789年月日時分前昨今本令和R./-:+TZ 午後土()", max_size=30)
)
@example("9999年12月31日")
@example("9999週間前")
@example("Mon, 0 0 0 0:0:0 ")
def test_no_text_breaks_the_reader_of_dates(text: str) -> None:
    found = parse_date(text, NEAR)
    assert found is None or found.astimezone(UTC)


# ── encodings ────────────────────────────────────────────────────────────────────────────────────

ENCODINGS = {
    "shift_jis": "Shift_JIS",
    "cp932": "Shift_JIS",
    "euc_jp": "EUC-JP",
    "iso2022_jp": "ISO-2022-JP",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
}


@pytest.mark.parametrize("codec", ENCODINGS)
@pytest.mark.parametrize(
    ("declared", "charset"),
    [
        ("right", ""),
        ("", "right"),
        ("", ""),
        ("utf-8", "iso-8859-1"),
        ("", "punycode"),
        ("x", "\0"),
    ],
)
def test_encodings(codec: str, declared: str, charset: str) -> None:
    name = ENCODINGS[codec]
    body = rss(entry(), declared=declared.replace("right", name)).encode(codec)
    feed = read(body, charset=charset.replace("right", name))
    assert [(item.title, feed.title) for item in feed.items] == [(HEADLINE, "神田日報")]


def test_western_encodings_and_broken_bytes() -> None:
    cafe = rss(entry("“Café”"), declared="iso-8859-1").replace("神田日報", "Edo")
    assert one(cafe.encode("cp1252")).title == "“Café”"
    assert one(cafe.replace("iso-8859-1", "utf-8").encode("cp1252")).title == "“Café”"
    assert one(cafe.encode(), charset="iso-8859-1").title == "“Café”"
    broken = rss(entry()).encode().replace("小".encode(), b"\xe5\xb0")
    assert one(broken).title == HEADLINE.replace("小", "\ufffd")
    assert decode(b"") == ""


# ── hostile input ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a</p>\n<p>b<br/>c</p>", "a\n\nb\nc"),
        ("一行目\n二行目", "一行目\n二行目"),
        ("<i>火</i>は\n  朝\n に", "火は朝に"),
        ("one\n<b>two</b>", "one two"),
        ("AT&amp;T &lt; &#x706b;&nbsp;&eacute;", "AT&T < 火 é"),
        ("a<script>alert(1)</script>b", "ab"),
        ("a<SCRIPT src=x>alert(1)</Script >b<style>p{}</style>", "ab"),
        ("a<script>alert(1)", "a"),
        ("a<scr\0ipt>alert(1)</script>", "a"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "alert(1)"),
        ("<<b>script>x", "x"),
        ("a<!-- <p>b -->c<!-- d", "ac"),
        ("<![CDATA[a]]>", "a"),
        ("<a title=\"a>b\" href='x'>c</a>", "c"),
        ('<a title="a>b</a><script>x</script>c', "bc"),
        ("1 < 2 > 0 <3", "1 < 2 > 0 <3"),
        ("a\x07\x1b[31m\u202eb\ud800&#7;&#xD800;", "a[31mb\ufffd"),
        ("家族👨\u200d👩", "家族👨\u200d👩"),
    ],
)
def test_plain_text(markup: str, text: str) -> None:
    assert plain(markup) == text


@given(st.text() | st.text("<>/!-&;\"' \nscriptblt#[]", max_size=80))
def test_no_markup_survives(markup: str) -> None:
    text = plain(markup)
    text.encode()  # no lone surrogates
    assert not any(text[at + 1 : at + 2].isascii() and text[at + 1 : at + 2].isalpha()
                   for at, sign in enumerate(text) if sign == "<")  # fmt: skip
    assert not any(ord(sign) < 32 and sign != "\n" for sign in text)


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<a '>'", '<a ">', "<!--", "<!", "<script></script", "&lt;", "&#", "漢\n", " "],
)  # fmt: skip
def test_plain_text_takes_no_longer_for_being_hostile(piece: str) -> None:
    start = perf_counter()
    plain("<b>" + piece * (200_000 // len(piece)) + "x")
    assert perf_counter() - start < FAST


def test_scripts_in_titles_do_not_survive() -> None:
    feed = read(
        rss(
            entry("<![CDATA[火<script>alert(1)</script>事]]>", "/1"),
            entry("火&lt;script&gt;alert(1)&lt;/script&gt;事", "/2"),
            entry("火<b onclick='x()'>事</b>", "/3"),
        )
    )
    assert {item.title for item in feed.items} == {"火事"}


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "one line": f'<!DOCTYPE rss [<!ENTITY e0 "ha">{BOMB}]>',
    "lines": f'\n<!DOCTYPE rss [\n<!ENTITY e0 "ha">\n{BOMB.replace("<", chr(10) + "<")}\n]>\n',
    "after a comment": f'<!-- <!DOCTYPE x> --><!DOCTYPE rss [<!ENTITY e0 "ha">{BOMB}]>',
    "brackets": f'<!DOCTYPE rss [<!ENTITY e0 "]>">{BOMB}]>',
    "quadratic": f'<!DOCTYPE rss [<!ENTITY e9 "{"z" * 100_000}">]>',
    "parameters": f'<!DOCTYPE rss [<!ENTITY % p "x"> %p; <!ENTITY e0 "ha">{BOMB}]>',
    "attributes": f'<!DOCTYPE rss [<!ATTLIST title x CDATA "{"z" * 100_000}">]>',
}


@pytest.mark.parametrize("name", DOCTYPES)
def test_entity_bombs_do_not_go_off(name: str) -> None:
    start = perf_counter()
    for item in read(rss(entry("火" + "&e9;" * 5000), head=DOCTYPES[name])).items:
        assert "haha" not in item.title
        assert "zz" not in item.title
    assert perf_counter() - start < FAST


@pytest.mark.parametrize("line", ["", "\n"])
def test_files_are_not_read_for_a_feed(line: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(rss(entry("SECRET")))
    entity = f'<!DOCTYPE rss [{line}<!ENTITY x{line} SYSTEM "{secret.as_uri()}">{line}]>{line}'
    for item in read(rss(entry("火&x;"), head=entity)).items:
        assert "SECRET" not in item.title
    for body in (str(secret), secret.as_uri(), "https://edo.example/feed.xml"):
        assert "not a feed" in refused(body)


def test_feedparser_is_given_streams_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    real, given_ = feedparser.parse, []
    monkeypatch.setattr(
        feedparser, "parse", lambda body, **more: given_.append(body) or real(body, **more)
    )
    read(rss(entry()))
    assert all(hasattr(body, "read") for body in given_)
    assert given_


def test_large_feeds_are_bounded() -> None:
    start = perf_counter()
    assert one(rss(entry("長" * 1_700_000))).title == "長" * TITLE
    feed = read(rss(*(entry(str(n), f"/{n}") for n in range(10_000))))
    assert len(feed.items) == MOST
    assert feed.faults == (f"entries after the first {MOST} are left out",)
    assert "tags" in refused(rss("<a>" * 600_000))
    assert perf_counter() - start < 3 * FAST


def test_odd_characters_do_not_lose_a_feed() -> None:
    assert one(rss(entry("火\0事&#0;&#xD800;&#x110000;&#99999999999;&#x1F525;"))).title == "火事🔥"
    body = json.loads(SAMPLES["json"])
    body["items"][0]["title"] = "火\ud800\0事"
    assert one(json.dumps(body)).title == "火事"


ODD = """
    <rss> <channel> <item> <title> </item> <link> http://a/ &#1; &x; <![ CDATA[ <!DOCTYPE [ ]>
    <!ENTITY|a|'b'> <? --> <a|b=' xml:base='http://[' <feed|xmlns='http://www.w3.org/2005/Atom'>
    <entry> <content|type='x'|mode='base64'> é <pubDate> 99 </ > <svg> <enclosure|length='x'>
    <georss:point|xmlns:georss='http://www.georss.org/georss'> <category> <guid> <source>
"""


@given(st.lists(st.sampled_from(ODD.replace("\n", " ").split()), max_size=25))
def test_nothing_but_a_feed_error_comes_of_odd_xml(pieces: list[str]) -> None:
    with suppress(FeedError):
        read("<rss><channel><item>" + "".join(pieces).replace("|", " "))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "url", "title", "items", "date_published"]), inner)
    ),
    max_leaves=8,
)


@given(json_values)
def test_nothing_but_a_feed_error_comes_of_odd_json(value: Any) -> None:
    read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": [value]}))
    with suppress(FeedError):
        read(json.dumps(value))


# ── no feeds ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"", "", "empty"),
        (b" \n\xef\xbb\xbf", "", "empty"),
        (b"%PDF-1.7\n", "application/pdf", "not a feed, but application/pdf"),
        (gzip.compress(b"x"), "", "not a feed"),
        (b"Not found", "", "'Not found'"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "", "XML whose root is svg"),
        (b"<opml version='2.0'><body/></opml>", "", "XML whose root is opml"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel><ti", "", "broken feed"),
        (b"<html><body>Log in</body></html>", "", "a web page, not a feed"),
        (b"{", "", "broken JSON"),
        (b"[" * 200_000, "", "broken JSON"),
        (b"{}", "", "not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": 3}', "", "not a JSON Feed"),
    ],
)
def test_what_is_no_feed_is_called_what_it_is(body: bytes, kind: str, said: str) -> None:
    assert said in refused(body, kind=kind)


def test_a_page_tells_where_its_feeds_are() -> None:
    page = """<!-- a page --><!doctype html><html><head>
        <link rel="stylesheet" href="/style.css">
        <link rel=alternate type=application/rss+xml href=/rss.xml>
        <LINK REL="Alternate" type='application/atom+xml' title="a &gt; b" href='https://a.example/?a=1&amp;b=2'>
        <link rel="alternate" type="application/feed+json" href="javascript:x">
        <link rel="alternate" hreflang="en" href="/en"></head>"""
    said = refused(page, kind="text/html")
    assert said.endswith("these feeds: https://edo.example/rss.xml, https://a.example/?a=1&b=2")


def test_a_feed_that_breaks_off_keeps_what_it_has_and_an_empty_one_is_none_the_worse() -> None:
    whole = rss(entry("一", "/1"), entry("二", "/2"))
    assert [item.title for item in read(whole[:-20]).items] == ["一", "二"]
    assert read(rss()).items == ()


# ── lists of feeds ───────────────────────────────────────────────────────────────────────────────


def opml(outlines: str, declared: str = "UTF-8") -> str:
    start = f'<?xml version="1.0" encoding="{declared}"?><opml version="2.0">'
    return f"{start}<body>{outlines}</body></opml>"


def test_a_list_of_feeds_is_read_with_its_folders() -> None:
    body = opml("""
        <outline text="江戸">
          <outline text="神田&amp;日報" xmlUrl="https://edo.example/a" language="ja-JP"/>
          <outline text="深い">
            <outline title="Kyo" text="x" type="rss" xmlurl="http://kyo.example/"/>
          </outline>
        </outline>
        <outline text="again" xmlUrl="https://edo.example/a"/>
        <outline text="file" xmlUrl="file:///etc/passwd"/><outline text="no feed"/>
        """)
    found = (
        Outline("神田&日報", "https://edo.example/a", "ja"),
        Outline("Kyo", "http://kyo.example/"),
    )
    assert read_opml(body.encode()) == found
    assert read_opml(body.replace("UTF-8", "Shift_JIS").encode("shift_jis")) == found
    assert read_opml(body.encode("utf-16")) == found


LISTED = '<opml><body><outline text="x" xmlUrl="https://a.example/"/></body></opml>'


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no list",
        "<opml><body>",
        "<html/>",
        opml(""),
        opml('<outline xmlUrl="javascript:x"/>'),
        DOCTYPES["lines"] + LISTED,
        '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + LISTED,
    ],
)  # fmt: skip
def test_what_is_no_list_of_feeds_is_refused(body: str) -> None:
    with pytest.raises(FeedError, match=r"list|OPML"):
        read_opml(body.encode())
