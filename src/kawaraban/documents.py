"""The text files people write: UTF-8, TOML, and Markdown with YAML front matter.

Every fault is a ShowError that names the file and the line.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from kawaraban.errors import Problems, ShowError

Model = TypeVar("Model", bound=BaseModel)
_FENCE = "---"


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        ShowError: when there is no such file, or it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ShowError("no such file", where=path) from None
    except OSError as error:
        raise ShowError(f"cannot be read: {error.strerror}", where=path) from error


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with Unix line ends and no byte-order mark.

    Raises:
        ShowError: when there is no such file, or a line of it is not UTF-8.
    """
    data = read_bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise ShowError(
            f"not valid UTF-8 (byte 0x{data[error.start]:02x})",
            where=path,
            line=row,
            hint="save the file as UTF-8",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def nearest(word: str, known: Iterable[str]) -> str:
    """What to say of a word nobody knows: the nearest known one, or all of them."""
    names = sorted(set(known))
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]}?"
    return f"known: {', '.join(names)}" if names else "none is known here"


# ── front matter ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Document:
    """Front matter (all values as text) and body, with the lines on which they stand."""

    path: Path
    front: Mapping[str, str]
    rows: Mapping[str, int]
    body: str
    body_row: int

    def fault(self, cause: str, key: str = "", hint: str = "") -> ShowError:
        """A ShowError at the line of a front-matter key, or at the top."""
        return ShowError(cause, where=self.path, line=self.rows.get(key, 1), hint=hint)


def parse_document(text: str, path: Path) -> Document:
    """Split a Markdown file into front matter and body.

    Values stay text: YAML's guesses (dates, booleans, numbers) are the caller's to make.

    Raises:
        ShowError: front matter that is missing, never closed, or not `key: value`.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise ShowError("no front matter", where=path, line=1, hint="start the file with ---")
    ends = [row for row, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE]
    if not ends:
        raise ShowError("front matter is never closed", where=path, line=1, hint="end it with ---")
    front, rows = _parse_front("\n".join(lines[1 : ends[0]]), path)
    return Document(path, front, rows, "\n".join(lines[ends[0] + 1 :]), ends[0] + 2)


def _parse_front(text: str, path: Path) -> tuple[dict[str, str], dict[str, int]]:
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.reader.ReaderError as error:
        row = text.count("\n", 0, error.position) + 2
        cause = f"front matter: a character that may not stand here (U+{error.character:04X})"
        raise ShowError(cause, where=path, line=row, hint="delete it") from error
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 2 if error.problem_mark else 1
        raise ShowError(
            f"front matter: {error.problem}",
            where=path,
            line=row,
            hint='write `key: value`; put a value with ": " in quotes',
        ) from error
    if node is None:
        return {}, {}
    if not isinstance(node, yaml.MappingNode):
        raise ShowError("front matter is not `key: value`", where=path, line=2)
    front, rows = {}, {}
    for key, value in node.value:
        row = key.start_mark.line + 2
        if not isinstance(key, yaml.ScalarNode):
            raise ShowError("front matter is not `key: value`", where=path, line=row)
        if not isinstance(value, yaml.ScalarNode):
            raise ShowError(f"{key.value} must be one value", where=path, line=row)
        if key.value in front:
            raise ShowError(f"{key.value} stands twice", where=path, line=row)
        front[key.value], rows[key.value] = value.value, row
    return front, rows


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())


def front_matter(values: Mapping[str, object]) -> str:
    """Front matter for these values, fences included, that `parse_document` reads back."""
    plain = {
        key: value if isinstance(value, int) else _one_line(str(value))
        for key, value in values.items()
    }
    text = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=10**6)
    return f"{_FENCE}\n{text}{_FENCE}\n"


# ── TOML ─────────────────────────────────────────────────────────────────────────────────────────


def read_toml(path: Path, model: type[Model]) -> Model:
    """A TOML file as a checked value.

    Raises:
        ShowError: not TOML; Problems where several keys are wrong, each with its line.
    """
    text = read_text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        row = int(found[1]) if found else text.rstrip().count("\n") + 1
        raise ShowError(f"not TOML: {error}", where=path, line=row) from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        rows = _toml_rows(text)
        faults = [_toml_fault(path, rows, model, dict(fault)) for fault in error.errors()]
        Problems.raise_any(faults)
        raise


def _toml_rows(text: str) -> dict[tuple[str, ...], int]:
    """The line of each table and key: ("host", "1", "voice") -> 17."""
    rows: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    arrays: dict[str, int] = {}
    for row, line in enumerate(text.split("\n"), 1):
        if match := re.match(r"\s*\[\[\s*([\w.-]+)\s*\]\]", line):
            arrays[match[1]] = arrays.get(match[1], -1) + 1
            table = (*match[1].split("."), str(arrays[match[1]]))
            rows.setdefault(table[:-1], row)
            rows[table] = row
        elif match := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            table = tuple(match[1].split("."))
            rows[table] = row
        elif match := re.match(r"\s*\"?([\w-]+)\"?\s*=", line):
            rows[*table, match[1]] = row
    return rows


def _toml_fault(
    path: Path,
    rows: Mapping[tuple[str, ...], int],
    model: type[BaseModel],
    fault: dict[str, object],
) -> ShowError:
    place = tuple(str(step) for step in fault["loc"])  # type: ignore[attr-defined]
    known = _fields_at(model, place[:-1])
    line = next((rows[place[:n]] for n in range(len(place), 0, -1) if place[:n] in rows), 1)
    dotted = ".".join(place)
    if fault["type"] == "extra_forbidden":
        return ShowError(
            f"{dotted}: no such key", where=path, line=line, hint=nearest(place[-1], known)
        )
    if fault["type"] == "missing":
        return ShowError(f"{dotted} is missing", where=path, line=line, hint="add it")
    said = str(fault["msg"]).removeprefix("Value error, ")
    return ShowError(f"{dotted} = {fault['input']!r}: {said}", where=path, line=line)


def _fields_at(model: type[BaseModel], place: tuple[str, ...]) -> list[str]:
    """The keys that a table may hold, as they are written in the file."""
    for step in place:
        if step.isdigit():
            continue
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        kind = fields[step].annotation if step in fields else None
        kinds = [kind, *getattr(kind, "__args__", ())]
        model = next((k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)), model)
    return [field.alias or name for name, field in model.model_fields.items()]
