"""Gathering: feeds into the archive, only what is new, one bad feed its own affair."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import DAY, Run, edit
from kawaraban.errors import OutputError
from kawaraban.model import Item
from kawaraban.news.archive import ARCHIVE, FeedState, open_archive
from kawaraban.news.fetch import Limits
from kawaraban.news.gather import Gathered, gather
from kawaraban.news.hosts import interleaved
from kawaraban.news.readers import Source
from servers import Loopback, Reply, Request

NOW = datetime(2023, 11, 24, 7, tzinfo=timezone(timedelta(hours=9)))
ITEM = Item("a", "https://a.example/1", "甲新聞", "見出し", NOW, "ja", "要約。", "本文。")


# ── the archive ──────────────────────────────────────────────────────────────────────────────────


def test_what_is_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        assert archive.add([ITEM], NOW) == 1
    with open_archive(tmp_path) as archive:
        assert archive.items(NOW - timedelta(days=1), NOW) == (ITEM,)
        assert archive.items(NOW, NOW + timedelta(days=1)) == ()


def test_an_item_is_new_once_by_id_and_by_address(tmp_path: Path) -> None:
    again = replace(ITEM, title="another headline")
    elsewhere = replace(ITEM, id="b")
    fresh = replace(ITEM, id="c", url="https://a.example/2")
    with open_archive(tmp_path) as archive:
        assert archive.add([ITEM, again], NOW) == 1
        assert archive.add([again, elsewhere, fresh], NOW) == 1
        assert [item.title for item in archive.items(NOW - timedelta(1), NOW)] == ["見出し"] * 2


@given(st.integers(-14, 14), st.integers(-400, 400))
def test_moments_keep_their_order_whatever_their_offset(offset: int, minutes: int) -> None:
    import tempfile

    moment = (NOW + timedelta(minutes=minutes)).astimezone(timezone(timedelta(hours=offset)))
    with tempfile.TemporaryDirectory() as folder, open_archive(Path(folder)) as archive:
        archive.add([replace(ITEM, published=moment)], NOW)
        inside = bool(archive.items(NOW - timedelta(hours=1), NOW))
        assert inside == (NOW - timedelta(hours=1) < moment <= NOW)


def test_a_feed_is_remembered(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        assert archive.feed("https://a.example/feed") == FeedState()
        archive.remember("https://a.example/feed", FeedState('"1"', "yesterday"), NOW)
    with open_archive(tmp_path) as archive:
        assert archive.feed("https://a.example/feed") == FeedState('"1"', "yesterday")


def test_a_file_that_is_no_archive_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / ARCHIVE
    path.parent.mkdir()
    path.write_bytes(b"not a database, but somebody's notes")
    with pytest.raises(OutputError, match="the archive cannot be used"), open_archive(tmp_path):
        pass
    assert path.read_bytes().startswith(b"not a database")


def test_an_archive_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    with open_archive(tmp_path):
        pass
    with sqlite3.connect(tmp_path / ARCHIVE) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(OutputError, match="of version 9") as caught, open_archive(tmp_path):
        pass
    assert caught.value.hint == "update kawaraban"


def test_feeds_of_one_host_stand_apart() -> None:
    feeds = [f"https://{host}.example/{at}" for host in "ab" for at in range(3)]
    hosts = [feeds[at][8] for at in interleaved(feeds)]
    assert "".join(hosts) == "ababab"


# ── the command ──────────────────────────────────────────────────────────────────────────────────

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>{title}</title><link>https://{name}.example/</link>
<description>sample</description><language>ja</language>{items}</channel></rss>"""
ENTRY = """<item><title>{title}</title><link>https://{name}.example/{at}</link>
<pubDate>{day:%a, %d %b %Y %H:%M:%S} +0900</pubDate><description>{text}</description></item>"""


def rss(name: str, *titles: str) -> bytes:
    day = datetime(2023, 11, 22, 9, tzinfo=UTC)
    items = "".join(
        ENTRY.format(title=title, name=name, at=at, day=day, text=f"{title}、と伝えました。")
        for at, title in enumerate(titles)
    )
    return RSS.format(title=f"{name}新聞", name=name, items=items).encode()


