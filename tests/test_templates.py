"""Episode templates: what they say to a listener, and the room in which they run."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from conftest import Run, edit
from kawaraban.documents import read_toml
from kawaraban.errors import ShowError
from kawaraban.model import (
    Chapter,
    Difference,
    Event,
    Item,
    Line,
    Pause,
    Quote,
    Rundown,
    Saying,
    Script,
    Section,
    Story,
    Window,
)
from kawaraban.reading.sentences import sentences
from kawaraban.script.dialogue import parse_script
from kawaraban.script.filters import Said, paragraphs
from kawaraban.script.filters import sentences as sentences_of
from kawaraban.script.phrasing import counted, ordinal
from kawaraban.script.plain import PARAGRAPH, plain, spoken_title
from kawaraban.script.sandbox import Limits
from kawaraban.script.template import draft
from kawaraban.settings import Host, Scripting, Show
from kawaraban.starter import TEMPLATES, make_show, starter

DAY = date(2023, 11, 24)
NOON = datetime(2023, 11, 20, 12, tzinfo=UTC)
WINDOW = Window(NOON - timedelta(days=7), NOON)
SHOWS = {lang: read_toml(starter(lang) / "show.toml", Show) for lang in ("ja", "en")}
NAMES = (("aki", "Aki"), ("ben", "Ben"), ("chi", "Chi"))
WORDS = {
    "ja": {
        "title": "【速報】橋{0}、開通へ | 川辺の新聞",
        "point": "橋{0}の工事は、{1}番目の区間で続いています。",
        "event": "11月1{1}日、橋{0}で工事{1}が終わりました。",
        "detail": "工事{1}のあと、橋{0}を渡った人もいます。",
        "saying": "橋{0}を渡る日が待ち遠しいです。",
        "one": "渡り初めには{0}05人が集まりました。",
        "other": "渡り初めに来たのは、およそ{0}00人です。",
        "section": "橋{0}の{1}つ目の柱",
    },
    "en": {
        "title": "[Live] Bridge {0} is to open | The Riverside",
        "point": "Work on bridge {0} goes on in section {1}.",
        "event": "On November 1{1}, job {1} on bridge {0} was done.",
        "detail": "After job {1}, some people crossed bridge {0}.",
        "saying": "I can hardly wait to cross bridge {0},",
        "one": "It was {0}05 people who came to the opening.",
        "other": "Around {0}00 people were at the opening.",
        "section": "Pillar {1} of bridge {0}",
    },
}


def item_of(id_: str, source: str, title: str, text: str = "") -> Item:
    return Item(id_, f"https://{id_}.example", source, title, NOON, text=text)


def story_of(language: str, at: int) -> Story:
    """Stories of every kind in turn: the first has everything but sections."""
    words = WORDS[language]
    one, other = f"Daily {at}", f"Courier {at}"

    def quotes(key: str, count: int, source: str = one) -> tuple[Quote, ...]:
        return tuple(Quote(words[key].format(at, n), f"a{at}", source) for n in range(count))

    def event(n: int) -> Event:
        text, detail = words["event"].format(at, n), words["detail"].format(at, n)
        return Event(DAY, text, detail if n % 3 else "", f"a{at}", one, confirmed=n % 2 == 0)

    title = words["title"].format(at)
    items = (item_of(f"a{at}", one, title), item_of(f"b{at}", other, title))
    told = Story(f"s{at}", title, items, points=quotes("point", 5))
    speech = Saying(f"Dan {at}", words["saying"].format(at), f"a{at}", one)
    kinds = (
        replace(
            told,
            seen_before=16,
            timeline=tuple(event(n) for n in range(8)),
            sayings=(speech, replace(speech, speaker="", words=speech.words[1:])),
            differences=(Difference((*quotes("one", 1), *quotes("other", 1, other))),),
        ),
        told,
        replace(told, points=()),
        replace(
            told,
            sections=tuple(
                Section(words["section"].format(at, n), quotes("point", 9)[n * 3 : n * 3 + 3])
                for n in range(3)
            ),
        ),
        replace(told, points=(Quote(spoken_title(title), f"a{at}", one),)),
    )
    return kinds[at % len(kinds)]


def show_of(language: str, hosts: int = 2, template: str = "weekly") -> Show:
    cast = tuple(Host(id=id_, name=name, voice=id_) for id_, name in NAMES[:hosts])
    script = Scripting(template=Path(f"scripts/{template}.md.j2"))
    return SHOWS[language].model_copy(update={"hosts": cast, "script": script})


def drafted(show: Show, *stories: Story, number: int = 17) -> Script:
    text = draft(show, starter(show.about.language), Rundown(WINDOW, stories), number, DAY)
    assert "{{" not in text
    assert "None" not in text
    hosts, ids = [host.id for host in show.hosts], [story.id for story in stories]
    return parse_script(text, Path("0017.md"), hosts, ids)


def told_by(language: str, template: str, hosts: int = 2, stories: int = 1) -> Script:
    week = [story_of(language, at) for at in range(stories)]
    return drafted(show_of(language, hosts, template), *week)


def said_in(chapters: Script | Chapter) -> str:
    return "\n".join(cue.text for cue in chapters.cues if isinstance(cue, Line))


# ── to a listener ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("hosts", "stories"), [(1, 1), (1, 8), (2, 1), (3, 8)])
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_sentence_is_said_twice_whatever_the_week(
    language: str, template: str, hosts: int, stories: int
) -> None:
    script = told_by(language, template, hosts, stories)
    said = [part for line in script.lines for part in sentences(line.text)]
    assert len(said) == len(set(said))
    speaking = {line.speaker for line in script.lines}
    alone = template in {"bulletin", "reading"}
    assert len(speaking) == (1 if alone else hosts)


@pytest.mark.parametrize("template", ["weekly", "deep-dive", "digest"])
@pytest.mark.parametrize(
    ("language", "answers"),
    [
        ("ja", ("なるほど", "聞き手", "聞かせて", "教えてください")),
        ("en", ("And I'm", "Go on", "I see.")),
    ],
)
def test_a_host_alone_neither_asks_nor_answers(
    template: str, language: str, answers: tuple[str, ...]
) -> None:
    alone, together = (
        "".join(
            said_in(drafted(show_of(language, hosts, template), *week, number=number))
            for number in range(1, 5)
        )
        for hosts in (1, 2)
        for week in [[story_of(language, at) for at in (0, 1, 3)]]
    )
    assert [answer for answer in answers if answer in alone] == []
    assert [answer for answer in answers if answer in together]
    assert alone.count("Aki") < together.count("Aki") + together.count("Ben")


@pytest.mark.parametrize("template", ["weekly", "bulletin", "deep-dive"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_known_of_a_story_is_told(language: str, template: str) -> None:
    said, story = said_in(told_by(language, template)), story_of(language, 0)
    assert spoken_title(story.title) in said
    assert "16" in said
    assert story.sayings[0].words.rstrip("。,") in said
    assert "Dan 0" in said
    for quote in story.differences[0].quotes:
        assert f"{quote.source}" in said
        assert quote.text in said
    assert story.timeline[-1].text in said


def test_a_saying_is_told_as_speech() -> None:
    told = said_in(told_by("ja", "deep-dive"))
    assert "「橋0を渡る日が待ち遠しいです」" in told
    assert "待ち遠しいです。」" not in told
    spoken = said_in(told_by("en", "deep-dive"))
    assert "cross bridge 0" in spoken
    assert ",," not in spoken
    assert ",.”" not in spoken


def test_a_sentence_that_quotes_somebody_waits_for_the_words_themselves() -> None:
    story = story_of("ja", 0)
    point = "Dan 0は「橋0を渡る日が待ち遠しいです」と笑顔を見せた。"
    script = drafted(
        show_of("ja", 2, "deep-dive"), replace(story, points=(Quote(point, "a0", "Daily 0"),))
    )
    assert point not in said_in(script)
    assert said_in(script).count("待ち遠しいです") == 1


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_title_that_was_told_is_not_told_again_as_news(language: str) -> None:
    script = drafted(show_of(language), story_of(language, 0), story_of(language, 4))
    title = spoken_title(story_of(language, 4).title)
    own = next(chapter for chapter in script.chapters if chapter.story == "s4")
    assert title in said_in(script)
    assert f"\n{title}\n" not in f"\n{said_in(own)}\n"
    assert "Daily 4" in said_in(own)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_digest_has_a_chapter_for_every_section_and_names_its_source_twice(language: str) -> None:
    stories = [story_of(language, at) for at in (1, 3, 8)]
    script = drafted(show_of(language, 3, "digest"), *stories)
    for story in stories[1:]:
        own = [chapter for chapter in script.chapters if chapter.story == story.id]
        assert [chapter.title for chapter in own[1:]] == [part.title for part in story.sections]
        for part, chapter in zip(story.sections, own[1:], strict=True):
            assert all(quote.text in said_in(chapter) for quote in part.points)
        assert story.sources[0] in said_in(own[0])
        assert story.sources[0] in said_in(own[-1])
    assert not any(chapter.story == "s1" for chapter in script.chapters)


def test_a_digest_of_a_week_without_long_pieces_tells_its_stories() -> None:
    script = told_by("ja", "digest", stories=2)
    assert {chapter.story for chapter in script.chapters} == {"", "s0", "s1"}


POEM = """\
# 川

