"""What commands share: the group they stand in, options, and how they find the show."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kawaraban import __version__
from kawaraban.errors import ShowError

if TYPE_CHECKING:
    from kawaraban.settings import Show

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILES = click.Path(path_type=Path)
show_option = click.option(
    "--show", "folder", type=FILES, help="The show's folder [default: the nearest show.toml]."
)
number_argument = click.argument(
    "number", metavar="[EPISODE]", type=click.IntRange(1), required=False
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kawaraban")
def commands() -> None:
    """Turn a week of news into a podcast episode, and publish it."""


def root_of(folder: Path | None) -> Path:
    """The folder that was named, or the nearest one above with a show.toml."""
    from kawaraban.config import find_root  # noqa: PLC0415

    return folder if folder is not None else find_root(Path.cwd())


def root_or_starter(folder: Path | None) -> Path:
    """The show, or outside of any the reference show, whose voices and lexicon are always there."""
    from kawaraban.starter import starter  # noqa: PLC0415

    try:
        return root_of(folder)
    except ShowError:
        return starter()


def show_of(folder: Path | None) -> tuple[Path, Show]:
    """The show and its folder."""
    from kawaraban.config import load_show  # noqa: PLC0415

    root = root_of(folder)
    return root, load_show(root)


def day_of(day: datetime | None, show: Show) -> date:
    """The day that was asked for, or today in the show's time zone."""
    return day.date() if day else datetime.now(show.about.zone).date()


def moment_of(text: str | None, show: Show) -> date:
    """A day, or a moment; one without an offset is in the show's time zone."""
    if text is None:
        return datetime.now(show.about.zone)
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("write 2023-11-24 or 2023-11-24T18:00+09:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=show.about.zone)


def next_number(root: Path) -> int:
    """The number of the episode after the last one that has a script."""
    from kawaraban.places import numbers  # noqa: PLC0415

    return max(numbers(root), default=0) + 1
