"""Sound in blocks, where what is done to one depends on a little of those beside it."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
AHEAD = 4
"""Blocks that are made before they are asked for."""


def beside(blocks: Iterable[T]) -> Iterator[tuple[T | None, T, T | None]]:
    """Each block between the one before it and the one after it, None where there is none."""
    waiting, before = list[T](), None
    for block in blocks:
        if waiting:
            yield before, waiting[0], block
            before = waiting.pop()
        waiting.append(block)
    if waiting:
        yield before, waiting[0], None


def ahead(blocks: Iterable[T]) -> Generator[T]:
    """The same blocks, made in a thread of their own some time before they are asked for.

    To be closed where it may be left before its end.
    """
    source = iter(blocks)
    thread = ThreadPoolExecutor(1)

    def following() -> Future[T | None]:
        return thread.submit(next, source, None)

    try:
        waiting = deque(following() for _ in range(AHEAD))
        while (block := waiting.popleft().result()) is not None:
            waiting.append(following())
            yield block
    finally:
        thread.shutdown(cancel_futures=True)
