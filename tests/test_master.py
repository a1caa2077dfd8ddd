"""Mastering and encoding: loudness and peaks of what listeners get, whatever goes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
import soundfile

from kawaraban.envelope import envelope, measured
from kawaraban.errors import SoundError
from kawaraban.loudness import integrated
from kawaraban.model import Clip, Cue, EncodedFile, Loudness, MusicStart, Pause, Play, Script
from kawaraban.peaks import true_peak
from kawaraban.settings import Sound
from kawaraban.sound import RATE
from kawaraban.sound.encode import encode
from kawaraban.sound.forecast import forecast
from kawaraban.sound.formats import audio_path
from kawaraban.sound.master import gain, held_back, mastered
from kawaraban.sound.settling import loudness_of
from sounds import SPOKEN, Studio, babble, hum, line, measure, script

Made = tuple[Script, list[Clip]]


# ── ten mixes ────────────────────────────────────────────────────────────────────────────────────


def whisper(studio: Studio) -> Made:
    hiss = np.random.default_rng(1).normal(0, 0.005, SPOKEN * 8) * babble(8, 1.0)
    return script([line("a")]), [studio.clip(hiss.astype(np.float32))]


def shout(studio: Studio) -> Made:
    return script([line("a")]), [studio.clip(np.clip(babble(8, 9.0), -0.99, 0.99))]


def one_word(studio: Studio) -> Made:
    return script([line("a")]), [studio.clip(babble(0.4))]


def half_an_hour(studio: Studio) -> Made:
    clips = [studio.clip(babble(20, seed=seed)) for seed in range(5)]
    return script(*[[line("ab"[at % 2])] * 5 for at in range(18)]), clips * 18


def eight_voices(studio: Studio) -> Made:
    made = script([line(name) for name in "abcdefgh"])
    pitches = enumerate((60, 80, 110, 140, 180, 220, 300, 400))
    return made, [studio.clip(babble(4, 10 ** (-at / 4), pitch)) for at, pitch in pitches]


def no_music(studio: Studio) -> Made:
    return script([line("a"), line("b")]), [studio.clip(babble(5)), studio.clip(babble(5))]


def only_music(studio: Studio) -> Made:
    return script([Play(studio.music("song.flac", hum(30) + hum(30, pitch=331)), 1)]), []


def whispers_and_shouts(studio: Studio) -> Made:
    made = script([line("a"), line("a"), line("b"), line("a")])
    return made, [studio.clip(babble(4, loud)) for loud in (0.003, 0.9, 0.1, 0.01)]


def all_under_music(studio: Studio) -> Made:
    drums = hum(4, 0.9, 70) * (np.arange(4 * RATE) % (RATE // 2) < 900)
    theme = studio.music("drums.wav", drums.astype(np.float32))
    studio.sound = Sound(intro=theme, outro=theme, bed=theme, loop=(1, 3), room=-50)
    cues: list[Cue] = [MusicStart(None, 1), line("b"), Pause(5), line("a")]
    return script([line("a")], cues, [line("b")]), [studio.clip(babble(6)) for _ in range(4)]


def spikes(studio: Studio) -> Made:
    peaky = babble(10, 0.02)
    peaky[:: SPOKEN // 4] = 0.95
    return script([line("a")]), [studio.clip(peaky)]


MIXES: list[Callable[[Studio], Made]] = [
    whisper,
    shout,
    one_word,
    half_an_hour,
    eight_voices,
    no_music,
    only_music,
    whispers_and_shouts,
    all_under_music,
    spikes,
]


@pytest.mark.parametrize("make", MIXES, ids=lambda make: make.__name__)
def test_every_mix_is_as_loud_as_asked_and_no_louder_at_its_peaks(
    make: Callable[[Studio], Made], tmp_path: Path
) -> None:
    studio = Studio(tmp_path)
    made, clips = make(studio)
    mixed = studio.mixed(made, clips)
    (file,) = encode(lambda: studio.blocks(mixed, clips), mixed.gain, studio.sound, tmp_path)
    path = audio_path(tmp_path, file.format)
    assert agree(file.loudness, measure(path))
    assert abs(file.loudness.integrated - -16) <= 0.5
    assert file.loudness.true_peak <= -1
    assert 0 <= file.loudness.range < 25
    assert soundfile.info(path).duration == pytest.approx(mixed.seconds, abs=0.1)


@pytest.mark.parametrize("make", MIXES, ids=lambda make: make.__name__)
def test_the_loudness_of_a_mix_is_known_before_it_is_made(
    make: Callable[[Studio], Made], tmp_path: Path
) -> None:
    studio = Studio(tmp_path)
    made, clips = make(studio)
    mixed = studio.mixed(made, clips)
    expected = forecast(mixed, clips, studio.sound, tmp_path, studio.heard)
    found = measured(studio.blocks(mixed, clips), RATE, 0.05)
    near = 0.35 if make is whisper else 0.15  # of hiss, resampling takes the highest part
    assert loudness_of([expected]) == pytest.approx(loudness_of([found]), abs=near)
    assert expected.peaks.max() >= found.peaks.max() * 0.9


# ── mastering ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("peak", [0.9, 0.4, 0.02])
@pytest.mark.parametrize("block", [1, 4, 13])
def test_mastering_reaches_the_loudness_and_keeps_the_ceiling(peak: float, block: float) -> None:
    sound = np.repeat(babble(13, 0.1), 2)
    sound[:: RATE // 4] = peak
    blocks = [sound[at : at + block * RATE] for at in range(0, len(sound), block * RATE)]
    whole = np.concatenate(list(mastered(blocks, gain(envelope(sound, RATE), Sound()), -1.9)))
    assert len(whole) == len(sound)
    assert integrated(whole, RATE) == pytest.approx(-16, abs=0.05)
    assert 20 * np.log10(true_peak(whole, RATE)) <= -1.88


def test_it_does_not_matter_where_sound_is_cut_into_blocks() -> None:
    sound = np.repeat(babble(5, 0.5), 2)
    whole = np.concatenate(list(mastered([sound], 6, -6)))
    blocks = (sound[at : at + RATE // 10] for at in range(0, len(sound), RATE // 10))
    assert np.array_equal(np.concatenate(list(mastered(blocks, 6, -6))), whole)
    assert not np.allclose(whole, sound * 10 ** (6 / 20), atol=0.01)


def test_sound_without_peaks_is_only_turned_up() -> None:
    sound = hum(5, 0.01)
    up = gain(envelope(sound, RATE), Sound(true_peak=0))
    whole = np.concatenate(list(mastered([sound], up, -1)))
    assert whole == pytest.approx(sound * 10 ** (up / 20), abs=1e-5)


@pytest.mark.parametrize("ticks", [0, 4_000, 4_500, 5_000, 5_010])
def test_what_came_back_too_loud_is_held_there_and_nowhere_else(ticks: int) -> None:
    sound = np.repeat(babble(5, 0.5), 2)
    returned = np.full(ticks, 0.1, np.float16)
    returned[4_200:4_210] = 1.0
    whole = np.concatenate(list(held_back([sound], returned, -2)))
    at = np.s_[4_200 * RATE // 1000 : min(ticks, 4_210) * RATE // 1000]
    assert np.abs(whole[at]) == pytest.approx(np.abs(sound[at]) * 10 ** (-2 / 20), abs=1e-3)
    assert np.array_equal(whole[: 4 * RATE], sound[: 4 * RATE])
    assert np.array_equal(whole[-RATE // 2 :], sound[-RATE // 2 :])
    blocks = (sound[at : at + RATE // 10] for at in range(0, len(sound), RATE // 10))
    assert np.array_equal(np.concatenate(list(held_back(blocks, returned, -2))), whole)


def test_a_silent_mix_is_an_error() -> None:
    with pytest.raises(SoundError, match="silent"):
        gain(envelope(np.zeros(RATE, np.float32), RATE), Sound())


def made_of(
    sound: np.ndarray, show: Sound, folder: Path, cut: int | None = None
) -> tuple[EncodedFile, ...]:
    blocks = [sound] if cut is None else [sound[:cut], sound[cut:]]
    return encode(lambda: blocks, gain(envelope(sound, RATE), show), show, folder)


def agree(ours: Loudness, theirs: Loudness) -> bool:
    """Whether ffmpeg's meter, which rounds to tenths, measures the same; LRA by EBU Tech 3342."""
    both = zip(astuple(ours), astuple(theirs), (0.06, 0.06, 1), strict=True)
    return all(abs(one - other) <= near for one, other, near in both)


