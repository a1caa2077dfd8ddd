"""What templates have beside Jinja2's own filters, in the show's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from kawaraban.reading.sentences import sentences as split
from kawaraban.script import phrasing
from kawaraban.script.plain import PARAGRAPH, spoken_title

_HEADING = "#"
_LONG = 10
"""Signs from which words are known again inside a longer sentence, as those of a quotation are."""
_UNHEARD = " \t　。．.、，,！!？?…「」『』“”\"'‘’"
"""Signs that make no difference to what is said."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an item's text, or a heading in it."""

    text: str
    heading: bool = False
    rule: bool = False
    """No word, but signs that part the text, such as * * *."""

    def __str__(self) -> str:
        return self.text


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of an item's text; one that begins with "# " is a heading."""
    return [*_paragraphs(text)]


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for line in text.replace(PARAGRAPH, "\n").split("\n"):
        signs, _, title = line.strip().partition(" ")
        if signs and not signs.strip(_HEADING):
            if title.strip():
                yield Paragraph(title.strip(), heading=True)
        elif line.strip():
            yield Paragraph(line.strip(), rule=not any(map(str.isalnum, line)))


def sentences(text: str) -> list[str]:
    """The sentences of an item's text; headings are none."""
    told = (part.text for part in _paragraphs(text) if not part.heading and not part.rule)
    return [sentence for part in told for sentence in split(part)]


class Said:
    """What an episode has said so far, so that it says nothing twice."""

    def __init__(self, language: str, number: int) -> None:
        self._gap = " " if language == "en" else ""
        self._number = number
        self._said: set[str] = set()

    def once(self, words: str | Sequence[str], /, *fill: object, **named: object) -> str:
        """What of a text was not said yet; of several phrasings, one that was not; or "".

        Args:
            words: a text, or phrasings, of which each episode begins with another one.
            fill: for the phrasing's %s.
            named: for its %(name)s.
        """
        if isinstance(words, str):
            chosen = self._unsaid(words)
        else:
            choices = [*words]
            turns = (
                phrasing.vary(choices, self._number, place) for place in range(len(choices) or 1)
            )
            chosen = next((words for words in turns if not self._heard(split(words))), "")
            self._hear(split(chosen))
        return chosen % (named or fill) if chosen and (named or fill) else chosen

    def _unsaid(self, text: str) -> str:
        told = split(text)
        fresh = []
        for sentence in told:
            if not self._heard([sentence]):
                fresh.append(sentence)
            self._hear([sentence])
        return text if len(fresh) == len(told) else self._gap.join(fresh)

    def _heard(self, told: Sequence[str]) -> bool:
        """Whether any of these sentences was said, long ones also as a part of another."""
        sounds = [_sound(sentence) for sentence in told]
        return any(
            sound in self._said
            or (len(sound) >= _LONG and any(sound in said for said in self._said))
            for sound in sounds
        )

    def _hear(self, told: Sequence[str]) -> None:
        self._said.update(_sound(sentence) for sentence in told)


def _sound(sentence: str) -> str:
    return "".join(sign for sign in sentence.casefold() if sign not in _UNHEARD)


def filters(language: str, number: int) -> dict[str, Callable[..., Any]]:
    """The filters for one rendering, by name."""
    by_language = (
        phrasing.spoken_date,
        phrasing.weekday,
        phrasing.spoken_list,
        phrasing.shorten,
        phrasing.quoted,
        phrasing.counted,
        phrasing.ordinal,
    )
    said = Said(language, number)

    @pass_context
    def once(context: Context, words: Any, /, *fill: object, **named: object) -> str:  # noqa: ANN401
        # The context keeps Jinja2 from working the filter out beforehand, once for all its uses.
        del context
        return said.once(words, *fill, **named)

    return {
        **{spoken.__name__: partial(spoken, language=language) for spoken in by_language},
        "vary": lambda phrases, place=0: phrasing.vary(phrases, number, place),
        "once": once,
        "spoken_title": spoken_title,
        "sentences": sentences,
        "paragraphs": paragraphs,
    }
