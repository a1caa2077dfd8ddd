"""The writer's desk: asks the model, judges what it answers, and keeps count of what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kawaraban.errors import ShowError
from kawaraban.model import Chapter, Script
from kawaraban.script.phrasing import LONGEST_TITLE
from kawaraban.script.writer import answer as answers
from kawaraban.script.writer import prompts
from kawaraban.script.writer.answer import Judge, Proposal, Spoken
from kawaraban.script.writer.budget import Message, Purse
from kawaraban.script.writer.client import Answer
from kawaraban.script.writer.facts import Fault, unsupported
from kawaraban.script.writer.sentences import Numbered, evidence
from kawaraban.settings import Show

AGAIN = 2
"""How often a model is asked again: for JSON, or for the lines that did not stand."""
CHAPTER, HEADING = 3000, 1500
"""Tokens of an answer at most; a model that thinks aloud needs most of them for that."""
FACTS = 2
"""Lines with sources from which a chapter is told."""
SHOWN = 80
"""Characters of a line that was left out, in a message."""


class Model(Protocol):
    """Who is asked."""

    def ask(self, messages: Sequence[Message], most: int) -> Answer:
        """The answer, in at most `most` tokens."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A chapter of the template's draft, and the sentences that the model may tell it from."""

    chapter: Chapter
    title: str
    """The story's."""
    sentences: tuple[Numbered, ...]


Told = tuple[Telling, list[Spoken]]
"""A chapter with the model's lines."""


class SpentError(Exception):
    """Ends the asking: the next call could pass a limit, or the server failed."""


def _placed(found: Sequence[Proposal], mending: list[int]) -> list[tuple[int, Proposal]]:
    """Lines with their places: all in order, or those that are mended, by their numbers."""
    if not mending:
        return list(enumerate(found, 1))
    # Where as many come back as were sent, a missing number is no riddle.
    alike = mending if len(found) == len(mending) else [0] * len(found)
    placed = [(proposal.line or at, proposal) for at, proposal in zip(alike, found, strict=True)]
    return [(at, proposal) for at, proposal in placed if at in mending]


@dataclass
class Drafts:
    """The lines of one chapter, by their place, as they come to stand."""

    judge: Judge
    sentences: Mapping[str, Numbered]
    good: dict[int, Spoken] = field(default_factory=dict)
    bad: dict[int, tuple[Proposal, list[Fault]]] = field(default_factory=dict)
    usable: bool = False
    """Whether the last answer was what was asked for."""

    def take(self, found: Sequence[Proposal] | None) -> None:
        """Judge an answer: all lines, or those that are mended."""
        self.usable = found is not None
        for place, proposal in _placed(found or [], sorted(self.bad)):
            spoken, faults = self.judge.line(proposal, self.sentences)
            self.bad.pop(place, None)
            if faults:
                self.bad[place] = proposal, faults
            else:
                self.good[place] = spoken

    @property
    def done(self) -> bool:
        """Whether there is nothing to ask again."""
        return self.usable and not self.bad

    def request(self, language: str, *, cut: bool) -> Message:
        """What asks again: for what is wrong with the lines, or for JSON."""
        if self.usable:
            return prompts.again(language, self.bad)
        return prompts.unusable(language, cut=cut)

    @property
    def lines(self) -> list[Spoken]:
        """What stands, in order."""
        return [self.good[at] for at in sorted(self.good)]


@dataclass
class Desk:
    """Asks, judges, and keeps count."""

    show: Show
    model: Model
    purse: Purse
    tell: Callable[[str], None]
    accepted: int = 0
    rejected: int = 0
    left: list[str] = field(default_factory=list)
    """What is left to the template, and why."""
    _stopped: str = ""
    """Why nobody is asked any more."""

    @property
    def language(self) -> str:
        """The show's."""
        return self.show.about.language

    @property
    def judge(self) -> Judge:
        """What may be spoken in this show."""
        names = "\n".join([*(host.name for host in self.show.hosts), self.show.about.title])
        return Judge([host.id for host in self.show.hosts], self.language, names)

    def chapters(self, tellings: Sequence[Telling]) -> list[Told]:
        """The chapters that the model tells well enough."""
        told: list[Told] = []
        for telling in tellings:
            try:
                lines, why = self._chapter(telling), "too few of its lines stand"
            except SpentError as spent:
                lines, why = [], str(spent)
            if sum(bool(line.cites) for line in lines) >= FACTS:
                told.append((telling, lines))
                self.accepted += len(lines)
            else:
                self.left.append(f"{telling.title}: {why}")
        return told

    def _chapter(self, telling: Telling) -> list[Spoken]:
        """The lines of one chapter that stand, in order."""
        asked = prompts.chapter(self.show, telling.title, telling.sentences)
        drafts = Drafts(self.judge, {one.id: one for one in telling.sentences})
        answer = self.ask(asked, CHAPTER)
        drafts.take(answers.proposals(answer.text))
        for _ in range(AGAIN):
            if drafts.done:
                break
            request = drafts.request(self.language, cut=answer.cut)
            try:
                answer = self.ask([*asked, request], CHAPTER)
            except SpentError:
                break
            drafts.take(answers.proposals(answer.text))
        for proposal, faults in drafts.bad.values():
            self._leave_out(answers.cleaned(proposal.text, (), ""), faults)
        return drafts.lines

    def heading(self, told: Sequence[Told], script: Script) -> tuple[str, str]:
        """Title and summary: the model's where they stand, or else the script's own."""
        own = script.title, script.summary
        if not told:
            return own
        asked = prompts.heading(self.show, [(telling.title, lines) for telling, lines in told])
        try:
            found = answers.heading(self.ask(asked, HEADING).text)
        except SpentError as spent:
            self.left.append(f"title and summary: {spent}")
            return own
        if found is None:
            self.left.append("title and summary: no JSON of the shape asked for")
            return own
        title = self._stands(found.title, LONGEST_TITLE, told)
        summary = self._stands(found.summary, prompts.SUMMARY, told)
        return title or own[0], summary or own[1]

    def _stands(self, text: str, longest: int, told: Sequence[Told]) -> str:
        """A text where it says no more than what the lines rest on; else ""."""
        plain, judge = answers.cleaned(text, (), ""), self.judge
        cited = {id_ for _, lines in told for line in lines for id_ in line.cites}
        rests = [one for telling, _ in told for one in telling.sentences if one.id in cited]
        faults = judge.words(plain, longest)
        faults = faults or unsupported(plain, evidence(rests, judge.names), self.language)
        if faults:
            self._leave_out(plain, faults)
        return "" if faults else plain

    def _leave_out(self, text: str, faults: Sequence[Fault]) -> None:
        self.rejected += 1
        why = "; ".join(map(str, faults))
        self.tell(f"writer: left out: {text[:SHOWN]}: {why}")

    def ask(self, messages: Sequence[Message], most: int) -> Answer:
        """One call, paid for.

        Raises:
            SpentError: it might cost more than is left, or the server failed after a good start.
            ShowError: the server failed at once.
        """
        if not self._stopped and not self.purse.affords(messages, most):
            self._stopped = "the limit is near"
        if self._stopped:
            raise SpentError(self._stopped)
        try:
            answer = self.model.ask(messages, most)
        except ShowError as error:
            if not self.purse.calls:
                raise
            self._stopped = error.cause
            raise SpentError(error.cause) from error
        self.purse.pay(messages, answer.text, answer.used)
        return answer
