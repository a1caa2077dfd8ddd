"""Which steps of a build are done: each runs when its inputs or its files changed, and says why."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from kawaraban.store import file_hash, fingerprint, write_text

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What is remembered of a step: fingerprints of inputs, hashes of files, the value."""

    inputs: dict[str, str]
    files: dict[str, str]
    value: Any


_RECORD = TypeAdapter(StepRecord)


class WouldRunError(Exception):
    """A dry run has come to a step that is not up to date."""

    def __init__(self, step: str, reasons: tuple[str, ...]) -> None:
        super().__init__(step)
        self.step, self.reasons = step, reasons


@dataclass(frozen=True)
class Ledger:
    """Runs a step when its inputs or its files have changed, and says why.

    Args:
        root: the show; files are remembered relative to it, so a show can be moved.
        folder: where the records of one episode's steps are kept.
        told: called with (step, reasons) before a step runs; with no reasons, it is up to date.
        force: run every step.
        dry: raise WouldRunError instead of running a step.
    """

    root: Path
    folder: Path
    told: Callable[[str, tuple[str, ...]], None]
    force: bool = False
    dry: bool = False

    def step(
        self,
        name: str,
        kind: Any,  # noqa: ANN401 - a type form such as tuple[Clip, ...]
        inputs: Mapping[str, object],
        make: Callable[[], Value],
        files: Callable[[Value], Iterable[Path]],
        *,
        before: Callable[[], object] = lambda: None,
        because: str = "",
    ) -> Value:
        """The value of a step: remembered when nothing changed, made anew otherwise.

        `kind` is the value's type, `files` names the files that stand for the value. `before` is
        called first when the step has to run, also in a dry run, and may raise; `because` is a
        reason to run that the record does not know.
        """
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        prints = {key: fingerprint(value) for key, value in inputs.items()}
        value, reasons = self._remembered(name, adapter, prints)
        reasons = (because, *reasons) if because else reasons
        if reasons:
            before()
        self.told(name, reasons)
        if not reasons:
            return cast("Value", value)
        if self.dry:
            raise WouldRunError(name, reasons)
        value = make()
        hashes = {os.path.relpath(path, self.root): file_hash(path) for path in files(value)}
        record = StepRecord(prints, hashes, adapter.dump_python(value, mode="json"))
        write_text(self._path(name), _RECORD.dump_json(record, indent=1).decode())
        return value

    def announce(self, name: str, reasons: tuple[str, ...]) -> None:
        """Say that a step runs whose record is its file, which people edit."""
        self.told(name, reasons)
        if self.dry:
            raise WouldRunError(name, reasons)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _remembered(
        self, name: str, adapter: TypeAdapter[Any], prints: Mapping[str, str]
    ) -> tuple[object, tuple[str, ...]]:
        """The value of the last run, if there is one, and why it cannot be used, if it cannot."""
        if self.force:
            return None, ("asked for",)
        try:
            record = _RECORD.validate_json(self._path(name).read_bytes())
            value = adapter.validate_python(record.value)
        except FileNotFoundError:
            return None, ("not done yet",)
        except ValidationError:
            return None, ("the record of the last run cannot be read",)
        known = record.inputs
        keys = [key for key in {**prints, **known} if known.get(key) != prints.get(key)]
        changed = (f"{key} changed" for key in keys)
        return value, (*changed, *self._file_faults(record.files))

    def _file_faults(self, hashes: Mapping[str, str]) -> list[str]:
        """What is wrong with the files that a step made."""
        found = {name: file_hash(self.root / name) for name in hashes}
        return [
            f"{name} {'was altered' if found[name] else 'is gone'}"
            for name, known in hashes.items()
            if found[name] != known
        ]
