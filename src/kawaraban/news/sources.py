"""The news of a week: from the show's files, and from what was gathered."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from kawaraban.model import Item, Window
from kawaraban.news.archive import ARCHIVE, open_archive
from kawaraban.news.files import read_items
from kawaraban.settings import Sources


def read_news(sources: Sources, root: Path, window: Window) -> tuple[Item, ...]:
    """Every item of the show's files, and those of the window from its archive, sorted by id.

    An item that is in both is taken from the files, which people edit.

    Raises:
        ShowError: (or Problems) an item in a file is wrong; there is no news at all.
    """
    gathered: tuple[Item, ...] = ()
    if (root / ARCHIVE).exists():
        with open_archive(root) as archive:
            gathered = archive.items(window.since, window.until)
    files = [root / path for path in sources.files]
    written = read_items(files, may_be_empty=bool(gathered), zone=window.until.tzinfo or UTC)
    urls = {item.url for item in written} - {""}
    found = {item.id: item for item in gathered if item.url not in urls}
    found |= {item.id: item for item in written}
    return tuple(found[id_] for id_ in sorted(found))
