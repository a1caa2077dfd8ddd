"""A line of the script to what an engine is given: the one way from text to speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kawaraban.model import Line, Pause, SpokenLine, Text, Utterance
from kawaraban.reading.doubts import Doubt, doubts
from kawaraban.reading.japanese import Japanese
from kawaraban.reading.kana import named, to_katakana
from kawaraban.reading.lexicon import Lexicon, read_lexicon
from kawaraban.reading.sentences import sentences


@dataclass(frozen=True)
class Reader:
    """Reads text aloud in katakana, with a show's lexicon."""

    lexicon: Lexicon

    @cached_property
    def _japanese(self) -> Japanese:
        return Japanese(self.lexicon)

    def kana(self, text: str) -> str:
        """One line of katakana and marks."""
        return "".join(map(self._sentence, sentences(text)))

    def _sentence(self, sentence: str) -> str:
        """One sentence; words are not kept, so a line may be of any length."""
        spoken = False
        said: list[str] = []
        for word in self._japanese.words(sentence):
            spoken = spoken or not word.mark
            said.append(word.kana)
        return "".join(said) if spoken else ""

    def prosody(self, text: str) -> str:
        """Phonemes and accents, one line."""
        return " ".join(self._japanese.prosody(sentence) for sentence in sentences(text))

    def unread(self, text: str) -> list[str]:
        """Characters of a text that will not be heard."""
        return self._japanese.unread(text)

    def doubts(self, text: str) -> list[Doubt]:
        """What a person should look at before the text is spoken."""
        return list(doubts(text, self._japanese))

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
        read = [tuple(self._japanese.words(sentence)) for sentence in sentences(text)]
        said = [words for words in read if any(not word.mark for word in words)]
        pauses = [0.0] * (len(said) - 1) + [pause]
        return [Utterance(words, gap) for words, gap in zip(said, pauses, strict=False)]


LEXICON = Path("voices/lexicon.tsv")
"""A show's own lexicon, which lies over the shipped one."""
SHIPPED = Path(__file__).parent / "lexicon.tsv"
"""The lexicon of tech news that comes with kawaraban."""


def shipped_reader() -> Reader:
    """A reader with the shipped lexicon alone."""
    return Reader(read_lexicon(SHIPPED))


def reader_for(root: Path) -> Reader:
    """The reader of the show in `root`: its voices/lexicon.tsv over the shipped lexicon.

    Raises:
        ShowError: a broken line in the lexicon.
    """
    return Reader(read_lexicon(root / LEXICON).over(read_lexicon(SHIPPED)))
