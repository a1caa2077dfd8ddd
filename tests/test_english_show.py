"""The English starter: a show that drafts and builds as it is, and reads well aloud."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from conftest import DAY, VOICE, Run, tree
from kawaraban.config import load_show
from kawaraban.documents import read_toml
from kawaraban.errors import ShowError
from kawaraban.model import Chapter, Line, Quote, Script
from kawaraban.news.files import read_items
from kawaraban.reading.sentences import sentences
from kawaraban.script.dialogue import parse_script
from kawaraban.script.phrasing import LONGEST_TITLE
from kawaraban.script.template import draft
from kawaraban.settings import Host, Show
from kawaraban.starter import make_show, starter
from kawaraban.stories.meaning import embed
from kawaraban.stories.rundown import pick, window_ending

STARTER = starter("en")
SHOW = read_toml(STARTER / "show.toml", Show)
DATE = date.fromisoformat(DAY)
ITEMS = read_items([STARTER / "news"])
RUNDOWN = pick(
    ITEMS,
    window_ending(DATE, SHOW.pick.window, SHOW.about.zone),
    SHOW.pick,
    embed,
)
JAPANESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
SLIPS = re.compile(
    r"\{\{|\{%|\bNone\b|undefined|[.,?!][.,]|\s[.,?!](?!example)|\S  |[ :]$", re.MULTILINE
)
"""What a template leaves where a value is empty or a sentence ends twice."""
STORIES = [
    ("openai-board-fires-altman", 6, 9),
    ("chatgpt-down", 2, 2),
    ("nvidia-china", 2, 2),
    ("svd-at-home", 2, 2),
    ("benioff-offers-jobs", 1, 1),
    ("deepmind-lyria", 1, 1),
]
"""(id, publishers, items), in order of rank."""


@pytest.fixture
def english(tmp_path: Path) -> Path:
    """A show made from the English starter, with two hums for voices."""
    root = tmp_path / "english"
    make_show(root, "en")
    for name in ("joe", "ruth"):
        text = VOICE.format(name=name) + 'language = "en"\n'
        (root / f"voices/{name}.toml").write_text(text, "utf-8")
    return root


def drafted(show: Show = SHOW, number: int = 1, stories: int = 6) -> Script:
    few = replace(RUNDOWN, stories=RUNDOWN.stories[:stories])
    text = draft(show, STARTER, few, number, DATE)
    hosts = [host.id for host in show.hosts]
    return parse_script(text, Path("0001.md"), hosts, [story.id for story in few.stories])


def spoken(chapter: Chapter) -> str:
    return " ".join(cue.text for cue in chapter.cues if isinstance(cue, Line))


# ── the folder ───────────────────────────────────────────────────────────────────────────────────


def test_an_english_show_has_its_own_content_and_the_music_that_all_share(tmp_path: Path) -> None:
    make_show(tmp_path / "ja")
    make_show(tmp_path / "en", "en")
    japanese, made = tree(tmp_path / "ja"), tree(tmp_path / "en")
    assert made[".gitignore"] == japanese[".gitignore"]
    assert (tmp_path / "en/output").is_dir()
    themes = {name for name in japanese if name.startswith("voices/themes/")}
    assert "voices/themes/theme.ogg" in themes
    assert all(made[name] == japanese[name] for name in themes)
    voices = {name for name in made if name.startswith("voices/")} - themes
    assert voices == {"voices/joe.toml", "voices/ruth.toml"}
    news = {name.removeprefix("news/") for name in made if name.startswith("news/")}
    assert news == set(tree(STARTER / "news"))


def test_an_english_show_gets_an_address_of_its_own(tmp_path: Path) -> None:
    make_show(tmp_path / "evening-news", "en")
    made = load_show(tmp_path / "evening-news")
    assert made.publish.url == "https://podcast.example/evening-news"
    assert (made.about.language, made.about.timezone) == ("en", "America/New_York")


def test_a_language_without_a_starter_is_told_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(ShowError, match="no starter speaks fr") as caught:
        make_show(tmp_path / "new", "fr")
    assert caught.value.hint == "known: en, ja"
    assert not (tmp_path / "new").exists()


def test_the_cover_is_as_large_as_directories_take() -> None:
    with Image.open(STARTER / SHOW.about.image) as cover:
        assert (cover.size, cover.mode, cover.format) == ((3000, 3000), "RGB", "JPEG")


def test_each_host_has_a_voice_whose_licence_is_told() -> None:
    for host in SHOW.hosts:
        voice = tomllib.loads((STARTER / f"voices/{host.voice}.toml").read_text("utf-8"))
        assert voice["language"] == "en"
        assert voice["license"]
        assert voice["credit"]


def test_the_sample_items_are_english_and_from_invented_publishers() -> None:
    for item in ITEMS:
        assert item.lang == "en"
        assert ".example/" in item.url
        assert len(sentences(item.text)) >= 2
        assert not JAPANESE.search(item.title + item.source + item.text)


# ── the stories ──────────────────────────────────────────────────────────────────────────────────


def test_the_english_week_falls_into_its_stories(english: Path, run: Run) -> None:
    done = run("pick", "--until", DAY, "--json", folder=english)
    rundown = json.loads(done.out)
    told = [(story["id"], story["sources"], len(story["items"])) for story in rundown["stories"]]
    assert told == STORIES
    assert rundown["left_out"] == []


@pytest.mark.parametrize("similarity", [0.35, 0.4, 0.45, 0.55, 0.6])
def test_the_stories_do_not_hang_on_one_setting(similarity: float) -> None:
    setting = SHOW.pick.model_copy(update={"similarity": similarity})
    assert pick(ITEMS, RUNDOWN.window, setting, embed).stories == RUNDOWN.stories


def test_the_lead_story_is_told_day_by_day() -> None:
    events = RUNDOWN.stories[0].timeline
    assert [(event.day.month, event.day.day) for event in events] == [
        (11, day) for day in (17, 17, 18, 20, 20, 21, 22, 22)
    ]
    assert [event.day.day for event in events if not event.confirmed] == [18]


# ── the script ───────────────────────────────────────────────────────────────────────────────────


def test_draft_writes_an_english_script(english: Path, run: Run) -> None:
    done = run("draft", "1", "--date", DAY, folder=english)
    assert done.code == 0, done.err
    text = (english / "scripts/episodes/0001.md").read_text("utf-8")
    assert not JAPANESE.search(text)
    assert not SLIPS.search(text)
    assert "joe: Hello, and welcome to The AI Broadsheet, episode 1. I'm Joe.\n" in text
    assert "Friday, November 24, 2023" in text
    assert "title: OpenAI brings Sam Altman back, under a new board\n" in text


def test_every_story_has_its_chapter_and_both_hosts_speak_in_it() -> None:
    script = drafted()
    assert [chapter.story for chapter in script.chapters if chapter.story] == [
        id_ for id_, _, _ in STORIES
    ]
    assert len(script.title) <= LONGEST_TITLE
    for chapter in script.chapters:
        assert len(chapter.title) <= LONGEST_TITLE
        assert "…" not in chapter.title
        assert {cue.speaker for cue in chapter.cues if isinstance(cue, Line)} == {"joe", "ruth"}


def test_the_hosts_take_turns_and_neither_talks_alone() -> None:
    lines = drafted().lines
    turns = [one.speaker != other.speaker for one, other in pairwise(lines)]
    assert sum(turns) > len(turns) * 2 / 3
    for host in SHOW.hosts:
        assert sum(line.speaker == host.id for line in lines) > len(lines) / 3


def test_an_episode_is_of_the_length_that_a_listener_expects() -> None:
    words = sum(len(line.text.split()) for line in drafted().lines)
    assert 600 <= words <= 850


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9999))
def test_nothing_is_said_twice_in_any_episode(number: int) -> None:
    said = [part for line in drafted(number=number).lines for part in sentences(line.text)]
    assert len(said) == len(set(said))


def test_the_timeline_is_told_in_order_and_doubtful_days_with_their_source() -> None:
    lead = next(chapter for chapter in drafted().chapters if chapter.story)
    said, at = spoken(lead), 0
    for event in RUNDOWN.stories[0].timeline:
        at = said.index(event.text, at)
        assert event.detail in said[at:]
    unconfirmed = [event.source for event in RUNDOWN.stories[0].timeline if not event.confirmed]
    assert [source for source in RUNDOWN.stories[0].sources if source in said] == unconfirmed
    for point in RUNDOWN.stories[0].points[:3]:
        assert point.text in said


def test_each_shorter_story_names_its_publishers() -> None:
    chapters = {chapter.story: spoken(chapter) for chapter in drafted().chapters}
    for story in RUNDOWN.stories[1:]:
        assert " and ".join(story.sources) in chapters[story.id]
        assert story.points[0].text in chapters[story.id]


def test_listeners_are_told_that_voices_are_synthetic_and_where_the_sources_are() -> None:
    closing = spoken(drafted().chapters[-1])
    assert "every voice you heard today is synthetic" in closing
    assert "links to every source we used in the show notes" in closing


@pytest.mark.parametrize(
    ("stories", "said"),
    [
        (1, "Then that one gets the whole show."),
        (2, "That makes 2 stories in all"),
        (3, "That makes 3 stories in all"),
        (5, "That makes 5 stories in all"),
    ],
)
def test_a_week_with_few_stories_drafts_too(stories: int, said: str) -> None:
    script = drafted(stories=stories)
    assert len([chapter for chapter in script.chapters if chapter.story]) == stories
    assert said in spoken(script.chapters[1])
    for chapter in script.chapters[:-1]:
        assert {cue.speaker for cue in chapter.cues if isinstance(cue, Line)} == {"joe", "ruth"}


def test_a_show_with_one_host_drafts_too() -> None:
    one = SHOW.model_copy(update={"hosts": (Host(id="solo", name="Solo", voice="joe"),)})
    script = drafted(one)
    assert {line.speaker for line in script.lines} == {"solo"}
    assert "And I'm" not in spoken(script.chapters[0])


def test_brackets_in_english_news_become_plain_ones() -> None:
    first = RUNDOWN.stories[0]
    words = "It says [sic] that {x} is the sign."
    story = replace(first, title="Why [and how]?", timeline=(), points=(Quote(words, "a", "A"),))
    text = draft(SHOW, STARTER, replace(RUNDOWN, stories=(story,)), 1, DATE)
    assert "joe: It says (sic) that (x) is the sign.\n" in text
    assert "## Why (and how)? {story=" in text
    assert "Why (and how)?\n" in text
    assert "Why (and how)?." not in text


# ── the episode ──────────────────────────────────────────────────────────────────────────────────


def test_an_english_show_builds_as_it_is(english: Path, run: Run) -> None:
    done = run("build", "1", "--date", DAY, folder=english)
    assert done.code == 0, done.err
    episode = english / "output/episodes/0001"
    record = json.loads((episode / "episode.json").read_text("utf-8"))
    assert len(record["chapters"]) == len(STORIES) + 3
    assert (episode / "audio.mp3").stat().st_size > 100_000
    assert "Hello, and welcome to The AI Broadsheet" in (episode / "transcript.vtt").read_text()
    notes = (episode / "notes.md").read_text("utf-8")
    assert all(item.url in notes for item in ITEMS)
    assert not JAPANESE.search(notes)
    assert "<language>en</language>" in (english / "output/feed.xml").read_text("utf-8")
