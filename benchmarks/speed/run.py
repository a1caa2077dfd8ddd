"""Measures how fast kawaraban is, and writes docs/speed.md and docs/speed.svg.

    python benchmarks/speed/run.py                     everything: about two hours
    python benchmarks/speed/run.py --quick             one round of each
    python benchmarks/speed/run.py --only speech,limit these parts; the others stay as they were
    python benchmarks/speed/run.py --only ''           no part: table and chart from what is there

What was measured is kept in results.json, from which table and chart are made.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import chart
import markdown
import table
from machine import machine
from processes import BenchmarkError

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
DOCS = HERE.parents[1] / "docs"
PARTS = {
    "speech": ("speech", "measure", 3),
    "limit": ("speech", "measure_limit", 3),
    "builds": ("builds", "measure", 3),
    "memory": ("memory", "measure", 2),
    "cluster": ("cluster", "measure", 3),
    "say": ("say", "measure", 5),
    "start": ("start", "measure", 5),
}
"""Where each part is measured, and in how many rounds."""
_NUMBERS = re.compile(r"\[[^\[\]{}\"]*\]")
"""A list of numbers in JSON."""


def main() -> None:
    """Measure what is asked for and write it down.

    Raises:
        BenchmarkError: a part does not work here.
    """
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    options.add_argument("--only", default=",".join(PARTS), help="Parts, with commas between them.")
    options.add_argument("--quick", action="store_true", help="One round of each part.")
    chosen = options.parse_args()
    wanted = list(filter(None, chosen.only.split(",")))
    if strange := set(wanted) - set(PARTS):
        options.error(f"there is no part {', '.join(sorted(strange))}: {', '.join(PARTS)}")
    for part in wanted:
        print(f"{part} …", flush=True)
        module, function, rounds = PARTS[part]
        measure = getattr(importlib.import_module(module), function)
        keep(part, measure(1 if chosen.quick else rounds))
    write(read())


def read() -> dict[str, Any]:
    """What was measured so far, by part."""
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}


def keep(part: str, measured: dict[str, Any]) -> None:
    """Put a part in the place of an older one, with the machine it was measured on."""
    results = {**read(), part: {"machine": machine(), **measured}}
    ordered = {name: results[name] for name in PARTS if name in results}
    text = json.dumps(ordered, indent=1, ensure_ascii=False)
    text = _NUMBERS.sub(lambda found: re.sub(r"\s+", " ", found[0]), text)
    RESULTS.write_text(text + "\n", "utf-8")


def write(results: dict[str, Any]) -> None:
    """Write the table into the docs page, and the chart beside it."""
    page = DOCS / "speed.md"
    page.write_text(markdown.put(page.read_text("utf-8"), table.tables(results)), "utf-8")
    (DOCS / "speed.svg").write_text(chart.chart(results), "utf-8")
    print(page)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
