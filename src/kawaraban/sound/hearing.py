"""Hearing: clips are measured in the background while others are still being spoken.

Their loudness decides the mix, so what can be known of it is known when the last one is there.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeAlias

from kawaraban.errors import KawarabanError

if TYPE_CHECKING:
    from kawaraban.loudness import Audio
    from kawaraban.sound.envelope import Envelope

Read: TypeAlias = "Callable[[str], tuple[Audio, int]]"
"""A kept clip's samples and their rate in Hz, by its key."""


class Hearing:
    """Measures each clip once, one at a time, in a thread of its own."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._thread = ThreadPoolExecutor(1)
        self._found: dict[str, Future[Envelope]] = {}

    def listen(self, key: str) -> Future[Envelope]:
        """Begin to measure a clip that is there, unless that was done."""
        if key not in self._found:
            self._found[key] = self._thread.submit(self._measure, key)
        return self._found[key]

    def _measure(self, key: str) -> Envelope:
        from kawaraban.sound.envelope import envelope  # noqa: PLC0415 - not before a clip is heard

        return envelope(*self._read(key))

    def forget(self) -> None:
        """Let go of what was measured."""
        self._found.clear()

    def of(self, key: str) -> Envelope:
        """A clip's envelope, once it is measured.

        Raises:
            ClipError: the clip is gone or damaged; it is listened to again when it is asked for.
        """
        try:
            return self.listen(key).result()
        except KawarabanError:
            del self._found[key]
            raise