ほんま、よう流れる川やなあ。

## 二

- - -

橋の[欄干]に、{誰か}おる。
ほんま、よう流れる川やなあ。
"""


def test_a_reading_changes_no_word_and_pauses_between_paragraphs() -> None:
    poem = replace(item_of("a0", "水野 凪", "川"), text=POEM)
    script = drafted(show_of("ja", 1, "reading"), Story("s0", "川", (poem,)))
    first, second = (chapter for chapter in script.chapters if chapter.story)
    assert said_in(first).split("\n") == ["「川」。", "水野 凪。", "ほんま、よう流れる川やなあ。"]
    read = ["二", "橋の［欄干］に、｛誰か｝おる。", "ほんま、よう流れる川やなあ。"]
    assert said_in(second).split("\n") == read
    assert [cue.seconds for cue in second.cues if isinstance(cue, Pause)] == [1.2, 2.0, 0.8]


def test_a_long_text_is_read_to_its_end() -> None:
    text = "\n\n".join(f"Paragraph {n} of a long book." for n in range(3000))
    book = item_of("a0", "A. Writer", "A book", text)
    script = drafted(show_of("en", 1, "reading"), Story("s0", "A book", (book,)))
    assert len(script.lines) == 3000 + 4


@pytest.mark.parametrize("language", ["ja", "en"])
def test_neighbouring_episodes_are_worded_differently(language: str) -> None:
    show, week = show_of(language), [story_of(language, at) for at in (1, 6)]
    one, other = ({line.text for line in drafted(show, *week, number=n).lines} for n in (7, 8))
    assert len(one - other) > len(one) / 4


def test_every_starter_brings_all_templates(tmp_path: Path) -> None:
    for language in ("ja", "en"):
        make_show(tmp_path / language, language)
        names = {path.name for path in (tmp_path / language / "scripts").iterdir()}
        assert names == {"parts.j2", *(f"{name}.md.j2" for name in TEMPLATES)}


def test_a_wheel_carries_every_template() -> None:
    import tomllib

    root = Path(__file__).parents[1]
    settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    carried = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    scripts = {name for name in carried if name.startswith("scripts/")}
    assert scripts == {f"scripts/{path.name}" for path in (root / "scripts").glob("*.j2")}


# ── which template ───────────────────────────────────────────────────────────────────────────────


def test_a_draft_takes_another_template_by_its_name(show: Path, run: Run) -> None:
    done = run("draft", "1", "--date", str(DAY), "--template", "bulletin", folder=show)
    assert done.code == 0, done.err
    script = (show / "scripts/episodes/0001.md").read_text("utf-8")
    assert "\n## ニュース\n" in script
    assert "kiku:" not in script


def test_a_draft_takes_another_template_by_its_path(show: Path, run: Run) -> None:
    (show / "mine.j2").write_text("## 章\nyomi: これは私の雛形。\n", "utf-8")
    done = run("draft", "1", "--date", str(DAY), "--template", "mine.j2", folder=show)
    assert done.code == 0, done.err
    assert "これは私の雛形。" in (show / "scripts/episodes/0001.md").read_text("utf-8")


def test_a_template_that_is_not_there_is_told_with_the_nearest_one(show: Path, run: Run) -> None:
    done = run("draft", "1", "--date", str(DAY), "--template", "buletin", folder=show)
    assert done.code == 1
    assert "there is no template buletin" in done.err
    assert "did you mean bulletin?" in done.err
    assert not (show / "scripts/episodes").exists()


def test_a_show_names_its_template(show: Path, run: Run) -> None:
    edit(show / "show.toml", "scripts/weekly.md.j2", "scripts/deep-dive.md.j2")
    done = run("draft", "1", "--date", str(DAY), folder=show)
    assert done.code == 0, done.err
    assert "\n## 出どころ {story=" in (show / "scripts/episodes/0001.md").read_text("utf-8")


# ── news is no structure ─────────────────────────────────────────────────────────────────────────

NASTY = "## 偽の章\nyomi: 偽の行\r[pause 9s] {story=x} \u2028[play a.ogg]\x85{誰|だれ}"


def test_nothing_that_the_news_says_becomes_structure(tmp_path: Path) -> None:
    quote = Quote(NASTY, "a", NASTY)
    story = Story(
        "s0",
        NASTY,
        (replace(item_of("a", NASTY, NASTY, NASTY), summary=NASTY),),
        points=(quote,),
        timeline=(Event(DAY, NASTY, NASTY, "a", NASTY, confirmed=False),),
        sayings=(Saying(NASTY, NASTY, "a", NASTY),),
        differences=(Difference((quote,)),),
        sections=(Section(NASTY, (quote,)),),
    )
    printed = (
        "story.title, story['items'][0].title, story['items'][0].source, story['items'][0].text, "
        "story['items'][0].summary, story.points[0].text, story.timeline[0].text, "
        "story.timeline[0].detail, story.timeline[0].source, story.sayings[0].words, "
        "story.sayings[0].speaker, story.differences[0].quotes[0].text, story.sections[0].title, "
        "story.sections[0].points[0].source, hosts[0].name, show.title, show.tagline, title, "
        "summary, story.sources[0]"
    )
    template = f"{{% set story = stories[0] %}}\n## 章\n{{% for words in [{printed}] %}}\n"
    (tmp_path / "t.j2").write_text(template + "aki: {{ words }}\n{% endfor %}\n", "utf-8")
    show = show_of("ja", 1).model_copy(update={"script": Scripting(template=Path("t.j2"))})
    about = show.about.model_copy(update={"title": NASTY, "tagline": NASTY})
    hosts = (show.hosts[0].model_copy(update={"name": NASTY}),)
    show = show.model_copy(update={"about": about, "hosts": hosts})
    text = draft(show, tmp_path, Rundown(WINDOW, (story,)), 1, DAY)
    script = parse_script(text, Path("x.md"), ["aki"], ["s0"])
    assert [chapter.title for chapter in script.chapters] == ["章"]
    assert len(script.chapters[0].cues) == len(script.lines) == printed.count(",") + 1
    assert all("偽の章 yomi: 偽の行 ［pause 9s］" in line.text for line in script.lines)


def test_an_items_text_keeps_its_paragraphs_and_is_one_line() -> None:
    text = plain(item_of("a", "A", "T", "# 題\r\n一。二。\n\n * * * \n#1の店。\n##\n"), "ja").text
    assert "\n" not in text
    assert [(part.text, part.heading, part.rule) for part in paragraphs(text)] == [
        ("題", True, False),
        ("一。二。", False, False),
        ("* * *", False, True),
        ("#1の店。", False, False),
    ]
    assert sentences_of(text) == ["一。", "二。", "#1の店。"]
    assert [str(part) for part in paragraphs(f"a{PARAGRAPH}b")] == ["a", "b"]


# ── phrasing ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("title", "spoken"),
    [
        ("【速報】橋が開通", "橋が開通"),
        ("橋が開通【動画】", "橋が開通"),
        ("[Video] A bridge opens", "A bridge opens"),
        ("A bridge opens | The Riverside", "A bridge opens"),
        ("橋が開通｜川辺の新聞", "橋が開通"),
        ("A bridge opens - The Riverside", "A bridge opens"),
        ("A bridge opens - at last", "A bridge opens - at last"),
        ("A bridge opens (Reuters)", "A bridge opens"),
        ("橋が開通（共同通信）", "橋が開通"),
        ("A bridge opens (again)", "A bridge opens (again)"),
        ("【独自】橋が開通へ… | 川辺の新聞", "橋が開通へ"),
        ("A bridge opens...", "A bridge opens"),
        ("3.5%の【中】身", "3.5%の【中】身"),
        ("【速報】", "【速報】"),
        ("…", "…"),
    ],
)
def test_a_title_is_said_without_what_nobody_says(title: str, spoken: str) -> None:
    assert spoken_title(title, ["The Riverside"]) == spoken


def test_things_are_counted_as_they_are_said() -> None:
    said = [counted(n, "本") for n in (1, 10)] + [counted(n, "つ") for n in (1, 9, 10)]
    assert said == ["1本", "10本", "1つ", "9つ", "10"]
    english = [counted(n, "article", language="en") for n in (0, 1, 2, 9, 10)]
    assert english == ["0 articles", "one article", "two articles", "nine articles", "10 articles"]
    assert counted(3, "story", "stories", language="en") == "three stories"
    ordinals = [ordinal(n, "en") for n in (1, 9, 10, 11, 13, 21, 22, 103, 112)]
    assert ordinals == ["first", "ninth", "10th", "11th", "13th", "21st", "22nd", "103rd", "112th"]
    assert ordinal(3) == "3番目"


def test_once_says_each_phrase_and_each_sentence_once() -> None:
    said = Said("en", 17)
    pool = ["Next.", "Then.", "Now."]
    assert sorted(said.once(pool) for _ in pool) == sorted(pool)
    assert said.once(pool) == ""
    assert said.once("Next! A bridge opens. Now.") == "A bridge opens."
    assert said.once("“A bridge opens”") == ""
    assert said.once(["So says %s.", "It's by %s."], "Ann") in {"So says Ann.", "It's by Ann."}
    assert said.once(["“%(words)s,” said %(who)s."], words="Oh", who="Ann") == "“Oh,” said Ann."
    with pytest.raises(ShowError, match="nothing to choose from"):
        said.once([])


def test_words_inside_a_sentence_that_was_said_are_not_said_again() -> None:
    said = Said("ja", 1)
    said.once("社長は「あの橋を渡る日が待ち遠しい」と話した。")
    assert said.once("あの橋を渡る日が待ち遠しい") == ""
    assert said.once("橋を渡る。") == "橋を渡る。"


# ── the room ─────────────────────────────────────────────────────────────────────────────────────

SHORT = Limits(seconds=1.0, memory=256 << 20, output=100_000)


def rendered(tmp_path: Path, template: str, limits: Limits = SHORT) -> str:
    (tmp_path / "scripts").mkdir(exist_ok=True)
    (tmp_path / "scripts/weekly.md.j2").write_text(template, "utf-8")
    return draft(
        show_of("ja"), tmp_path, Rundown(WINDOW, (story_of("ja", 1),)), 1, DAY, limits=limits
    )


NEVER = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of memory are Unix's")
@pytest.mark.parametrize(
    ("template", "line", "cause"),
    [
        ("## 章\n" + NEVER, 2, "did not end within 1 s"),
        ("## 章\n{{ lipsum(99999999) }}", 2, "did not end within 1 s"),
        ("## 章\n{{ 10 ** (10 ** 9) }}", None, "did not end within 1 s|more memory"),
        ('## 章\n\n{{ "x" * 10 ** 9 }}', 3, "takes more memory than 256 MiB"),
        ('## 章\n{{ (["x" * 10 ** 6] * 1000) | join }}', None, "takes more memory than 256 MiB"),
        ('## 章\n{{ "%999999999s" | format("x") }}', 2, "takes more memory than 256 MiB"),
        ('## 章\n{{ ["%(a)999999999s"] | once(a="x") }}', 2, "takes more memory than 256 MiB"),
        ("## 章\n{{ range(10 ** 9) }}", 2, "Range too big"),
        (
            '## 章\n{% for n in range(99999) %}{{ "x" * 99 }}{% endfor %}',
            0,
            "writes more than 100,000",
        ),
        ("## 章\n{% macro m() %}\n{{ m() }}{% endmacro %}{{ m() }}", 3, "calls itself without end"),
        ('## 章\n{% include "weekly.md.j2" %}', 2, "calls itself without end"),
        ("## 章\n{{ ''.__class__.__mro__ }}", 2, "unsafe"),
        ("## 章\n{{ cycler.__init__.__globals__ }}", 2, "unsafe"),
        ("## 章\n{{ self._TemplateReference__context }}", 2, "unsafe|undefined|no attribute"),
        ("## 章\n{{ once }}", 2, "'once' is undefined"),
        ("## 章\n{{ nobody | once }}", 2, "'nobody' is undefined"),
    ],
)
def test_a_template_that_goes_beyond_its_limits_is_ended_and_named(
    tmp_path: Path, template: str, line: int | None, cause: str
) -> None:
    with pytest.raises(ShowError, match=cause) as caught:
        rendered(tmp_path, template)
    assert str(caught.value.where) == str(tmp_path / "scripts/weekly.md.j2")
    assert line is None or caught.value.line == line
    assert caught.value.hint


def test_a_template_includes_files_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "scripts/more").mkdir(parents=True)
    (tmp_path / "scripts/more/end.j2").write_text("aki: {{ number }}で終わり。\n", "utf-8")
    text = rendered(tmp_path, '## 章\n{% include "more/end.j2" %}\n')
    assert text.endswith("## 章\naki: 1で終わり。\n")


def test_a_fault_in_an_included_file_is_told_there(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    included = tmp_path / "scripts/end.j2"
    for words, cause in (("\n{{ nobody }}", "undefined"), ("\n{% if %}", "Expected")):
        included.write_text(words, "utf-8")
        with pytest.raises(ShowError, match=cause) as caught:
            rendered(tmp_path, '## 章\n{% include "end.j2" %}\n')
        assert (str(caught.value.where), caught.value.line) == (str(included), 2)


@pytest.mark.parametrize(
    "name", ["../secret.txt", "{folder}/secret.txt", "link.txt", "more/../a.j2"]
)
@pytest.mark.parametrize("tag", ['{{% include "{0}" %}}', '{{% import "{0}" as x %}}'])
def test_a_template_reads_no_other_file(tmp_path: Path, name: str, tag: str) -> None:
    (tmp_path / "scripts/more").mkdir(parents=True)
    (tmp_path / "scripts/a.j2").write_text("aki: ひみつ\n", "utf-8")
    (tmp_path / "secret.txt").write_text("aki: ひみつ\n", "utf-8")
    (tmp_path / "scripts/link.txt").symlink_to(tmp_path / "secret.txt")
    wanted = name.format(folder=tmp_path.as_posix())
    with pytest.raises(ShowError, match="only what lies in") as caught:
        rendered(tmp_path, "## 章\n" + tag.format(wanted))
    assert caught.value.line == 2
    assert "ひみつ" not in str(caught.value)


def test_a_show_folder_is_no_place_to_import_python_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jinja2.py").write_text("raise SystemExit(7)", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert rendered(tmp_path, "## 章\naki: はい。").endswith("aki: はい。\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for Python")
def test_a_process_that_ends_without_an_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no library >&2\nexit 3\n", "utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(ShowError, match="ended with code 3") as caught:
        rendered(tmp_path, "## 章\naki: はい。")
    assert caught.value.hint == "no library"
