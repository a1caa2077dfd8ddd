"""The week's news, and what an episode would tell of it: `gather` and `pick`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kawaraban.cli.shared import (
    FILES,
    commands,
    moment_of,
    next_number,
    number_argument,
    show_of,
    show_option,
)
from kawaraban.errors import ShowError

if TYPE_CHECKING:
    from kawaraban.model import Rundown
    from kawaraban.news.gather import Gathered
    from kawaraban.settings import Show


@commands.command()
@click.option("--quiet", is_flag=True, help="Tell of failures alone.")
@show_option
def gather(*, quiet: bool, folder: Path | None) -> None:
    """Bring what is new from the show's feeds, pages and newsletters into its archive."""
    from kawaraban.news import gather as news  # noqa: PLC0415
    from kawaraban.news.archive import open_archive  # noqa: PLC0415
    from kawaraban.news.fetch import Limits  # noqa: PLC0415
    from kawaraban.news.files import count_files  # noqa: PLC0415

    root, show = show_of(folder)
    sources = news.sources_of(show.sources, root)
    files = count_files(root / path for path in show.sources.files)
    if not sources:
        _tell_files(show, root, files)
        return
    now = datetime.now(show.about.zone)
    with open_archive(root) as archive:
        limits = Limits(private=show.sources.private)
        tell, whole = _tell_source(quiet=quiet), show.sources.full_text
        ended = news.gather(sources, archive, now, tell, limits, full_text=whole)
    failed = sum(bool(one.failed) for one in ended)
    new, same = sum(one.new for one in ended), sum(one.unchanged for one in ended)
    counted = _counted(Counter(source.kind for source in sources), files)
    click.echo(f"{counted}: {new} new items, {same} unchanged, {failed} failed")
    if failed == len(ended):
        sys.exit(1)


def _counted(kinds: Mapping[str, int], files: int) -> str:
    """How many there are of each kind that there is: 2 feeds, 1 page, 3 files."""
    found = [(kinds.get(kind, 0), kind) for kind in ("feed", "page", "newsletter")]
    told = [(count, kind) for count, kind in [*found, (files, "file")] if count]
    return ", ".join(f"{count} {kind}{'s' * (count > 1)}" for count, kind in told)


def _tell_files(show: Show, root: Path, files: int) -> None:
    """Say what a show without sources on the net has in its files."""
    from kawaraban.news.files import read_items  # noqa: PLC0415

    if not files:
        hint = (
            'write feeds, pages or newsletters = ["https://…"] or opml = ["news/feeds.opml"], '
            "or put items into news/"
        )
        cause = "[sources] names no feeds, and there are no files"
        raise ShowError(cause, where=root / "show.toml", hint=hint)
    paths = [root / path for path in show.sources.files]
    items = len(read_items(paths, zone=show.about.zone))
    click.echo(f"{_counted({}, files)}: {items} items, which drafting reads directly")


def _tell_source(*, quiet: bool) -> Callable[[Gathered], None]:
    """Says of each source how it went, on stderr."""

    def tell(one: Gathered) -> None:
        if one.failed:
            click.echo(f"{one.url}: {one.failed}", err=True)
            return
        if not quiet:
            state = "unchanged" if one.unchanged else f"{one.new} new"
            click.echo(f"{one.url}: {state}", err=True)
        for fault in one.faults:
            click.echo(f"{one.url}: left out: {fault}", err=True)
        for note in one.notes:
            click.echo(f"{one.url}: {note}", err=True)
        if one.moved:
            click.echo(f"{one.url}: has moved to {one.moved}: change it in [sources]", err=True)

    return tell


@commands.command()
@number_argument
@click.option("--items", type=FILES, multiple=True, help="Item files [default: the show's].")
@click.option("--until", metavar="WHEN", help="A day or a moment with offset [default: now].")
@click.option("--window", metavar="LENGTH", help="7d, 36h, 2w [default: the show's].")
@click.option("--top", type=click.IntRange(1), help="How many stories [default: the show's].")
@click.option("--json", "as_json", is_flag=True, help="Print the rundown as JSON.")
@show_option
def pick(
    number: int | None,
    *,
    items: tuple[Path, ...],
    until: str | None,
    window: str | None,
    top: int | None,
    as_json: bool,
    folder: Path | None,
) -> None:
    """Print the rundown: stories in order, with their sources and the reasons.

    Stories that episodes before EPISODE told are left out, or go on; without a number, it is the
    day's episode or the next one.
    """
    from kawaraban.news.files import read_items  # noqa: PLC0415
    from kawaraban.picking import pick_stories  # noqa: PLC0415
    from kawaraban.places import Places  # noqa: PLC0415
    from kawaraban.settings import parse_duration  # noqa: PLC0415
    from kawaraban.stories.contract import to_json  # noqa: PLC0415
    from kawaraban.stories.rundown import window_ending  # noqa: PLC0415

    root, show = show_of(folder)
    try:
        length = parse_duration(window) if window else show.pick.window
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--window") from error
    ends = window_ending(moment_of(until, show), length, show.about.zone)
    wanted = show.pick.model_copy(update={"top": top or show.pick.top})
    found = pick_stories(
        show.model_copy(update={"pick": wanted}),
        Places(root, number or _number_of(root, ends.until.date())),
        ends,
        read_items(items, zone=show.about.zone) if items else None,
    )
    if as_json:
        click.echo(json.dumps(to_json(found), ensure_ascii=False, indent=1))
    else:
        _print_rundown(found)


def _number_of(root: Path, day: date) -> int:
    """The last episode whose script is of this day, or the next one."""
    from kawaraban.picking import date_of  # noqa: PLC0415
    from kawaraban.places import Places, numbers  # noqa: PLC0415

    of_day = [number for number in numbers(root) if date_of(Places(root, number)) == day]
    return of_day[-1] if of_day else next_number(root)


def _print_rundown(rundown: Rundown) -> None:
    for rank, story in enumerate(rundown.stories, 1):
        click.echo(f"{rank}. {story.title}")
        click.echo(f"   {'; '.join(story.reasons)}; {_items(len(story.items))}")
    if rundown.left_out:
        click.echo(f"Left out: {_items(len(rundown.left_out))} (--json says why)")


def _items(count: int) -> str:
    return f"{count} item{'s' * (count != 1)}"
