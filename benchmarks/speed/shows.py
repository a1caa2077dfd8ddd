"""Shows to be built in a temporary folder, with a cache of their own."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from platformdirs import user_cache_path
from processes import KAWARABAN, Ran, run

from kawaraban.cache import CLIPS, FOLDER_VARIABLE, SIZE_VARIABLE
from kawaraban.starter import make_show

HERE = Path(__file__).parent
NUMBER, DAY = 17, "2023-11-24"
"""The reference episode, as `make episode` builds it."""
HUM = 'engine = "tone"\nspeaker = "{name}"\nlicense = "CC0-1.0"\ncredit = "a hum"\n'
KEPT = user_cache_path("kawaraban", appauthor=False) / "benchmarks"
"""What benchmarks keep: other libraries, the float32 reference, prepared models."""


@dataclass(frozen=True)
class Shop:
    """A show and the cache it is built with."""

    root: Path
    cache: Path
    number: int = NUMBER

    def kawaraban(self, *arguments: str) -> Ran:
        """Run the command in the show.

        Raises:
            BenchmarkError: it failed.
        """
        return run([KAWARABAN, *arguments], self.root, environment(self.cache))

    def build(self, *more: str) -> Ran:
        """Build the episode; what is drafted gets the reference episode's day."""
        drafted = () if self.script.exists() else ("--date", DAY)
        return self.kawaraban("build", str(self.number), "--quiet", *drafted, *more)

    @property
    def script(self) -> Path:
        """The episode's script."""
        return self.root / f"scripts/episodes/{self.number:04d}.md"

    def record(self) -> dict[str, Any]:
        """What the build tells of the episode."""
        path = self.root / f"output/episodes/{self.number:04d}/episode.json"
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found

    def ends(self) -> list[float]:
        """Where the chapters of the built episode end, in seconds."""
        return [chapter["end"] for chapter in self.record()["chapters"]]

    def forget(self, *, script: bool = False, cache: bool = False) -> None:
        """Remove what was built, and the clips; on demand the script and the whole cache."""
        gone = [self.root / ".kawaraban", self.root / "output", self.cache / CLIPS]
        gone += [self.root / "scripts/episodes"] * script + [self.cache] * cache
        for folder in gone:
            shutil.rmtree(folder, ignore_errors=True)

    def write(self, script: str) -> None:
        """Put a script in the episode's place."""
        self.script.parent.mkdir(parents=True, exist_ok=True)
        self.script.write_text(script, "utf-8")

    def set(self, section: str, setting: str) -> None:
        """Add a section to show.toml that it does not have."""
        path = self.root / "show.toml"
        text = path.read_text("utf-8")
        if f"[{section}]" in text:
            raise ValueError(f"{path} has a [{section}]")
        path.write_text(f"{text}\n[{section}]\n{setting}\n", "utf-8")


def environment(cache: Path, **more: str) -> dict[str, str]:
    """The environment of a command that keeps its clips and models in a folder."""
    env = {name: value for name, value in os.environ.items() if name != SIZE_VARIABLE}
    return {**env, FOLDER_VARIABLE: str(cache), **more}


@contextmanager
def reference_show() -> Iterator[Shop]:
    """The reference show in a folder of its own, nothing drafted, with an empty cache."""
    with TemporaryDirectory(prefix="kawaraban-bench-") as folder:
        root = Path(folder) / "show"
        make_show(root)
        yield Shop(root, Path(folder) / "cache")


@contextmanager
def humming_show(number: int = 1) -> Iterator[Shop]:
    """The reference show with a hum for every voice."""
    with reference_show() as shop:
        for file in (shop.root / "voices").glob("*.toml"):
            file.write_text(HUM.format(name=file.stem), "utf-8")
        yield Shop(shop.root, shop.cache, number)


def sentences() -> list[dict[str, str]]:
    """Our own sentences, longest first, as a build speaks them: length, text."""
    rows = (HERE / "sentences.tsv").read_text("utf-8").splitlines()[1:]
    found = [dict(zip(("length", "text"), row.split("\t"), strict=True)) for row in rows]
    return sorted(found, key=lambda one: -len(one["text"]))
