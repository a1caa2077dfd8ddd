"""What a model answered, taken for a stranger's words: found, cleaned, and judged line by line."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from kawaraban.script.writer.facts import Fault, unsupported, unsupported_reaction
from kawaraban.script.writer.sentences import Numbered, evidence

LONGEST = {"ja": 140, "en": 320}
"""Characters of a line: about twenty seconds of speech."""
LINES = 16
"""Lines of one chapter; more are left out."""
CITES = 4
"""Sentences that a line rests on; one that names them all could say anything."""
KANA = 0.1
"""The least share of hiragana among the letters of a Japanese line; news has about 0.4."""
LATIN = 0.9
"""The same of Latin letters in an English one."""
STARTS = 8
"""Places of an answer where its JSON may begin: some say {…} before it."""
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|$)", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(r"^.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_EMPHASIS = re.compile(r"(\*\*|__|\*)(?=\S)(.+?)(?<=\S)\1")
_DIRECTION = re.compile(
    r"[（(]\s*(?:笑い?|苦笑|拍手|間|ため息|うなずく|頷く|laughs?|laughing|chuckles?|pause|sighs?|nods?"
    r"|smil(?:es|ing)|music|applause)\s*[)）]",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[\[\]{}<>`|\\#*]|[［］｛｝＜＞]|^\s*[-•>]\s|={3,}|-{3,}")
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://|www\.|\S@\S+\.\S"
    r"|[\w-]+\.(?:com|net|org|io|jp|co|ai|dev|app|example|info|biz|me|tv|xyz|to|ly|gg|invalid|test)(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def _ids(value: object) -> object:
    """Ids as models write them: a list, one alone, several in a string, or null."""
    return re.findall(r"[\w-]+", value) if isinstance(value, str) else value or []


class Proposal(BaseModel):
    """A line as the model proposes it; `line` is its number in a correction."""

    host: str = ""
    text: str = ""
    cites: Annotated[list[str], BeforeValidator(_ids)] = Field(default_factory=list)
    line: int | None = None


class Heading(BaseModel):
    """Title and summary as the model proposes them."""

    title: str = ""
    summary: str = ""


class _Lines(BaseModel):
    lines: list[Proposal]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line that stands."""

    host: str
    text: str
    cites: tuple[str, ...]

    @property
    def written(self) -> str:
        """The line as the script has it."""
        cue = f" [cite {' '.join(self.cites)}]" if self.cites else ""
        return f"{self.host}: {self.text}{cue}"


@dataclass(frozen=True, slots=True)
class Judge:
    """Says what of an answer may be spoken."""

    hosts: Collection[str]
    language: str
    names: str
    """What may be said without a source: the hosts' names, the show's."""

    def line(
        self, proposal: Proposal, sentences: Mapping[str, Numbered]
    ) -> tuple[Spoken, list[Fault]]:
        """A proposal, cleaned, and all that is wrong with it."""
        text = cleaned(proposal.text, self.hosts, self.names)
        cites = tuple(dict.fromkeys(proposal.cites))
        spoken = Spoken(proposal.host, text, cites)
        faults = [Fault("host", _short(proposal.host))] * (proposal.host not in self.hosts)
        faults += self.words(text, LONGEST[self.language])
        unknown = [id_ for id_ in cites if id_ not in sentences]
        faults += [Fault("id", _short(id_)) for id_ in unknown]
        faults += [Fault("many")] * (len(cites) > CITES)
        # What may not stand in a script at all is not looked at further.
        if not faults:
            faults = self._claims(text, cites, sentences)
        return spoken, faults

    def words(self, text: str, longest: int) -> list[Fault]:
        """What no text of a script may be: empty, long, of another language, or more than words."""
        faults = [Fault("empty")] * (not any(map(str.isalnum, text)))
        faults += [Fault("long")] * (len(text) > longest)
        plain = unicodedata.normalize("NFKC", text)
        if found := _LINK.search(plain):
            faults.append(Fault("link", found[0]))
        elif found := _MARKUP.search(text) or _MARKUP.search(plain):
            faults.append(Fault("markup", found[0]))
        return faults + [Fault("language")] * (not is_in(text, self.language))

    def _claims(
        self, text: str, cites: Sequence[str], sentences: Mapping[str, Numbered]
    ) -> list[Fault]:
        if cites:
            told = evidence([sentences[id_] for id_ in cites], self.names)
            return unsupported(text, told, self.language)
        told = evidence([*sentences.values()], self.names)
        return unsupported_reaction(text, told, self.language)


def proposals(answer: str) -> list[Proposal] | None:
    """The lines of an answer; None where it is not the JSON that was asked for."""
    try:
        return _Lines.model_validate(_json(answer)).lines[:LINES]
    except ValidationError:
        return None


def heading(answer: str) -> Heading | None:
    """Title and summary of an answer; None where it is not the JSON that was asked for."""
    try:
        return Heading.model_validate(_json(answer))
    except ValidationError:
        return None


def _json(answer: str) -> Any:  # noqa: ANN401 - anything a stranger writes
    """The first JSON object of an answer, its thoughts apart; None where there is none."""
    text = _THOUGHT.sub("", answer)
    text = _THOUGHT_END.sub("", text)
    # Line ends inside strings are no reason to ask again.
    decoder = json.JSONDecoder(strict=False)
    for start in islice(re.finditer(r"\{", text), STARTS):
        with suppress(ValueError, RecursionError):
            return decoder.raw_decode(text, start.start())[0]
    return None


def cleaned(text: str, hosts: Collection[str], names: str) -> str:
    """A line without what is no speech: stage directions, emphasis, the speaker's own label."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    plain = _EMPHASIS.sub(r"\2", _DIRECTION.sub("", plain))
    label, colon, rest = plain.replace("：", ":", 1).partition(":")
    if colon and label.strip() and label.strip() in {*hosts, *names.split("\n")}:
        plain = rest
    return " ".join(plain.split())


def is_in(text: str, language: str) -> bool:
    """Whether a line is in the show's language, by the share of its letters."""
    letters = [sign for sign in text if sign.isalpha()]
    if not letters:
        return True
    if language == "ja":
        return sum("ぁ" <= sign <= "ゖ" for sign in letters) >= KANA * len(letters)
    return sum(sign < "ɐ" for sign in letters) >= LATIN * len(letters)


def _short(text: str) -> str:
    return " ".join(text.split())[:20]
