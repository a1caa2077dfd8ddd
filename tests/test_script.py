"""Scripts: what a producer writes is understood, and every slip is told with its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.config import load_show
from kawaraban.errors import Problems, ShowError
from kawaraban.model import (
    Chapter,
    Item,
    Line,
    MusicStart,
    MusicStop,
    Pause,
    Play,
    Quote,
    Rundown,
    Script,
    Story,
    Text,
)
from kawaraban.news.files import read_items
from kawaraban.script.dialogue import parse_script, told_by_story
from kawaraban.script.phrasing import (
    LONGEST_TITLE,
    episode_summary,
    episode_title,
    harmless,
    shorten,
    spoken_date,
    spoken_list,
    vary,
    weekday,
)
from kawaraban.script.template import draft
from kawaraban.settings import Host, Pick, Scripting, Show
from kawaraban.stories.meaning import embed
from kawaraban.stories.rundown import pick, window_ending

REPOSITORY = Path(__file__).parents[1]
SHOW = load_show(REPOSITORY)
DAY = date(2023, 11, 24)
RUNDOWN = pick(
    read_items([REPOSITORY / "news"]),
    window_ending(DAY, timedelta(days=17), ZoneInfo("Asia/Tokyo")),
    Pick(method="words", similarity=0.13),
    embed,
)
HERE = Path("0017.md")
HOSTS = ("yomi", "kiku")

SAMPLE = """\
---
number: 17
title: "解任から復帰まで: 五日間"
date: 2023-11-24
summary: 社長が去り、戻るまで。
guid: 8b1f
---
## オープニング
yomi: 今週も始まりました。
kiku： {孫|そん}さんの話も [pause 0.6s] 出ました。
[pause 1.5]

## 五日間 {story=altman}
[play voices/themes/jingle.flac]
  kiku : 復帰は11月22日: {正義|マサヨシ}さんも驚きました。
