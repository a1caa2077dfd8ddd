"""What the quantised model is calibrated with: our own sentences, in all five voices.

Between them they have every mora that Japanese has often, questions, exclamations, pauses and a
single word, and speeds from slow to fast, since the ranges of the activations depend on all three.
Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kawaraban.speech.engine import Audio
from kawaraban.speech.engines.kokoro_phonemes import MARKS, word_phonemes

Feed = dict[str, NDArray[Any]]
"""The inputs of Kokoro by name: tokens [1, n], style [1, 256], speed [1]."""

SENTENCES = (
    (1.0, "オハヨー ゴザイマス 。"),
    (0.9, "ツギ ノ ワダイ エ 、 ドーゾ 。"),
    (1.15, "エッ 、 ソレワ ホントー デスカ ？"),
    (1.0, "チャイロイ ネコ ガ 、 ヤネ カラ ヒョイ ト トビマシタ ！"),
    (1.3, "ギュージニク ト ピーマン オ 、 ゴマアブラ デ イタメマス 。"),
    (0.8, "ハイ 。"),
    (1.0, "ビョーイン デ モラッタ クスリ オ 、 ワスレズ ニ ノンデ ネ 。"),
    (1.0, "カゼ ツヨク 、 ナミ ワ タカイ デショー 。"),
    (1.1, "シャシン ニワ 、 ウツクシイ フジサン ガ リッパ ニ ウツッテ イタ …"),
    (0.5, "フシギ デス 。"),
)
"""Speed, and words in katakana parted by spaces."""


def feeds(voices: Mapping[str, Audio], signs: Mapping[str, int]) -> Iterator[Feed]:
    """The sentences as inputs; the voices take turns.

    Args:
        voices: style tables by speaker, [510, 256] each.
        signs: phonemes and their numbers.
    """
    names = sorted(voices)
    for at, (speed, sentence) in enumerate(SENTENCES):
        said = spoken(sentence)
        style = voices[names[at % len(names)]][len(said) - 1]
        yield {
            "tokens": np.array([[0, *(signs[phoneme] for phoneme in said), 0]], np.int64),
            "style": style.reshape(1, -1).astype(np.float32),
            "speed": np.array([speed], np.float32),
        }


def spoken(sentence: str) -> str:
    """Phonemes of words in katakana; marks stand close to the word before."""
    said = ""
    for word in sentence.split():
        said += MARKS[word] if word in MARKS else f" {word_phonemes(word)}"
    return said.strip()
