"""Commands, as a user types them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from conftest import DAY, Run, edit, tree
from kawaraban.console import Plain, TimeLeft, clock
from kawaraban.model import Speaking


def test_a_new_show_builds_as_it_is(tmp_path: Path, run: Run) -> None:
    made = run("init", "mine", folder=tmp_path)
    assert made.code == 0
    assert "kawaraban build 1 --date 2023-11-24" in made.out
    assert 'url = "https://podcast.example/mine"' in (tmp_path / "mine/show.toml").read_text(
        "utf-8"
    )
    assert run("check", folder=tmp_path / "mine").code == 0
    would = run("build", "1", "--date", DAY, "--dry-run", folder=tmp_path / "mine")
    assert would.out.startswith("would run: draft")


def test_init_never_touches_a_folder_with_something_in_it(show: Path, run: Run) -> None:
    before = tree(show)
    refused = run("init", ".", folder=show)
    assert refused.code == 1
    assert "something here already" in refused.err
    assert tree(show) == before


def test_an_installed_wheel_carries_the_starter(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    code = f"""import sys; sys.path.insert(0, {str(wheel)!r})
import zipfile; zipfile.ZipFile({str(wheel)!r}).extractall({str(tmp_path / "site")!r})
sys.path.insert(0, {str(tmp_path / "site")!r})
from pathlib import Path; from kawaraban.starter import make_show, starter
assert starter().name == "ja", starter()
make_show(Path({str(tmp_path / "new")!r})); make_show(Path({str(tmp_path / "en")!r}), "en")"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    new = set(tree(tmp_path / "new"))
    assert {"show.toml", "scripts/weekly.md.j2", "voices/kumo.toml", "art/cover.jpg"} <= new
    assert any(name.startswith("news/") for name in new)
    english = {"voices/joe.toml", "voices/themes/theme.ogg", "art/cover.jpg", "show.toml"}
    assert english <= set(tree(tmp_path / "en"))


def test_pick_prints_the_contract(show: Path, run: Run) -> None:
    done = run("pick", "--until", DAY, "--json", folder=show)
    rundown = json.loads(done.out)
    assert set(rundown) == {"window", "stories", "left_out"}
    assert [story["sources"] for story in rundown["stories"]] == [2, 1, 1]


def test_pick_takes_items_window_and_top(show: Path, run: Run) -> None:
    lines = [
        {"id": "a", "url": "https://a.example/", "source": "A", "title": "瓦版を配る"},
        {"id": "b", "url": "https://b.example/", "source": "B", "title": "辻で瓦版を配る人"},
        {"id": "c", "url": "https://c.example/", "source": "C", "title": "祭りの支度"},
    ]
    for day, item in enumerate(lines, 20):
        item |= {"published": f"2023-11-{day}T09:00:00Z", "summary": item["title"] + "。"}
    text = "\n".join(json.dumps(item, ensure_ascii=False) for item in lines)
    (show / "some.jsonl").write_text(text, "utf-8")
    options = ["--items", "some.jsonl", "--until", "2023-11-24T00:00:00Z", "--window", "4d"]
    done = run("pick", *options, "--top", "1", "--json", folder=show)
    rundown = json.loads(done.out)
    assert [story["id"] for story in rundown["stories"]] == ["a"]
    assert {left["id"]: left["reason"] for left in rundown["left_out"]} == {
        "c": "its story ranks 2, below the top 1"
    }
    shorter = run("pick", *options[:-1], "72h", "--json", folder=show)
    left = {one["id"]: one["reason"] for one in json.loads(shorter.out)["left_out"]}
    assert left == {"a": "outside the window"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--window", "soon"], "write a length of time"),
        (["--until", "someday"], "write 2023-11-24"),
    ],
)
def test_pick_explains_wrong_options(options: list[str], said: str, show: Path, run: Run) -> None:
    done = run("pick", *options, folder=show)
    assert done.code == 2
    assert said in done.err


def test_read_gives_one_line_for_one_line(
    show: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "11月17日、505人。\n\nOpenAIのCEO\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    done = run("read", "-", folder=show)
    assert done.out.split("\n") == [
        "ジューイチガツジューシチニチ、ゴヒャクゴニン。",
        "",
        "オープンエーアイノシーイーオー",
        "",
    ]
    assert run("read", "3.5%", folder=show).out == "サンテンゴパーセント\n"
    assert run("read", "3.5%", "--lang", "en", folder=show).out == "three point five percent\n"
    shown = run("read", "瓦版です。", "--phonemes", folder=show).out
    assert shown.startswith("^ k a [ w a r a b a N")
    assert run("read", "3", "--lang", "en", "--phonemes", folder=show).code == 2


def test_read_names_the_line_that_is_not_utf8(
    show: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"OK\n\xff\n")))
    done = run("read", "-", folder=show)
    assert (done.code, done.out) == (1, "オーケー\n")
    assert "standard input:2: not valid UTF-8" in done.err


def test_say_writes_a_sound_file(show: Path, run: Run) -> None:
    done = run("say", "こんにちは", "--voice", "alpha", "-o", "hi.flac", folder=show)
    assert done.code == 0, done.err
    assert soundfile.info(show / "hi.flac").duration == pytest.approx(0.6, abs=0.2)
    wrong = run("say", "こんにちは", "--voice", "alpa", folder=show)
    assert (wrong.code, "did you mean alpha?" in wrong.err) == (1, True)
    assert run("say", "はい", "-o", "hi.txt", folder=show).code == 2
    assert run("say", "……", folder=show).code == 3


