"""Sound: where things stand, how loud they are, what the file holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.errors import ShowError, SoundError
from kawaraban.loudness import integrated
from kawaraban.model import Chapter, Clip, Cue, Line, Pause, Play, Script, Span, Text
from kawaraban.settings import Sound, Voice
from kawaraban.sound import RATE
from kawaraban.sound.encode import encode, measure
from kawaraban.sound.master import limit, master, true_peaks
from kawaraban.sound.mix import SPEECH, mix
from kawaraban.sound.theme import intro, outro, read_music, to_samples, to_segment
from kawaraban.sound.timeline import CHAPTER, SAME_SPEAKER, TURN, lay_out
from kawaraban.store import Sounds

JINGLE = Path("jingle.ogg")


def line(speaker: str) -> Line:
    return Line(speaker, (Text("はい"),), 1)


def script(*chapters: list[Cue]) -> Script:
    made = tuple(Chapter(f"章{at}", tuple(cues), 1) for at, cues in enumerate(chapters))
    return Script(1, "題", date(2023, 11, 24), "", made)


def hum(seconds: float, level: float = 0.1, pitch: float = 220) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * pitch * time)).astype(np.float32)


# ── timeline ─────────────────────────────────────────────────────────────────────────────────────


def test_gaps_follow_the_speakers() -> None:
    layout = lay_out(script([line("a"), line("a"), line("b")]), [2, 3, 4], {}, 8, 6)
    first, second, third = layout.lines
    assert first == Span(8, 10)
    assert second.start - first.end == pytest.approx(SAME_SPEAKER)
    assert third.start - second.end == pytest.approx(TURN)
    assert layout.seconds == pytest.approx(third.end + 6)


def test_a_chapter_starts_in_the_breath_before_its_first_line() -> None:
    layout = lay_out(script([line("a")], [line("a")]), [2, 2], {}, 0, 0)
    first, second = layout.lines
    assert second.start - first.end == pytest.approx(CHAPTER)
    assert first.end < layout.chapters[1].start < second.start
    assert layout.chapters[0] == Span(0, layout.chapters[1].start)


def test_pauses_and_played_sounds_take_their_time() -> None:
    cues: list[Cue] = [line("a"), Pause(2.5), line("a"), Play(JINGLE, 4), line("b")]
    layout = lay_out(script(cues), [1, 1, 1], {JINGLE: 3}, 0, 0)
    first, second, third = layout.lines
    assert second.start - first.end == pytest.approx(2.5 + SAME_SPEAKER)
    ((path, span),) = layout.plays
    assert (path, round(span.end - span.start, 3)) == (JINGLE, 3)
    assert span.start >= second.end
    assert span.end - 0.5 < third.start < span.end


cues = st.lists(
    st.one_of(
        st.sampled_from(["a", "b"]).map(line),
        st.floats(0, 5).map(Pause),
        st.just(Play(JINGLE, 1)),
    ),
    min_size=1,
    max_size=6,
).filter(lambda found: any(isinstance(cue, Line) for cue in found))


@given(st.lists(cues, min_size=1, max_size=4), st.data())
def test_nobody_is_talked_over_and_chapters_tile_the_episode(
    chapters: list[list[Cue]], data: st.DataObject
) -> None:
    made = script(*chapters)
    count = len(made.lines)
    lengths = data.draw(st.lists(st.floats(0.2, 30), min_size=count, max_size=count))
    layout = lay_out(made, lengths, {JINGLE: 2.5}, 5, 5)
    for before, after in zip(layout.lines, layout.lines[1:], strict=False):
        assert before.end < after.start
    for span, length in zip(layout.lines, lengths, strict=True):
        assert span.end - span.start == pytest.approx(length, abs=0.002)
    assert layout.chapters[0].start == 0
    assert layout.chapters[-1].end == layout.seconds
    for before, after in zip(layout.chapters, layout.chapters[1:], strict=False):
        assert before.end == after.start
    at = 0
    for chapter, span in zip(made.chapters, layout.chapters, strict=True):
        for _ in (cue for cue in chapter.cues if isinstance(cue, Line)):
            assert span.start <= layout.lines[at].start < span.end
            at += 1


# ── music ────────────────────────────────────────────────────────────────────────────────────────


def level(samples: np.ndarray, start: float, end: float) -> float:
    part = samples[round(start * RATE) : round(end * RATE)]
    return float(10 * np.log10((part**2).mean() + 1e-12))


@pytest.mark.parametrize("loop", [None, (4.0, 8.0)])
def test_the_intro_steps_back_for_the_voice_and_goes_out(loop: tuple[float, float] | None) -> None:
    bed = to_samples(intro(to_segment(hum(20)), 3, 12, -10, loop))
    assert len(bed) / RATE == pytest.approx(15, abs=0.01)
    assert level(bed, 1, 2) - level(bed, 4, 9) == pytest.approx(10, abs=0.5)
    assert level(bed, 14.9, 15) < level(bed, 4, 9) - 20


def test_the_outro_ends_with_the_end_of_the_theme() -> None:
    theme = np.concatenate([hum(10), hum(2, pitch=440)])
    bed = to_samples(outro(to_segment(theme), 6, 4, -10, None))
    assert len(bed) / RATE == pytest.approx(10, abs=0.01)
    assert np.abs(bed[-RATE:] - theme[-RATE:]).max() < 1e-3
    assert level(bed, 8, 9) - level(bed, 4, 5) == pytest.approx(10, abs=0.5)


def test_a_loop_carries_music_under_long_speech() -> None:
    bed = to_samples(intro(to_segment(hum(10)), 2, 60, -10, (4.0, 8.0)))
    assert len(bed) / RATE == pytest.approx(62, abs=0.01)
    assert level(bed, 50, 55) == pytest.approx(level(bed, 4, 6), abs=0.5)


def test_music_is_brought_to_one_loudness(tmp_path: Path) -> None:
    for name, loud in (("quiet.wav", 0.01), ("loud.flac", 0.8)):
        stereo = np.stack([hum(3, loud)] * 2, axis=1)
        soundfile.write(tmp_path / name, stereo[::2], RATE // 2)
        samples = read_music(tmp_path / name)
        assert integrated(samples, RATE) == pytest.approx(-26, abs=0.1)
        assert len(samples) / RATE == pytest.approx(3, abs=0.01)


def test_silent_music_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(RATE), RATE)
    with pytest.raises(ShowError, match="silent"):
        read_music(tmp_path / "silence.wav")


# ── mix and master ───────────────────────────────────────────────────────────────────────────────


def test_hosts_of_any_level_and_rate_come_out_equally_loud(tmp_path: Path) -> None:
    sounds = Sounds(tmp_path)
    rates = {"soft": 24_000, "loud": 48_000}
    for key, loud in (("soft", 0.01), ("loud", 0.9)):
        samples = np.interp(
            np.arange(rates[key] * 2) / rates[key], np.arange(RATE * 2) / RATE, hum(2)
        )
        sounds.write(key, (samples * loud * 10).astype(np.float32), rates[key])
    voice = Voice(engine="tone", license="-", credit="-")
    made = mix(
        script([line("a"), line("b")]),
        [Clip("soft", 2), Clip("loud", 2)],
        {"a": voice, "b": voice.model_copy(update={"gain": 3.0})},
        Sound(),
        tmp_path,
        sounds,
        "mixed",
    )
    track, rate = sounds.read("mixed")
    heard = [
        integrated(track[round(s.start * rate) : round(s.end * rate)], rate) for s in made.lines
    ]
    assert heard == pytest.approx([SPEECH, SPEECH + 3], abs=0.2)


@settings(max_examples=20, deadline=None)
@given(st.floats(-30, 20), st.floats(-12, -0.5), st.integers(0, 2**32 - 1))
def test_no_true_peak_passes_the_limiter(gain: float, ceiling: float, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 0.1 * 10 ** (gain / 20), RATE // 2)
    limited = limit(noise.astype(np.float32), RATE, ceiling)
    assert len(limited) == len(noise)
    assert 20 * np.log10(true_peaks(limited).max()) <= ceiling + 0.2


def test_the_limiter_leaves_quiet_sound_alone() -> None:
    quiet = hum(1, 0.1)
    assert limit(quiet, RATE, -1) is quiet


def test_true_peaks_between_samples_are_seen() -> None:
    # A sine at a quarter of the rate, sampled 45 degrees off its peaks: samples say -3 dB.
    samples = np.sin(np.pi / 2 * np.arange(4096) + np.pi / 4).astype(np.float32)
    assert np.abs(samples).max() < 0.71
    assert true_peaks(samples)[1000:3000].max() == pytest.approx(1, abs=0.02)


def test_mastering_reaches_the_loudness_even_of_peaky_speech() -> None:
    sound = hum(8, 0.02)
    sound[:: RATE // 4] = 0.9
    assert integrated(master(sound, RATE, -16, -1.5), RATE) == pytest.approx(-16, abs=0.7)


def test_a_silent_mix_is_an_error() -> None:
    with pytest.raises(SoundError, match="silent"):
        master(np.zeros(RATE, np.float32), RATE, -16, -1)


# ── encoding ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("bitrate", [64, 128])
def test_the_encoded_file_keeps_what_was_promised(bitrate: int, tmp_path: Path) -> None:
    rough = hum(6, 0.3) + np.random.default_rng(1).normal(0, 0.05, 6 * RATE).astype(np.float32)
    path = tmp_path / "audio.mp3"
    said = encode(rough, Sound(bitrate=bitrate), path)  # type: ignore[arg-type]
    assert said == measure(path)
    assert abs(said.integrated - -16) <= 1
    assert said.true_peak <= -1
    info = soundfile.info(path)
    assert (info.samplerate, info.channels) == (RATE, 1)
    assert path.stat().st_size * 8 / info.duration / 1000 == pytest.approx(bitrate, rel=0.03)


def test_a_loudness_out_of_reach_fails_the_build(tmp_path: Path) -> None:
    clicks = np.zeros(6 * RATE, np.float32)
    clicks[:: RATE // 2] = 0.5
    with pytest.raises(SoundError, match="asked for were -9"):
        encode(clicks, Sound(loudness=-9, true_peak=-6), tmp_path / "audio.mp3")


def test_ffmpegs_own_words_reach_the_producer(tmp_path: Path) -> None:
    (tmp_path / "no.mp3").write_bytes(b"nothing of sound")
    with pytest.raises(SoundError, match="ffmpeg failed"):
        measure(tmp_path / "no.mp3")
