"""Where things stand: gaps, pauses, played sounds, music, chapters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.model import Cue, Line, Music, MusicStart, MusicStop, Pause, Play, Span
from kawaraban.settings import Sound
from kawaraban.sound.beds import IN, OUT, music_files, place_music
from kawaraban.sound.ducking import BRIDGE, bridged, ducked
from kawaraban.sound.timeline import CHAPTER, SAME_SPEAKER, SWELL, TURN, lay_out
from sounds import line, script

JINGLE, THEME, BED, OTHER = (Path(f"{name}.ogg") for name in ("jingle", "theme", "bed", "other"))
LENGTHS = {JINGLE: 3.0, THEME: 60.0, BED: 40.0, OTHER: 40.0}


# ── gaps ─────────────────────────────────────────────────────────────────────────────────────────


def test_gaps_follow_the_speakers() -> None:
    layout = lay_out(script([line("a"), line("a"), line("b")]), [2, 3, 4], {}, 8, 6)
    first, second, third = layout.lines
    assert first == Span(8, 10)
    assert second.start - first.end == pytest.approx(SAME_SPEAKER)
    assert third.start - second.end == pytest.approx(TURN)
    assert layout.seconds == pytest.approx(third.end + 6)


def gap(text: str, speakers: str = "ab") -> float:
    made = script([line(speakers[0], text), line(speakers[1])])
    first, second = lay_out(made, [1, 1], {}, 0, 0).lines
    return second.start - first.end


def test_gaps_follow_the_punctuation() -> None:
    assert gap("本当ですか？") < gap("本当です。") < gap("本当かな…")
    assert gap("本当ですか？」") == gap("本当ですか？")
    assert gap("それで、", "aa") < gap("それで。", "aa")
    assert gap("Really?") == gap("本当ですか？")


def test_a_chapter_starts_in_the_breath_before_its_first_line() -> None:
    layout = lay_out(script([line("a")], [line("a")]), [2, 2], {}, 0, 0)
    first, second = layout.lines
    assert second.start - first.end == pytest.approx(CHAPTER)
    assert first.end < layout.chapters[1].start < second.start
    assert layout.chapters[0] == Span(0, layout.chapters[1].start)


def test_a_chapter_leaves_music_time_to_come_forward() -> None:
    chapters: list[list[Cue]] = [[MusicStart(BED, 1), line("a")], [line("a"), MusicStop(2)]]
    chapters.append([line("a")])
    first, second, third = lay_out(script(*chapters), [2, 2, 2], {}, 0, 0).lines
    assert second.start - first.end == pytest.approx(SWELL)
    assert third.start - second.end == pytest.approx(CHAPTER)


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
        st.sampled_from([MusicStart(BED, 1), MusicStart(None, 1), MusicStart(OTHER, 1)]),
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

SOUND = Sound(intro=THEME, outro=THEME, bed=BED, loop=(8, 24))


def placed(*chapters: list[Cue], sound: Sound = SOUND) -> tuple[Music, ...]:
    made = script(*chapters)
    lead = sound.lead if sound.intro else 0
    tail = sound.tail if sound.outro else 0
    layout = lay_out(made, [20.0] * len(made.lines), LENGTHS, lead, tail)
    return place_music(layout, sound, LENGTHS)


def test_the_theme_opens_and_closes() -> None:
    opening, closing = placed([line("a")], [line("a")], [line("a")])
    assert opening.span == Span(0, 28)
    assert opening.fades == (0, OUT)
    assert closing.closes
    assert closing.span.end == pytest.approx(8 + 3 * 20 + 2 * CHAPTER + 8)
    assert closing.span.end - closing.span.start == pytest.approx(28)


def test_a_single_chapter_is_not_all_theme() -> None:
    opening, closing = placed([line("a"), line("b"), line("a"), line("b"), line("a"), line("b")])
    assert opening.span.end == 8 + 30
    assert closing.span.end - closing.span.start == pytest.approx(30 + 8)


def test_a_theme_that_does_not_loop_ends_where_it_ends() -> None:
    sound = SOUND.model_copy(update={"loop": None})
    long = [line("a")] * 5
    opening, closing = placed(list(long), [line("a")], list(long), sound=sound)
    assert opening.span == Span(0, 60)
    assert closing.span.end - closing.span.start == pytest.approx(60)


def test_beds_start_stop_and_take_over() -> None:
    cues: list[Cue] = [MusicStart(None, 1), line("a"), MusicStart(OTHER, 2), line("a")]
    cues += [MusicStop(3), line("a")]
    bed, other = placed([line("a")], cues, [line("a")])[2:]
    assert (bed.path, other.path) == (BED, OTHER)
    assert bed.span.end == pytest.approx(other.span.start + IN)
    assert other.span.end - other.span.start == pytest.approx(20 + TURN * 0.8 + OUT, abs=0.2)
    assert other.fades == (IN, OUT)
    assert bed.loop == (0, 40)


def test_a_bed_goes_out_for_the_closing_theme_and_ends_the_opening_one() -> None:
    cues: list[Cue] = [line("a"), MusicStart(None, 1), line("a")]
    opening, closing, bed = placed(cues, [line("a")], [line("a")])
    assert opening.span.end == pytest.approx(bed.span.start + IN)
    assert bed.span.end == pytest.approx(closing.span.start + OUT)


def test_the_files_of_an_episode() -> None:
    made = script([MusicStart(None, 1), line("a"), Play(JINGLE, 2), MusicStart(OTHER, 3)])
    assert music_files(made, SOUND) == [BED, JINGLE, OTHER, THEME]
    assert music_files(script([line("a")]), Sound(bed=BED)) == []


# ── ducking ──────────────────────────────────────────────────────────────────────────────────────


def test_music_is_down_before_a_voice_and_up_again_after_it() -> None:
    at = np.array([0.0, 4.3, 4.7, 5.0, 7.0, 9.0, 9.1, 9.5, 9.9, 20])
    gains = ducked(at, bridged([Span(5, 9)]), -10)
    assert gains[[0, 1, 8, 9]] == pytest.approx(0, abs=1e-9)
    assert gains[[3, 4, 5, 6]] == pytest.approx(-10)
    assert -10 < gains[2] < 0
    assert gains[7] == pytest.approx(-5)


def test_music_stays_down_between_sentences() -> None:
    spans = bridged([Span(5, 9), Span(9 + BRIDGE * 0.9, 12), Span(12 + BRIDGE * 2, 20)])
    assert len(spans) == 2
    gains = ducked(np.array([9.4, 13.0]), spans, -10)
    assert gains[0] == pytest.approx(-10)
    assert gains[1] > -6


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 20)), max_size=20), st.floats(-30, -1))
def test_voices_always_have_the_music_down_and_its_gain_never_jumps(
    drawn: list[tuple[float, float]], depth: float
) -> None:
    spans = [Span(start, start + length) for start, length in drawn]
    times = np.arange(0, 125, 0.01)
    gains = ducked(times, bridged(spans), depth)
    for span in spans:
        inside = (times >= span.start) & (times <= span.end)
        assert gains[inside] == pytest.approx(depth)
    assert np.abs(np.diff(gains)).max() <= abs(depth) * 0.01 / 0.6 + 1e-9
