"""OpenJTalk with a show's own words in its dictionary.

Words of a lexicon take part in the analysis, so they are found where they stand as words and not
inside others, and bring their accents. Compiling a thousand of them takes some 15 ms (measured).
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from kawaraban.reading.kana import is_katakana, morae
from kawaraban.reading.lexicon import WORD_TYPES, Entry

Node = dict[str, Any]
_PIECE = re.compile(r".{1,1000}(?:、|$)|.{1,1000}", re.DOTALL)  # OpenJTalk takes 8 kB at once
_COST = 3000
"""Of a word of middle priority: below what the dictionary asks for its own rare nouns (5000 and
more), so that a name wins over its pieces, and above that of common words."""
_STEP = 1000
"""Cost of one step of priority."""


class Analyser:
    """Text to OpenJTalk's words."""

    def __init__(self, words: Sequence[Entry]) -> None:
        self._jtalk = _open(words)

    def __call__(self, text: str) -> Iterator[Node]:
        """The words of a text: string, pron, pos, acc, mora_size, chain_flag, …."""
        import pyopenjtalk  # noqa: PLC0415 - a third of a second

        for piece in _PIECE.findall(text):
            if piece.strip():
                nodes = pyopenjtalk.run_frontend(
                    piece, use_sudachi_kanji_yomi=False, jtalk=self._jtalk
                )
                for node in nodes:
                    yield from _parts(cast("Node", node))

    def prosody(self, text: str) -> str:
        """Phonemes of a text with its accents.

        [ and ] stand where the pitch rises and falls, # between accent phrases, _ for a pause.
        """
        import pyopenjtalk  # noqa: PLC0415

        signs = (
            pyopenjtalk.g2p_prosody(piece, use_sudachi_kanji_yomi=False, jtalk=self._jtalk)
            for piece in _PIECE.findall(text)
            if piece.strip()
        )
        return " ".join(sign for piece in signs for sign in piece)


def _open(words: Sequence[Entry]) -> Any:  # noqa: ANN401 - an extension type
    import pyopenjtalk  # noqa: PLC0415
    from pyopenjtalk.openjtalk import OpenJTalk  # noqa: PLC0415

    system = pyopenjtalk.OPEN_JTALK_DICT_DIR
    if not words:
        return OpenJTalk(dn_mecab=system)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source, compiled = Path(folder) / "words.csv", Path(folder) / "words.dic"
        source.write_text("".join(map(_row, words)), encoding="utf-8")
        with _no_stdout():
            pyopenjtalk.mecab_dict_index(str(source), str(compiled))
        return OpenJTalk(
            dn_mecab=system, userdic=os.fsencode(compiled), userdic_reading_protection=[True]
        )


def _row(word: Entry) -> str:
    """A line of MeCab's dictionary source."""
    context, parts = WORD_TYPES[word.word_type]
    cost = _COST - _STEP * (word.priority - 5)
    accent = f"{word.accent}/{len(morae(word.kana))}"
    head = f"{word.surface},{context},{context},{cost},{','.join(parts)},*,*"
    return f"{head},{word.surface},{word.kana},{word.kana},{accent},*\n"


@contextmanager
def _no_stdout() -> Iterator[None]:
    """MeCab's compiler draws a bar on file descriptor 1, where results of commands go."""
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _parts(node: Node) -> Iterator[Node]:
    """An unknown name such as サム・アルトマン comes as one word: part it at the dots."""
    pieces = str(node["string"]).split("・")
    if len(pieces) > 1 and all(map(is_katakana, pieces)):
        for piece in pieces:
            own = {"string": piece, "pron": piece, "chain_flag": 0, "acc": loanword_accent(piece)}
            yield {**node, **own}
    else:
        yield node


def loanword_accent(kana: str) -> int:
    """Where the pitch of an unknown loanword falls: after the third mora from its end.

    One earlier where that is ー, ッ or ン (Kubozono, Where does loanword prosody come from?, 2006).
    """
    found = morae(kana)
    fall = max(1, len(found) - 2)
    return fall - 1 if fall > 1 and found[fall - 1] in "ーッン" else fall
