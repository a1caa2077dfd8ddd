"""One real build with the real Kokoro weights; the sound is measured, not its bytes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import DAY, Run, edit, loaded
from kawaraban.cache import CLIPS, cache_folder
from kawaraban.publish.episode import read_episode
from kawaraban.reading.kana import morae
from kawaraban.reading.spoken import reader_for
from kawaraban.starter import starter
from sounds import measure

QUIET = 0.01


@pytest.fixture
def spoken_show(show: Path) -> Path:
    """The small show with the reference show's voices."""
    for name in ("kumo", "alpha"):
        text = (starter() / f"voices/{name}.toml").read_text("utf-8")
        (show / f"voices/{name}.toml").write_text(text, "utf-8")
    return show


@pytest.mark.kokoro
def test_a_real_episode_sounds_as_it_should(spoken_show: Path, run: Run) -> None:
    show = spoken_show
    done = run("build", "1", "--date", DAY, folder=show)
    assert done.code == 0, done.err
    folder = show / "output/episodes/0001"
    episode = read_episode(folder / "episode.json")
    heard = measure(folder / "audio.mp3")
    assert abs(heard.integrated - -16) <= 1
    assert heard.true_peak <= -1

    assert {line.speaker for line in episode.lines} == {"yomi", "kiku"}
    assert len({person.voice for person in episode.people}) == 2
    samples, rate = soundfile.read(folder / "audio.mp3")
    reader = reader_for(show)
    for line in episode.lines:
        seconds = line.end - line.start
        count = len(morae(reader.kana(line.text)))
        assert 5 < count / seconds < 12, f"{count} morae in {seconds} s: {line.text}"
        sound = np.abs(samples[round(line.start * rate) : round(line.end * rate)])
        assert sound[: rate // 4].max() > QUIET, "a line starts with its speech"
        assert sound[-rate // 4 :].max() > QUIET, "a line ends with its speech"
    for before, after in pairwise(episode.lines[3:-1]):
        assert 0.3 < after.start - before.end < 4

    again = loaded("build", "1", folder=show)
    assert again.isdisjoint({"onnxruntime", "pyopenjtalk", "sklearn"}), "nothing to do: no engine"

    edit(show / "scripts/episodes/0001.md", "また来週。", "また来週、お会いしましょう。")
    clips = set((cache_folder() / CLIPS).rglob("*.flac"))
    assert run("build", "1", folder=show).code == 0
    fresh = set((cache_folder() / CLIPS).rglob("*.flac")) - clips
    assert len(fresh) == 1
