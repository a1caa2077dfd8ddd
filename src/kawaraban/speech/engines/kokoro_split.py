"""Long sentences in pieces that Kokoro says at an even pace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kawaraban.model import Word
from kawaraban.speech.engines.kokoro_phonemes import OPENING, phonemes


def split(words: Sequence[Word], most: int) -> list[tuple[Word, ...]]:
    """Words in runs of at most `most` phonemes; joined, they are the words again.

    Runs end at a mark where there is one, else between words; a word is never cut, and marks that
    close stay with the word before, marks that open with the one after.
    """
    runs: list[tuple[Word, ...]] = []
    run: tuple[Word, ...] = ()
    for clause in _clauses(words, most):
        if run and len(phonemes(run + clause)) > most:
            runs.append(run)
            run = ()
        run += clause
    return [*runs, run] if run else runs


def _clauses(words: Sequence[Word], most: int) -> Iterator[tuple[Word, ...]]:
    clause: tuple[Word, ...] = ()
    for word in words:
        opens = word.mark and word.kana in OPENING
        ended = opens or any(mark.mark for mark in clause[-1:])
        full = len(phonemes((*clause, word))) >= most  # a mark that closes must have room
        says = not all(said.mark for said in clause)
        if says and (opens or not word.mark) and (ended or full):
            yield clause
            clause = ()
        clause += (word,)
    if clause:
        yield clause
