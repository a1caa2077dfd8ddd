"""Items from files: one Markdown file each, or many in JSON or JSON Lines.

A Markdown item has front matter with url, source, title and published (and may have id, lang,
summary); its text follows. In JSON the same names are keys. Without an id the file's name is it;
without a summary the first paragraph is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from kawaraban.documents import nearest, parse_document, read_text
from kawaraban.errors import Problems, ShowError
from kawaraban.model import Item

REQUIRED = ("url", "source", "title", "published")
KEYS = (*REQUIRED, "id", "lang", "summary")
_DATE_HINT = "write published: 2023-11-24T09:00:00+09:00 (with the offset from UTC)"
_READABLE = {".md", ".json", ".jsonl"}


def read_items(paths: Iterable[Path], *, may_be_empty: bool = False) -> tuple[Item, ...]:
    """Every item of these files and folders, sorted by id, whatever the order of `paths`.

    Raises:
        ShowError: (or Problems, one for each bad item) a key that is missing or unknown, a date
            that is none, text that is not UTF-8, two items with one id, no items at all.
    """
    paths = list(paths)
    found: dict[str, Item] = {}
    faults: list[ShowError] = []
    for file in _files(paths):
        for item in _read_file(file, faults.append):
            if item.id in found:
                faults.append(ShowError(f"another item has the id {item.id}", where=file))
            found[item.id] = item
    Problems.raise_any(faults)
    if not found and not may_be_empty:
        raise ShowError(
            "there is no news here",
            where=", ".join(map(str, paths)),
            hint="add items as .md, .json or .jsonl files, or feeds to [sources] and gather them",
        )
    return tuple(found[id_] for id_ in sorted(found))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise ShowError("no such file or folder", where=path, hint="see [sources] in show.toml")
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in inside if file.is_file() and _is_news(file))


def _is_news(file: Path) -> bool:
    hidden = file.name.startswith(".") or file.stem.upper() == "README"
    return file.suffix.lower() in _READABLE and not hidden


def _read_file(file: Path, fault: Callable[[ShowError], None]) -> Iterator[Item]:
    """The items of a file that are right; what is wrong with the others is told."""
    try:
        for values, rows in _entries(read_text(file), file):
            try:
                yield _item(values, file, rows)
            except ShowError as error:
                fault(error)
    except ShowError as error:
        fault(error)


def _entries(text: str, file: Path) -> Iterator[tuple[dict[str, str], Mapping[str, int]]]:
    """The values of each item in a file, and the lines on which they stand."""
    if file.suffix.lower() == ".md":
        document = parse_document(text, file)
        yield {**document.front, "text": document.body.strip()}, document.rows
        return
    for row, values in _json(text, file):
        yield values, dict.fromkeys(values, row)


def _json(text: str, file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, values) of each object in a JSON array, a JSON object, or JSON Lines."""
    whole = file.suffix.lower() == ".json"
    for row, part in [(1, text)] if whole else list(enumerate(text.split("\n"), 1)):
        if not part.strip():
            continue
        try:
            data = json.loads(part)
        except json.JSONDecodeError as error:
            line = error.lineno if whole else row
            raise ShowError(f"not JSON: {error.msg}", where=file, line=line) from error
        for values in data if isinstance(data, list) else [data]:
            if not isinstance(values, dict):
                raise ShowError("an item must be a JSON object", where=file, line=row)
            yield row, {str(key): str(value) for key, value in values.items() if value is not None}


def _item(values: Mapping[str, str], file: Path, rows: Mapping[str, int]) -> Item:
    for key in REQUIRED:
        if not values.get(key, "").strip():
            hint = _DATE_HINT if key == "published" else f"add {key}: …"
            row = rows.get(key, min(rows.values(), default=1))
            raise ShowError(f"the item has no {key}", where=file, line=row, hint=hint)
    for key in values:
        if key not in (*KEYS, "text"):
            raise ShowError(
                f"{key}: no such key", where=file, line=rows.get(key, 1), hint=nearest(key, KEYS)
            )
    text = values.get("text", "") or values.get("summary", "")
    return Item(
        id=values.get("id", "").strip() or file.stem,
        url=values["url"].strip(),
        source=values["source"].strip(),
        title=values["title"].strip(),
        published=_moment(values["published"], file, rows.get("published", 1)),
        lang=values.get("lang", "ja"),
        summary=values.get("summary", "").strip() or text.split("\n\n", 1)[0].strip(),
        text=text,
    )


def _moment(text: str, file: Path, row: int) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ShowError(
            f"published: {text!r} is not a date", where=file, line=row, hint=_DATE_HINT
        ) from error
    if moment.tzinfo is None:
        raise ShowError(
            f"published: {text!r} has no offset from UTC", where=file, line=row, hint=_DATE_HINT
        )
    return moment