"""


def parse(text: str, stories: Sequence[str] | None = None) -> Script:
    return parse_script(text, HERE, HOSTS, stories)


def faults_of(text: str, stories: Sequence[str] | None = None) -> list[ShowError]:
    with pytest.raises(ShowError) as caught:
        parse(text, stories)
    error = caught.value
    return error.errors if isinstance(error, Problems) else [error]


# ── reading a script ─────────────────────────────────────────────────────────────────────────────


def test_music_starts_and_stops() -> None:
    cues = ["[music start]", "yomi: え。", "[ music  start voices/bed.ogg ]", "[music stop]"]
    script = parse(FIRST + "\n".join(cues) + "\n")
    assert script.cues[-4:] == (
        MusicStart(None, 8),
        Line("yomi", (Text("え。"),), 9),
        MusicStart(Path("voices/bed.ogg"), 10),
        MusicStop(11),
    )


@pytest.mark.parametrize(
    ("keys", "story", "image"),
    [
        ("{story=altman image=art/x.png}", "altman", "art/x.png"),
        ("{image=art/x.JPG  story=altman}", "altman", "art/x.JPG"),
        ('{ image="art/絵 1.jpeg" }', "", "art/絵 1.jpeg"),
        ("{story=altman}", "altman", None),
        ("{story=}", "", None),
    ],
)
def test_a_chapter_may_have_a_picture(keys: str, story: str, image: str | None) -> None:
    chapter = parse(FIRST + f"## 次の話 {keys}\nkiku: え。\n", ["altman"]).chapters[-1]
    assert (chapter.title, chapter.story) == ("次の話", story)
    assert chapter.image == (None if image is None else Path(image))


def test_what_a_story_told_is_known_by_its_chapters_picture_or_not() -> None:
    body = "## 題 {image=a.png story=x}\nyomi: い。\n## 次 {story=x}\nyomi: ろ。\n"
    assert told_by_story(body) == {"x": ("い。", "ろ。")}


def test_more_chapters_than_tags_can_count_are_told() -> None:
    chapters = "".join(f"## 第{at}章\nyomi: はい。\n" for at in range(255))
    assert len(parse(HEAD + chapters).chapters) == 255
    [fault] = faults_of(HEAD + chapters + "## 余\nyomi: はい。\n")
    assert (fault.line, fault.cause) == (516, "more than 255 chapters")


def test_an_episode_may_be_all_recording() -> None:
    script = parse(HEAD + "## 録音\n[play voices/talk.flac]\n")
    assert script.lines == ()


def test_every_feature_of_a_script_is_understood() -> None:
    assert parse(SAMPLE, ["altman"]) == Script(
        number=17,
        title="解任から復帰まで: 五日間",
        date=date(2023, 11, 24),
        summary="社長が去り、戻るまで。",
        guid="8b1f",
        chapters=(
            Chapter(
                "オープニング",
                (
                    Line("yomi", (Text("今週も始まりました。"),), 9),
                    Line(
                        "kiku",
                        (Text("孫", "そん"), Text("さんの話も "), Pause(0.6), Text(" 出ました。")),
                        10,
                    ),
                    Pause(1.5),
                ),
                8,
            ),
            Chapter(
                "五日間",
                (
                    Play(Path("voices/themes/jingle.flac"), 14),
                    Line(
                        "kiku",
                        (
                            Text("復帰は11月22日: "),
                            Text("正義", "マサヨシ"),
                            Text("さんも驚きました。"),
                        ),
                        15,
                    ),
                ),
                13,
                "altman",
            ),
        ),
    )


def test_a_transcript_shows_the_written_words_without_readings_and_cues() -> None:
    assert [line.text for line in parse(SAMPLE).lines] == [
        "今週も始まりました。",
        "孫さんの話も  出ました。",
        "復帰は11月22日: 正義さんも驚きました。",
    ]


HEAD = "---\nnumber: 1\ntitle: 題\ndate: 2023-11-24\n---\n"
FIRST = HEAD + "## 章\nyomi: はい。\n"


def front(**values: str) -> str:
    whole = {"number": "1", "title": "題", "date": "2023-11-24"} | values
    lines = "".join(f"{key}: {value}\n" for key, value in whole.items() if value != "-")
    return f"---\n{lines}---\n## 章\nyomi: はい。\n"


MUSIC = "write [music start FILE] or [music stop]"
STRAY = "write {漢字|かな} or [pause 0.6s]; brackets: （ ）"


@pytest.mark.parametrize(
    ("text", "line", "cause", "hint"),
    [
        (front(titel="x"), 5, "titel: no such key", "did you mean title?"),
        (front(title="-"), 1, "the script has no title", "add title: …"),
        (front(title="''"), 1, "the script has no title", "add title: …"),
        (front(number="-"), 1, "the script has no number", "add number: …"),
        (front(number=""), 1, "the script has no number", "add number: …"),
        (front(number="0"), 2, "number must be a whole number from 1", ""),
        (front(number="1.5"), 2, "number must be a whole number from 1", ""),
        (front(number="十七"), 2, "number must be a whole number from 1", ""),
        (front(date=""), 1, "the script has no date", "add date: …"),
        (front(date="2023-02-30"), 4, "date: '2023-02-30' is no day", "write 2023-11-24"),
        (front(date="11月24日"), 4, "date: '11月24日' is no day", "write 2023-11-24"),
        (FIRST + "yomy: はい。\n", 8, "there is no host yomy", "did you mean yomi?"),
        (FIRST + "ナレーター：はい。\n", 8, "there is no host ナレーター", "known: kiku, yomi"),
        (FIRST + "## 次 {story=altmann}\nkiku: え。\n", 8, "there is no story altmann",
         "did you mean altman?"),
        (FIRST + "## 次 {stroy=altman}\nkiku: え。\n", 8, "stroy: no such key of a chapter",
         "did you mean story?"),
        (FIRST + "## 次 {image=../x.png}\nkiku: え。\n", 8,
         "image=../x.png: not a file of the show", "name one below its folder"),
        (FIRST + "## 次 {image=}\nkiku: え。\n", 8, "image=: not a file of the show",
         "name one below its folder"),
        (FIRST + "## 次 {image=x.gif}\nkiku: え。\n", 8, "image=x.gif: not a JPEG or PNG",
         "save it as one of the two"),
        (FIRST + "## 次 {image=x.png image=y.png}\nkiku: え。\n", 8, "image is there twice",
         "keep one of the two"),
        (FIRST + "## 次 {story=altman x.png}\nkiku: え。\n", 8, "x.png: neither story nor image",
         "write {story=id image=art/x.png}"),
        (FIRST + "##\nkiku: え。\n", 8, "the chapter has no title", "write ## and a title"),
        (FIRST + "## {story=altman}\nkiku: え。\n", 8, "the chapter has no title",
         "write ## and a title"),
        (FIRST + "[puase 1s]\n", 8, "[puase]: no such cue", "did you mean pause?"),
        (FIRST + "[pause]\n", 8, "[pause ]: not a length", "write [pause 0.6s], 60 s at most"),
        (FIRST + "[pause 61s]\n", 8, "[pause 61s]: not a length",
         "write [pause 0.6s], 60 s at most"),
        (FIRST + "kiku: え [pause long] お\n", 8, "[pause long]: not a length",
         "write [pause 0.6s], 60 s at most"),
        (FIRST + "kiku: え[注]お\n", 8, "[注]: no such cue",
         "known: cite, music, pause, play, take"),
        (FIRST + "kiku: え [play a.wav]\n", 8, "[play] inside a line",
         "put it on a line of its own"),
        (FIRST + "[play]\n", 8, "[play ]: not a file of the show", "name one below its folder"),
        (FIRST + "[play /etc/a.wav]\n", 8, "[play /etc/a.wav]: not a file of the show",
         "name one below its folder"),
        (FIRST + "[play ../a.wav]\n", 8, "[play ../a.wav]: not a file of the show",
         "name one below its folder"),
        (FIRST + "[music]\n", 8, "[music ]: no such cue", MUSIC),
        (FIRST + "[music begin a.ogg]\n", 8, "[music begin a.ogg]: no such cue", MUSIC),
        (FIRST + "[music stop a.ogg]\n", 8, "[music stop a.ogg]: no such cue", MUSIC),
        (FIRST + "[music start /a.ogg]\n", 8, "[music start /a.ogg]: not a file of the show",
         "name one below its folder"),
        (FIRST + "[music stop]\n", 8, "[music stop], and no music", "delete it"),
        (FIRST + "kiku: え [music stop]\n", 8, "[music] inside a line",
         "put it on a line of its own"),
        (FIRST + "kiku: え{お\n", 8, "a stray {", STRAY),
        (FIRST + "kiku: え]お\n", 8, "a stray ]", STRAY),
        (FIRST + "kiku: {|そん}さん\n", 8, "a stray {",
         STRAY),
        (FIRST + "kiku: {孫|孫}さん\n", 8, "the reading '孫' is not kana", "write {漢字|かな}"),
        (FIRST + "kiku: {孫|s0n}さん\n", 8, "the reading 's0n' is not kana", "write {漢字|かな}"),
        (FIRST + "kiku: {孫| }さん\n", 8, "the reading ' ' is not kana", "write {漢字|かな}"),
        (FIRST + "kiku:\n", 8, "kiku says nothing here", "write words after the colon"),
        (FIRST + "kiku: [pause 1s]\n", 8, "kiku says nothing here", "write words after the colon"),
        (FIRST + "ただの文。\n", 8, "neither a chapter, a line nor a cue", "write `host: words`"),
        (HEAD + "yomi: はい。\n## 章\nyomi: はい。\n", 6, "stands before the first chapter",
         "start with ## and a title"),
        (HEAD + "## 章\n[pause 1s]\n", 0, "nobody says anything", "write `host: words`"),
        (HEAD, 0, "nobody says anything", "write `host: words`"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line_and_what_to_write(
    text: str, line: int, cause: str, hint: str
) -> None:
    [fault] = faults_of(text, ["altman", "svd"])
    assert (fault.where, fault.line, fault.cause, fault.hint) == (HERE, line, cause, hint)


def test_every_slip_of_a_script_is_told_at_once_in_order() -> None:
    text = front(number="x", date="y") + "yomy: え。\n[pose]\nkiku: {\n"
    assert [fault.line for fault in faults_of(text)] == [8, 9, 10, 2, 4]


def test_a_script_may_name_any_story_when_none_are_known() -> None:
    assert parse(FIRST + "## 次 {story=x}\nkiku: え。\n").chapters[1].story == "x"
    assert faults_of(FIRST + "## 次 {story=x}\nkiku: え。\n", [])[0].hint == "none is known here"


WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters="[]{}|"),
    min_size=1,
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(HOSTS), WORDS), min_size=1))
def test_no_word_that_is_written_is_lost(lines: list[tuple[str, str]]) -> None:
    text = HEAD + "## 章\n" + "\n".join(f"{host}: {words}" for host, words in lines) + "\n"
    assert [(line.speaker, line.text) for line in parse(text).lines] == lines


# ── the template ─────────────────────────────────────────────────────────────────────────────────


def with_template(tmp_path: Path, template: str) -> str:
    (tmp_path / "weekly.md.j2").write_text(template, "utf-8")
    show = SHOW.model_copy(update={"script": Scripting(template=Path("weekly.md.j2"))})
    return draft(show, tmp_path, RUNDOWN, 17, DAY)


def drafted(show: Show, rundown: Rundown = RUNDOWN, number: int = 17) -> Script:
    text = draft(show, REPOSITORY, rundown, number, DAY)
    hosts = [host.id for host in show.hosts]
    return parse_script(text, HERE, hosts, [story.id for story in rundown.stories])


def test_the_repositorys_own_show_drafts_a_script_that_can_be_read() -> None:
    script = drafted(SHOW)
    assert (script.number, script.date) == (17, DAY)
    assert script.title == episode_title(RUNDOWN.stories)
    assert script.summary == episode_summary(RUNDOWN.stories, "ja")
    told = [chapter.story for chapter in script.chapters if chapter.story]
    assert told == [story.id for story in RUNDOWN.stories]


def test_the_hosts_of_a_draft_take_turns_and_neither_talks_alone() -> None:
    script = drafted(SHOW)
    turns = [one.speaker != other.speaker for one, other in pairwise(script.lines)]
    assert sum(turns) > len(turns) / 2
    for host in HOSTS:
        assert sum(line.speaker == host for line in script.lines) > len(script.lines) / 4
    for chapter in script.chapters:
        assert {cue.speaker for cue in chapter.cues if isinstance(cue, Line)} == set(HOSTS)


def test_all_that_a_draft_tells_of_the_lead_story_stands_in_its_sources() -> None:
    chapter = next(chapter for chapter in drafted(SHOW).chapters if chapter.story)
    said = "".join(cue.text for cue in chapter.cues if isinstance(cue, Line))
    for event in RUNDOWN.stories[0].timeline:
        assert event.text in said
    for quote in RUNDOWN.stories[0].points[:2]:
        assert quote.text in said


def test_a_show_with_one_host_drafts_too() -> None:
    one = SHOW.model_copy(update={"hosts": (Host(id="solo", name="ソロ", voice="kumo"),)})
    assert {line.speaker for line in drafted(one).lines} == {"solo"}


@pytest.mark.parametrize("stories", [1, 2, 3, 4])
def test_a_week_with_few_stories_drafts_too(stories: int) -> None:
    few = replace(RUNDOWN, stories=RUNDOWN.stories[:stories])
    script = drafted(SHOW, few)
    assert len([chapter for chapter in script.chapters if chapter.story]) == stories
    assert any(f"あわせて{stories}本" in line.text for line in script.lines)


def test_brackets_in_the_news_are_not_taken_for_cues() -> None:
    title = "価格は[速報]{未定|みてい}\nyomi: 偽の行"
    words = "添え字は[0]から、{}で囲みます。"
    item = Item(
        "a", "https://a.example", "甲[乙]", title, datetime(2023, 11, 20, tzinfo=SHOW.about.zone)
    )
    story = Story("a", title, (item,), points=(Quote(words, "a", "甲[乙]"),))
    script = drafted(SHOW, replace(RUNDOWN, stories=(story, replace(story, id="b"))))
    said = [line.text for line in script.lines]
    assert "添え字は［0］から、｛｝で囲みます。" in said
    assert any("価格は［速報］｛未定|みてい｝ yomi: 偽の行" in text for text in said)
    assert not any(text.startswith("偽の行") for text in said)


@pytest.mark.parametrize(
    ("template", "line", "cause"),
    [
        ("## 章\n{{ nobody }}\n", 2, "'nobody' is undefined"),
        ("## 章\n\n{{ show.titel }}\n", 3, "has no attribute 'titel'"),
        ("## 章\n{% for x in stories %}\nyomi: あ\n", 3, "endfor"),
        ("## 章\n{{ 1/0 }}\n", 2, "division by zero"),
        ("## 章\n{{ title | shout }}\n", 2, "No filter named 'shout'"),
        ("## 章\n{{ ().__class__ }}\n", 2, "unsafe"),
        ("## 章\n{{ ''.__class__.__mro__ }}\n", 2, "unsafe"),
        ("## 章\n{{ stories[99].title }}\n", 2, "99"),
        ("## 章\n{{ range(10 ** 9) | list }}\n", 2, "Range too big"),
        ("## 章\n{{ title | spoken_date }}\n", 2, "month"),
        ("## 章\n{{ [] | vary }}\n", 2, "nothing to choose from"),
        ("## 章\n{{ title + 3 }}\n", 2, "str"),
        ('## 章\n{% include "no.j2" %}\n', 2, "no.j2"),
    ],
)
def test_a_wrong_template_is_told_with_its_file_and_line(
    tmp_path: Path, template: str, line: int, cause: str
) -> None:
    with pytest.raises(ShowError) as caught:
        with_template(tmp_path, template)
    assert (str(caught.value.where), caught.value.line) == (str(tmp_path / "weekly.md.j2"), line)
    assert cause in caught.value.cause


def test_a_template_may_read_the_show_and_not_change_it(tmp_path: Path) -> None:
    with pytest.raises(ShowError, match="unsafe"):
        with_template(tmp_path, "{{ stories.append(1) }}")
    text = with_template(tmp_path, "## {{ show.title }}\n{{ hosts[0].id }}: 第{{ number }}回。\n")
    assert text.endswith("\n## 週刊AI瓦版\nyomi: 第17回。\n")


def test_a_template_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "weekly.md.j2").write_bytes("## 章".encode("euc-jp"))
    show = SHOW.model_copy(update={"script": Scripting(template=Path("weekly.md.j2"))})
    with pytest.raises(ShowError, match="not valid UTF-8"):
        draft(show, tmp_path, RUNDOWN, 17, DAY)


# ── phrasing ─────────────────────────────────────────────────────────────────────────────────────

PHRASES = ["続いては。", "次です。", "さて。", "もうひとつ。"]


@settings(deadline=None)
@given(st.integers(1, 9999), st.integers(0, 50), st.integers(2, 4))
def test_neighbours_in_an_episode_are_worded_differently(number: int, place: int, of: int) -> None:
    assert vary(PHRASES[:of], number, place) != vary(PHRASES[:of], number, place + 1)
    assert vary(PHRASES[:of], number, place) == vary(PHRASES[:of], number, place + of)


def test_episodes_are_worded_differently_and_each_phrase_has_its_turn() -> None:
    assert {vary(PHRASES, number, 0) for number in range(1, 21)} == set(PHRASES)
    assert vary(PHRASES, 17, 0) == vary(PHRASES, 17, 0)
    with pytest.raises(ShowError, match="nothing to choose from"):
        vary([], 1, 0)


def test_dates_and_lists_are_worded_as_they_are_said() -> None:
    assert (spoken_date(DAY), weekday(DAY)) == ("11月24日", "金曜日")
    assert spoken_list(["甲", "乙", "丙"]) == "甲と乙と丙"
    assert (shorten("瓦版です", 4), shorten("瓦版ですよ", 4)) == ("瓦版です", "瓦版で…")


def test_dates_and_lists_are_worded_as_they_are_said_in_english() -> None:
    assert (spoken_date(DAY, "en"), weekday(DAY, "en")) == ("November 24", "Friday")
    lists = [spoken_list("ABCD"[:names], "en") for names in range(5)]
    assert lists == ["", "A", "A and B", "A, B and C", "A, B, C and D"]
    assert spoken_list((name for name in "AB"), "en") == "A and B"
    days = [date(2023, 11, 20) + timedelta(days=n) for n in range(7)]
    assert [weekday(day, "en")[:2] for day in days] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]


@given(st.dates(), st.sampled_from(["ja", "en"]))
def test_every_day_is_said_with_its_month_and_number(day: date, language: str) -> None:
    said = spoken_date(day, language)
    assert str(day.day) in said
    assert (f"{day.month}月" if language == "ja" else f"{day:%B}") in said


@pytest.mark.parametrize(
    ("most", "short"),
    [
        (60, "OpenAI brings Sam Altman back, with GPT-4.5"),
        (43, "OpenAI brings Sam Altman back, with GPT-4.5"),
        (42, "OpenAI brings Sam Altman back, with…"),
        (36, "OpenAI brings Sam Altman back, with…"),
        (35, "OpenAI brings Sam Altman back…"),
        (31, "OpenAI brings Sam Altman back…"),
        (30, "OpenAI brings Sam Altman…"),
        (29, "OpenAI brings Sam Altman…"),
        (7, "OpenAI…"),
        (4, "Ope…"),
    ],
)
def test_english_is_cut_between_words(most: int, short: str) -> None:
    assert shorten("OpenAI brings Sam Altman back, with GPT-4.5", most, "en") == short


@settings(deadline=None)
@given(
    st.lists(st.text("abcdé49.,'-", min_size=1, max_size=9), min_size=1, max_size=9),
    st.integers(12, 40),
)
def test_what_is_left_of_an_english_text_is_whole_words(words: list[str], most: int) -> None:
    text = " ".join(words)
    short = shorten(text, most, "en")
    assert len(short) <= most
    if short != text:
        kept = short.removesuffix("…")
        assert text.startswith(kept)
        assert not any(a.isalnum() and b.isalnum() for a, b in [(kept[-1:], text[len(kept)])])


def test_the_scripts_own_signs_are_written_as_other_brackets() -> None:
    assert harmless("a [b]\n{c}") == "a ［b］ ｛c｝"
    assert harmless("a [b]\n{c}", "en") == "a (b) (c)"


@settings(deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=4),
    st.sampled_from(["ja", "en"]),
)
def test_an_episodes_title_fits_into_podcast_apps(titles: list[str], language: str) -> None:
    stories = [Story(str(at), title, ()) for at, title in enumerate(titles)]
    title = episode_title(stories, language)
    assert 0 < len(title) <= LONGEST_TITLE
    shortened = title.removesuffix("…")
    assert titles[0].startswith(shortened) or title.startswith(titles[0])


def test_an_english_title_that_is_too_long_ends_with_a_word() -> None:
    long = "A very long headline that no podcast app would ever show as a whole, not even on a desk"
    assert episode_title([Story("a", long, ())], "en") == (
        "A very long headline that no podcast app would ever show as…"
    )


def test_an_episodes_summary_tells_the_lead_and_the_rest() -> None:
    lead, second = Story("a", "復帰", RUNDOWN.stories[0].items), Story("b", "動画", ())
    assert episode_summary([lead, second], "ja") == (
        "今週の中心は「復帰」。4つの媒体が伝えた動きを追います。ほかに、「動画」を紹介します。"
    )
    assert episode_summary([lead], "en") == "This week's lead: 復帰, told by 4 publishers."


def test_an_english_summary_counts_its_publishers() -> None:
    items = RUNDOWN.stories[0].items[:1]
    lead, video = Story("a", "Altman is back", items), Story("b", "Pictures move", ())
    assert episode_summary([lead, video, replace(video, title="AI sings")], "en") == (
        "This week's lead: Altman is back, told by one publisher. Also: Pictures move; AI sings."
    )
