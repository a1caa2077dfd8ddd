"""How well text is read: mora error rate and whole sentences right.

    python benchmarks/reading/measure.py                       the labelled tech news in this folder
    python benchmarks/reading/measure.py --rohan rohan4600.txt the ROHAN corpus (CC0, not included)
    python benchmarks/reading/measure.py --wrong tuned         the sentences that are wrong

Readings are compared by mora after writing long vowels one way: アア and アー, エイ and エー,
オウ and オー sound alike in Japanese, as do イウ and ユー, ヂ and ジ, ヅ and ズ. A label marks
variants as {A/B}; the nearest counts.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from kawaraban.reading.kana import morae, to_katakana
from kawaraban.reading.spoken import Reader, shipped_reader

HERE = Path(__file__).parent
_SAME = str.maketrans("ヂヅヲヱヰ", "ジズオエイ")
_A_ROW = "アカサタナハマヤラワガザダバパャァ"
_I_ROW = "イキシチニヒミリギジビピィ"
_E_ROW = "エケセテネヘメレゲゼデベペェ"
_O_ROW = "オコソトノホモヨロゴゾドボポョォ"
_U_ROW = "ウクスツヌフムユルグズブプュゥヴ"
MOST_VARIANTS = 512


@dataclass(frozen=True)
class Sentence:
    """A text and the readings that are right for it."""

    category: str
    text: str
    readings: tuple[str, ...]


@dataclass
class Score:
    """Counts over sentences."""

    sentences: int = 0
    right: int = 0
    morae: int = 0
    errors: int = 0

    def add(self, errors: int, count: int) -> None:
        """One more sentence: its errors and its morae."""
        self.sentences += 1
        self.right += errors == 0
        self.morae += count
        self.errors += errors

    def __str__(self) -> str:
        wrong, right = 100 * self.errors / self.morae, 100 * self.right / self.sentences
        return f"{self.sentences:5} sentences  {right:5.1f} % right  {wrong:5.2f} % mora errors"


def plain(kana: str) -> list[str]:
    """Morae with long vowels written one way and without marks."""
    text = re.sub(r"[^ァ-ヴー]", "", to_katakana(kana)).translate(_SAME)
    text = text.replace("イウ", "ユー")
    text = re.sub(f"(?<=[{_A_ROW}])ア", "ー", text)
    text = re.sub(f"(?<=[{_I_ROW}])イ", "ー", text)
    text = re.sub(f"(?<=[{_E_ROW}])[イエ]", "ー", text)
    text = re.sub(f"(?<=[{_O_ROW}])[ウオ]", "ー", text)
    text = re.sub(f"(?<=[{_U_ROW}])ウ", "ー", text)
    return morae(text)


def distance(a: list[str], b: list[str]) -> int:
    """Levenshtein's distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def variants(label: str) -> tuple[str, ...]:
    """Every reading that a label allows: ア{イ/ウ} is アイ and アウ."""
    parts = [part.split("/") for part in re.split(r"[{}]", label)]
    found = ("".join(choice) for choice in product(*parts))
    return tuple(reading for reading, _ in zip(found, range(MOST_VARIANTS), strict=False))


def labelled(path: Path) -> Iterator[Sentence]:
    """The sentences of a TSV: category, text, reading."""
    for line in path.read_text("utf-8").splitlines()[1:]:
        category, text, reading = line.split("\t")
        yield Sentence(category, text, variants(reading))


def rohan(path: Path) -> Iterator[Sentence]:
    """ROHAN4600: `ID:text(furigana),KATAKANA`."""
    for line in path.read_text("utf-8-sig").splitlines():
        text, kana = line.split(":", 1)[1].rsplit(",", 1)
        yield Sentence("rohan", re.sub(r"[（(][^）)]*[）)]", "", text), (kana,))


def measure(sentences: list[Sentence], reader: Reader, *, show: bool) -> dict[str, Score]:
    """Scores by category, and of all under ""."""
    scores: dict[str, Score] = {}
    for sentence in sentences:
        heard = plain(reader.kana(sentence.text))
        wanted = [plain(reading) for reading in sentence.readings]
        errors, best = min((distance(heard, want), want) for want in wanted)
        for key in ("", sentence.category):
            scores.setdefault(key, Score()).add(errors, len(best))
        if errors and show:
            print(f"{sentence.category}\t{sentence.text}\n  {''.join(heard)}\n  {''.join(best)}")
    return scores


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--rohan", type=Path)
    options.add_argument("--wrong", choices=["tuned", "blind", "rohan"])
    chosen = options.parse_args()
    sets = {name: list(labelled(HERE / f"{name}.tsv")) for name in ("tuned", "blind")}
    if chosen.rohan:
        sets["rohan"] = list(rohan(chosen.rohan))
    reader = shipped_reader()
    reader.kana("始め")
    for name, sentences in sets.items():
        started = time.perf_counter()
        scores = measure(sentences, reader, show=chosen.wrong == name)
        seconds = time.perf_counter() - started
        speed = sum(len(sentence.text) for sentence in sentences) / seconds
        print(f"{name:16} {scores.pop('')}  {speed:7.0f} characters a second")
        for category, score in sorted(scores.items()):
            if len(scores) > 1:
                print(f"  {category:14} {score}")


if __name__ == "__main__":
    main()
