"""Which model of Coqui's a voice means: one of its catalogue, or files. Light: nothing is imported.

coqui-tts carries its catalogue as a file, so that a wrong name is told before any work.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kawaraban.documents import nearest
from kawaraban.errors import EngineError, ShowError
from kawaraban.store import file_hash

PREFIX = "tts_models/"
"""How a name starts; all else is a path."""
_CHECKPOINTS = ("best_model.pth", "model_file.pth", "model.pth", "checkpoint.pth")
"""What Coqui's trainer and its catalogue call a checkpoint, the best one first."""
_FAIRSEQ = "https://dl.fbaipublicfiles.com/mms/tts"
"""Where the models tts_models/LANGUAGE/fairseq/vits are; the catalogue does not list them."""
LANGUAGE, DATASET = 1, 2


@dataclass(frozen=True, slots=True)
class Source:
    """A model: a name of the catalogue, or a checkpoint and its config."""

    name: str = ""
    checkpoint: Path = Path()
    config: Path = Path()
    accepted: bool = False
    """Whether the producer accepts the licence of a model that is fetched by name."""

    @property
    def label(self) -> str:
        """What to call it in a message."""
        return self.name or self.checkpoint.name

    @property
    def version(self) -> str:
        """The name, or the checksums of the files."""
        if self.name:
            return self.name
        return " ".join(_checksum(path, path.stat().st_mtime_ns) for path in self.files)

    @property
    def files(self) -> tuple[Path, Path]:
        """Checkpoint and config."""
        return self.checkpoint, self.config


@cache
def _checksum(path: Path, changed: int) -> str:
    """Kept, since XTTS is two gigabytes and a version is asked for each line."""
    del changed
    return file_hash(path)[:16]


def find(model: str, config: Path | None, folder: Path, *, accepted: bool) -> Source:
    """The model that a voice's options name; paths are relative to the voice's folder.

    Raises:
        ShowError: there is none, or its licence is not accepted.
    """
    if not model:
        raise ShowError("a Coqui voice needs options.model", hint=f"{PREFIX}… or a path")
    if model.startswith(PREFIX):
        _check_name(model)
        _check_terms(model, accepted=accepted)
        return Source(name=model, accepted=accepted)
    checkpoint = _checkpoint(folder / model)
    beside = folder / config if config else checkpoint.parent / "config.json"
    if not beside.is_file():
        raise ShowError(
            f"there is no config {beside.name} for {checkpoint.name}",
            hint="put the model's config.json beside it, or set options.config",
        )
    return Source(checkpoint=checkpoint, config=beside)


def _checkpoint(path: Path) -> Path:
    if path.is_file():
        return path
    if not path.is_dir():
        raise ShowError(f"there is no model {path.name}", hint=f"a path, or a name: {PREFIX}…")
    named = [path / name for name in _CHECKPOINTS if (path / name).is_file()]
    found = named or sorted(path.glob("*.pth"))
    if not found or (len(found) > 1 and not named):
        cause = f"{path.name}/ holds {len(found)} checkpoints (*.pth)"
        raise ShowError(cause, hint="name the file: model = 'FOLDER/NAME.pth'")
    return found[0]


# ── the catalogue ────────────────────────────────────────────────────────────────────────────────


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """What coqui-tts knows of each model, by name."""
    spec = find_spec("TTS")
    if spec is None or not spec.submodule_search_locations:
        raise EngineError("coqui-tts is not installed", hint="pip install 'kawaraban[coqui]'")
    path = Path(spec.submodule_search_locations[0]) / ".models.json"
    languages = json.loads(path.read_text(encoding="utf-8"))["tts_models"]
    return {
        f"{PREFIX}{language}/{dataset}/{model}": item
        for language, datasets in languages.items()
        for dataset, models in datasets.items()
        for model, item in models.items()
    }


def _fairseq(name: str) -> bool:
    parts = name.split("/")
    return parts[DATASET:] == ["fairseq", "vits"]


def _check_name(name: str) -> None:
    if not _fairseq(name) and name not in catalogue():
        raise ShowError(f"Coqui has no model {name}", hint=nearest(name, catalogue()))


def check_language(name: str, asked: str) -> None:
    """Raise a ShowError where a model's name says that it speaks another language."""
    spoken = name.split("/")[LANGUAGE].replace("_", "-").split("-")[0]
    if spoken == "multilingual" or _fairseq(name):  # those go by ISO 639-3, deu for de
        return
    if spoken != asked.split("-", maxsplit=1)[0]:
        raise ShowError(
            f"{name} speaks {spoken}, and the voice says {asked}",
            hint=f'write language = "{spoken}"',
        )


def _check_terms(name: str, *, accepted: bool) -> None:
    """Coqui would ask for consent on stdin."""
    item = catalogue().get(name, {})
    if item.get("tos_required") and not accepted:
        raise ShowError(
            f"{name} has a licence that you must accept: {item['license']}",
            hint="read https://tts-hub.github.io/cpml (no commercial use), then set terms = true",
        )


def plain_address(name: str) -> str:
    """From where Coqui fetches a model with no timeout of its own; "" where it has one."""
    if _fairseq(name):
        return f"{_FAIRSEQ}/{name.split('/')[LANGUAGE]}.tar.gz"
    found = catalogue()[name].get("github_rls_url") or ""
    return str(found if isinstance(found, str) else found[0])
