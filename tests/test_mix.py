"""The mix and its track: levels, music, joints."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from kawaraban.errors import ShowError, SoundError
from kawaraban.loudness import Meter, integrated
from kawaraban.model import Cue, Music, MusicStart, MusicStop, Pause, Play, Span
from kawaraban.settings import Sound
from kawaraban.sound import RATE
from kawaraban.sound.levels import SPEECH
from kawaraban.sound.mix import MUSIC
from kawaraban.sound.music import LONGEST, Looped, measure, read
from kawaraban.sound.room import room_tone
from kawaraban.sound.track import BLOCK, sources
from sounds import SPOKEN, VOICE, Studio, babble, hum, level, line, script

STEP = 0.001
"""Of full scale: what a sound may begin or end with. A click is heard from about 0.01."""


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


# ── levels ───────────────────────────────────────────────────────────────────────────────────────


def test_hosts_of_any_level_and_rate_come_out_equally_loud(studio: Studio) -> None:
    soft = studio.clip(hum(2, 0.01, rate=24_000), 24_000)
    loud = studio.clip(hum(2, 0.9, rate=44_100), 44_100)
    made = script([line("a"), line("b")])
    voices = {"a": VOICE, "b": VOICE.model_copy(update={"gain": 3.0})}
    mixed = studio.mixed(made, [soft, loud], voices)
    whole = np.concatenate(studio.blocks(mixed, [soft, loud]))
    heard = [whole[round(one.start * RATE) : round(one.end * RATE)] for one in mixed.lines]
    levels = [integrated(samples, RATE) for samples in heard]
    assert levels == pytest.approx([SPEECH, SPEECH + 3], abs=0.1)


def test_a_whispered_line_stays_softer_than_a_called_one(studio: Studio) -> None:
    clips = [studio.clip(babble(3, 0.05)), studio.clip(babble(3, 0.5))]
    mixed, whole = studio.track(script([line("a"), line("a")]), clips)
    soft, loud = (level(whole, one.start, one.end) for one in mixed.lines)
    assert loud - soft == pytest.approx(20, abs=3)


def test_peaky_and_dense_voices_come_out_equally_loud(studio: Studio) -> None:
    peaky = babble(6, 0.05)
    peaky[:: SPOKEN // 3] = 0.9
    clips = [studio.clip(peaky), studio.clip(babble(6, 0.5, seed=2))]
    mixed, whole = studio.track(script([line("a"), line("b")]), clips)
    first, second = (
        integrated(whole[round(one.start * RATE) : round(one.end * RATE)], RATE)
        for one in mixed.lines
    )
    assert first == pytest.approx(second, abs=0.7)


def test_a_silent_host_is_an_error(studio: Studio) -> None:
    clips = [studio.clip(np.zeros(SPOKEN, np.float32)), studio.clip(babble(1))]
    with pytest.raises(SoundError, match="a is silent"):
        studio.mixed(script([line("a"), line("b")]), clips)


# ── music ────────────────────────────────────────────────────────────────────────────────────────


def test_music_of_any_level_and_rate_comes_out_equally_loud(studio: Studio) -> None:
    for name, loud in (("quiet.wav", 0.01), ("loud.flac", 0.8)):
        stereo = np.stack([hum(3, loud)] * 2, axis=1)
        soundfile.write(studio.root / name, stereo[::2], RATE // 2)
        made = script([Play(Path(name), 1), Pause(1)])
        mixed, whole = studio.track(made, [])
        (span,) = (music.span for music in mixed.music)
        heard = whole[round(span.start * RATE) : round(span.end * RATE)]
        assert integrated(heard, RATE) == pytest.approx(MUSIC, abs=0.1)


def test_silent_long_and_broken_music_is_refused(studio: Studio) -> None:
    studio.music("silence.wav", np.zeros(RATE, np.float32))
    (studio.root / "notes.wav").write_text("not a sound")
    studio.music("long.flac", np.zeros(round(8_000 * (LONGEST + 5)), np.float32), 8_000)
    with pytest.raises(ShowError, match="silent"):
        measure(studio.root / "silence.wav")
    with pytest.raises(ShowError, match="not a sound file"):
        measure(studio.root / "notes.wav")
    with pytest.raises(ShowError, match="at most 20 minutes"):
        read(studio.root / "long.flac")


def test_the_opening_steps_back_for_the_voice_and_goes_out(studio: Studio) -> None:
    theme = studio.music("theme.wav", hum(60))
    studio.sound = Sound(intro=theme, lead=3, duck=-10)
    clips = [studio.clip(babble(12, 1e-9 + 0.1)), studio.clip(babble(3))]
    mixed = studio.mixed(script([line("a")], [line("a")]), clips)
    bed = alone(studio, mixed.music[0], mixed, clips)
    assert level(bed, 1, 2) - level(bed, 4, 9) == pytest.approx(10, abs=0.2)
    assert level(bed, 14.9, 15) < level(bed, 4, 9) - 20


def alone(studio: Studio, music: Music, mixed: object, clips: list[object]) -> np.ndarray:
    """One piece of music as it is heard, without the rest."""
    placed = list(sources(mixed, clips, studio.sound, studio.root, studio.kept.__getitem__))  # type: ignore[arg-type]
    at = len(clips) + list(mixed.music).index(music)  # type: ignore[attr-defined]
    return placed[at].source.heard(0, placed[at].stop - placed[at].start)


def test_the_closing_music_ends_with_the_end_of_the_theme(studio: Studio) -> None:
    theme = np.concatenate([hum(10), hum(2, pitch=440)])
    studio.sound = Sound(outro=studio.music("theme.wav", theme), tail=4)
    clips = [studio.clip(babble(3)), studio.clip(babble(6))]
    mixed = studio.mixed(script([line("a")], [line("a")]), clips)
    bed = alone(studio, mixed.music[0], mixed, clips)
    last = bed[-RATE:-1000] / np.abs(bed[-RATE:]).max()
    assert last == pytest.approx(theme[-RATE:-1000] / 0.1, abs=0.01)
    assert level(bed, 8, 9) - level(bed, 4, 5) == pytest.approx(10, abs=0.5)


@pytest.mark.parametrize("closes", [False, True])
def test_a_loop_carries_music_over_any_length_without_a_seam(
    studio: Studio, *, closes: bool
) -> None:
    # 220 Hz from 4.0 to 8.0013 s: the loop's ends are a third of a period apart.
    path = studio.music("theme.wav", theme := hum(10))
    music = Music(path, Span(0, 62), loop=(4.0, 8.0013), joint=0.02, closes=closes)
    bed = Looped(studio.root / path, music, 62 * RATE)
    whole = np.concatenate([bed.read(at, at + 6 * RATE) for at in range(0, 60 * RATE, 6 * RATE)])
    assert level(whole, 50, 55) == pytest.approx(level(theme, 4, 6), abs=0.3)
    assert np.abs(np.diff(whole)).max() <= np.abs(np.diff(theme)).max() * 1.1
    assert np.array_equal(whole, bed.read(0, 60 * RATE))


def test_music_that_changes_is_heard_as_it_is_now(studio: Studio) -> None:
    music = Music(studio.music("theme.wav", hum(4, 0.2)), Span(0, 4))
    assert np.abs(Looped(studio.root / music.path, music, RATE).read(0, RATE)).max() > 0.19
    path = studio.root / studio.music("theme.wav", hum(4, 0.02))
    os.utime(path, (1, 1))
    assert np.abs(Looped(path, music, RATE).read(0, RATE)).max() < 0.03


def test_music_of_the_script_comes_in_and_goes_out(studio: Studio) -> None:
    bed = studio.music("bed.wav", hum(5, pitch=320))
    cues: list[Cue] = [line("a"), MusicStart(bed, 1), Pause(6), line("a"), MusicStop(2), line("a")]
    clips = [studio.clip(babble(4)) for _ in range(3)]
    mixed = studio.mixed(script([*cues, Pause(5)]), clips)
    (music,) = mixed.music
    heard = alone(studio, music, mixed, clips)
    alone_at = mixed.lines[0].end - music.span.start + 3
    assert level(heard, alone_at, alone_at + 1) == pytest.approx(
        level(heard, alone_at + 1, alone_at + 2), abs=0.5
    )
    under = mixed.lines[1].start - music.span.start
    assert level(heard, alone_at, alone_at + 1) - level(heard, under + 1, under + 3) > 9
    assert np.abs(heard[-100:]).max() < STEP


# ── the track ────────────────────────────────────────────────────────────────────────────────────


def test_every_joint_is_all_but_silent(studio: Studio) -> None:
    studio.sound = Sound(
        intro=studio.music("theme.wav", hum(9, pitch=333.3) + np.float32(0.05)),
        outro=Path("theme.wav"),
        loop=(2, 6),
        room=-40,
    )
    jingle = studio.music("jingle.wav", np.full(RATE, 0.5, np.float32) * hum(1, 1, 70.1))
    cues: list[Cue] = [line("a"), Play(jingle, 1), MusicStart(Path("theme.wav"), 2), line("b")]
    # Clips that begin and end at full swing.
    clips = [studio.clip(np.cos(np.arange(SPOKEN * 2) / 9).astype(np.float32)) for _ in range(4)]
    mixed = studio.mixed(script(cues, [MusicStart(jingle, 3), line("a")], [line("a")]), clips)
    read = studio.kept.__getitem__
    for one in sources(mixed, clips, studio.sound, studio.root, read):
        heard = one.source.heard(0, one.stop - one.start)
        assert np.abs(heard).max() > STEP
        assert abs(heard[0]) < STEP
        assert abs(heard[-1]) < STEP


def test_a_track_is_the_same_however_it_is_cut(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme = studio.music("theme.wav", hum(9))
    studio.sound = Sound(intro=theme, outro=theme, loop=(2, 6), lead=2, tail=2, room=-50)
    jingle = studio.music("jingle.flac", hum(3, pitch=500, rate=44_100), 44_100)
    made = script([line("a"), Play(jingle, 1), line("b")], [line("a")])
    clips = [studio.clip(babble(5, seed=seed)) for seed in range(3)]
    mixed, whole = studio.track(made, clips)
    monkeypatch.setattr("kawaraban.sound.track.BLOCK", 12_347)
    assert len(studio.blocks(mixed, clips)[0]) < BLOCK
    cut = np.concatenate(studio.blocks(mixed, clips))
    assert len(whole) == round(mixed.seconds * RATE)
    assert np.allclose(cut, whole, atol=1e-6)


def test_room_tone_fills_the_pauses_softly(studio: Studio) -> None:
    studio.sound = Sound(room=-40)
    clips = [studio.clip(babble(3)), studio.clip(babble(3))]
    mixed, whole = studio.track(script([line("a"), Pause(4), line("a")]), clips)
    start = round((mixed.lines[0].end + 1) * RATE)
    assert integrated(whole[start : start + 2 * RATE], RATE) == pytest.approx(SPEECH - 40, abs=1.5)
    tone = room_tone(-60)
    assert np.abs(np.diff(np.concatenate([tone, tone]))).max() == np.abs(np.diff(tone)).max()


# ── loudness ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rate", [24_000, 44_100, 48_000])
def test_a_meter_reads_the_standards_sine(rate: int) -> None:
    sine = hum(5, 1.0, 997, rate)
    assert integrated(sine, rate) == pytest.approx(-3.01, abs=0.03)
    assert integrated(sine * np.float32(0.1), rate) == pytest.approx(-23.01, abs=0.03)
    assert integrated(np.zeros(rate, np.float32), rate) == -np.inf


def test_gates_leave_silence_and_soft_passages_out() -> None:
    # EBU Tech 3341, cases 3 to 5: passages at other levels around one at -23 LUFS.
    quiet, loud = hum(10, 10 ** (-36 / 20), 1000), hum(60, 10 ** (-20 / 20), 1000)
    assert integrated(np.concatenate([quiet, loud, quiet]), RATE) == pytest.approx(-23, abs=0.1)
    silent = np.zeros(20 * RATE, np.float32)
    assert integrated(np.concatenate([silent, loud]), RATE) == pytest.approx(-23, abs=0.1)


def test_the_loudness_range_is_that_of_ebu_tech_3342() -> None:
    # Its first two cases: twenty seconds each, 10 and 5 dB apart.
    for soft, loud, wanted in ((-30, -20, 10), (-20, -15, 5)):
        parts = [hum(20, 10 ** ((level + 3) / 20), 1000) for level in (loud, soft)]
        meter = Meter(RATE)
        for part in parts:
            meter.feed(part)
        assert meter.range == pytest.approx(wanted, abs=1)


def test_a_meter_hears_the_same_in_blocks() -> None:
    whole = babble(7)
    meter = Meter(SPOKEN)
    for at in range(0, len(whole), 1000):
        meter.feed(whole[at : at + 1000])
    assert meter.integrated == pytest.approx(integrated(whole, SPOKEN), abs=1e-6)


def test_a_short_sound_is_measured_with_silence_after_it() -> None:
    short = hum(0.2, 0.5)
    padded = np.concatenate([short, np.zeros(round(0.2 * RATE), np.float32)])
    assert integrated(short, RATE) == pytest.approx(integrated(padded, RATE), abs=0.1)
