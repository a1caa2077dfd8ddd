"""Whole shows, built: what comes out, what is done again and why, and what a crash costs."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import feedparser
import podcastparser
import pytest
import soundfile
from mutagen.id3 import ID3

from conftest import DAY, Run, edit, tree
from kawaraban.publish.episode import Episode, read_episode
from sounds import measure

FILES = {
    "audio.mp3",
    "chapters.json",
    "episode.json",
    "index.html",
    "newsletter.html",
    "newsletter.md",
    "notes.html",
    "notes.md",
    "transcript.json",
    "transcript.srt",
    "transcript.vtt",
}


def build(show: Path, run: Run, *options: str) -> Path:
    done = run("build", "3", "--date", DAY, *options, folder=show)
    assert done.code == 0, done.err
    return show / "output/episodes/0003"


def record(folder: Path) -> Episode:
    return read_episode(folder / "episode.json")


def steps(err: str) -> dict[str, str]:
    """What --explain said of each step."""
    return dict(line.split(": ", 1) for line in err.splitlines() if ": " in line)


def test_an_episode_has_all_its_files(show: Path, run: Run) -> None:
    folder = build(show, run)
    assert {path.name for path in folder.iterdir()} == FILES
    assert {path.name for path in (show / "output").iterdir() if path.is_file()} >= {
        "feed.xml",
        "index.html",
    }


def test_the_record_tells_the_truth_about_the_sound(show: Path, run: Run) -> None:
    folder = build(show, run)
    episode, audio = record(folder), folder / "audio.mp3"
    assert episode.audio.bytes == audio.stat().st_size
    samples, rate = soundfile.read(audio)
    assert abs(len(samples) / rate - episode.audio.seconds) < 0.1
    heard = measure(audio)
    assert abs(heard.integrated - -16) <= 1
    assert heard.true_peak <= -1
    assert heard.integrated == pytest.approx(episode.audio.loudness, abs=0.06)


def test_every_line_of_the_script_is_heard_in_order(show: Path, run: Run) -> None:
    episode = record(build(show, run))
    script = (show / "scripts/episodes/0003.md").read_text("utf-8")
    written = [line for line in script.split("\n") if line.startswith(("yomi:", "kiku:"))]
    heard = [f"{line.speaker}: {line.text}" for line in episode.lines]
    assert heard == [line.replace("[pause 0.5s]", "") for line in written]
    assert all(before.end < after.start for before, after in pairwise(episode.lines))
    assert episode.lines[-1].end < episode.audio.seconds


def test_music_stands_alone_at_both_ends(show: Path, run: Run) -> None:
    folder = build(show, run)
    episode = record(folder)
    samples, rate = soundfile.read(folder / "audio.mp3")
    first, last = episode.lines[0].start, episode.lines[-1].end
    assert first == pytest.approx(2, abs=0.1)
    assert episode.audio.seconds - last == pytest.approx(2, abs=0.1)
    for alone in (samples[: int(first * rate)], samples[int(last * rate) : -rate // 2]):
        assert (alone**2).mean() > 1e-4


def test_chapters_agree_in_tags_json_notes_and_record(show: Path, run: Run) -> None:
    folder = build(show, run)
    chapters = [(chapter.start, chapter.title) for chapter in record(folder).chapters]
    tags = ID3(folder / "audio.mp3")
    contents = tags.getall("CTOC")
    assert len(contents) == 1
    marks = [tags[f"CHAP:{id_}"] for id_ in contents[0].child_element_ids]
    assert [(mark.start_time, mark.sub_frames["TIT2"].text[0]) for mark in marks] == [
        (round(start * 1000), title) for start, title in chapters
    ]
    listed = json.loads((folder / "chapters.json").read_text("utf-8"))["chapters"]
    assert [(one["startTime"], one["title"]) for one in listed] == chapters
    notes = (folder / "notes.md").read_text("utf-8").split("## 目次")[1]
    places = [notes.index(title) for _, title in chapters]
    assert places == sorted(places)


def test_tags_hold_chapters_in_order_of_time(show: Path, run: Run) -> None:
    data = (build(show, run) / "audio.mp3").read_bytes()
    places = [data.index(f"chp{at}\0".encode(), data.index(b"CHAP")) for at in range(4)]
    assert places == sorted(places)
    assert data[3] == 3, "ID3 version 2.3"


def test_feed_readers_find_the_episode(show: Path, run: Run) -> None:
    folder = build(show, run)
    path = show / "output/feed.xml"
    parsed = feedparser.parse(path.read_bytes())
    assert not parsed.bozo
    (entry,) = parsed.entries
    assert int(entry.enclosures[0].length) == (folder / "audio.mp3").stat().st_size
    with path.open("rb") as file:
        (episode,) = podcastparser.parse("https://feeds.example/feed.xml", file)["episodes"]
    assert episode["total_time"] == int(record(folder).audio.seconds)
    assert episode["enclosures"][0]["url"].endswith("/episodes/0003/audio.mp3")


def test_a_second_build_does_nothing(show: Path, run: Run) -> None:
    build(show, run)
    before = tree(show / "output")
    again = run("build", "3", "--explain", folder=show)
    assert set(steps(again.err).values()) == {"up to date"}
    assert tree(show / "output") == before


def test_the_same_show_gives_the_same_bytes(show: Path, run: Run, cold: Path) -> None:
    first = tree(build(show, run).parents[1])
    shutil.rmtree(cold)
    shutil.rmtree(show / ".kawaraban")
    shutil.rmtree(show / "output")
    (show / "scripts/episodes/0003.md").unlink()
    assert tree(build(show, run).parents[1]) == first


def test_one_edited_line_is_one_line_spoken(show: Path, run: Run, cold: Path) -> None:
    folder = build(show, run)
    clips = set(cold.rglob("*.flac"))
    edit(show / "scripts/episodes/0003.md", "また来週。", "また来週、お会いしましょう。")
    done = run("build", "3", "--explain", folder=show)
    assert steps(done.err)["speech"] != "up to date"
    assert "the lines changed" in done.err
    (fresh,) = set(cold.rglob("*.flac")) - clips
    assert 1 < soundfile.info(fresh).duration < 5
    assert record(folder).lines[-1].text == "また来週、お会いしましょう。"


def test_a_blank_line_more_speaks_and_mixes_nothing(show: Path, run: Run) -> None:
    build(show, run)
    edit(show / "scripts/episodes/0003.md", "## おわりに", "\n\n## おわりに")
    done = run("build", "3", "--explain", folder=show)
    assert set(steps(done.err).values()) == {"up to date"}


def test_a_new_title_is_published_without_speaking_or_encoding(show: Path, run: Run) -> None:
    folder = build(show, run)
    edit(show / "scripts/episodes/0003.md", "\ntitle: ", "\ntitle: 特別編 ")
    told = steps(run("build", "3", "--explain", folder=show).err)
    assert [step for step, why in told.items() if why != "up to date"] == ["publish", "site"]
    assert ID3(folder / "audio.mp3")["TIT2"].text[0].startswith("特別編")


def test_what_was_deleted_or_damaged_comes_back(show: Path, run: Run) -> None:
    folder = build(show, run)
    before = tree(show / "output")
    (folder / "notes.md").unlink()
    (show / "output/feed.xml").write_text("broken", "utf-8")
    encoded = next((show / ".kawaraban/episodes/0003").rglob("*.mp3"))
    encoded.write_bytes(encoded.read_bytes()[:100])
    done = run("build", "3", "--explain", folder=show)
    assert "notes.md is gone" in done.err
    assert "feed.xml was altered" in done.err
    assert f"{encoded.name} was altered" in done.err
    assert tree(show / "output") == before


def test_a_dry_run_says_what_would_run_and_runs_nothing(show: Path, run: Run) -> None:
    before = tree(show)
    done = run("build", "3", "--dry-run", folder=show)
    assert done.out == "would run: draft, speech, mix, encode, publish, site\n"
    after = tree(show)
    after.pop(".kawaraban/lock", None)
    assert after == before


def test_episodes_stand_together_in_the_feed(show: Path, run: Run) -> None:
    build(show, run)
    refused = run("build", "--next", "--date", "2023-11-23", folder=show)
    assert refused.code == 1
    assert "episode 3 has the title" in refused.err
    edit(show / "scripts/episodes/0004.md", "\ntitle: ", "\ntitle: その二、")
    assert run("build", folder=show).code == 0
    entries = feedparser.parse((show / "output/feed.xml").read_bytes()).entries
    assert [entry.itunes_episode for entry in entries] == ["3", "4"]


def test_the_record_is_printed_as_json(show: Path, run: Run) -> None:
    done = run("build", "3", "--date", DAY, "--json", "--quiet", folder=show)
    assert Episode.model_validate_json(done.out).number == 3
    assert done.err == ""


def test_plain_progress_is_a_line_for_each_stage(show: Path, run: Run) -> None:
    done = run("build", "3", "--date", DAY, folder=show)
    assert [line.split(":")[0] for line in done.err.splitlines()] == [
        "draft",
        "speech",
        "speech",
        "mix",
        "encode",
        "publish",
        "site",
    ]


def test_two_jobs_give_the_same_episode_as_one(show: Path, run: Run) -> None:
    one = tree(build(show, run))
    assert tree(build(show, run, "--force", "--jobs", "2")) == one


def test_killed_at_any_moment_a_build_goes_on_to_the_same_output(
    show: Path, run: Run, cold: Path
) -> None:
    command = [sys.executable, "-m", "kawaraban", "build", "3", "--date", DAY, "--quiet"]
    build(show, run)
    whole = tree(show / "output")
    started = time.monotonic()
    subprocess.run([*command, "--force"], cwd=show, check=True)
    length = time.monotonic() - started
    moments = random.Random(17)
    for _ in range(10):
        for made in (show / "output", show / ".kawaraban", show / "scripts/episodes", cold):
            shutil.rmtree(made)
        process = subprocess.Popen(command, cwd=show)
        time.sleep(moments.uniform(0.2, 1) * length)
        process.kill()
        process.wait()
        subprocess.run(command, cwd=show, check=True)
        assert tree(show / "output") == whole


def test_a_second_build_at_the_same_time_is_refused(show: Path, run: Run) -> None:
    (show / ".kawaraban").mkdir()
    code = "from kawaraban.store import lock; from pathlib import Path; import time\n"
    code += "with lock(Path('.')): print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", code], cwd=show, stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        refused = run("build", "3", "--date", DAY, folder=show)
        holder.kill()
    assert refused.code == 5
    assert "another build" in refused.err
    build(show, run)