class Web(Loopback):
    """Feeds by path; each knows what it said last."""

    def __init__(self) -> None:
        super().__init__()
        self.feeds: dict[str, bytes] = {}

    def answer(self, request: Request) -> Reply:
        if request.path not in self.feeds:
            return super().answer(request)
        return Reply(kind="application/rss+xml", data=self.feeds[request.path])


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setattr("kawaraban.news.hosts.sleep", lambda _: None)
    monkeypatch.setattr("kawaraban.news.fetch.sleep", lambda _: None)
    with Web() as server:
        yield server


def subscribe(show: Path, *urls: str, more: str = "private = true") -> None:
    listed = json.dumps(urls)
    edit(show / "show.toml", 'files = ["news"]', f'files = ["news"]\nfeeds = {listed}\n{more}')


def test_a_second_gathering_brings_only_what_is_new(show: Path, run: Run, web: Web) -> None:
    web.feeds = {"/a": rss("a", "神田で祭り"), "/b": rss("b", "神田で祭りの支度", "橋の修理")}
    subscribe(show, f"{web.url}/a", f"{web.url}/b")
    first = run("gather", folder=show)
    assert (first.code, first.out) == (0, "2 feeds, 4 files: 3 new items, 0 unchanged, 0 failed\n")
    web.feeds["/a"] = rss("a", "神田で祭り", "夜に花火")
    second = run("gather", folder=show)
    assert second.out == "2 feeds, 4 files: 1 new items, 0 unchanged, 0 failed\n"
    assert f"{web.url}/a: 1 new" in second.err


def test_what_was_gathered_is_picked_and_drafted(show: Path, run: Run, web: Web) -> None:
    titles = ("両国の川開きに人出", "両国の川開きは大にぎわい")
    for name, title in zip("ab", titles, strict=True):
        web.feeds[f"/{name}"] = rss(name, title)
    subscribe(show, *(f"{web.url}/{name}" for name in "ab"))
    assert run("gather", folder=show).code == 0
    picked = run("pick", "--until", DAY, "--json", folder=show)
    stories = json.loads(picked.out)["stories"]
    (story,) = [one for one in stories if "両国" in one["title"]]
    assert {item["source"] for item in story["items"]} == {"a新聞", "b新聞"}
    assert run("draft", "1", "--date", DAY, folder=show).code == 0
    assert "両国" in (show / "scripts/episodes/0001.md").read_text("utf-8")


def test_a_show_may_live_on_feeds_alone(show: Path, run: Run, web: Web) -> None:
    web.feeds["/a"] = rss("a", "神田で祭り")
    subscribe(show, f"{web.url}/a")
    for item in (show / "news").glob("*.md"):
        item.unlink()
    assert "feeds to [sources]" in run("pick", "--until", DAY, folder=show).err
    assert run("gather", folder=show).code == 0
    assert "神田で祭り" in run("pick", "--until", DAY, folder=show).out
    assert run("check", folder=show).code == 0


def test_one_bad_feed_stops_no_other_and_is_told(show: Path, run: Run, web: Web) -> None:
    web.feeds = {"/good": rss("good", "神田で祭り"), "/html": b"<html><body>404</body></html>"}
    subscribe(show, f"{web.url}/html", f"{web.url}/gone", f"{web.url}/good")
    done = run("gather", folder=show)
    assert (done.code, done.out) == (0, "3 feeds, 4 files: 1 new items, 0 unchanged, 2 failed\n")
    told = {line.split(": ")[0].rsplit("/", 1)[1] for line in done.err.splitlines()}
    assert told == {"html", "gone", "good"}
    assert "404" in done.err


def test_when_every_feed_fails_so_does_the_command(show: Path, run: Run, web: Web) -> None:
    subscribe(show, f"{web.url}/gone")
    assert run("gather", folder=show).code == 1


def test_feeds_on_this_machine_must_be_allowed(show: Path, run: Run, web: Web) -> None:
    web.feeds["/a"] = rss("a", "神田で祭り")
    subscribe(show, f"{web.url}/a", more="")
    done = run("gather", folder=show)
    assert done.code == 1
    assert web.requests == []


def test_a_feed_that_did_not_change_is_not_sent_again(show: Path, run: Run, web: Web) -> None:
    whole = Reply(kind="application/rss+xml", data=rss("a", "神田で祭り"), headers={"ETag": '"1"'})
    web.feeds["/a"] = whole.data
    web.misbehave(lambda _: whole, lambda _: Reply(status=304))
    subscribe(show, f"{web.url}/a")
    assert run("gather", folder=show).code == 0
    done = run("gather", folder=show)
    assert done.out == "1 feed, 4 files: 0 new items, 1 unchanged, 0 failed\n"
    assert web.requests[1].headers["if-none-match"] == '"1"'


