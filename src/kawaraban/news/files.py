"""Items from files: one long item each, the stories of a newsletter, or many in JSON.

Markdown, plain text, captions and pages are one item each (`longform.py`), and say of themselves
what they like: url, source, title, published, id, lang, summary. In JSON and JSON Lines the same
names are keys, and the first four must be there. Newsletters are mails (.eml), and pages in a
folder named `newsletters`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from kawaraban.documents import nearest, read_bytes, read_text
from kawaraban.errors import Problems, ShowError
from kawaraban.model import Item
from kawaraban.news.captions import is_transcript, read_segments
from kawaraban.news.dates import parse_date
from kawaraban.news.longform import (
    KEYS,
    Written,
    beside,
    changed,
    defaults,
    from_transcript,
    read_long,
    sidecar,
)
from kawaraban.news.mail import saved_newsletter
from kawaraban.news.markdown import HEADING
from kawaraban.news.plain import is_japanese

REQUIRED = ("url", "source", "title", "published")
NEWSLETTERS = "newsletters"
"""The name of a folder whose pages are newsletters."""
_DATE_HINT = "write published: 2023-11-24T09:00:00+09:00 (with the offset from UTC)"
_LISTS = {".json", ".jsonl"}
_PAGES = {".html", ".htm"}
_READABLE = {".md", ".txt", ".vtt", ".srt", ".eml"} | _LISTS | _PAGES
_GAP = re.compile(r"[ \t\r\n,]*")
"""What stands between two values of an array."""
_SUMMARY = 2_000
"""Characters of a first paragraph that stands for a summary."""


def read_items(
    paths: Iterable[Path], *, may_be_empty: bool = False, zone: tzinfo = UTC
) -> tuple[Item, ...]:
    """Every item of these files and folders, sorted by id, whatever the order of `paths`.

    Args:
        paths: files and folders.
        may_be_empty: whether no items at all is an error.
        zone: that of dates without an offset: in a file's name, in a page.

    Raises:
        ShowError: (or Problems, one for each bad item) a key that is missing or unknown, a date
            that is none, text that is not UTF-8, two items with one id, no items at all.
    """
    paths = list(paths)
    found: dict[str, Item] = {}
    faults: list[ShowError] = []
    for file in _files(paths):
        for item in _read_file(file, zone, faults.append):
            if item.id in found and _is_newsletter(file):
                continue  # two letters tell of one page
            if item.id in found:
                hint = f"give one of them an id of its own, here or in {sidecar(file).name}"
                faults.append(
                    ShowError(f"another item has the id {item.id}", where=file, hint=hint)
                )
            found[item.id] = item
    Problems.raise_any(faults)
    if not found and not may_be_empty:
        raise ShowError(
            "there is no news here",
            where=", ".join(map(str, paths)),
            hint="add items as .md, .txt, .json or .jsonl files, or feeds to [sources] and gather "
            "them",
        )
    return tuple(found[id_] for id_ in sorted(found))


def count_files(paths: Iterable[Path]) -> int:
    """How many files `read_items` would read; what does not exist counts for nothing."""
    return sum(1 for _ in _files(path for path in paths if path.exists()))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise ShowError("no such file or folder", where=path, hint="see [sources] in show.toml")
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in inside if file.is_file() and _is_news(file))


def _is_news(file: Path) -> bool:
    hidden = file.name.startswith(".") or file.stem.upper() == "README"
    return file.suffix.lower() in _READABLE and not hidden


def _read_file(file: Path, zone: tzinfo, fault: Callable[[ShowError], None]) -> Iterator[Item]:
    """The items of a file that are right; what is wrong with the others is told."""
    try:
        if file.suffix.lower() in _LISTS:
            yield from _listed(file, zone, fault)
        elif _is_newsletter(file):
            told = _told(beside(file, zone))
            seen = _published(told, file, zone)
            yield from saved_newsletter(read_bytes(file), file, told, seen)
        else:
            yield _long(read_long(file, changed(file, zone)), file, zone)
    except Problems as errors:
        for error in errors.errors:
            fault(error)
    except ShowError as error:
        fault(error)


def _is_newsletter(file: Path) -> bool:
    folders = {part.lower() for part in file.parent.parts}
    suffix = file.suffix.lower()
    return suffix == ".eml" or (suffix in _PAGES and NEWSLETTERS in folders)


def _told(values: Mapping[str, str]) -> dict[str, str]:
    """Values that say something."""
    return {key: value for key, value in values.items() if value.strip()}


# ── one long item ────────────────────────────────────────────────────────────────────────────────


def _long(written: Written, file: Path, zone: tzinfo) -> Item:
    """A file's item: what it says of itself, what is said beside it, what follows from its name."""
    _known(written.values, file, written.rows)
    known = _told(written.values) | _told(beside(file, zone))
    if "source" not in known and "author" in known:
        known["source"] = known["author"]
    values = defaults(file, written.text, changed(file, zone)) | known
    title = f"{HEADING}{values['title'].strip()}"
    first, _, rest = written.text.partition("\n\n")
    text = rest if first == title and rest else written.text
    if not text.strip() and not values.get("summary"):
        raise ShowError("there is no text in it", where=file, hint="write one, or take it away")
    return _item({**values, "text": text}, file, written.rows, zone)


