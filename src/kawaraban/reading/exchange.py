"""Lexicons in the formats of others: VOICEVOX's user dictionary, and W3C's PLS."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kawaraban.documents import read_text
from kawaraban.errors import ShowError
from kawaraban.reading.kana import is_katakana, morae
from kawaraban.reading.lexicon import WORD_TYPES, Entry, Lexicon

_PLS = "http://www.w3.org/2005/01/pronunciation-lexicon"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_BY_CONTEXT = {context: word_type for word_type, (context, _) in WORD_TYPES.items()}


class _Word(BaseModel):
    """A word of VOICEVOX's user dictionary, the fields that we need."""

    model_config = ConfigDict(extra="ignore")

    surface: str = Field(min_length=1)
    pronunciation: str
    accent_type: int = Field(ge=0)
    context_id: int = 1348
    priority: int = Field(default=5, ge=0, le=10)


def to_voicevox(lexicon: Lexicon) -> str:
    """A lexicon as VOICEVOX's user dictionary (JSON, words by UUID); patterns have no place there.

    VOICEVOX keeps surfaces full width. UUIDs follow from surfaces, so the same lexicon gives the
    same file.
    """
    words = {}
    for entry in lexicon.entries:
        if entry.is_pattern:
            continue
        context, parts = WORD_TYPES[entry.word_type]
        surface = _full_width(entry.surface)
        words[str(uuid5(NAMESPACE_URL, surface))] = {
            "surface": surface,
            "priority": entry.priority,
            "context_id": context,
            "part_of_speech": parts[0],
            "part_of_speech_detail_1": parts[1],
            "part_of_speech_detail_2": parts[2],
            "part_of_speech_detail_3": parts[3],
            "inflectional_type": "*",
            "inflectional_form": "*",
            "stem": "*",
            "yomi": entry.kana,
            "pronunciation": entry.kana,
            "accent_type": entry.accent,
            "mora_count": len(morae(entry.kana)),
            "accent_associative_rule": "*",
        }
    return json.dumps(words, ensure_ascii=False, indent=1) + "\n"


def from_voicevox(path: Path) -> Lexicon:
    """The entries of a VOICEVOX user dictionary.

    Raises:
        ShowError: it is none, or a word of it cannot be said.
    """
    try:
        words = TypeAdapter(dict[str, _Word]).validate_json(read_text(path))
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"]))
        raise ShowError(
            f"not a VOICEVOX user dictionary: {place}: {fault['msg']}", where=path
        ) from error
    for word in words.values():
        if not is_katakana(word.pronunciation) or word.accent_type > len(morae(word.pronunciation)):
            cause = f"{word.surface}: {word.pronunciation} with accent {word.accent_type}"
            raise ShowError(f"cannot be said: {cause}", where=path)
    return Lexicon(tuple(map(_entry, words.values())))


def _entry(word: _Word) -> Entry:
    surface = unicodedata.normalize("NFKC", word.surface)
    kind = _BY_CONTEXT.get(word.context_id, "PROPER_NOUN")
    return Entry(surface, word.pronunciation, word.accent_type, kind, word.priority)


def to_pls(lexicon: Lexicon) -> str:
    """A lexicon as a W3C Pronunciation Lexicon 1.0, each reading an alias in katakana."""
    ET.register_namespace("", _PLS)
    attributes = {"version": "1.0", "alphabet": "ipa", _XML_LANG: "ja"}
    root = ET.Element(f"{{{_PLS}}}lexicon", attributes)
    for entry in lexicon.entries:
        if not entry.is_pattern:
            lexeme = ET.SubElement(root, f"{{{_PLS}}}lexeme")
            ET.SubElement(lexeme, f"{{{_PLS}}}grapheme").text = entry.surface
            ET.SubElement(lexeme, f"{{{_PLS}}}alias").text = entry.kana
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _full_width(text: str) -> str:
    """ASCII as full-width forms, the space as an ideographic one."""
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
    return text.translate(wide)
