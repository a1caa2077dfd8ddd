"""Engines loaded in the background: an optimised Kokoro takes a second, on one core."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from kawaraban.errors import KawarabanError
from kawaraban.speech.voices import Part


class Loader:
    """Loads the engines of voices, one after another."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._loading: dict[str, Future[None]] = {}

    def begin(self, speaker: str, part: Part) -> None:
        """Load the engine of a speaker's voice, unless that has begun."""
        if speaker not in self._loading:
            self._loading[speaker] = self._thread.submit(part.engine.load)

    def finish(self) -> None:
        """Wait for all that was begun.

        Raises:
            KawarabanError: an engine cannot be loaded; names the speaker.
        """
        for speaker, loading in self._loading.items():
            try:
                loading.result()
            except KawarabanError as error:
                cause = f"the voice of {speaker}: {error.cause}"
                raise type(error)(cause, where=error.where, hint=error.hint) from error

    def close(self) -> None:
        """Begin nothing more; what is being loaded is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)
