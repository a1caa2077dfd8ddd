"""Files that are one long item each: essays, talks, interviews, saved pages.

What such a file does not say of itself may stand in a TOML file beside it that has its name; what
is missing there, too, follows from the file: its first heading or its name, its folder, the date
at the start of its name or the one on which it was last changed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kawaraban.documents import parse_document, read_bytes, read_text, read_toml
from kawaraban.news.aozora import without_marks
from kawaraban.news.captions import Transcript, join, read_captions
from kawaraban.news.dates import parse_date
from kawaraban.news.markdown import HEADING, plain_markdown
from kawaraban.news.pages import read_page
from kawaraban.news.plain import decode
from kawaraban.settings import Section

NEWS = "news"
"""The folder whose name says nothing of who wrote what lies in it."""
KEYS = ("url", "source", "title", "published", "id", "lang", "summary", "author")
"""What can be said of an item; `author` stands in for a source."""
_DAY = re.compile(r"(?:\d{4}-\d\d-\d\d|\d{8}|\d{4}年\d{1,2}月\d{1,2}日)(?!\d)")
_ENDED = re.compile(r"[。．！？!?.…」』”\")）]$")
_OPENS = re.compile(r"[\s　]|#|[-*・●■]|[^\s:：、。]{1,20}[:：]")


class Beside(Section):
    """NAME.toml beside a file: what is to be known of it."""

    url: str = ""
    source: str = ""
    author: str = ""
    title: str = ""
    published: dt.datetime | dt.date | str = ""
    id: str = ""
    lang: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A long text, and what stands in its file about it."""

    text: str
    values: Mapping[str, str]
    rows: Mapping[str, int]


def read_long(file: Path, seen: dt.datetime) -> Written:
    """The text of a file of Markdown, plain text, captions or HTML.

    Args:
        file: told by its suffix.
        seen: when it was last changed, aware: dates in a page are read near it.

    Raises:
        ShowError: front matter that is wrong, text that is not UTF-8 (Markdown), or no page.
    """
    suffix = file.suffix.lower()
    if suffix == ".md":
        return _fronted(read_text(file), file, plain_markdown)
    text = decode(read_bytes(file)).replace("\r\n", "\n").replace("\r", "\n")
    if suffix in {".vtt", ".srt"}:
        return from_transcript(read_captions(text, KEYS))
    if suffix == ".txt":
        return _fronted(text, file, plain_text)
    page = read_page(text, str(file), seen)
    told = {"title": page.title, "source": page.site, "author": page.author, "lang": page.lang}
    day = page.published.isoformat() if page.published else ""
    return Written(page.text, {**told, "url": page.url, "published": day}, {})


def from_transcript(found: Transcript) -> Written:
    """A transcript with what it says of itself."""
    return Written(found.text, found.notes, {})


def _fronted(text: str, file: Path, plainly: Callable[[str], str]) -> Written:
    """A text that may begin with front matter."""
    if text.split("\n", 1)[0].rstrip() != "---":
        return Written(plainly(text), {}, {})
    document = parse_document(text, file)
    return Written(plainly(document.body), document.front, document.rows)


def plain_text(text: str) -> str:
    """Plain text in paragraphs: lines that were broken to fit a page are one again."""
    paragraphs: list[list[str]] = [[]]
    for line in without_marks(text).split("\n"):
        last = paragraphs[-1]
        ended = bool(last) and (_ENDED.search(last[-1]) or last[0].startswith(HEADING))
        if not line.strip() or ended or _OPENS.match(line):
            paragraphs.append([])
        if line.strip():
            heading = re.sub(r"^#{1,6}\s+", HEADING, line.strip())
            paragraphs[-1].append(heading)
    return "\n\n".join(join(lines) for lines in paragraphs if lines)


# ── what is missing ──────────────────────────────────────────────────────────────────────────────


def beside(file: Path, zone: dt.tzinfo) -> dict[str, str]:
    """What the TOML file beside a file says; a date without an offset is one of `zone`.

    Raises:
        ShowError: (or Problems) it is not TOML, or has unknown keys.
    """
    path = sidecar(file)
    if not path.is_file():
        return {}
    told = read_toml(path, Beside)
    values = {key: str(value) for key, value in told.model_dump().items()}
    return values | {"published": _iso(told.published, zone)}


def sidecar(file: Path) -> Path:
    """Where the TOML file beside a file is, if there is one."""
    return file.with_suffix(".toml")


def _iso(value: dt.datetime | dt.date | str, zone: dt.tzinfo) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time())
    return (value if value.tzinfo else value.replace(tzinfo=zone)).isoformat()


def changed(file: Path, zone: dt.tzinfo) -> dt.datetime:
    """When a file was last changed, to the second."""
    return dt.datetime.fromtimestamp(int(file.stat().st_mtime), zone)


def defaults(file: Path, text: str, seen: dt.datetime) -> dict[str, str]:
    """What a file says of its item by its name and place, and by its first heading.

    Args:
        file: whose item it is.
        text: its paragraphs.
        seen: when it was last changed, aware.
    """
    named = _DAY.match(file.stem)
    day = parse_date(_dashed(named[0]), seen) if named else None
    rest = file.stem[named.end() :] if named and day else file.stem
    first = next((one for one in text.split("\n\n") if one.startswith(HEADING)), "")
    title = first.removeprefix(HEADING) or _words(rest) or file.stem
    folder = file.resolve().parent.name
    return {
        "url": "",
        "id": re.sub(r"[\s{}]+", "-", file.stem),
        "source": "" if folder == NEWS else folder,
        "title": title,
        "published": (day or seen).isoformat(),
    }


def _words(name: str) -> str:
    return " ".join(re.split(r"[-_\s]+", name)).strip()


def _dashed(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day.isdigit() else day