def test_voices_lists_engines_and_voices(show: Path, run: Run) -> None:
    edit(show / "voices/alpha.toml", '"tone"', '"piper"')
    done = run("voices", folder=show)
    assert "  kokoro: Kokoro-82M" in done.out
    assert "for non-commercial shows only" in done.out
    assert "  kumo: tone kumo, ja, cpu, CC0-1.0\n    credit: a hum (kumo)" in done.out
    assert "  alpha: cannot speak here" in done.out
    assert "a Piper voice needs options.model or options.package" in done.out


def test_voices_lists_what_a_voice_may_choose_from(show: Path, run: Run) -> None:
    text = 'engine = "kokoro"\nspeaker = "jf_alpha"\nlicense = "x"\ncredit = "y"\n'
    (show / "voices/kumo.toml").write_text(text, "utf-8")
    done = run("voices", "--speakers", "kumo", folder=show)
    assert done.out.split() == ["jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo"]


def test_an_audition_writes_a_sample_of_each_voice_that_can_speak(show: Path, run: Run) -> None:
    edit(show / "voices/alpha.toml", '"tone"', '"recording"')
    edit(show / "voices/alpha.toml", 'speaker = "alpha"', "")
    done = run("voices", "--audition", "samples", folder=show)
    assert (done.code, done.out) == (3, "kumo: samples/kumo.wav\n")
    assert "alpha: a recorded voice says only its takes" in done.err
    assert soundfile.info(show / "samples/kumo.wav").duration > 3


def test_check_finds_nothing_in_a_good_show(show: Path, run: Run) -> None:
    assert run("build", "1", "--date", DAY, folder=show).code == 0
    done = run("check", folder=show)
    assert (done.code, done.out.splitlines()[-1][:9]) == (0, "0 errors,")


def test_check_tells_all_that_is_wrong_at_once(show: Path, run: Run) -> None:
    assert run("build", "1", "--date", DAY, folder=show).code == 0
    edit(show / "scripts/episodes/0001.md", "また来週。", "また来週。😀")
    (show / "output/episodes/0001/audio.mp3").write_bytes(b"")
    (show / "output/feed.xml").unlink()
    (show / "news/bad.md").write_text("---\ntitle: 何\n---\n", "utf-8")
    edit(show / "voices/kumo.toml", '"tone"', '"tune"')
    done = run("check", folder=show)
    assert done.code == 1
    for words in (
        "there is no engine tune",
        "bad.md: there is no text in it",
        "😀 is not read aloud",
        "audio.mp3: not the file",
        "feed.xml is gone",
        "4 errors, ",
    ):
        assert words in done.out


def test_unknown_commands_and_options_are_usage_errors(show: Path, run: Run) -> None:
    assert run("biuld", folder=show).code == 2
    assert run("build", "0", folder=show).code == 2
    assert run("build", "1", "--next", folder=show).code == 2


@pytest.mark.parametrize(("arguments", "code"), [(["voices"], 0), (["voices", "--nope"], 2)])
def test_the_program_leaves_with_all_said_and_its_code(
    arguments: list[str], code: int, show: Path, run: Run
) -> None:
    command = [sys.executable, "-m", "kawaraban", *arguments]
    done = subprocess.run(command, cwd=show, capture_output=True, text=True, check=False)
    here = run(*arguments, folder=show)
    assert (done.returncode, done.stdout, done.stderr) == (code, here.out, here.err)


# ── progress ─────────────────────────────────────────────────────────────────────────────────────


def test_the_time_left_follows_the_measured_speed() -> None:
    left = TimeLeft()
    assert left.after(Speaking(2, 10, 5, 0, 400), now=100) == 0
    assert left.after(Speaking(4, 10, 9, 100, 400), now=120) == pytest.approx(60)
    assert left.after(Speaking(10, 10, 20, 400, 400), now=170) == 0


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (75.2, "1:15"), (59.6, "1:00"), (3661, "1:01:01")]
)
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_explained_progress_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    Plain(explain=True).step("mix", ("the clips changed", "[sound] changed"))
    assert capsys.readouterr().err == "mix: the clips changed, [sound] changed\n"


def test_a_terminal_shows_a_bar(show: Path) -> None:
    code = f"""import pty, sys, os
os.chdir({str(show)!r})
status = pty.spawn([sys.executable, "-m", "kawaraban", "build", "1", "--date", "{DAY}"])
sys.exit(os.waitstatus_to_exitcode(status))"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    shown = done.stdout.decode()
    assert "speaking" in shown
    assert "9/9 lines" in shown


def test_a_lexicon_is_taken_from_voicevox_and_given_out(show: Path, run: Run) -> None:
    word = {"surface": "辻瓦", "pronunciation": "ツジガワラ", "accent_type": 3}
    (show / "dict.json").write_text(json.dumps({"a": word}), "utf-8")
    assert run("lexicon", "import", "dict.json", folder=show).code == 0
    assert run("read", "辻瓦とOpenAI", folder=show).out == "ツジガワラトオープンエーアイ\n"
    out = json.loads(run("lexicon", "export", "--to", "voicevox", folder=show).out)
    assert {"辻瓦", "ＯｐｅｎＡＩ"} <= {entry["surface"] for entry in out.values()}
    assert "<grapheme>辻瓦</grapheme>" in run("lexicon", "export", "--to", "pls", folder=show).out


def test_a_lexicon_edit_speaks_only_the_lines_it_touches(show: Path, run: Run, cold: Path) -> None:
    assert run("build", "1", "--date", DAY, folder=show).code == 0
    clips = set(cold.rglob("*.flac"))
    with (show / "voices/lexicon.tsv").open("a", encoding="utf-8") as file:
        file.write("来週\tライシュウノコト\nどこにもない\tドコニモナイ\n")
    assert run("build", "1", folder=show).code == 0
    assert len(set(cold.rglob("*.flac")) - clips) == 1
