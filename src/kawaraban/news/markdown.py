"""Markdown as plain text: paragraphs, and headings that begin with "# ", whatever their level."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from kawaraban.news.aozora import without_marks
from kawaraban.news.plain import WIDE, plain

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

HEADING = "# "
_NOTES = re.compile(r"^ {0,3}\[\^[^\]\n]{1,40}\]:.*(?:\n(?: {2,}|\t).*)*", re.MULTILINE)
_NOTE_MARKS = re.compile(r"\[\^[^\]\n]{1,40}\]")
_RUBY = re.compile(r"<r[tp]\b[^<>]*+>[^<]*+(?:</r[tp]\s*>)?", re.IGNORECASE)


def plain_markdown(text: str) -> str:
    """The words of a Markdown text; a heading is a paragraph that begins with "# ".

    Footnotes, pictures and addresses are dropped, the words of links and code stay.
    """
    source = _RUBY.sub("", _NOTE_MARKS.sub("", _NOTES.sub("", text)))
    tokens = _parser().parse(source)
    paragraphs: list[str] = []
    kind = ""
    for token in tokens:
        if token.type == "heading_open":
            kind = HEADING
        elif token.type == "inline":
            paragraphs.append(kind + _words(token.children or ()))
            kind = ""
        elif token.type in {"fence", "code_block"}:
            paragraphs.append(_flat(token.content))
        elif token.type == "html_block":
            paragraphs += map(_flat, plain(token.content).split("\n\n"))
    return without_marks("\n\n".join(one for one in paragraphs if one.strip("# ")))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _words(tokens: Sequence[Token]) -> str:
    """The words of a paragraph in one line; markup in HTML is left out."""
    pieces = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            pieces.append("\n")
        elif token.type in {"text", "code_inline"}:
            pieces.append(token.content)
    return _flat("".join(pieces))


def _flat(text: str) -> str:
    """Lines as one: their ends are spaces, and nothing between two Japanese characters.

    What is no heading does not begin like one.
    """
    text = re.sub(r"\s*\n\s*", "\n", text.strip())
    text = re.sub(rf"(?<={WIDE})\n(?=\S)|(?<=\S)\n(?={WIDE})", "", text)
    return " ".join(text.split()).lstrip("# ")
