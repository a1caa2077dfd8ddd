"""A line of the script to what an engine is given: the one way from text to speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kawaraban.model import Line, Pause, SpokenLine, Text, Utterance
from kawaraban.reading.japanese import read_japanese, unread
from kawaraban.reading.kana import named, to_katakana
from kawaraban.reading.lexicon import Lexicon, read_lexicon
from kawaraban.reading.sentences import sentences


@dataclass(frozen=True)
class Reader:
    """Reads text aloud in katakana, with a show's lexicon."""

    lexicon: Lexicon

    def kana(self, text: str) -> str:
        """One line of katakana and marks."""
        return "".join(utterance.kana for utterance in self.utterances([Text(text)]))

    def unread(self, text: str) -> list[str]:
        """Characters of a text that will not be heard."""
        return unread(text, self.lexicon)

    def line(self, line: Line) -> SpokenLine:
        """A script line with its reading."""
        return SpokenLine(line, self.utterances(line.parts))

    def utterances(self, parts: Sequence[Text | Pause]) -> tuple[Utterance, ...]:
        """Sentences as they are said; readings given in the script win; pauses fall in between."""
        found: list[Utterance] = []
        text = ""
        for part in (*parts, Pause(0)):
            if isinstance(part, Text):
                text += named(to_katakana(part.reading)) if part.reading else part.text
                continue
            found.extend(self._said(text, part.seconds))
            text = ""
        return tuple(found)

    def _said(self, text: str, pause: float) -> list[Utterance]:
        read = [read_japanese(sentence, self.lexicon) for sentence in sentences(text)]
        said = [words for words in read if any(not word.mark for word in words)]
        pauses = [0.0] * (len(said) - 1) + [pause]
        return [Utterance(words, gap) for words, gap in zip(said, pauses, strict=False)]


def reader_for(root: Path) -> Reader:
    """The reader of the show in `root`, with its voices/lexicon.tsv.

    Raises:
        ShowError: a broken line in the lexicon.
    """
    return Reader(read_lexicon(root / LEXICON))


LEXICON = Path("voices/lexicon.tsv")
