"""The writer: a language model puts the rundown's numbered sentences into dialogue.

The template's draft is the base. Each chapter that tells a story is put to the model; the lines of
its answer that stand replace the template's, and where too few of them do, the template's stay.
Opening, closing and whatever else the template has are left as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from kawaraban.documents import front_matter
from kawaraban.model import Line, Rundown, Script
from kawaraban.script.phrasing import harmless
from kawaraban.script.writer import budget, prompts
from kawaraban.script.writer.budget import Purse, Tokens
from kawaraban.script.writer.client import Client
from kawaraban.script.writer.desk import CHAPTER, HEADING, Desk, Model, Telling, Told
from kawaraban.script.writer.sentences import Numbered, number, to_json
from kawaraban.settings import Show, Writer

LINES = 750
"""Tokens of a chapter's lines, which the heading is asked for with: ten of 50 characters."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written."""

    show: Show
    settings: Writer
    script: Script
    """The template's draft."""
    text: str
    """The same as text."""
    tellings: tuple[Telling, ...]
    numbered: Mapping[str, tuple[Numbered, ...]]

    @property
    def cost(self) -> Tokens:
        """What it costs at most where every answer is right the first time."""
        if not self.tellings:
            return Tokens()
        chapters = [
            budget.expected(prompts.chapter(self.show, one.title, one.sentences), CHAPTER)
            for one in self.tellings
        ]
        heading = budget.expected(prompts.heading(self.show, []), HEADING)
        return sum(chapters, heading + Tokens(LINES * len(chapters)))

    @property
    def estimate(self) -> str:
        """What will be asked, of whom, and what it may cost: one line."""
        calls, host = len(self.tellings) + bool(self.tellings), urlsplit(self.settings.url).netloc
        return (
            f"writer: {self.settings.model} at {host}, {calls} calls, at most "
            f"{budget.told(self.cost, self.settings)}, more for corrections "
            f"({budget.limits(self.settings)})"
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A script with the model's chapters, and the numbered sentences that it cites."""

    text: str
    sentences: Mapping[str, Mapping[str, str]]


def plan(show: Show, settings: Writer, script: Script, text: str, rundown: Rundown) -> Plan:
    """What a writer would be asked, from the template's draft; nobody is asked yet."""
    language = show.about.language
    numbered = number(rundown.stories, language)
    titles = {story.id: harmless(story.title, language) for story in rundown.stories}
    tellings = tuple(
        Telling(chapter, titles[chapter.story], numbered[chapter.story])
        for chapter in script.chapters
        if numbered.get(chapter.story) and any(isinstance(cue, Line) for cue in chapter.cues)
    )
    return Plan(show, settings, script, text, tellings, numbered)


def write(planned: Plan, tell: Callable[[str], None], model: Model | None = None) -> Written:
    """Ask the model, and put what stands into the draft.

    Args:
        planned: what to ask.
        tell: hears the estimate, every line that was left out, and the summary.
        model: who is asked; the server of the settings where none is given.

    Raises:
        ShowError: it may cost too much (nothing is asked), or the first call failed.
    """
    tell(planned.estimate)
    budget.check(planned.cost, planned.settings)
    asked = model or Client(planned.settings)
    desk = Desk(planned.show, asked, Purse(planned.settings), tell)
    told = desk.chapters(planned.tellings)
    title, summary = desk.heading(told, planned.script)
    for line in _summary(desk, len(told), len(planned.tellings)):
        tell(line)
    return Written(_spliced(planned, told, title, summary), to_json(planned.numbered))


def _summary(desk: Desk, told: int, of: int) -> list[str]:
    """What was done, what it cost, and what is left to the template."""
    paid, settings = desk.purse.paid, desk.purse.settings
    usd = paid.usd(settings.price)
    cost = "" if usd is None else f", ${usd:,.4f}"
    done = (
        f"writer: {desk.purse.calls} calls, {paid.read:,} tokens in, {paid.written:,} out{cost}; "
        f"{desk.accepted} lines accepted, {desk.rejected} rejected; {told} of {of} chapters written"
    )
    return [done, *(f"writer: left to the template: {left}" for left in desk.left)]


def _spliced(planned: Plan, told: Sequence[Told], title: str, summary: str) -> str:
    """The template's text with these chapters' lines in place of its own."""
    rows, script = planned.text.split("\n"), planned.script
    starts = [chapter.row for chapter in script.chapters]
    new = {telling.chapter.row: lines for telling, lines in told}
    made: list[str] = []
    for chapter, (row, end) in zip(
        script.chapters, pairwise([*starts, len(rows) + 1]), strict=True
    ):
        if row not in new:
            made += rows[row - 1 : end - 1]
            continue
        # What stands before the first line stays: the heading, a jingle.
        first = next(cue.row for cue in chapter.cues if isinstance(cue, Line))
        made += filter(str.strip, rows[row - 1 : first - 1])
        made += [*(line.written for line in new[row]), ""]
    head = {
        "number": script.number,
        "title": title,
        "date": script.date.isoformat(),
        "summary": summary,
    }
    return front_matter(head) + "\n" + "\n".join(made).strip() + "\n"
