"""From a script to the published episode: `build`."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kawaraban.cli.shared import (
    DAY,
    commands,
    day_of,
    next_number,
    number_argument,
    show_of,
    show_option,
)
from kawaraban.errors import ShowError

if TYPE_CHECKING:
    from kawaraban.settings import Render


@commands.command()
@number_argument
@click.option("--date", "day", type=DAY, help="Where the script is still to be drafted.")
@click.option("--next", "following", is_flag=True, help="Draft and build the next episode.")
@click.option("--dry-run", is_flag=True, help="Say what would run, and run nothing.")
@click.option("--explain", is_flag=True, help="Say why each step runs or is skipped.")
@click.option("--jobs", type=click.IntRange(1), default=1, help="Lines spoken at a time [1].")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask cluster that speaks ['': none].")
@click.option("--force", is_flag=True, help="Run every step, and speak every line again.")
@click.option("--draft", is_flag=True, help="Speak it with a quick voice; publish nothing.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.option("--json", "as_json", is_flag=True, help="Print the episode's record.")
@show_option
def build(
    number: int | None,
    day: datetime | None,
    *,
    following: bool,
    dry_run: bool,
    explain: bool,
    jobs: int,
    scheduler: str | None,
    force: bool,
    draft: bool,
    quiet: bool,
    as_json: bool,
    folder: Path | None,
) -> None:
    """Build an episode up to the published feed; without a number, the newest that has a script."""
    from kawaraban import build as stages  # noqa: PLC0415
    from kawaraban.console import clock, display  # noqa: PLC0415
    from kawaraban.ledger import WouldRunError  # noqa: PLC0415
    from kawaraban.places import OUTPUT  # noqa: PLC0415
    from kawaraban.publish.identity import FEED, PAGE  # noqa: PLC0415
    from kawaraban.steps import Listener, Order  # noqa: PLC0415

    root, show = show_of(folder)
    wanted = _wanted(root, number, following=following)
    asked = day.date() if day else None
    cluster = _scheduler(show.render, scheduler)
    order = Order(wanted, day_of(None, show), asked, jobs, force, dry_run, draft, cluster)
    try:
        with display(quiet=quiet, explain=explain or dry_run) as shown:
            listener = Listener(shown.step, shown.speaking)
            if draft:
                click.echo(f"Draft: {stages.build_draft(show, root, order, listener)}")
                return
            episode = stages.build(show, root, order, listener)
    except WouldRunError as stopped:
        rest = stages.STEPS[stages.STEPS.index(stopped.step) + 1 :]
        click.echo(f"would run: {', '.join((stopped.step, *rest))}")
        return
    output = root / OUTPUT
    if as_json:
        click.echo(episode.model_dump_json(indent=1))
    elif not quiet:
        click.echo(f"#{episode.number} {episode.title} ({clock(episode.audio.seconds)})")
        click.echo(f"Listen: {(output / episode.folder / PAGE).resolve().as_uri()}")
        click.echo(f"Feed:   {output / FEED}")


def _scheduler(render: Render, asked: str | None) -> str:
    """The cluster that is asked for, or else the show's."""
    from kawaraban.settings import SCHEDULER  # noqa: PLC0415

    if asked and not re.fullmatch(SCHEDULER, asked):
        raise click.BadParameter("write tcp://HOST:PORT or tls://…", param_hint="--scheduler")
    return render.scheduler if asked is None else asked


def _wanted(root: Path, number: int | None, *, following: bool) -> int:
    from kawaraban.places import numbers  # noqa: PLC0415

    if following:
        if number is not None:
            raise click.UsageError("--next chooses the number itself")
        return next_number(root)
    known = numbers(root)
    if number is None and not known:
        raise ShowError(
            "no episode has a script yet", where=root, hint="draft and build one: kawaraban build 1"
        )
    return number or known[-1]
