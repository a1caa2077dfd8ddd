"""Sound in blocks: neighbours, work done ahead, and peaks that do not depend on the cuts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.blocks import AHEAD, ahead, beside
from kawaraban.loudness import tick
from kawaraban.peaks import peaks_between, true_peaks
from kawaraban.sound import RATE


@given(st.lists(st.integers()))
def test_every_block_stands_between_its_neighbours(blocks: list[int]) -> None:
    around = [None, *blocks, None]
    assert list(beside(iter(blocks))) == list(zip(around[:-2], blocks, around[2:], strict=True))


@given(st.lists(st.integers()))
def test_what_is_made_ahead_comes_in_order(blocks: list[int]) -> None:
    assert list(ahead(iter(blocks))) == blocks


def test_blocks_are_made_in_another_thread_and_not_far_ahead() -> None:
    made: list[int] = []

    def making() -> Iterator[int]:
        for at in range(100):
            assert threading.current_thread() is not threading.main_thread()
            made.append(at)
            yield at

    with closing(ahead(making())) as blocks:
        assert [next(blocks) for _ in range(3)] == [0, 1, 2]
    assert 3 <= len(made) <= 3 + AHEAD
    assert threading.active_count() == 1


def test_what_goes_wrong_ahead_is_told_where_it_is_asked_for() -> None:
    def making() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    blocks = ahead(making())
    assert next(blocks) == 1
    with pytest.raises(OSError, match="the disk is gone"):
        next(blocks)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(0, 2**32))
def test_peaks_are_those_of_the_whole_wherever_it_is_cut(ticks: list[int], seed: int) -> None:
    width = tick(RATE)
    sound = np.random.default_rng(seed).uniform(-1, 1, sum(ticks) * width).astype(np.float32)
    blocks = np.split(sound, np.cumsum(ticks)[:-1] * width)
    cut = [peaks_between(*three, RATE, 0.0) for three in beside(blocks)]
    assert np.array_equal(np.concatenate(cut), true_peaks(sound, RATE))
