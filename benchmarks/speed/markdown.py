"""Markdown: tables, figures for people, and what stands between two marks of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from figures import Spread

BEGIN, END = "<!-- measured: benchmarks/speed/run.py -->", "<!-- end -->"


def put(page: str, text: str) -> str:
    """A page with a text between its marks.

    Raises:
        ValueError: it has no marks.
    """
    before, mark, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


def rows(head: Sequence[str], body: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table's lines; all but its first column are figures."""
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'--:|' * (len(head) - 1)}"
    yield from (f"| {' | '.join(row)} |" for row in body)


def between(ratio: Spread) -> str:
    """A ratio, and its range over rounds where there are several."""
    told = f"{ratio.middle:.2f}"
    return told if ratio.least == ratio.most else f"{told} ({ratio.least:.2f}–{ratio.most:.2f})"


def seconds(took: float) -> str:
    """84.1 s, or 0.52 s."""
    return f"{took:.1f} s" if took >= 10 else f"{took:.2f} s"


def clock(took: float) -> str:
    """7:42, or 3:00:10."""
    minutes, rest = divmod(round(took), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
