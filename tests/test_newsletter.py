"""The newsletter: what a mail client shows of it, and where the command and the build get it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import html
from markdown_it import MarkdownIt

from conftest import DAY, HEAVY, Run, edit, loaded
from kawaraban.model import Chapter, Event, Item, Quote, Rundown, Script, Story, Window
from kawaraban.publish.newsletter import Issue, make_issue, newsletter_html, newsletter_markdown
from kawaraban.settings import Show
from kawaraban.stories.contract import stories_from_json, to_json

NOON = datetime(2026, 10, 6, 3, tzinfo=UTC)
HOSTILE = (
    '<script>alert("1")</script> ]](x) & *太字* [罠](javascript:alert(1)) <img src=x> {{ 7*7 }}'
)


def make_show(language: str = "ja", **about: str) -> Show:
    own = {
        "title": "川の便り",
        "description": "川の一週間。",
        "author": "川の編集室",
        "image": "art/cover.jpg",
        "language": language,
    }
    return Show.model_validate(
        {
            "show": own | about,
            "host": [{"id": "a", "name": "甲", "voice": "a"}],
            "publish": {"url": "https://river.example/show"},
        }
    )


def item(id_: str, source: str, title: str, **more: object) -> Item:
    plain = Item(id_, f"https://{id_}.example/1", source, title, NOON)
    return replace(plain, **more)  # type: ignore[arg-type]


def quote(text: str, item: Item) -> Quote:
    return Quote(text, item.id, item.source)


def issue(*stories: Story, show: Show | None = None, order: str = "", **front: str) -> Issue:
    script = Script(
        number=4,
        title=front.get("title", "橋がかかる"),
        date=date(2026, 10, 9),
        summary=front.get("summary", "橋と舟の話。"),
        chapters=tuple(
            Chapter("章", (), 1, id_) for id_ in order.split() or [story.id for story in stories]
        ),
    )
    published = front.get("published", "yes") == "yes"
    return make_issue(show or make_show(), script, stories, published=published)


BRIDGE = item("bridge", "北の新聞", "新しい橋が開通")
PAPER = item("paper", "南の新聞", "橋の開通を祝う")
ABROAD = item("abroad", "The Ferry Post", "A bridge opens", lang="en")
COPY = item("copy", "写しの新聞", "新しい橋が開通", reprint_of="bridge")
TALK = item("talk", "舟の会", "舟をこぐ人の話", url="")
OPENED = Story(
    "bridge",
    "新しい橋が開通",
    (PAPER, BRIDGE, ABROAD, COPY),
    points=(
        quote("橋が開きました。", BRIDGE),
        quote("長さは300メートルです。", BRIDGE),
        quote("The ferry stops.", ABROAD),
        quote("四つ目の文です。", PAPER),
    ),
    seen_before=2,
)
ROWED = Story("talk", "舟をこぐ人の話", (TALK,), points=(quote("舟は軽い。", TALK),))

# ── what it says ─────────────────────────────────────────────────────────────────────────────────


def test_a_newsletter_in_japanese() -> None:
    show = make_show(tagline="川べりから", sponsor="川舟組合")
    assert newsletter_markdown(show, issue(OPENED, ROWED)) == (
        "# 橋がかかる\n\n"
        "**川の便り** – 第4回 – 2026年10月9日\n\n"
        "橋と舟の話。\n\n"
        "## [新しい橋が開通](<https://bridge.example/1>)\n\n"
        "*第2回の続報*\n\n"
        "橋が開きました。長さは300メートルです。（北の新聞）The ferry stops.（The Ferry Post）\n\n"
        "出どころ：\n\n"
        "- [橋の開通を祝う](<https://paper.example/1>)（南の新聞）\n"
        "- [新しい橋が開通](<https://bridge.example/1>)（北の新聞）\n"
        "- [A bridge opens](<https://abroad.example/1>)（The Ferry Post）\n\n"
        "## 舟をこぐ人の話\n\n"
        "舟は軽い。\n\n"
        "出どころ：\n\n"
        "- 舟をこぐ人の話（舟の会）\n\n"
        "**[この回を聴く](<https://river.example/show/episodes/0004/index.html>)**\n\n"
        "---\n\n"
        "[川の便り](<https://river.example/show/index.html>) – 川べりから\n\n"
        "提供：川舟組合\n\n"
        "© 川の編集室\n"
    )


def test_a_newsletter_in_english() -> None:
    show = make_show("en", title="River Notes", author="The river desk")
    ferry = item("ferry", "The Ferry Post", "The last ferry", lang="en")
    quay = item("quay", "Quay Daily", "Boats tied up", lang="en")
    story = Story(
        "ferry",
        "The last ferry",
        (ferry, quay),
        points=(quote("It left at nine.", ferry), quote("Few came.", ferry), quote("So.", quay)),
        seen_before=3,
    )
    text = newsletter_markdown(show, issue(story, show=show, title="Ferries", summary="Of boats."))
    assert text == (
        "# Ferries\n\n"
        "**River Notes** – Episode 4 – 2026-10-09\n\n"
        "Of boats.\n\n"
        "## [The last ferry](<https://ferry.example/1>)\n\n"
        "*Follows episode 3*\n\n"
        "It left at nine. Few came. (The Ferry Post) So. (Quay Daily)\n\n"
        "Sources:\n\n"
        "- [The last ferry](<https://ferry.example/1>) (The Ferry Post)\n"
        "- [Boats tied up](<https://quay.example/1>) (Quay Daily)\n\n"
        "**[Listen to this episode](<https://river.example/show/episodes/0004/index.html>)**\n\n"
        "---\n\n"
        "[River Notes](<https://river.example/show/index.html>)\n\n"
        "© The river desk\n"
    )


def test_html_and_markdown_say_the_same() -> None:
    show, sent = make_show(tagline="川べりから", sponsor="川舟組合"), issue(OPENED, ROWED)
    page = html.document_fromstring(newsletter_html(show, sent))
    rendered = html.document_fromstring(MarkdownIt().render(newsletter_markdown(show, sent)))

    def said(tree: html.HtmlElement) -> str:
        words = " ".join(tree.find("body").itertext())
        return re.sub(r"[\s–：]", "", words)

    def links(tree: html.HtmlElement) -> set[tuple[str, str]]:
        return {(link.text_content(), link.get("href")) for link in tree.iter("a")}

    assert links(page) == links(rendered)
    title = "橋がかかる"
    assert said(page).replace(title, "", 1) == said(rendered).replace(title, "", 1)


def test_a_story_with_a_timeline_is_told_from_its_beginning_to_its_end() -> None:
    days = [(1, "始まりました。"), (3, "続きました。"), (5, "終わりました。"), (5, "祝いました。")]
    events = tuple(
        Event(date(2026, 10, day), text, "", "bridge", "北の新聞", confirmed=True)
        for day, text in days
    )
    told = issue(replace(OPENED, timeline=events)).entries[0].passages
    assert [passage.text for passage in told] == ["始まりました。終わりました。橋が開きました。"]
    one_day = issue(replace(OPENED, timeline=events[2:3], points=())).entries[0].passages
    assert [passage.text for passage in one_day] == ["終わりました。"]


def test_stories_come_once_and_in_the_order_of_the_script() -> None:
    told = issue(OPENED, ROWED, order="talk bridge talk")
    assert [entry.title for entry in told.entries] == [ROWED.title, OPENED.title]
    assert [entry.title for entry in issue(OPENED, ROWED, order="talk").entries] == [ROWED.title]


def test_an_unpublished_episode_cannot_be_heard_yet() -> None:
    sent = issue(OPENED, published="no")
    for text in (newsletter_html(make_show(), sent), newsletter_markdown(make_show(), sent)):
        assert "この回を聴く" not in text
        assert "https://river.example/show/index.html" in text


# ── what a mail client is given ──────────────────────────────────────────────────────────────────


def test_the_html_is_whole_and_loads_nothing() -> None:
    page = html.document_fromstring(newsletter_html(make_show(), issue(OPENED, ROWED)))
    assert page.get("lang") == "ja"
    tags = {element.tag for element in page.iter()}
    assert not tags & {"script", "style", "link", "img", "iframe", "object", "form"}
    assert page.xpath("//meta[@name='color-scheme']/@content") == ["light dark"]
    styles = page.xpath("//@style")
    assert not [style for style in styles if "url(" in style or "@" in style]
    assert [style for style in styles if "max-width:600px" in style]
    assert not page.xpath("//@onclick | //@src | //@background")
    assert page.xpath("//*[@lang='en']/descendant-or-self::*[self::a or self::span]/text()")


def test_what_has_a_colour_has_a_ground() -> None:
    page = html.document_fromstring(newsletter_html(make_show(), issue(OPENED)))
    for style in page.xpath("//@style"):
        if re.search(r"(?:^|;)color:#", style):
            assert "background-color:#" in style


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", 'https://a.example/"onclick="x', "", "/a"]
)
def test_what_is_no_address_of_the_web_is_no_link(url: str) -> None:
    bad = replace(BRIDGE, url=url)
    story = replace(OPENED, items=(bad,))
    home = {"https://river.example/show/index.html"}
    home |= {"https://river.example/show/episodes/0004/index.html"}
    page = html.document_fromstring(newsletter_html(make_show(), issue(story)))
    assert set(page.xpath("//@href")) == home
    rendered = MarkdownIt().render(newsletter_markdown(make_show(), issue(story)))
    assert set(html.document_fromstring(rendered).xpath("//@href")) == home
    second = issue(replace(OPENED, items=(bad, PAPER))).entries[0]
    assert second.url == PAPER.url


def test_hostile_words_stay_words() -> None:
    bad = item("bad", HOSTILE, HOSTILE, url="https://bad.example/?a=1&b=(2)")
    story = Story(
        "bad", HOSTILE, (bad, PAPER), points=(quote(HOSTILE, bad), quote("続き。", PAPER))
    )
    show = make_show(title=HOSTILE, tagline=HOSTILE, sponsor=HOSTILE, author=HOSTILE)
    sent = issue(story, show=show, title=HOSTILE, summary=HOSTILE)
    plain = issue(replace(story, title="題"), show=make_show(sponsor="提供者", tagline="句"))
    texts = (
        (newsletter_html(show, sent), newsletter_html(make_show(), plain)),
        (
            MarkdownIt().render(newsletter_markdown(show, sent)),
            MarkdownIt().render(newsletter_markdown(make_show(), plain)),
        ),
    )
    for hostile, tame in texts:
        page = html.document_fromstring(hostile)
        known = {element.tag for element in html.document_fromstring(tame).iter()}
        assert {element.tag for element in page.iter()} <= known
        # Show, title, summary; headline, sentence and publisher; source and publisher; show,
        # tagline, sponsor, author.
        assert page.find("body").text_content().count(HOSTILE) == 3 + 3 + 2 + 4
        assert {link.split(":")[0] for link in page.xpath("//@href")} == {"https"}
        assert "https://bad.example/?a=1&b=(2)" in page.xpath("//@href")


# ── what is kept beside the script ───────────────────────────────────────────────────────────────


def test_what_tells_a_story_comes_back_from_the_kept_rundown() -> None:
    event = Event(
        date(2026, 10, 5), "始まった。", "続いた。", "bridge", "北の新聞", confirmed=False
    )
    story = replace(OPENED, timeline=(event,))
    rundown = Rundown(Window(NOON, NOON), (story,))
    kept = json.loads(json.dumps(to_json(rundown, kept=True)))
    assert stories_from_json(kept) == (story,)
    printed = json.loads(json.dumps(to_json(rundown)))
    assert not {"points", "timeline"} & set(printed["stories"][0])
    assert stories_from_json(printed) == (replace(story, points=(), timeline=(), items=_bare()),)


def _bare() -> tuple[Item, ...]:
    return tuple(replace(item, lang="ja") for item in OPENED.items)


# ── the command and the build ────────────────────────────────────────────────────────────────────


def test_the_command_needs_no_build_and_no_engine(show: Path, run: Run) -> None:
    assert run("draft", "1", "--date", DAY, folder=show).code == 0
    assert loaded("newsletter", folder=show) & HEAVY <= {"numpy", "scipy", "sklearn"}
    found = run("newsletter", folder=show)
    assert (found.code, found.err) == (0, "")
    kept = json.loads((show / "scripts/episodes/0001.json").read_text("utf-8"))
    for story in kept["stories"]:
        assert story["points"]
        assert f"## [{story['title']}](<" in found.out
        assert all(f"](<{one['url']}>)" in found.out for one in story["items"])
    assert "この回を聴く" not in found.out
    assert not list((show / "output").rglob("newsletter*"))


def test_the_newest_episode_or_the_one_asked_for(show: Path, run: Run) -> None:
    run("draft", "1", "--date", "2023-11-20", folder=show)
    run("draft", "2", "--date", DAY, folder=show)
    assert "第2回 – 2023年11月24日" in run("newsletter", folder=show).out
    assert "第1回 – 2023年11月20日" in run("newsletter", "1", folder=show).out


def test_html_into_a_file(show: Path, run: Run, tmp_path: Path) -> None:
    run("draft", "1", "--date", DAY, folder=show)
    said = run("newsletter", "1", "--html", "-o", str(tmp_path / "mail.html"), folder=show)
    assert said.out == f"{tmp_path / 'mail.html'}\n"
    assert (tmp_path / "mail.html").read_text("utf-8").startswith("<!DOCTYPE html>\n<html lang")
    assert run("newsletter", "--html", folder=show).out == (tmp_path / "mail.html").read_text(
        "utf-8"
    )


def test_a_story_whose_chapter_was_deleted_is_left_out(show: Path, run: Run) -> None:
    run("draft", "1", "--date", DAY, folder=show)
    script = show / "scripts/episodes/0001.md"
    first, *others = json.loads(script.with_suffix(".json").read_text("utf-8"))["stories"]
    text = script.read_text("utf-8")
    chapter = re.search(
        rf"## [^\n]*{{story={first['id']}}}\n.*?(?=^## )", text, re.DOTALL | re.MULTILINE
    )
    assert chapter
    script.write_text(text.replace(chapter[0], ""), "utf-8")
    found = run("newsletter", folder=show)
    assert found.code == 0
    assert f"## [{first['title']}]" not in found.out
    assert all(f"## [{story['title']}]" in found.out for story in others)


def test_no_script_and_no_rundown_are_said(show: Path, run: Run) -> None:
    none = run("newsletter", folder=show)
    assert none.code == 1
    assert "there is no script yet" in none.err
    run("draft", "1", "--date", DAY, folder=show)
    other = run("newsletter", "7", folder=show)
    assert other.code == 1
    assert "there is no script of episode 7 yet" in other.err
    assert "kawaraban draft 7" in other.err
    (show / "scripts/episodes/0001.json").unlink()
    bare = run("newsletter", folder=show)
    assert bare.code == 1
    assert "0001.json: there is no rundown beside the script" in bare.err


def test_a_build_writes_the_newsletter(show: Path, run: Run) -> None:
    assert run("build", "1", "--date", DAY, folder=show).code == 0
    folder = show / "output/episodes/0001"
    written = (folder / "newsletter.md").read_text("utf-8")
    page = (folder / "newsletter.html").read_text("utf-8")
    assert "[この回を聴く](<" in written
    assert run("newsletter", folder=show).out == written
    assert run("newsletter", "--html", folder=show).out == page

    kept = show / "scripts/episodes/0001.json"
    point = json.loads(kept.read_text("utf-8"))["stories"][0]["points"][0]["text"]
    edit(kept, json.dumps(point, ensure_ascii=False), '"書き直した文です。"')
    (folder / "newsletter.html").unlink()
    assert run("build", "1", folder=show).code == 0
    for name in ("newsletter.md", "newsletter.html"):
        assert "書き直した文です。" in (folder / name).read_text("utf-8")
