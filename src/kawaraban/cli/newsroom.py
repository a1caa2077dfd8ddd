"""From the week's news to a script: `gather`, `pick` and `draft`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kawaraban.cli.shared import (
    DAY,
    FILES,
    commands,
    day_of,
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


@commands.command()
@click.option("--quiet", is_flag=True, help="Tell of failures alone.")
@show_option
def gather(*, quiet: bool, folder: Path | None) -> None:
    """Bring what is new from the show's feeds into its archive."""
    from kawaraban.news import gather as news  # noqa: PLC0415
    from kawaraban.news.archive import open_archive  # noqa: PLC0415
    from kawaraban.news.fetch import Limits  # noqa: PLC0415

    root, show = show_of(folder)
    sources = news.sources_of(show.sources, root)
    if not sources:
        hint = 'write feeds = ["https://…"] or opml = ["news/feeds.opml"]'
        raise ShowError("[sources] names no feeds", where=root / "show.toml", hint=hint)
    now = datetime.now(show.about.zone)
    with open_archive(root) as archive:
        limits = Limits(private=show.sources.private)
        ended = news.gather(sources, archive, now, _tell_feed(quiet=quiet), limits)
    failed = sum(bool(one.failed) for one in ended)
    new, same = sum(one.new for one in ended), sum(one.unchanged for one in ended)
    click.echo(f"{len(ended)} feeds: {new} new items, {same} unchanged, {failed} failed")
    if failed == len(ended):
        sys.exit(1)


def _tell_feed(*, quiet: bool) -> Callable[[Gathered], None]:
    """Says of each feed how it went, on stderr."""

    def tell(one: Gathered) -> None:
        if one.failed:
            click.echo(f"{one.url}: {one.failed}", err=True)
            return
        if not quiet:
            state = "unchanged" if one.unchanged else f"{one.new} new"
            click.echo(f"{one.url}: {state}", err=True)
        for fault in one.faults:
            click.echo(f"{one.url}: left out: {fault}", err=True)
        if one.moved:
            click.echo(f"{one.url}: has moved to {one.moved}: change it in [sources]", err=True)

    return tell


@commands.command()
@click.option("--items", type=FILES, multiple=True, help="Item files [default: the show's].")
@click.option("--until", metavar="WHEN", help="A day or a moment with offset [default: now].")
@click.option("--window", metavar="LENGTH", help="7d, 36h, 2w [default: the show's].")
@click.option("--top", type=click.IntRange(1), help="How many stories [default: the show's].")
@click.option("--json", "as_json", is_flag=True, help="Print the rundown as JSON.")
@show_option
def pick(
    *,
    items: tuple[Path, ...],
    until: str | None,
    window: str | None,
    top: int | None,
    as_json: bool,
    folder: Path | None,
) -> None:
    """Print the rundown: stories in order, with their sources and the reasons."""
    from kawaraban.news.files import read_items  # noqa: PLC0415
    from kawaraban.news.sources import read_news  # noqa: PLC0415
    from kawaraban.settings import parse_duration  # noqa: PLC0415
    from kawaraban.stories import rundown as stories  # noqa: PLC0415

    root, show = show_of(folder)
    try:
        length = parse_duration(window) if window else show.pick.window
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--window") from error
    ends = stories.window_ending(moment_of(until, show), length, show.about.zone)
    found = stories.pick(
        read_items(items) if items else read_news(show.sources, root, ends),
        ends,
        top or show.pick.top,
        show.pick.similarity,
    )
    if as_json:
        click.echo(json.dumps(stories.to_json(found), ensure_ascii=False, indent=1))
    else:
        _print_rundown(found)


def _print_rundown(rundown: Rundown) -> None:
    for rank, story in enumerate(rundown.stories, 1):
        click.echo(f"{rank}. {story.title}")
        click.echo(f"   {'; '.join(story.reasons)}; {len(story.items)} items")
    if rundown.left_out:
        click.echo(f"Left out: {len(rundown.left_out)} items (--json says why)")


@commands.command()
@number_argument
@click.option("--date", "day", type=DAY, help="The day the week ends on [default: today].")
@click.option("--force", is_flag=True, help="Overwrite a script that was edited.")
@show_option
def draft(number: int | None, day: datetime | None, *, force: bool, folder: Path | None) -> None:
    """Pick a week's stories and write the script; without a number, the next episode's."""
    from kawaraban import drafting  # noqa: PLC0415
    from kawaraban.places import Places  # noqa: PLC0415
    from kawaraban.store import lock  # noqa: PLC0415

    root, show = show_of(folder)
    places = Places(root, number or next_number(root))
    with lock(root):
        if drafting.is_edited(places) and not force:
            raise ShowError(
                "the script has been edited since it was drafted",
                where=places.script,
                hint="move it away, or overwrite it with --force",
            )
        drafting.write_draft(show, places, day_of(day, show))
    click.echo(places.script)
