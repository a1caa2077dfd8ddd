"""A long piece in titled sections, each told by sentences of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from math import ceil

from kawaraban.model import Item, Quote, Section
from kawaraban.stories.digest.accounts import (
    Paragraph,
    Sentence,
    account,
    askers,
    beats,
    own,
    paragraphs,
)
from kawaraban.stories.digest.parts import parts
from kawaraban.stories.digest.points import LEADS, POINTS, centrality, chosen
from kawaraban.stories.digest.titles import titles
from kawaraban.stories.digest.wording import leans
from kawaraban.stories.similarity import similarity

LONG = 1500
"""Words (3,000 Japanese signs) from which a piece has sections: ten minutes read aloud, more than
five sentences can stand for."""
_SHORTEST = 9
"""Words of a point: in a long piece shorter sentences are asides."""
_ANSWER = 20
"""Words of the first sentence of an answer from which it stands without the question."""
_OF = 3
"""Of so many sentences, one is told."""


def sections(items: Sequence[Item]) -> tuple[Section, ...]:
    """The sections of the longest piece of a story, in its order; () where it is not long."""
    longest = max(own(items), key=lambda item: (beats(item.text), item.id), default=None)
    if longest is None or beats(longest.text) < LONG:
        return ()
    lines = paragraphs(longest)
    found, told = list[Section](), list[str]()
    parted = parts(lines)
    every = _standing(account(longest), lines)
    for part, title in zip(parted, titles(parted, lines), strict=True):
        inside = [sentence for sentence in every if sentence.paragraph in part.places]
        points = _points(inside, told)
        told += [point.text for point in points]
        if points:
            found.append(Section(title, points))
    return tuple(found)


def best_points(told: Sequence[Section], items: Sequence[Item]) -> tuple[Quote, ...]:
    """Up to POINTS sentences that stand for a whole piece: the best of its sections, in order."""
    openings = {
        sentence.text
        for item in own(items)
        for _, run in groupby(account(item), key=lambda sentence: sentence.paragraph)
        for sentence in [next(run)]
    }
    alone = [[point for point in section.points if not leans(point.text)] for section in told]
    every = [point for points in alone for point in points]
    if not every:
        return ()
    weights = centrality(similarity([point.text for point in every])).round(6)
    weighed = {
        point: weight * (LEADS if point.text in openings else 1)
        for point, weight in zip(every, weights, strict=True)
    }
    firsts = [max(points, key=lambda point: weighed[point]) for points in alone if points]
    ranked = sorted(every, key=lambda point: (point not in firsts, -weighed[point]))
    return tuple(point for point in every if point in ranked[:POINTS])


def _points(inside: Sequence[Sentence], told: Sequence[str]) -> tuple[Quote, ...]:
    most = min(POINTS, ceil(sum(sentence.told for sentence in inside) / _OF))
    return tuple(inside[at].quote for at in chosen(inside, most, told, opening=False))


def _standing(every: Sequence[Sentence], lines: Sequence[Paragraph]) -> list[Sentence]:
    """Sentences as they stand in a long piece: asides are not told, short answers lean."""
    asking = askers(lines)
    answers = {
        at for at in range(1, len(lines)) if asking & {lines[at - 1].speaker} - {lines[at].speaker}
    }
    found, before = list[Sentence](), -1
    for sentence in every:
        words = beats(sentence.text)
        first = sentence.paragraph != before and sentence.paragraph in answers
        alone = sentence.alone and not (first and words < _ANSWER)
        told = sentence.told and words >= _SHORTEST
        found.append(replace(sentence, told=told, alone=alone))
        before = sentence.paragraph
    return found