# ── encoding ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("bitrate", [64, 128])
def test_an_mp3_keeps_its_bitrate(bitrate: int, tmp_path: Path) -> None:
    rough = hum(6, 0.3) + np.random.default_rng(1).normal(0, 0.05, 6 * RATE).astype(np.float32)
    (file,) = made_of(rough, Sound(bitrate=bitrate), tmp_path)  # type: ignore[arg-type]
    path = audio_path(tmp_path, file.format)
    info = soundfile.info(path)
    assert (info.samplerate, info.channels) == (RATE, 1)
    assert path.stat().st_size * 8 / info.duration / 1000 == pytest.approx(bitrate, rel=0.03)


def test_all_formats_are_made_of_one_master_and_the_same_each_time(tmp_path: Path) -> None:
    sound = Sound(formats=("mp3", "m4a", "opus"))
    speech = np.repeat(babble(6), 2)
    first = made_of(speech, sound, tmp_path / "first")
    again = made_of(speech, sound, tmp_path / "again", cut=RATE)
    assert [file.format for file in first] == ["mp3", "m4a", "opus"]
    for file, other in zip(first, again, strict=True):
        assert abs(file.loudness.integrated - -16) <= 0.3
        assert file.loudness.true_peak <= -1
        path = audio_path(tmp_path / "first", file.format)
        assert measure(path).integrated == pytest.approx(file.loudness.integrated, abs=0.1)
        assert measure(path).true_peak <= -1
        made = audio_path(tmp_path / "first", file.format).read_bytes()
        assert made == audio_path(tmp_path / "again", other.format).read_bytes()


