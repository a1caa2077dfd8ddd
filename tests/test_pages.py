"""Articles' pages: what they say and when, whole texts for feeds, pages that are made to harm."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from conftest import DAY, Run, edit
from kawaraban.news.archive import open_archive
from kawaraban.news.fetch import Limits
from kawaraban.news.hosts import FAILURES, PAGES
from kawaraban.news.pages import read_page
from kawaraban.news.plain import decode, plain
from kawaraban.news.tidy import PageError
from servers import Loopback, Reply, Request, content, hang

JST = timezone(timedelta(hours=9))
NOW = datetime(2023, 11, 24, 7, tzinfo=JST)
URL = "https://kanda.example/news/fire"
WORDS = "神田の町で火が出ましたが、火消しが集まってすぐに消し止めました。けが人はいませんでした。"


FACTS = """<script type="application/ld+json">{"@graph": [{"@type": "WebPage"},
{"@type": "NewsArticle", "datePublished": "2023-11-09T09:00:00+09:00"}]}</script>"""


def article(
    *, title: str = "神田で小火、朝には鎮火", head: str = "", dated: str = "", words: str = WORDS
) -> str:
    text = "".join(f"<p>{at}番組。{words}</p>\n" for at in range(1, 9))
    return f"""<!doctype html><html lang="ja"><head><meta charset="utf-8">
<title>{title} | 神田日報</title><meta property="og:site_name" content="神田日報">{head}</head>
<body><nav><ul><li><a href="/">表紙</a></li><li><a href="/town">町の話</a></li></ul></nav>
<main><article><h1>{title}</h1>{dated}{text}<h2>原因は調べの最中</h2>
<p>原因はまだ分かっていません。<ruby>町火消<rt>まちびけし</rt></ruby>が調べています。</p>
<ul><li>一つ目に、灯りの始末。</li><li>二つ目に、火鉢の始末。</li></ul></article></main>
<footer>神田日報 購読のお申し込みはこちら</footer></body></html>"""


def test_an_article_is_read_without_what_stands_around_it() -> None:
    page = read_page(article(dated="<p>2023年11月18日(土) 9時30分</p>"), URL, NOW)
    assert (page.title, page.site, page.lang) == ("神田で小火、朝には鎮火", "神田日報", "ja")
    assert page.published == datetime(2023, 11, 18, 9, 30, tzinfo=JST)
    paragraphs = page.text.split("\n\n")
    assert paragraphs[0] == f"1番組。{WORDS}"
    assert "# 原因は調べの最中" in paragraphs
    assert "一つ目に、灯りの始末。" in paragraphs
    assert "まちびけし" not in page.text
    for around in ("表紙", "購読", "11月18日", "<", "**"):
        assert around not in page.text


@pytest.mark.parametrize(
    ("head", "dated", "day"),
    [
        ('<meta property="article:published_time" content="2023-11-20T08:00:00+09:00">', "", 20),
        ('<meta name="date" content="2023年11月17日">', "", 17),
        ("", '<time datetime="2023-11-16">16日</time>', 16),
        ("", "<time>2023年11月15日</time>", 15),
        ("", "<p class='d'>公開：2023年11月14日（火）</p>", 14),
        ("", "<p>令和5年11月13日 午後3時</p>", 13),
        ("", "<div><span>2023.11.12 10:00</span></div>", 12),
        ('<meta name="date" content="2023-11-11"><meta name="pubdate" content="x">', "", 11),
        ('<meta property="article:published_time" content="2031-01-01">', "<p>2023/11/10</p>", 10),
        (FACTS, "<p>2023年11月20日</p>", 9),
        ('<script type="application/ld+json">{"broken</script>', "<p>2023年11月8日</p>", 8),
    ],
)
def test_a_page_says_its_date_in_many_ways(head: str, dated: str, day: int) -> None:
    published = read_page(article(head=head, dated=dated), URL, NOW).published
    assert published is not None
    assert published.date().isoformat() == f"2023-11-{day:02}"


def test_a_date_in_the_text_is_not_the_pages() -> None:
    words = "この町では2019年3月5日に、昔からの祭りの日を祝って大きな舟がたくさん川に出ました。"
    assert read_page(article(words=words), URL, NOW).published is None
    dated = read_page(article(words=words), "https://kanda.example/2023/11/19/fire", NOW)
    assert dated.published == datetime(2023, 11, 19, tzinfo=JST)


def test_a_date_that_the_library_would_take_for_another_is_none() -> None:
    title = "2023年11月18日の神田のにぎわいを訪ねて"
    assert read_page(article(title=title), URL, NOW).published is None


def test_a_script_in_a_title_is_words_and_nothing_to_run() -> None:
    title = "&lt;script&gt;alert(1)&lt;/script&gt;神田で\x1b[31m小火<script>alert(2)</script>"
    page = read_page(decode(article(title=title).encode()), URL, NOW)
    for sign in ("<script", "alert(2)", "\x1b"):
        assert sign not in page.title + page.text
    assert "神田で" in page.title


def test_a_wrong_encoding_is_seen_through() -> None:
    text = article(dated="<p>2023年11月18日</p>")
    for claim, codec in [
        ("utf-8", "cp932"),
        ("shift_jis", "utf-8"),
        ("", "euc_jp"),
        ("x", "utf-8"),
    ]:
        assert "神田日報" in decode(text.encode(codec), claim), (claim, codec)
    declared = text.replace('charset="utf-8"', 'charset="Shift_JIS"')
    assert "購読のお申し込み" in decode(declared.encode("cp932"))


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("", "the page is empty"),
        ("%PDF-1.7 sample", "not a page of HTML"),
        ('{"title": "x"}', "not a page of HTML"),
        ("<rss version='2.0'></rss>", "not a page of HTML"),
        ("<html><body>" + "<div>" * 100_000, "nested more than 200 deep"),
        ("<html><body>" + "<p>あ</p>" * 15_000, "more than 20,000 tags"),
        ("<html><body><nav><a href='/'>表紙</a></nav></body></html>", "no article was found"),
        ("<html>" + "<script>" * 300_000, "no article was found"),
        ("<html>" + "<" * 1_000_000, "no article was found"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_no_article_is_told(body: str, cause: str) -> None:
    with pytest.raises(PageError, match=cause) as caught:
        read_page(body, URL, NOW)
    assert caught.value.where == URL


@pytest.mark.parametrize(
    "trap",
    [
        "<p " + " ".join(f"a{at}=1" for at in range(40_000)) + ">",
        "<!--" * 100_000,
        "<a><b>" * 90,
        "&amp;" * 80_000,
        '<script type="application/ld+json">' + "[" * 200_000 + "</script>",
    ],
    ids=["attributes", "comments", "unclosed", "entities", "facts"],
)
def test_a_trap_after_an_article_does_not_hold_anyone(trap: str) -> None:
    assert WORDS in read_page(article().replace("</main>", f"</main>{trap}"), URL, NOW).text


def test_readings_above_characters_are_no_words_of_a_feed_either() -> None:
    assert plain("<ruby>瓦版<rp>(</rp><rt>かわらばん</rt><rp>)</rp></ruby>屋") == "瓦版屋"


def test_the_library_is_loaded_with_the_first_page_alone() -> None:
    import subprocess

    code = "import sys, kawaraban.news.gather, kawaraban.news.files\n"
    code += "print({'trafilatura', 'lxml', 'markdown_it'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# ── gathering ────────────────────────────────────────────────────────────────────────────────────


class Web(Loopback):
    """Pages and feeds by path; pages with an ETag where there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, bytes] = {}
        self.tags: dict[str, str] = {}

    def answer(self, request: Request) -> Reply:
        if request.path not in self.pages:
            return super().answer(request)
        tag = self.tags.get(request.path, "")
        if tag and request.headers.get("if-none-match") == tag:
            return Reply(status=304)
        kind = "application/rss+xml" if request.path.startswith("/feed") else "text/html"
        headers = {"ETag": tag} if tag else {}
        return Reply(kind=kind, data=self.pages[request.path], headers=headers)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setattr("kawaraban.news.hosts.sleep", lambda _: None)
    monkeypatch.setattr("kawaraban.news.fetch.sleep", lambda _: None)
    with Web() as server:
        yield server


