"""A line of the script to what an engine is given: the one way from text to speech."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from kawaraban.errors import ShowError
from kawaraban.model import Line, Pause, SpokenLine, Text, Utterance
from kawaraban.reading import english
from kawaraban.reading.doubts import Doubt, doubts
from kawaraban.reading.japanese import Japanese
from kawaraban.reading.kana import morae, named, to_katakana
from kawaraban.reading.lexicon import LEXICON, SHIPPED, Lexicon, read_lexicon
from kawaraban.reading.sentences import sentences

JAPANESE, ENGLISH = "ja", "en"
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True)
class Reader:
    """Reads text aloud: Japanese in katakana, with a show's lexicon; other languages in words."""

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

    def line(self, line: Line, language: str = JAPANESE) -> SpokenLine:
        """A script line with its reading in the language of the voice that says it.

        Raises:
            ShowError: a reading in the script is not of that language.
        """
        try:
            utterances = self.utterances(line.parts, language)
        except ShowError as error:
            cause = f"script line {line.row} ({line.speaker}): {error.cause}"
            raise ShowError(cause, hint=error.hint) from error
        return SpokenLine(line, _taken(utterances, line) if line.take else utterances)

    def utterances(
        self, parts: Sequence[Text | Pause], language: str = JAPANESE
    ) -> tuple[Utterance, ...]:
        """Sentences as they are said; readings given in the script win; pauses fall in between."""
        say = self._japanese_sentence if language == JAPANESE else _other_sentence(language)
        found: list[Utterance] = []
        text = ""
        for part in (*parts, Pause(0)):
            if isinstance(part, Text):
                text += _given(part, language) if part.reading else part.text
                continue
            said = [utterance for sentence in sentences(text) if (utterance := say(sentence))]
            found += said[:-1] + [replace(last, pause=part.seconds) for last in said[-1:]]
            text = ""
        return tuple(found)

    def _japanese_sentence(self, sentence: str) -> Utterance | None:
        words = tuple(self._japanese.words(sentence))
        if all(word.mark for word in words):
            return None
        return Utterance(words, text="".join(word.written for word in words))


def _other_sentence(language: str) -> Callable[[str], Utterance | None]:
    """Sentences of a language that engines read by themselves, English numbers in words."""
    spell = english.spell_out if language.split("-", maxsplit=1)[0] == ENGLISH else str.strip

    def say(sentence: str) -> Utterance | None:
        text = spell(sentence)
        return Utterance((), text=text) if any(map(str.isalnum, text)) else None

    return say


def _taken(utterances: Sequence[Utterance], line: Line) -> tuple[Utterance, ...]:
    """A recorded line: one utterance, of all its words, so that its length can be checked."""
    words = tuple(word for utterance in utterances for word in utterance.words)
    return (Utterance(words, text=line.text, take=line.take),)


def _given(part: Text, language: str) -> str:
    """What stands for a word with a reading in the script: kana in Japanese, else letters."""
    in_letters = part.reading.isascii()
    if in_letters == (language == JAPANESE):
        cause = f"the reading {part.reading!r} of {part.text} cannot be said in {language!r}"
        hint = "write {漢字|かな} for a Japanese voice, {Nguyen|Win} for others"
        raise ShowError(cause, hint=hint)
    return part.reading if in_letters else named(to_katakana(part.reading))


def beats(utterance: Utterance) -> int:
    """How long a sentence is: morae in Japanese, about as many syllables elsewhere."""
    if utterance.words:
        return len(morae(utterance.kana))
    return max(1, sum(map(_syllables, utterance.text.split())))


def _syllables(word: str) -> int:
    """Groups of vowels, as in most languages with Latin letters; for others, half the letters."""
    plain = unicodedata.normalize("NFD", word.lower())
    letters = sum(map(str.isalpha, plain))
    return len(_VOWELS.findall(plain)) if plain[:1].isascii() else (letters + 1) // 2


def shipped_reader() -> Reader:
    """A reader with the shipped lexicon alone."""
    return Reader(read_lexicon(SHIPPED))


def reader_for(root: Path) -> Reader:
    """The reader of the show in `root`: its voices/lexicon.tsv over the shipped lexicon.

    Raises:
        ShowError: a broken line in the lexicon.
    """
    return Reader(read_lexicon(root / LEXICON).over(read_lexicon(SHIPPED)))
