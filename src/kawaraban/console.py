"""How a build is shown: a live bar on a terminal, plain lines elsewhere, nothing when quiet.

Progress goes to stderr; results are the commands' and go to stdout.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import click

from kawaraban.model import Speaking

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

WHAT = {
    "draft": "writing the script",
    "speech": "speaking",
    "mix": "mixing",
    "encode": "mastering and encoding",
    "publish": "publishing",
    "site": "feed and pages",
}


class Display(Protocol):
    """Shows steps and lines as they are done."""

    def step(self, name: str, reasons: tuple[str, ...]) -> None:
        """A step runs for these reasons, or is up to date where there are none."""

    def speaking(self, state: Speaking) -> None:
        """Another line is there."""


@contextmanager
def display(*, quiet: bool, explain: bool) -> Iterator[Display]:
    """The display that suits where stderr goes."""
    if quiet:
        yield Quiet()
    elif sys.stderr.isatty() and not explain:
        from rich.console import Console  # noqa: PLC0415 - only for a terminal
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as progress:
            yield Live(progress)
    else:
        yield Plain(explain=explain)


class Quiet:
    """Shows nothing."""

    def step(self, name: str, reasons: tuple[str, ...]) -> None:
        """Nothing."""

    def speaking(self, state: Speaking) -> None:
        """Nothing."""


class Plain:
    """One line for each step; with `explain`, why it ran or was skipped."""

    def __init__(self, *, explain: bool) -> None:
        self._explain = explain

    def step(self, name: str, reasons: tuple[str, ...]) -> None:
        """`mix: mixing` or, explained, `mix: the clips changed`."""
        if self._explain:
            _say(f"{name}: {', '.join(reasons) or 'up to date'}")
        elif reasons:
            _say(f"{name}: {WHAT[name]}")

    def speaking(self, state: Speaking) -> None:
        """Once, when all lines are there; of damage, at the start."""
        if damage := _damage(state):
            _say(f"speech: {damage}")
        if state.lines == state.of_lines:
            _say(f"speech: {state.of_lines} lines, {clock(state.seconds)} of sound")


class Live:
    """A bar for each step that runs; for speech with an honest time left."""

    def __init__(self, progress: Progress, now: Callable[[], float] = time.monotonic) -> None:
        self._progress, self._now = progress, now
        self._task: TaskID | None = None
        self._left = TimeLeft()

    def step(self, name: str, reasons: tuple[str, ...]) -> None:
        """Finish the bar of the step before, and begin another where a step runs."""
        if self._task is not None:
            self._progress.update(self._task, total=1, completed=1)
            self._task = None
        if reasons:
            self._task = self._progress.add_task(WHAT[name], total=None, state="")

    def speaking(self, state: Speaking) -> None:
        """Lines done, sound made, time left; above the bar, at the start, damage."""
        if damage := _damage(state):
            self._progress.console.print(damage)
        if self._task is None:
            return
        left = self._left.after(state, self._now())
        shown = f"{state.lines}/{state.of_lines} lines, {clock(state.seconds)} of sound"
        shown += f", {clock(left)} left" if left else ""
        self._progress.update(self._task, total=state.of_lines, completed=state.lines, state=shown)


class TimeLeft:
    """Seconds left, from the speed measured in this run: morae spoken against time taken.

    Loading the voice is measured with the first line, so the first guess is on the safe side.
    """

    def __init__(self) -> None:
        self._start: float | None = None

    def after(self, state: Speaking, now: float) -> float:
        """Seconds left at `now`; 0 while nothing is known."""
        if self._start is None:
            self._start = now
        if not state.beats:
            return 0.0
        return (now - self._start) / state.beats * (state.of_beats - state.beats)


def clock(seconds: float) -> str:
    """75.2 -> 1:15."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def _damage(state: Speaking) -> str:
    """What is said of damaged clips before the first line is spoken."""
    if not state.damaged or state.beats:
        return ""
    many = state.damaged > 1
    those = f"{state.damaged} kept clips are" if many else "a kept clip is"
    return f"{those} damaged and {'are' if many else 'is'} spoken again"


def _say(text: str) -> None:
    click.echo(text, err=True)