def set_sources(show: Path, more: str = "private = true", **urls: list[str]) -> None:
    listed = "\n".join(f"{name} = {json.dumps(value)}" for name, value in urls.items())
    edit(show / "show.toml", 'files = ["news"]', f'files = ["news"]\n{listed}\n{more}')


def texts(show: Path) -> dict[str, str]:
    with open_archive(show) as archive:
        found = archive.items(NOW - timedelta(days=30), NOW + timedelta(days=9999))
    return {item.url.rsplit("/", 1)[1]: item.text for item in found}


def dated(**changes: str) -> bytes:
    return article(dated="<p>2023年11月22日</p>", **changes).encode()


def test_a_page_is_fetched_once_and_again_where_it_may_tell_of_a_change(
    show: Path, run: Run, web: Web
) -> None:
    web.pages = {"/plain": dated(), "/tagged": dated(title="両国の橋、直る")}
    web.tags = {"/tagged": '"1"'}
    set_sources(show, pages=[f"{web.url}/plain", f"{web.url}/tagged"])
    first = run("gather", folder=show)
    assert (first.code, first.out) == (0, "2 pages, 4 files: 2 new items, 0 unchanged, 0 failed\n")
    assert run("gather", folder=show).out == (
        "2 pages, 4 files: 0 new items, 2 unchanged, 0 failed\n"
    )
    assert (len(web.of("/plain")), len(web.of("/tagged"))) == (1, 2)
    web.pages["/tagged"] = dated(title="両国の橋、直る", words="書き直された知らせの中身です。" * 3)
    web.tags = {"/tagged": '"2"'}
    third = run("gather", folder=show)
    assert third.out == "2 pages, 4 files: 0 new items, 1 unchanged, 0 failed\n"
    assert "書き直された" in texts(show)["tagged"]
    assert "両国の橋、直る" in run("pick", "--until", DAY, "--top", "9", folder=show).out


