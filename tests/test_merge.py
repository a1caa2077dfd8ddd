"""The edit is sacred: a new draft is merged into an edited script, and nothing of it is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import DAY, Run, edit, tree
from kawaraban import drafting
from kawaraban.errors import ShowError
from kawaraban.model import Item, Rundown, Story, Window
from kawaraban.script.citations import new_ids
from kawaraban.script.dialogue import cited, parse_script, with_cites
from kawaraban.script.merge import merge
from kawaraban.script.threeway import Clash, merge_lines
from kawaraban.stories.contract import NOTHING, joined
from kawaraban.stories.identity import with_known_ids
from test_writer import Chat, use

HERE = Path("0001.md")

# ── lines ────────────────────────────────────────────────────────────────────────────────────────

few_lines = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=8)


@given(few_lines, few_lines)
def test_where_one_changed_nothing_the_lines_are_the_others(
    base: list[str], new: list[str]
) -> None:
    assert merge_lines(base, new, base).lines == tuple(new)
    assert merge_lines(base, base, new).lines == tuple(new)
    assert merge_lines(base, new, new).lines == tuple(new)
    for mine, drafted in ((new, base), (base, new), (new, new)):
        assert merge_lines(base, mine, drafted).clashes == ()


@given(few_lines, few_lines, few_lines)
def test_no_line_of_a_person_is_lost(base: list[str], mine: list[str], drafted: list[str]) -> None:
    made = merge_lines(base, mine, drafted)
    assert {line for line in mine if line not in base} <= set(made.lines)
    assert set(made.lines) <= {*base, *mine, *drafted}
    for clash in made.clashes:
        assert 1 <= clash.row <= len(made.lines) + 1
        assert not set(clash.drafted) & set(clash.mine)


@pytest.mark.parametrize(
    ("base", "mine", "drafted", "made", "clashes"),
    [
        ("abc", "aXc", "abY", "aXY", []),
        ("abc", "aXc", "YbZ", "YXZ", []),
        ("abc", "aXc", "aYc", "aXc", [Clash(2, ("X",), ("Y",))]),
        ("abc", "ac", "aYc", "ac", [Clash(2, (), ("Y",))]),
        ("abc", "aXc", "ac", "aXc", [Clash(2, ("X",), ())]),
        ("abc", "abXc", "aYc", "aYXc", []),
        ("ab", "abX", "abY", "abX", [Clash(3, ("X",), ("Y",))]),
        ("ab", "aXb", "aXY", "aXb", [Clash(2, ("X", "b"), ("Y",))]),
        ("abcd", "aXbcd", "ad", "aXd", []),
        ("abcd", "abXcd", "ad", "abXcd", [Clash(3, ("b", "X", "c"), ())]),
    ],
)
def test_lines_are_merged_one_by_one(
    base: str, mine: str, drafted: str, made: str, clashes: list[Clash]
) -> None:
    merged = merge_lines(base, mine, drafted)
    assert "".join(merged.lines) == made
    assert list(merged.clashes) == clashes


# ── scripts ──────────────────────────────────────────────────────────────────────────────────────


def script(*chapters: str, **front: str) -> str:
    """A script of chapters such as "A{a} x y": a title, perhaps a story, and lines."""
    keys = {"number": "1", "title": "題", "date": "2023-11-24", **front}
    head = "".join(f"{key}: {value}\n" for key, value in keys.items())
    told = [chapter.split() for chapter in chapters]
    body = (
        "\n".join([f"## {title.replace('{', ' {story=')}", *(f"yomi: {line}" for line in lines)])
        for title, *lines in told
    )
    return f"---\n{head}---\n\n" + "\n\n".join(body) + "\n"


@st.composite
def scripts(draw: st.DrawFn) -> str:
    titles = st.sampled_from(["甲", "乙", "丙", "甲{a}", "甲{b}", "丁{a}", "丁{c}"])
    lines = st.lists(st.sampled_from(["い", "ろ", "は", "に", "ほ"]), max_size=4)
    chapters = draw(st.lists(st.tuples(titles, lines), max_size=5))
    front = {"summary": draw(st.sampled_from(["春", "夏", "秋"]))} if draw(st.booleans()) else {}
    text = script(*(" ".join([title, *said]) for title, said in chapters), **front)
    return draw(st.sampled_from([text, text.rstrip("\n"), text + "\n\n"]))


def text_of(base: str, mine: str, drafted: str) -> str:
    return merge(base, mine, drafted, HERE)[0]


@given(scripts(), scripts())
def test_a_script_that_one_left_alone_is_the_others(base: str, new: str) -> None:
    assert text_of(base, new, base) == new
    assert text_of(base, base, new) == new
    assert text_of(base, new, new) == new
    for mine, drafted in ((new, base), (base, new), (new, new)):
        assert merge(base, mine, drafted, HERE)[1] == ()


@given(scripts(), scripts(), scripts())
def test_no_line_of_a_person_is_lost_in_a_script(base: str, mine: str, drafted: str) -> None:
    made, clashes = merge(base, mine, drafted, HERE)
    lines = made.split("\n")
    assert {line for line in mine.split("\n") if line not in base.split("\n")} <= set(lines)
    for clash in clashes:
        assert "\n".join(clash.mine) in made
        assert 1 <= clash.row <= len(lines) + 1


@given(scripts(), scripts(), scripts())
def test_a_merge_into_what_was_merged_changes_nothing(base: str, mine: str, drafted: str) -> None:
    made = text_of(base, mine, drafted)
    assert merge(drafted, made, drafted, HERE) == (made, ())


BASE = script("始 い ろ", "甲{a} は に", "乙{b} ほ", "終 へ")


@pytest.mark.parametrize(
    ("mine", "drafted", "made"),
    [
        # A new story's chapter comes where the draft has it; the person's where it stands.
        (
            script("始 い ろ", "甲{a} は に", "私 と", "乙{b} ほ", "終 へ"),
            script("始 い ろ", "丙{c} ち", "甲{a} は に", "乙{b} ほ", "丁{d} り", "終 へ"),
            script("始 い ろ", "丙{c} ち", "甲{a} は に", "私 と", "乙{b} ほ", "丁{d} り", "終 へ"),
        ),
        # What was deleted stays so, whatever the draft does to it.
        (
            script("始 い ろ", "乙{b} ほ", "終 へ"),
            script("始 い ろ", "甲{a} は ぬ る", "乙{b} を", "終 へ"),
            script("始 い ろ", "乙{b} を", "終 へ"),
        ),
        # A dropped chapter goes, unless it was edited.
        (
            script("始 い ろ", "甲{a} は 私", "乙{b} ほ", "終 へ"),
            script("始 い ろ", "終 へ"),
            script("始 い ろ", "甲{a} は 私", "終 へ"),
        ),
        # The draft's new order is taken, and the person's before it.
        (
            script("始 い 私", "甲{a} は に", "乙{b} ほ", "終 へ"),
            script("始 い ろ", "乙{b} ほ", "甲{a} は に", "終 へ"),
            script("始 い 私", "乙{b} ほ", "甲{a} は に", "終 へ"),
        ),
        (
            script("始 い ろ", "乙{b} ほ", "甲{a} は に", "終 へ"),
            script("始 い ろ", "甲{a} は に", "乙{b} ほ", "丙{c} ち", "終 へ"),
            script("始 い ろ", "乙{b} ほ", "丙{c} ち", "甲{a} は に", "終 へ"),
        ),
        # A person's chapter whose neighbour goes stands before the next one.
        (
            script("始 い ろ", "甲{a} は に", "乙{b} ほ", "私 と", "余 り", "終 へ"),
            script("始 い ろ", "甲{a} は に", "丙{c} ち", "終 へ"),
            script("始 い ろ", "甲{a} は に", "丙{c} ち", "私 と", "余 り", "終 へ"),
        ),
        # Another title is still the same chapter: by its story, or by most of its lines.
        (
            script("初 い ろ", "新{a} は に", "乙{b} ほ", "終 へ"),
            script("始 い ろ ぬ", "甲{a} は る", "乙{b} ほ", "終 へ"),
            script("初 い ろ ぬ", "新{a} は る", "乙{b} ほ", "終 へ"),
        ),
        # A picture that a person gave a chapter stays, whatever the draft does to its lines.
        (
            script("始 い ろ", "甲{a} は に", "乙{b} ほ", "終 へ").replace(
                "{story=a}", "{image=x.png story=a}"
            ),
            script("始 い ろ", "丙{c} ち", "甲{a} ぬ に", "乙{b} ほ", "終 へ"),
            script("始 い ろ", "丙{c} ち", "甲{a} ぬ に", "乙{b} ほ", "終 へ").replace(
                "{story=a}", "{image=x.png story=a}"
            ),
        ),
        # Keys of the front matter, each for itself.
        (
            script("始 い ろ", "甲{a} は に", "乙{b} ほ", "終 へ", title="私", guid="g"),
            script("始 い ろ", "甲{a} は に", "乙{b} ほ", "終 へ", summary="新", date="2023-11-25"),
            script(
                "始 い ろ",
                "甲{a} は に",
                "乙{b} ほ",
                "終 へ",
                title="私",
                date="2023-11-25",
                summary="新",
                guid="g",
            ),
        ),
        # Quotes are no edit.
        (
            script("始 い ろ", "甲{a} は に", "乙{b} ほ", "終 へ", date="'2023-11-24'"),
            script("始 い ろ", "甲{a} は に", "乙{b} ほ", "終 へ", date="2023-11-25"),
            script("始 い ろ", "甲{a} は に", "乙{b} ほ", "終 へ", date="2023-11-25"),
        ),
    ],
)
def test_chapters_and_keys_are_merged(mine: str, drafted: str, made: str) -> None:
    merged, _ = merge(BASE, mine, drafted, HERE)
    assert sorted(merged.split("---")[1].split("\n")) == sorted(made.split("---")[1].split("\n"))
    assert merged.split("---")[2] == made.split("---")[2]


def test_clashes_name_the_line_of_the_result() -> None:
    mine = script("始 い 私", "甲{a} は に", "乙{b} 余", "終 へ", title="私")
    drafted = script("新{c} を", "始 い 新", "甲{a} は に", "終 へ", title="新")
    made, clashes = merge(BASE, mine, drafted, HERE)
    rows = made.split("\n")
    told = {rows[clash.row - 1]: clash.drafted for clash in clashes}
    assert told == {
        "title: 私": ("title: 新",),
        "yomi: 私": ("yomi: 新",),
        "## 乙 {story=b}": (),
    }


def test_sections_of_one_story_are_told_apart() -> None:
    base = script("一{a} い ろ", "二{a} は に", "三{a} ほ へ")
    mine = script("一{a} い ろ", "三{a} ほ 私")
    drafted = script("一{a} い ろ 新", "二{a} は 新", "三{a} 新 へ")
    assert text_of(base, mine, drafted) == script("一{a} い ろ 新", "三{a} 新 私")


# ── sentences and stories keep their ids ─────────────────────────────────────────────────────────


def sentence(text: str) -> dict[str, str]:
    return {"text": text, "item": "i", "source": "S"}


def test_sentences_keep_their_ids_and_no_id_is_given_twice() -> None:
    old = {"s1": sentence("甲"), "s2": sentence("乙")}
    new = {"s1": sentence("新"), "s2": sentence("甲"), "s3": sentence("別")}
    assert new_ids(new, old, {"s7", "s2"}) == {"s1": "s8", "s2": "s1", "s3": "s9"}


def test_citations_are_renamed_at_once_and_words_are_not() -> None:
    text = "yomi: s1とs2です。 [cite s1 s2]\nkiku: はい。[cite s9]\n"
    renamed = with_cites(text, {"s1": "s2", "s2": "s1"})
    assert renamed == "yomi: s1とs2です。 [cite s2 s1]\nkiku: はい。[cite s9]\n"
    assert cited(renamed) == {"s1", "s2", "s9"}


def story(id_: str, *items: str) -> Story:
    day = datetime(2023, 11, 24, tzinfo=UTC)
    return Story(id_, id_, tuple(Item(one, "", "S", one, day, "ja") for one in items))


def test_a_story_that_an_earlier_item_joined_keeps_its_id() -> None:
    day = datetime(2023, 11, 24, tzinfo=UTC)
    new = (story("early", "early", "a", "b"), story("c", "c"), story("d", "d", "e"))
    known = (story("a", "a", "b"), story("c", "c", "d"), story("gone", "gone"))
    found = with_known_ids(Rundown(Window(day, day), new), known)
    assert [one.id for one in found.stories] == ["a", "c", "d"]
    assert [len(one.items) for one in found.stories] == [3, 1, 2]


# ── through the command ──────────────────────────────────────────────────────────────────────────

ITEM = """\
---
id: {id}
url: https://late.example/{id}
source: 神田夕刊
title: "{title}"
published: 2023-11-{day}T07:00:00+09:00
---
{text}
"""
LYRIA = "Google DeepMind、音楽を生成するAI「Lyria」を発表"
DRAFT = ("draft", "1", "--date", DAY)


def late(show: Path, id_: str, title: str, text: str, day: int = 23) -> None:
    """An item that comes in after the draft."""
    path = show / f"news/{id_}.md"
    path.write_text(ITEM.format(id=id_, title=title, text=text, day=day), "utf-8")


def fair(show: Path) -> None:
    late(show, "fair", "浅草でほおずきの市", "浅草寺の境内に市が立ち、鉢植えが並びました。")


def second_source(show: Path) -> None:
    """Another account of Lyria, earlier than the one there is: story and chapter change."""
    words = "Google DeepMindは音楽を生成するAIモデル「Lyria」を発表しました。"
    late(show, "a-lyria", LYRIA, words, 17)


@pytest.fixture
def edited(show: Path, run: Run) -> Path:
    """A show whose script was drafted, and edited: a line, a title, a chapter more, one less."""
    assert run(*DRAFT, folder=show).code == 0
    path = path_of(show)
    edit(path, "よろしくお願いします。", "どうぞごゆっくり。")
    edit(path, "title: 一枚の写真から数秒の動画、Stable Video Diffusion登場", "title: 私の題")
    edit(path, "## おわりに", "## おたより\nkiku: お便りが届きました。\n\n## おわりに")
    text = path.read_text("utf-8")
    gone = re.search(r"## アルトマン.*?\n\n", text, re.DOTALL)
    assert gone
    path.write_text(text.replace(gone[0], ""), "utf-8")
    return show


def path_of(show: Path) -> Path:
    return show / "scripts/episodes/0001.md"


def heads(show: Path) -> list[str]:
    return [line[3:7] for line in path_of(show).read_text("utf-8").split("\n") if line[:3] == "## "]


def rundown(show: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path_of(show).with_suffix(".json").read_text("utf-8"))
    return found


def test_an_edited_script_is_offered_a_merge_first(edited: Path, run: Run) -> None:
    before = tree(edited)
    refused = run(*DRAFT, folder=edited)
    assert (refused.code, tree(edited)) == (1, before)
    assert "has been edited" in refused.err
    assert 0 < refused.err.index("--merge") < refused.err.index("--force")


def test_a_merge_keeps_every_edit_and_takes_what_is_new(edited: Path, run: Run) -> None:
    fair(edited)
    second_source(edited)
    done = run("draft", "1", "--merge", folder=edited)
    assert (done.code, done.out) == (0, f"{path_of(edited)}\n"), done.err
    text = path_of(edited).read_text("utf-8")
    assert "title: 私の題\ndate: '2023-11-24'\n" in text
    assert "ほおずきの市」" in text.split("---")[1], "nobody touched the summary"
    assert "kiku: どうぞごゆっくり。[pause 0.5s]今日は3本です。" in text
    assert "神田夕刊と隅田ウェブジャーナルが伝えました。" in text
    assert heads(edited) == ["はじめに", "一枚の写", "Goog", "おたより", "浅草でほ", "おわりに"]
    assert "{story=deepmind-lyria}" in text, "the story keeps its id"
    told = [one["id"] for one in rundown(edited)["stories"]]
    assert {"deepmind-lyria", "stable-video-diffusion", "fair"} <= set(told)
    # The draft now counts four stories, in a line that was edited.
    row = text[: text.index("kiku: どうぞ")].count("\n") + 1
    assert f"line {row}: yours is kept; the draft now says: kiku: よろしく" in done.err
    assert "今日は4本です。" in done.err


def test_a_merged_script_builds_and_merges_again(edited: Path, run: Run) -> None:
    fair(edited)
    assert run("draft", "1", "--merge", folder=edited).code == 0
    first = tree(edited / "scripts")
    again = run("draft", "1", "--merge", folder=edited)
    assert (again.code, again.err) == (0, ""), "the merged draft is the base of the next"
    assert tree(edited / "scripts") == first
    assert run("build", "1", folder=edited).code == 0
    assert run(*DRAFT, folder=edited).code == 1, "it is still an edited script"


def test_a_story_that_is_gone_stays_where_it_is_told_by_the_person(show: Path, run: Run) -> None:
    fair(show)
    edit(show / "show.toml", "top = ", "top = 4 # ")
    assert run(*DRAFT, folder=show).code == 0
    edit(path_of(show), "浅草寺の境内に市が立ち", "浅草寺に市が立ち")
    (show / "news/fair.md").unlink()
    (show / "news/2023-11-17-deepmind-lyria.md").unlink()
    done = run("draft", "1", "--merge", folder=show)
    assert done.code == 0
    assert heads(show) == ["はじめに", "一枚の写", "浅草でほ", "アルトマ", "おわりに"]
    assert "the draft now leaves this out" in done.err
    assert [one["id"] for one in rundown(show)["stories"]][2:] == ["fair"]
    assert run("build", "1", folder=show).code == 0


def test_what_a_person_deleted_is_told_as_deleted(show: Path, run: Run) -> None:
    assert run(*DRAFT, folder=show).code == 0
    edit(path_of(show), "kiku: 隅田ウェブジャーナルが伝えました。\n", "")
    second_source(show)
    done = run("draft", "1", "--merge", folder=show)
    assert done.code == 0
    assert "神田夕刊" not in path_of(show).read_text("utf-8")
    assert re.search(r"line \d+: what you deleted stays deleted; the draft now says: ", done.err)


def test_a_script_that_nobody_edited_is_drafted_anew(show: Path, run: Run) -> None:
    assert run(*DRAFT, "--merge", folder=show).code == 0, "there is no script yet"
    fair(show)
    assert run("draft", "1", "--merge", folder=show).code == 0
    merged = path_of(show).read_text("utf-8")
    assert "浅草でほ" in heads(show)
    assert run(*DRAFT, folder=show).code == 0, "it is as it was drafted"
    assert path_of(show).read_text("utf-8") == merged


def test_the_day_is_the_scripts_unless_one_is_given(edited: Path, run: Run) -> None:
    assert run("draft", "1", "--merge", "--date", "2023-11-25", folder=edited).code == 0
    text = path_of(edited).read_text("utf-8")
    assert "date: '2023-11-25'" in text
    assert "第1回です。11月25日。" in text
    assert "どうぞごゆっくり。" in text


def test_another_template_is_merged_too(edited: Path, run: Run) -> None:
    template = (edited / "scripts/weekly.md.j2").read_text("utf-8")
    (edited / "scripts/mine.md.j2").write_text(template.replace("また来週", "またね"), "utf-8")
    assert run("draft", "1", "--merge", "--template", "mine", folder=edited).code == 0
    text = path_of(edited).read_text("utf-8")
    assert "yomi: またね。" in text
    assert "どうぞごゆっくり。" in text


def test_merge_and_force_exclude_each_other(edited: Path, run: Run) -> None:
    before = tree(edited)
    done = run(*DRAFT, "--merge", "--force", folder=edited)
    assert (done.code, tree(edited)) == (2, before)


def test_without_the_draft_there_is_no_merge(edited: Path, run: Run) -> None:
    before = tree(edited / "scripts")
    for path in (edited / ".kawaraban/episodes/0001").iterdir():
        path.unlink()
    done = run("draft", "1", "--merge", folder=edited)
    assert (done.code, tree(edited / "scripts")) == (1, before)
    assert "nothing to merge by" in done.err
    assert "--force" in done.err
    assert "--merge" not in run(*DRAFT, folder=edited).err, "it would not help"
    assert run(*DRAFT, "--force", folder=edited).code == 0


def test_a_merge_that_makes_no_script_writes_nothing(show: Path, run: Run) -> None:
    template = show / "scripts/weekly.md.j2"
    edit(template, "## おわりに", "## 余談\nyomi: 一つ目です。\nkiku: 二つ目です。\n\n## おわりに")
    assert run(*DRAFT, folder=show).code == 0
    edit(path_of(show), "yomi: 一つ目です。\n", "")
    edit(template, "kiku: 二つ目です。\n", "")
    before = tree(show)
    done = run("draft", "1", "--merge", folder=show)
    assert (done.code, tree(show)) == (1, before)
    assert "do not make a script together: nothing is in this chapter" in done.err


def test_a_slip_in_the_edited_script_is_told_with_its_line(edited: Path, run: Run) -> None:
    edit(path_of(edited), "kiku: お便りが", "kuki: お便りが")
    before = tree(edited)
    done = run("draft", "1", "--merge", folder=edited)
    assert (done.code, tree(edited)) == (1, before)
    row = path_of(edited).read_text("utf-8").split("\n").index("kuki: お便りが届きました。") + 1
    assert f"0001.md:{row}: there is no host kuki" in done.err


def test_a_broken_rundown_is_told_and_nothing_is_written(edited: Path, run: Run) -> None:
    kept = rundown(edited)
    path_of(edited).with_suffix(".json").write_text(json.dumps(kept | {"sentences": {"s1": 2}}))
    before = tree(edited)
    done = run("draft", "1", "--merge", folder=edited)
    assert (done.code, tree(edited)) == (1, before)
    assert "0001.json: not a rundown" in done.err
    assert run(*DRAFT, "--force", folder=edited).code == 0, "a new draft needs no old rundown"


def test_a_draft_that_is_killed_leaves_a_script_that_builds(
    show: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*DRAFT, folder=show).code == 0
    kept = path_of(show).read_text("utf-8")
    for item in ("stable-video-diffusion", "svd-image-to-video"):
        (show / f"news/2023-11-22-{item}.md").unlink()
    write = drafting.write_text
    for stop in range(4):
        path_of(show).write_text(kept, "utf-8")
        calls = 0

        def killed(path: Path, text: str, stop: int = stop) -> None:
            nonlocal calls
            if calls == stop:
                raise KeyboardInterrupt
            calls += 1
            write(path, text)

        monkeypatch.setattr(drafting, "write_text", killed)
        assert run(*DRAFT, "--force", folder=show).code == 130
        ids = [one["id"] for one in rundown(show)["stories"]]
        assert parse_script(path_of(show).read_text("utf-8"), HERE, ("yomi", "kiku"), ids)


# ── what a writer cited ──────────────────────────────────────────────────────────────────────────


def cite(show: Path, sentences: dict[str, Any], *changes: Sequence[str]) -> None:
    """Make the script and its draft ones that a writer wrote."""
    for path in (path_of(show), show / ".kawaraban/episodes/0001/draft.md"):
        for old, new in changes:
            edit(path, old, new)
    kept = json.dumps(rundown(show) | {"sentences": sentences}, ensure_ascii=False)
    path_of(show).with_suffix(".json").write_text(kept, "utf-8")


def test_what_a_kept_line_cites_stays_in_the_rundown(show: Path, run: Run) -> None:
    assert run(*DRAFT, folder=show).code == 0
    old = {f"s{at}": sentence(f"文{at}") for at in range(1, 4)}
    cite(show, old, ("yomi: また来週。", "yomi: また来週。 [cite s1 s2]"))
    edit(path_of(show), "yomi: また来週。 [cite s1 s2]", "yomi: また来週ね。 [cite s2]")
    assert run("draft", "1", "--merge", "--no-writer", folder=show).code == 0
    assert "また来週ね。 [cite s2]" in path_of(show).read_text("utf-8")
    assert rundown(show)["sentences"] == {"s2": old["s2"]}


def test_a_writers_new_draft_keeps_the_numbers_of_what_was_cited(show: Path, run: Run) -> None:
    with Chat() as chat:
        use(show, chat)
        assert run(*DRAFT, folder=show).code == 0
        old = rundown(show)["sentences"]
        told = next(
            line for line in path_of(show).read_text("utf-8").split("\n") if "[cite" in line
        )
        edit(path_of(show), told, told.replace("yomi: ", "yomi: さて、"))
        second_source(show)
        fair(show)
        done = run("draft", "1", "--merge", folder=show)
    assert done.code == 0, done.err
    assert "line " not in done.err, "nothing but one line was changed twice"
    text, new = path_of(show).read_text("utf-8"), rundown(show)["sentences"]
    assert told.replace("yomi: ", "yomi: さて、") in text
    assert cited(text) <= set(new)
    assert {id_: new[id_] for id_ in cited(told)} == {id_: old[id_] for id_ in cited(told)}
    same = {id_ for id_ in old if id_ in new}
    assert same
    assert all(old[id_] == new[id_] for id_ in same), "no id is another sentence's now"


def test_a_rundown_takes_over_what_it_lacks_alone() -> None:
    new = {
        "stories": [{"id": "a", "items": [{"id": "i"}]}],
        "left_out": [{"id": "j", "reason": "old"}, {"id": "k", "reason": "old"}],
        "sentences": {"s1": sentence("新")},
    }
    old = {
        "stories": [{"id": "a", "items": []}, {"id": "b", "items": [{"id": "j"}]}],
        "left_out": [],
        "sentences": {"s1": sentence("旧"), "s2": sentence("旧二")},
    }
    both = joined(new, old)
    assert [one["id"] for one in both["stories"]] == ["a", "b"]
    assert both["stories"][0]["items"] == [{"id": "i"}]
    assert both["left_out"] == [{"id": "k", "reason": "old"}]
    assert both["sentences"] == {"s1": sentence("新"), "s2": sentence("旧二")}
    assert joined(new, old, told={"c"}, cited={"s1"}) == new
    assert joined(new, NOTHING) == new


def test_front_matter_that_is_wrong_is_told() -> None:
    with pytest.raises(ShowError, match="front matter is never closed"):
        merge(BASE, BASE.replace("---\n\n", "\n"), BASE, HERE)