def _published(told: Mapping[str, str], file: Path, zone: tzinfo) -> datetime:
    """When a newsletter's file says it is from; the letter itself may know better."""
    day = told.get("published") or defaults(file, "", changed(file, zone))["published"]
    return _moment(day, sidecar(file) if "published" in told else file, 1, zone)


# ── lists of items ───────────────────────────────────────────────────────────────────────────────


def _listed(file: Path, zone: tzinfo, fault: Callable[[ShowError], None]) -> Iterator[Item]:
    """The items of a JSON or JSON Lines file; a transcript in JSON is one long item."""
    for row, data in _json(read_text(file), file):
        try:
            if isinstance(data, dict) and file.suffix.lower() == ".json" and is_transcript(data):
                yield _long(from_transcript(read_segments(data, KEYS)), file, zone)
            else:
                yield _entry(data, file, row, zone)
        except ShowError as error:
            fault(error)


def _entry(data: object, file: Path, row: int, zone: tzinfo) -> Item:
    if not isinstance(data, dict):
        raise ShowError("an item must be a JSON object", where=file, line=row)
    values = {str(key): str(value) for key, value in data.items() if value is not None}
    rows = dict.fromkeys(values, row)
    for key in REQUIRED:
        if not values.get(key, "").strip():
            hint = _DATE_HINT if key == "published" else f"add {key}: …"
            raise ShowError(f"the item has no {key}", where=file, line=row, hint=hint)
    _known(values, file, rows)
    return _item(values, file, rows, zone)


def _json(text: str, file: Path) -> Iterator[tuple[int, object]]:
    """(line, value) of each item in a JSON array, a JSON object, or JSON Lines."""
    whole = file.suffix.lower() == ".json"
    for row, part in [(1, text)] if whole else list(enumerate(text.split("\n"), 1)):
        if not part.strip():
            continue
        try:
            data = json.loads(part)
        except json.JSONDecodeError as error:
            line = error.lineno if whole else row
            raise ShowError(f"not JSON: {error.msg}", where=file, line=line) from error
        except (RecursionError, ValueError) as error:  # too deep, or a number without end
            cause = f"not items, but JSON that cannot be read: {error}"
            raise ShowError(cause, where=file, line=row) from None
        if isinstance(data, list):
            yield from _array(part, row)
        else:
            yield row, data


def _array(text: str, row: int) -> Iterator[tuple[int, object]]:
    """The values of an array that is known to be right, and the line on which each begins."""
    decoder = json.JSONDecoder()
    at = text.index("[") + 1
    row += text.count("\n", 0, at)
    while (gap := _GAP.match(text, at)) and text[gap.end()] != "]":
        row += text.count("\n", at, gap.end())
        value, at = decoder.raw_decode(text, gap.end())
        yield row, value
        row += text.count("\n", gap.end(), at)


# ── items ────────────────────────────────────────────────────────────────────────────────────────


def _known(values: Mapping[str, str], file: Path, rows: Mapping[str, int]) -> None:
    """Raise a ShowError for a key that an item cannot have."""
    for key in values:
        if key not in (*KEYS, "text"):
            hint = nearest(key, KEYS)
            raise ShowError(f"{key}: no such key", where=file, line=rows.get(key, 1), hint=hint)


def _item(values: Mapping[str, str], file: Path, rows: Mapping[str, int], zone: tzinfo) -> Item:
    text = values.get("text", "") or values.get("summary", "")
    title = values["title"].strip()
    first = next((one for one in text.split("\n\n") if not one.startswith(HEADING)), "")
    item = Item(
        id=values.get("id", "").strip() or file.stem,
        url=values["url"].strip(),
        source=values["source"].strip(),
        title=title,
        published=_moment(values["published"], file, rows.get("published", 1), zone),
        lang=values.get("lang") or ("ja" if is_japanese(title + text[:_SUMMARY]) else "en"),
        text=text,
    )
    return replace(item, summary=values.get("summary", "").strip() or first.strip()[:_SUMMARY])


def _moment(text: str, file: Path, row: int, zone: tzinfo) -> datetime:
    """A date as it is written; 2023年11月18日 is one of `zone`, and ISO 8601 says its offset."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return _written(text, file, row, zone)
    if moment.tzinfo is None:
        cause = f"published: {text!r} has no offset from UTC"
        raise ShowError(cause, where=file, line=row, hint=_DATE_HINT)
    return moment


def _written(text: str, file: Path, row: int, zone: tzinfo) -> datetime:
    """A date in words that means the same whenever it is read: with its year."""
    one = datetime(2020, 1, 1, tzinfo=zone)
    moments = {parse_date(text, near) for near in (one, one + timedelta(days=1000))}
    moment = moments.pop()
    if moment is None or moments:
        cause = f"published: {text!r} is not a date"
        raise ShowError(cause, where=file, line=row, hint=_DATE_HINT)
    return moment