def test_one_failing_page_never_stops_the_rest(
    show: Path, run: Run, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(total=1, size=2**20, private=True)
    monkeypatch.setattr("kawaraban.news.fetch.Limits", lambda **_: limits)
    deep = ("<html><body>" + "<div>" * 50_000).encode()
    web.pages = {"/good": dated(), "/huge": b"<html>" + b" " * 30_000_000, "/deep": deep}
    web.misbehave(hang, path="/slow")
    names = ("slow", "huge", "deep", "gone", "good")
    set_sources(show, pages=[f"{web.url}/{name}" for name in names])
    done = run("gather", folder=show)
    assert (done.code, done.out) == (0, "5 pages, 4 files: 1 new items, 0 unchanged, 4 failed\n")
    told = {line.split(": ")[0].rsplit("/", 1)[1]: line for line in done.err.splitlines()}
    assert "not done within 1 s" in told["slow"]
    assert "more than 1,048,576 bytes" in told["huge"]
    assert "nested more than" in told["deep"]
    assert "404" in told["gone"]


def test_a_page_that_sends_on_to_a_private_address_is_not_followed(
    show: Path, run: Run, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kawaraban.news.address.public", lambda ip: ip == "127.0.0.1")
    headers = {"Location": "http://10.0.0.1/secret"}
    web.misbehave(lambda _: Reply(status=302, headers=headers), path="/away")
    set_sources(show, more="", pages=[f"{web.url}/away"])
    done = run("gather", folder=show)
    assert done.code == 1
    assert "10.0.0.1, which is not a public address" in done.err


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>{name}新聞</title>
<link>https://a.example/</link><description>x</description><language>ja</language>{items}
</channel></rss>"""


def feed(url: str, *names: str, text: str = "短い知らせです。") -> bytes:
    day = "Wed, 22 Nov 2023 09:00:00 +0900"
    items = "".join(
        f"<item><title>{name}の話題</title><link>{url}/{name}</link><pubDate>{day}</pubDate>"
        f"<description>{text}</description></item>"
        for name in names
    )
    return RSS.format(name="甲", items=items).encode()


def test_a_feeds_new_and_short_items_get_their_pages_text(show: Path, run: Run, web: Web) -> None:
    web.pages = {"/feed": feed(web.url, "a", "b"), "/a": dated(), "/b": b"not a page"}
    set_sources(show, "full_text = true\nprivate = true", feeds=[f"{web.url}/feed"])
    done = run("gather", folder=show)
    assert (done.code, done.out) == (0, "1 feed, 4 files: 2 new items, 0 unchanged, 0 failed\n")
    assert f"the feed's text is kept of {web.url}/b" in done.err
    found = texts(show)
    assert WORDS in found["a"]
    assert found["b"] == "短い知らせです。"
    web.pages |= {"/feed": feed(web.url, "c", "a", "b"), "/c": dated()}
    run("gather", folder=show)
    assert WORDS in texts(show)["c"]
    assert web.paths().count("/a") == web.paths().count("/b") == 1


def test_what_a_feed_tells_whole_is_not_asked_for(show: Path, run: Run, web: Web) -> None:
    web.pages = {"/feed": feed(web.url, "a", text="長い知らせです。" * 60)}
    set_sources(show, "full_text = true\nprivate = true", feeds=[f"{web.url}/feed"])
    run("gather", folder=show)
    assert web.paths() == ["/feed"]


def test_without_full_text_no_page_is_asked_for(show: Path, run: Run, web: Web) -> None:
    web.pages = {"/feed": feed(web.url, "a"), "/a": dated()}
    set_sources(show, feeds=[f"{web.url}/feed"])
    run("gather", folder=show)
    assert web.paths() == ["/feed"]


def test_a_host_is_asked_for_so_many_pages_and_no_more(show: Path, run: Run, web: Web) -> None:
    names = [f"p{at}" for at in range(PAGES + 5)]
    web.pages = {f"/{name}": dated() for name in names} | {"/feed": feed(web.url, *names)}
    set_sources(show, "full_text = true\nprivate = true", feeds=[f"{web.url}/feed"])
    done = run("gather", folder=show)
    assert len(web.requests) == 1 + PAGES
    assert "5 items keep the feed's text" in done.err
    assert len(texts(show)) == PAGES + 5


def test_a_host_whose_pages_fail_is_left_alone(show: Path, run: Run, web: Web) -> None:
    names = [f"p{at}" for at in range(10)]
    web.pages = {"/feed": feed(web.url, *names)}
    for _ in names:
        web.misbehave(content("text/html", b"<html><body>login</body></html>"), path="/p")
    set_sources(show, "full_text = true\nprivate = true", feeds=[f"{web.url}/feed"])
    done = run("gather", folder=show)
    assert len(web.requests) == 1 + FAILURES
    assert done.out == "1 feed, 4 files: 10 new items, 0 unchanged, 0 failed\n"
