"""Newsletters: the stories they link to become items; the rest of a letter is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path

import pytest

from conftest import DAY, Run, edit
from kawaraban.errors import ShowError
from kawaraban.model import Item
from kawaraban.news.files import read_items
from kawaraban.news.newsletters import MOST, Letter, read_newsletter
from kawaraban.news.tidy import PageError
from servers import Loopback, Reply, Request, hang

JST = timezone(timedelta(hours=9))
NOW = datetime(2023, 11, 22, 7, tzinfo=JST)
LETTER = Letter("朝の便り", "https://letter.example/issues/12", NOW)
ISSUE = """<!doctype html><html lang="ja"><head><title>朝の便り 第12号</title>
<meta property="og:site_name" content="朝の便り"></head><body>
<nav><a href="https://elsewhere.example/menu">目次の頁</a></nav>
<p><a href="https://letter.example/issues/11">前の号を読んでいない方へ</a></p>
<p>2023年11月21日</p>
<h1>朝の便り 第12号</h1>
<p><a href="https://x.com/asanotayori">編集長の日々のつぶやき</a></p>
<h2>今日の話題</h2>
<h3><a href="https://kanda.example/fire?utm_source=asa&amp;id=7">神田で小火、朝には鎮火</a></h3>
<p>神田の町で火が出ましたが、けが人はありませんでした。</p>
<ul><li>橋の修理が始まりました。<a href="https://bridge.example/a">両国橋の修理に三か月</a>と町方。</li></ul>
<h3>相撲の秋場所</h3>
<p>秋場所は満員でした。<a href="https://sumo.example/autumn">続きを読む</a></p>
<a href="https://card.example/1"><h3>札の形の知らせ</h3><p>見出しも本文も、まるごと一つの札です。</p></a>
<p><a href="https://pic.example/p"><img src="https://pic.example/p.png" alt="絵"></a></p>
<p>広告：<a href="https://shop.example/soba">そばの出前を頼むならこの店です</a></p>
<div class="sponsor"><p><a href="https://shop.example/sake">酒の大安売りが今日から始まります</a></p></div>
<h2>スポンサーからのお知らせ</h2>
<p><a href="https://shop.example/tea">お茶の新しい葉が入りました、ぜひ</a></p>
<h2>ほかの話題</h2>
<p><a href="https://count.example/c?u=https%3A%2F%2Friver.example%2Fboat%3Futm_medium%3Dmail">
隅田川に新しい舟が浮かぶ</a></p>
<p><a rel="sponsored nofollow" href="https://shop.example/x">売り物の話がここにもあります</a></p>
<p><a href="https://facebook.com/sharer?u=x">広めてくださいこの便りを友へ</a></p>
<p><a href="https://mail.example/u/1">配信停止はこちら</a></p>
<footer><a href="https://company.example/about">わたしたちの会社のあらまし</a></footer>
</body></html>"""


def read(body: str, letter: Letter = LETTER) -> tuple[Item, ...]:
    return read_newsletter(f"<html><body>{body}</body></html>", letter)


def test_every_story_of_an_issue_is_an_item_and_nothing_else_is() -> None:
    found = {item.title: item for item in read_newsletter(ISSUE, LETTER)}
    assert {title: item.url for title, item in found.items()} == {
        "神田で小火、朝には鎮火": "https://kanda.example/fire?id=7",
        "両国橋の修理に三か月": "https://bridge.example/a",
        "相撲の秋場所": "https://sumo.example/autumn",
        "札の形の知らせ": "https://card.example/1",
        "隅田川に新しい舟が浮かぶ": "https://river.example/boat",
    }
    fire = found["神田で小火、朝には鎮火"]
    assert fire.summary == "神田の町で火が出ましたが、けが人はありませんでした。"
    assert (fire.source, fire.published, fire.lang) == ("朝の便り", NOW, "ja")
    bridge = found["両国橋の修理に三か月"]
    assert bridge.summary == "橋の修理が始まりました。両国橋の修理に三か月と町方。"
    assert found["札の形の知らせ"].summary == "見出しも本文も、まるごと一つの札です。"


def test_one_address_is_one_story_with_the_longer_summary() -> None:
    link = '<a href="https://a.example/1?utm_source=x">{}</a>'
    found = read(
        f"<p>{link.format('火事の知らせ')}</p>"
        f"<p>{link.format('もっと読む')}と、町の火消しの頭が昨夜のことを長く語りました。</p>"
    )
    assert [item.title for item in found] == ["火事の知らせ"]
    assert "火消しの頭" in found[0].summary


def test_in_english_words_keep_their_spaces() -> None:
    letter = Letter("Morning", "https://letter.example/1", NOW)
    (item,) = read(
        "<h2>A fire in Kanda</h2><p>It was\nout <b>by</b> dawn. "
        '<a href="https://k.example/1">Read more</a></p>',
        letter,
    )
    assert (item.title, item.lang) == ("A fire in Kanda", "en")
    assert item.summary == "It was out by dawn. Read more"


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "#top",
        "/next",
        "",
        "x://",
    ],
)
def test_what_is_no_address_elsewhere_is_no_story(href: str) -> None:
    assert read(f'<p><a href="{href}">ここに何かの話があります</a></p>') == ()


def test_an_issue_has_no_more_than_so_many_stories() -> None:
    many = "".join(
        f'<p><a href="https://a.example/{at}">{at}番目の話題の見出し</a></p>' for at in range(150)
    )
    assert len(read(many)) == MOST


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("", "empty"),
        ('{"a": 1}', "not a page of HTML"),
        ("<html>" + "<div>" * 5000, "nested more than"),
        ("<html>" + "<p></p>" * 20_000, "tags"),
    ],
)
def test_what_is_made_to_break_parsers_is_refused(body: str, cause: str) -> None:
    with pytest.raises(PageError, match=cause):
        read_newsletter(body, LETTER)


# ── files ────────────────────────────────────────────────────────────────────────────────────────


def mail(html: str, **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in {"From": "朝の便り <asa@letter.example>", "Subject": "第12号"}.items():
        message[name] = value
    for name, value in headers.items():
        message[name] = value
    message.set_content("HTMLで読んでください。")
    if html:
        message.add_alternative(html, subtype="html", charset="iso-2022-jp", cte="7bit")
    return message.as_bytes()


def test_a_mail_in_news_is_a_newsletter(tmp_path: Path) -> None:
    body = ISSUE.replace("第12号", "第十二号")
    (tmp_path / "asa.eml").write_bytes(mail(body, Date="Tue, 21 Nov 2023 06:00:00 +0900"))
    found = read_items([tmp_path])
    assert {item.source for item in found} == {"朝の便り"}
    assert {item.published for item in found} == {datetime(2023, 11, 21, 6, tzinfo=JST)}
    assert "https://kanda.example/fire?id=7" in {item.url for item in found}


def test_a_page_in_a_folder_of_newsletters_is_one_and_another_is_an_article(tmp_path: Path) -> None:
    for folder in ("newsletters", "saved"):
        (tmp_path / folder).mkdir()
    (tmp_path / "newsletters/2023-11-20.html").write_text(ISSUE, "utf-8")
    article = "<html><body><h1>神田の祭り</h1><article>" + "<p>祭りは三日続きました。</p>" * 20
    (tmp_path / "saved/matsuri.html").write_text(article, "utf-8")
    found = read_items([tmp_path], zone=JST)
    assert [item.title for item in found if item.source != "朝の便り"] == ["神田の祭り"]
    letters = [item for item in found if item.source == "朝の便り"]
    assert {item.published for item in letters} == {datetime(2023, 11, 21, tzinfo=JST)}


def test_what_stands_beside_a_newsletter_goes_before_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "asa.eml").write_bytes(mail(ISSUE))
    beside = 'source = "夕べの便り"\npublished = 2023-11-19\nlang = "ja"\n'
    (tmp_path / "asa.toml").write_text(beside, "utf-8")
    found = read_items([tmp_path], zone=JST)
    assert {(item.source, item.published) for item in found} == {
        ("夕べの便り", datetime(2023, 11, 19, tzinfo=JST))
    }


def test_two_letters_that_tell_of_one_page_are_no_error(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.eml").write_bytes(mail(ISSUE))
    assert len({item.url for item in read_items([tmp_path])}) == len(read_items([tmp_path])) == 6


@pytest.mark.parametrize(
    ("html", "cause"),
    [("", "no part in HTML"), ("<html><body><p>話だけ。</p></body></html>", "no story was found")],
)
def test_a_mail_without_stories_is_told(tmp_path: Path, html: str, cause: str) -> None:
    (tmp_path / "asa.eml").write_bytes(mail(html))
    with pytest.raises(ShowError, match=cause) as caught:
        read_items([tmp_path])
    assert caught.value.where == str(tmp_path / "asa.eml")


# ── gathering ────────────────────────────────────────────────────────────────────────────────────


class Letters(Loopback):
    """Newsletters by path."""

    pages: dict[str, str]

    def answer(self, request: Request) -> Reply:
        if request.path not in self.pages:
            return super().answer(request)
        return Reply(kind="text/html; charset=utf-8", data=self.pages[request.path].encode())


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    monkeypatch.setattr("kawaraban.news.hosts.sleep", lambda _: None)
    monkeypatch.setattr("kawaraban.news.fetch.sleep", lambda _: None)
    with Letters() as server:
        server.pages = {"/12": ISSUE}
        yield server


def test_a_newsletter_is_gathered_once_and_picked(show: Path, run: Run, web: Letters) -> None:
    listed = f'newsletters = ["{web.url}/12", "{web.url}/gone"]\nprivate = true'
    edit(show / "show.toml", 'files = ["news"]', f'files = ["news"]\n{listed}')
    done = run("gather", folder=show)
    assert (done.code, done.out) == (
        0,
        "2 newsletters, 4 files: 6 new items, 0 unchanged, 1 failed\n",
    )
    assert "404" in done.err
    again = run("gather", folder=show)
    assert again.out == "2 newsletters, 4 files: 0 new items, 0 unchanged, 1 failed\n"
    assert "神田で小火" in run("pick", "--until", DAY, "--top", "20", folder=show).out


def test_a_newsletter_that_hangs_stops_nobody(
    show: Path, run: Run, web: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kawaraban.news.fetch import Limits

    monkeypatch.setattr(
        "kawaraban.news.fetch.Limits", lambda private: Limits(total=0.5, private=private)
    )
    web.misbehave(hang, path="/slow")
    listed = f'newsletters = ["{web.url}/slow", "{web.url}/12"]\nprivate = true'
    edit(show / "show.toml", 'files = ["news"]', f'files = ["news"]\n{listed}')
    done = run("gather", folder=show)
    assert done.out == "2 newsletters, 4 files: 6 new items, 0 unchanged, 1 failed\n"
    assert "not done within" in done.err
