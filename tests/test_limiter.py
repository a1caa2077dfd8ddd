"""True peaks, and the limiter that keeps them below a ceiling."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.peaks import true_peak, true_peaks
from kawaraban.sound import RATE
from kawaraban.sound.limiter import (
    HOLD,
    LOOKAHEAD,
    gains,
    limit,
    stretch,
    turned_down,
)
from sounds import hum


def decibels(value: float) -> float:
    return float(20 * np.log10(value))


@pytest.mark.parametrize("pitch", [997, 6_000, 12_000, 16_000, 20_000])
@pytest.mark.parametrize("phase", [0.0, 0.4, np.pi / 4, 1.3])
def test_the_peak_of_a_sine_is_read_wherever_it_is_sampled(pitch: float, phase: float) -> None:
    at = 2 * np.pi * pitch / RATE * np.arange(9_600) + phase
    sine = np.sin(at).astype(np.float32) * np.hanning(9_600).astype(np.float32)
    # Four values a sample: at worst two of them stand as far as can be from the crest.
    missed = decibels(np.cos(np.pi * pitch / RATE / 4))
    assert missed - 0.02 <= decibels(true_peak(sine, RATE)) <= 0.02


def test_true_peaks_between_samples_are_seen() -> None:
    # A sine at a quarter of the rate, sampled 45 degrees off its peaks: samples say -3 dB.
    samples = np.sin(np.pi / 2 * np.arange(4096) + np.pi / 4).astype(np.float32)
    assert np.abs(samples).max() < 0.71
    assert true_peaks(samples, RATE)[20:60].max() == pytest.approx(1, abs=0.02)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4000), st.floats(0, 1))
def test_what_is_skipped_is_not_above_the_floor(seed: int, length: int, floor: float) -> None:
    noise = np.random.default_rng(seed).uniform(-1, 1, length).astype(np.float32)
    noise *= np.linspace(0, 1, length, dtype=np.float32) ** 4
    everywhere, quick = true_peaks(noise, RATE), true_peaks(noise, RATE, floor)
    assert (quick <= everywhere).all()
    assert quick[everywhere > floor] == pytest.approx(everywhere[everywhere > floor])
    assert true_peak(noise, RATE) == pytest.approx(everywhere.max())


@settings(max_examples=20, deadline=None)
@given(st.floats(-30, 20), st.floats(-12, -0.5), st.integers(0, 2**32 - 1))
def test_no_true_peak_passes_the_limiter(gain: float, ceiling: float, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 0.1 * 10 ** (gain / 20), RATE // 2)
    limited = limit(noise.astype(np.float32), RATE, ceiling)
    assert len(limited) == len(noise)
    assert decibels(true_peak(limited, RATE)) <= ceiling + 0.05


def test_another_resampler_finds_no_higher_peak_in_limited_music() -> None:
    chord = sum(hum(2, 0.5, pitch) for pitch in (110, 440, 1760, 7040))
    limited = limit(np.asarray(chord), RATE, -1.0)
    assert decibels(np.abs(soxr.resample(limited, 1, 8, "VHQ")).max()) <= -0.9


def test_the_limiter_leaves_quiet_sound_alone_and_sound_far_from_a_peak() -> None:
    quiet = hum(1, 0.1)
    assert limit(quiet, RATE, -1) is quiet
    peaky = quiet.copy()
    peaky[RATE // 2] = 2.0
    limited = limit(peaky, RATE, -1)
    far = (2 * LOOKAHEAD + HOLD + 2) * RATE // 1000
    assert np.array_equal(limited[: RATE // 2 - far], peaky[: RATE // 2 - far])
    assert np.array_equal(limited[RATE // 2 + far :], peaky[RATE // 2 + far :])


def test_the_gain_comes_and_goes_without_a_corner() -> None:
    sound = hum(1, 0.3)
    sound[RATE // 2] = 3.0
    gain = limit(sound, RATE, -1) / np.where(sound == 0, 1, sound)
    assert np.abs(np.diff(gain[sound != 0])).max() < 0.02


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 700), st.integers(1, 300))
def test_a_stretch_of_the_curve_is_the_curve(seed: int, start: int, length: int) -> None:
    peaks = np.random.default_rng(seed).uniform(0, 1.6, 1000).astype(np.float16)
    whole = gains(peaks.astype(np.float32) * np.float32(1.5), 0.9)
    assert np.array_equal(
        stretch(peaks, 0.9, start, start + length, 1.5), whole[start : start + length]
    )


def test_sound_in_blocks_is_turned_down_as_a_whole() -> None:
    noise = np.random.default_rng(5).normal(0, 0.4, RATE).astype(np.float32)
    curve = gains(true_peaks(noise, RATE), 0.5)
    ticks, cut = 400, 400 * RATE // 1000
    first = turned_down(noise[:cut], RATE, curve[: ticks + 1])
    rest = turned_down(noise[cut:], RATE, curve[ticks:])
    assert np.array_equal(np.concatenate([first, rest]), turned_down(noise, RATE, curve))