def test_feeds_are_listed_in_opml_with_their_names(show: Path, run: Run, web: Web) -> None:
    web.feeds["/a"] = rss("a", "神田で祭り")
    outline = f'<outline text="神田瓦版" type="rss" xmlUrl="{web.url}/a"/>'
    opml = f'<opml version="2.0"><head/><body><outline text="x">{outline}</outline></body></opml>'
    (show / "news/feeds.opml").write_text(opml, "utf-8")
    edit(
        show / "show.toml",
        'files = ["news"]',
        'files = ["news"]\nopml = ["news/feeds.opml"]\nprivate = true',
    )
    assert run("gather", folder=show).code == 0
    picked = json.loads(run("pick", "--until", DAY, "--json", "--top", "9", folder=show).out)
    sources = {item["source"] for story in picked["stories"] for item in story["items"]}
    assert "神田瓦版" in sources


def test_a_show_without_feeds_is_told_what_its_files_hold(show: Path, run: Run) -> None:
    done = run("gather", folder=show)
    assert (done.code, done.out) == (0, "4 files: 4 items, which drafting reads directly\n")
    assert not (show / ARCHIVE).exists()


def test_a_show_without_any_news_is_told_how_to_name_feeds(show: Path, run: Run) -> None:
    for item in (show / "news").glob("*.md"):
        item.unlink()
    done = run("gather", folder=show)
    assert done.code == 1
    assert "[sources] names no feeds" in done.err
    assert "newsletters = " in done.err


def test_an_archive_of_version_1_is_brought_up(tmp_path: Path) -> None:
    fields = "id TEXT PRIMARY KEY, url TEXT UNIQUE NOT NULL, source TEXT NOT NULL, "
    fields += "title TEXT NOT NULL, published TEXT NOT NULL, lang TEXT NOT NULL, "
    fields += "summary TEXT NOT NULL, text TEXT NOT NULL, gathered TEXT NOT NULL"
    moment = "2023-11-23T22:00:00+00:00"
    row = ("a", ITEM.url, ITEM.source, ITEM.title, moment, "ja", ITEM.summary, ITEM.text, moment)
    (tmp_path / ARCHIVE).parent.mkdir()
    with sqlite3.connect(tmp_path / ARCHIVE) as connection:
        connection.executescript(
            f"CREATE TABLE items ({fields}) STRICT; CREATE INDEX items_published ON items "
            "(published); CREATE TABLE feeds (url TEXT PRIMARY KEY, etag TEXT NOT NULL, modified "
            "TEXT NOT NULL, checked TEXT NOT NULL) STRICT; PRAGMA user_version = 1;"
        )
        connection.execute("INSERT INTO items VALUES (?,?,?,?,?,?,?,?,?)", row)
        connection.execute("INSERT INTO feeds VALUES ('https://a.example/feed', '1', '', '')")
    bare = [replace(ITEM, id=name, url="") for name in "bc"]
    with open_archive(tmp_path) as archive:
        assert archive.items(NOW - timedelta(1), NOW) == (ITEM,)
        assert archive.feed("https://a.example/feed") == FeedState("1")
        assert archive.add([replace(ITEM, id="z"), *bare], NOW) == 2
    with open_archive(tmp_path) as archive:
        assert len(archive.items(NOW - timedelta(1), NOW)) == 3


def test_hundreds_of_feeds_and_a_stop_in_the_middle(tmp_path: Path, web: Web) -> None:
    web.feeds = {f"/{at}": rss(f"p{at}", f"話題{at}の見出し") for at in range(200)}
    sources = [Source(f"{web.url}/{at}") for at in range(200)]
    seen: list[Gathered] = []

    def stop(one: Gathered) -> None:
        seen.append(one)
        if len(seen) == 20:
            raise KeyboardInterrupt

    with open_archive(tmp_path) as archive, pytest.raises(KeyboardInterrupt):
        gather(sources, archive, NOW, stop, Limits(private=True))
    with open_archive(tmp_path) as archive:
        kept = len(archive.items(NOW - timedelta(days=9), NOW))
        assert kept == 20
        ended = gather(sources, archive, NOW, seen.append, Limits(private=True))
        assert len(archive.items(NOW - timedelta(days=9), NOW)) == 200
    assert sum(one.new for one in ended) == 180
    assert not any(one.failed for one in ended)