def test_a_peak_that_encoding_raises_costs_the_rest_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = np.repeat(babble(12), 2)
    hiss = np.random.default_rng(1).normal(0, 0.15, RATE // 50)
    sound[6 * RATE : 6 * RATE + len(hiss)] += hiss.clip(-0.5, 0.5).astype(np.float32)
    monkeypatch.setattr("kawaraban.sound.encode.ATTEMPTS", 1)
    with pytest.raises(SoundError, match="dBTP; asked for"):
        made_of(sound, Sound(), tmp_path)
    monkeypatch.undo()

    (file,) = made_of(sound, Sound(), tmp_path)
    assert file.loudness.true_peak <= -1
    heard, _ = soundfile.read(audio_path(tmp_path, file.format), dtype="float32")
    (whole,) = mastered([sound], gain(envelope(sound, RATE), Sound()), -1.9)
    for part in (np.s_[: 5 * RATE], np.s_[7 * RATE :]):
        assert integrated(heard[part], RATE) == pytest.approx(
            integrated(whole[part], RATE), abs=0.1
        )


def test_a_loudness_out_of_reach_fails_the_build_and_leaves_nothing(tmp_path: Path) -> None:
    clicks = np.zeros(6 * RATE, np.float32)
    clicks[:: RATE // 2] = 0.5
    with pytest.raises(SoundError, match="asked for were -9"):
        made_of(clicks, Sound(loudness=-9, true_peak=-6), tmp_path / "made")
    assert list((tmp_path / "made").iterdir()) == []


def test_ffmpegs_own_words_reach_the_producer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kawaraban.sound.encoder._RAW", ("-f", "f32le", "-ar", "-1"))
    with pytest.raises(SoundError, match="ffmpeg failed"):
        made_of(hum(20), Sound(), tmp_path / "made")
    assert list((tmp_path / "made").iterdir()) == []
