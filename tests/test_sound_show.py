"""Sound as a producer asks for it: music in the script, recordings alone, a disk that is full."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import Run, edit
from kawaraban.sound import RATE
from kawaraban.sound.encoder import Encoder
from kawaraban.sound.formats import Format
from sounds import hum, level

SCRIPT = """\
---
number: 1
title: 音のある回
date: 2023-11-24
---
"""
EPISODE = Path("output/episodes/0001")


def written(show: Path, body: str, settings: tuple[str, str] | None = None) -> Path:
    """A show with a script of its own."""
    script = show / "scripts/episodes/0001.md"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(SCRIPT + body, "utf-8")
    if settings:
        edit(show / "show.toml", *settings)
    return script


def heard(show: Path) -> tuple[np.ndarray, list[dict[str, float]]]:
    """The published sound at RATE, and where its lines stand."""
    samples, rate = soundfile.read(show / EPISODE / "audio.mp3", dtype="float32")
    assert rate == RATE
    record = json.loads((show / EPISODE / "episode.json").read_text("utf-8"))
    return samples, record["lines"]


def test_music_comes_forward_in_a_pause_and_steps_back_for_the_next_line(
    show: Path, run: Run
) -> None:
    body = "## 章\nyomi: はい。\n[music start voices/bed.wav]\nyomi: 音楽です。\n[pause 6s]\n"
    written(
        show, body + "yomi: 終わります。\n[music stop]\n[pause 5s]\n", ('intro = "', '# intro = "')
    )
    edit(show / "show.toml", 'outro = "', '# outro = "')
    soundfile.write(show / "voices/bed.wav", hum(7, 0.3, 500), RATE)
    assert run("build", "1", folder=show).code == 0
    samples, (first, second, third) = heard(show)
    assert level(samples, 0.05, first["start"]) < -50
    gap = level(samples, second["end"] + 2, third["start"] - 2)
    after = level(samples, third["end"] + 4, third["end"] + 5)
    assert gap > -30
    assert after < gap - 30


def test_the_bed_of_the_show_needs_to_be_set(show: Path, run: Run) -> None:
    script = written(show, "## 章\nyomi: はい。\n[music start]\nyomi: いいえ。\n")
    ran = run("build", "1", folder=show)
    assert ran.code == 1
    assert f"{script}:8: [music start], and no bed" in ran.err
    edit(show / "show.toml", "[sound]", '[sound]\nbed = "voices/themes/theme.ogg"')
    assert run("build", "1", folder=show).code == 0
    edit(script, "[music start]", "[music start voices/themes/tehme.ogg]")
    ran = run("build", "1", folder=show)
    assert "did you mean voices/themes/theme.ogg?" in ran.err


def test_an_episode_may_be_a_recording_and_nothing_else(show: Path, run: Run) -> None:
    written(show, "## 録音\n[play voices/talk.flac]\n## 続き\n[play voices/talk.flac]\n")
    talk = hum(20, 0.2, 300) * (np.arange(20 * RATE) % RATE < RATE // 2)
    soundfile.write(show / "voices/talk.flac", talk.astype(np.float32), RATE)
    ran = run("build", "1", folder=show)
    assert ran.code == 0, ran.err
    _, lines = heard(show)
    assert lines == []
    record = json.loads((show / EPISODE / "episode.json").read_text("utf-8"))
    assert [chapter["title"] for chapter in record["chapters"]] == ["録音", "続き"]
    assert abs(record["audio"]["loudness"] - -16) <= 0.5
    assert (show / "output/feed.xml").read_text("utf-8").count("<item>") == 1
    assert run("check", folder=show).code == 0


def test_room_tone_fills_the_pauses(show: Path, run: Run) -> None:
    body = "## 章\nyomi: はい。\n[pause 4s]\nyomi: いいえ。\n"
    written(show, body, ("[sound]", "[sound]\nroom = -40"))
    for theme in ("intro", "outro"):
        edit(show / "show.toml", f'{theme} = "', f'# {theme} = "')
    assert run("build", "1", folder=show).code == 0
    samples, (first, second) = heard(show)
    assert -65 < level(samples, first["end"] + 1, second["start"] - 1) < -45


def test_a_disk_that_fills_while_the_sound_is_written_is_told_and_nothing_is_lost(
    show: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("build", "1", "--date", "2023-11-24", folder=show).code == 0
    before = (show / EPISODE / "audio.mp3").read_bytes()
    edit(show / "show.toml", "[sound]", "[sound]\nduck = -12.0")

    class Full(Encoder):
        def __init__(self, form: Format, bitrate: int, _: Path) -> None:
            super().__init__(form, bitrate, Path("/dev/full"))

    with monkeypatch.context() as patch:
        patch.setattr("kawaraban.sound.encode.Encoder", Full)
        ran = run("build", "1", folder=show)
    assert ran.code == 1
    assert "no space left on the disk" in ran.err
    assert "make room" in ran.err
    assert (show / EPISODE / "audio.mp3").read_bytes() == before
    assert not list(show.rglob("*.part.*"))
    assert run("build", "1", folder=show).code == 0
    assert (show / EPISODE / "audio.mp3").read_bytes() != before
