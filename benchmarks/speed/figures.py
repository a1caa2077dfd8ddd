"""Medians and ratios of what was measured in alternating rounds: pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

FLOP = 54.8e9
"""What Kokoro computes for a second of audio, counted on its graph."""
BASE = "kokoro-onnx"
"""What others are held against."""

Rounds = Sequence[Sequence[float]]
"""Seconds of work: by round, by sentence."""
Sentences = Sequence[Mapping[str, Any]]
"""Each with "length", "voice" and "seconds" of audio."""


class Spread(NamedTuple):
    """A figure over rounds."""

    middle: float
    least: float
    most: float


def spread(values: Sequence[float]) -> Spread:
    """The median, the least and the most."""
    return Spread(median(values), min(values), max(values))


def chosen(sentences: Sentences, **wanted: str) -> list[int]:
    """Which sentences have the values that are asked for, such as length="short"."""
    return [
        at
        for at, sentence in enumerate(sentences)
        if all(sentence[key] == value for key, value in wanted.items())
    ]


def rtf(rounds: Rounds, sentences: Sentences, those: Collection[int]) -> float:
    """Seconds of work for one second of audio: of each sentence its median over the rounds."""
    work = sum(median(took[at] for took in rounds) for at in those)
    return work / sum(sentences[at]["seconds"] for at in those)


def times_as_fast(ours: Rounds, theirs: Rounds) -> Spread:
    """How often the time of one goes into that of the other, round by round."""
    pairs = zip(ours, theirs, strict=True)
    return spread([sum(slow) / sum(quick) for quick, slow in pairs])


def gops(operations: float, rounds: Rounds) -> float:
    """Billions of operations a second, of passes of so many; the median of all passes."""
    return operations / median(took for one in rounds for took in one) / 1e9


def limit(operations: float, rounds: Rounds) -> float:
    """The RTF at which all of Kokoro would run like those passes."""
    return FLOP / 1e9 / gops(operations, rounds)


def speech(results: Mapping[str, Any], name: str, visit: str = "warm", **wanted: str) -> float:
    """The RTF of a runtime; `visit` is "first" or "warm"."""
    found = results["speech"]
    those = chosen(found["sentences"], **wanted)
    return rtf(found["runtimes"][name][visit], found["sentences"], those)


def medians(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of each kind over the rounds that have it."""
    kinds = {kind: None for one in rounds for kind in one}
    return {kind: median(one[kind] for one in rounds if kind in one) for kind in kinds}


def took(episode: Mapping[str, Any], kind: str) -> float:
    """The median seconds of a kind of build; a round may have several of it."""
    values = [one[kind] for one in episode["rounds"]]
    return median(two for one in values for two in (one if isinstance(one, list) else [one]))
