"""Shows that are wrong in one way each: one clear message, exit code 1, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import DAY, Run, edit, tree

Break = Callable[[Path], None]


def set_key(old: str, new: str) -> Break:
    return lambda show: edit(show / "show.toml", old, new)


def item(old: str, new: str) -> Break:
    return lambda show: edit(next((show / "news").glob("*altman-returns.md")), old, new)


def template(text: str) -> Break:
    return lambda show: edit(show / "scripts/weekly.md.j2", "## おわりに", text)


def empty_news(show: Path) -> None:
    for path in (show / "news").iterdir():
        path.unlink()


def latin_1(show: Path) -> None:
    (show / "news/latin.md").write_bytes("---\ntitle: Zürich\n".encode("latin-1"))


def write_script(text: str) -> Break:
    def write(show: Path) -> None:
        path = show / "scripts/episodes/0003.md"
        path.parent.mkdir(exist_ok=True)
        head = f"---\nnumber: 3\ntitle: 題\ndate: {DAY}\nsummary: 要約\n---\n## 始まり\n"
        path.write_text(head + text, "utf-8")

    return write


WRONG: dict[str, tuple[Break, list[str]]] = {
    "an unknown key": (
        set_key("bitrate = 96", "bitrat = 96"),
        ["show.toml:", "sound.bitrat: no such key", "did you mean bitrate?"],
    ),
    "a value of the wrong kind": (
        set_key('language = "ja"', 'language = "xx"'),
        ["show.toml:", "show.language"],
    ),
    "two faults at once": (
        lambda show: (set_key("bitrate", "bitrat")(show), set_key("tail =", "tale =")(show))[0],
        ["sound.bitrat", "sound.tale"],
    ),
    "no TOML": (set_key("[sound]", "[sound"), ["show.toml:", "not TOML"]),
    "a file that is not there": (
        set_key("art/cover.jpg", "art/none.jpg"),
        ["show.image", "art/none.jpg"],
    ),
    "a host without a voice": (
        set_key('voice = "alpha"', 'voice = "alpa"'),
        ["there is no voice alpa", "did you mean alpha?"],
    ),
    "a voice of no engine": (
        lambda show: edit(show / "voices/kumo.toml", '"tone"', '"tune"'),
        ["voices/kumo.toml", "there is no engine tune", "did you mean tone?"],
    ),
    "a speaker nobody knows": (
        lambda show: edit(show / "voices/kumo.toml", '"tone"', '"kokoro"'),
        ["voices/kumo.toml", "no speaker 'kumo'", "did you mean jm_kumo?"],
    ),
    "a template error": (
        template("{% for %}\n## おわりに"),
        ["weekly.md.j2:12", "xpected"],
    ),
    "an undefined variable": (
        template("{{ nobody }}\n## おわりに"),
        ["weekly.md.j2:12", "'nobody' is undefined"],
    ),
    "an error inside the template": (
        template("{{ 1 / 0 }}\n## おわりに"),
        ["weekly.md.j2:12", "division by zero"],
    ),
    "a template that says nonsense": (
        template("## おわりに\nnobody: はい。"),
        ["weekly.md.j2", "there is no host nobody"],
    ),
    "an item with an unknown key": (
        item("published: 2023-11-22", "publishd: 2023-11-22"),
        ["altman-returns.md:", "publishd: no such key", "did you mean published?"],
    ),
    "an item with a broken date": (
        item("2023-11-22T16:10", "2023-11-42T16:10"),
        ["altman-returns.md:6", "is not a date", "write published: 2023"],
    ),
    "an item with a date of no place": (
        item("16:10:00+09:00", "16:10:00"),
        ["altman-returns.md:6", "no offset from UTC"],
    ),
    "no news": (empty_news, ["news", "there is no news here", "add items"]),
    "text that is not UTF-8": (latin_1, ["latin.md:2", "not valid UTF-8", "save the file"]),
    "a line of an unknown speaker": (
        write_script("yomi: はい。\nyoni: はい。\n"),
        ["0003.md:9", "there is no host yoni", "did you mean yomi?"],
    ),
    "an unknown cue": (
        write_script("yomi: はい。\n[pose 1s]\n"),
        ["0003.md:9", "[pose]: no such cue", "did you mean pause?"],
    ),
    "a story nobody knows": (
        write_script("yomi: はい。\n## 次 {story=altman}\nyomi: はい。\n"),
        ["0003.md:9", "there is no story altman"],
    ),
    "music that is not there": (
        write_script("yomi: はい。\n[play voices/themes/jungle.ogg]\n"),
        ["0003.md:9", "there is no file", "did you mean voices/themes/jingle.ogg?"],
    ),
    "music that is no sound": (
        lambda show: (show / "voices/themes/theme.ogg").write_bytes(b"not a sound"),
        ["theme.ogg", "not a sound file", "use WAV, FLAC"],
    ),
    "a cover that is no picture": (
        lambda show: (show / "art/cover.jpg").write_bytes(b"not a picture"),
        ["cover.jpg", "not a picture"],
    ),
    "a broken lexicon line": (
        lambda show: edit(show / "voices/lexicon.tsv", "オープンエーアイ", "OpenAI"),
        ["lexicon.tsv:2", "'OpenAI' is not katakana"],
    ),
    "a line of which nothing can be said": (
        write_script("yomi: はい。\nkiku: ……\n"),
        ["line 9", "nothing to say"],
    ),
    "an output folder that is a file": (
        lambda show: ((show / "output").rmdir(), (show / "output").write_text("", "utf-8"))[0],
        ["output", "cannot be written", "check that the folder is writable"],
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_show_is_told_what_to_mend(what: str, show: Path, run: Run) -> None:
    breaks, wanted = WRONG[what]
    breaks(show)
    before = tree(show)
    done = run("build", "3", "--date", DAY, folder=show)
    assert done.code == (3 if "nothing can be said" in what else 1), done.err
    for words in wanted:
        assert words in done.err
    assert "Traceback" not in done.err
    assert done.out == ""
    after = tree(show)
    assert {name: after.get(name) for name in before} == before


def test_a_wrong_edit_leaves_the_published_episode_alone(show: Path, run: Run) -> None:
    assert run("build", "3", "--date", DAY, folder=show).code == 0
    before = tree(show / "output")
    edit(show / "scripts/episodes/0003.md", "kiku: よろしく", "kuki: よろしく")
    done = run("build", folder=show)
    assert (done.code, "did you mean kiku?" in done.err) == (1, True)
    assert tree(show / "output") == before


@pytest.mark.parametrize("way", ["address", "script"])
def test_a_published_episode_keeps_its_guid(way: str, show: Path, run: Run) -> None:
    assert run("build", "3", "--date", DAY, folder=show).code == 0
    before = tree(show / "output")
    if way == "address":
        edit(show / "show.toml", "https://podcast.example/show", "https://elsewhere.example")
    else:
        other = "guid: 00000000-0000-4000-8000-000000000000\ntitle: "
        edit(show / "scripts/episodes/0003.md", "title: ", other)
    done = run("build", folder=show)
    assert done.code == 1
    assert "has the guid" in done.err
    assert "keep it: write `guid:" in done.err
    assert tree(show / "output") == before


def test_a_moved_feed_keeps_its_guids_when_told_to(show: Path, run: Run) -> None:
    assert run("build", "3", "--date", DAY, folder=show).code == 0
    record = (show / "output/episodes/0003/episode.json").read_text("utf-8")
    guid = record.split('"guid": "')[1].split('"')[0]
    edit(show / "show.toml", "https://podcast.example/show", "https://elsewhere.example")
    edit(show / "scripts/episodes/0003.md", "title: ", f"guid: {guid}\ntitle: ")
    assert run("build", folder=show).code == 0
    assert f'"guid": "{guid}"' in (show / "output/episodes/0003/episode.json").read_text("utf-8")


def test_another_date_than_the_scripts_is_refused(show: Path, run: Run) -> None:
    assert run("draft", "3", "--date", DAY, folder=show).code == 0
    done = run("build", "3", "--date", "2023-11-25", folder=show)
    assert done.code == 1
    assert "the script is of 2023-11-24, not 2023-11-25" in done.err


def test_draft_never_overwrites_an_edit_unasked(show: Path, run: Run) -> None:
    script = show / "scripts/episodes/0001.md"
    assert run("draft", "--date", DAY, folder=show).code == 0
    assert run("draft", "1", "--date", DAY, folder=show).code == 0, "untouched: drafted again"
    edit(script, "また来週。", "またね。")
    kept = script.read_text("utf-8")
    refused = run("draft", "1", "--date", DAY, folder=show)
    assert (refused.code, script.read_text("utf-8")) == (1, kept)
    assert "--force" in refused.err
    assert run("draft", "1", "--date", DAY, "--force", folder=show).code == 0
    assert "また来週。" in script.read_text("utf-8")


def test_outside_of_any_show_a_build_says_how_to_get_one(tmp_path: Path, run: Run) -> None:
    done = run("build", folder=tmp_path)
    assert done.code == 1
    assert "kawaraban init DIR" in done.err


def test_a_week_without_news_names_the_newest(show: Path, run: Run) -> None:
    done = run("build", "3", "--date", "2024-05-05", folder=show)
    assert done.code == 1
    assert "no news between" in done.err
    assert "the newest item is of 2023-11-22" in done.err
