"""The script that a person edits, and the newsletter of its stories: `draft` and `newsletter`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kawaraban.cli.shared import (
    DAY,
    FILES,
    commands,
    day_of,
    next_number,
    number_argument,
    show_of,
    show_option,
)
from kawaraban.errors import ShowError

if TYPE_CHECKING:
    from kawaraban.places import Places
    from kawaraban.script.threeway import Clash
    from kawaraban.settings import Show


@commands.command()
@number_argument
@click.option("--date", "day", type=DAY, help="The day the week ends on [default: today].")
@click.option("--template", metavar="NAME", help="One of scripts/ [default: the show's].")
@click.option("--merge", is_flag=True, help="Keep edits: merge the new draft into the script.")
@click.option("--force", is_flag=True, help="Overwrite a script that was edited.")
@click.option("--no-writer", is_flag=True, help="Ask no language model: the template alone.")
@click.option("--estimate", is_flag=True, help="Print what the writer may cost, and stop.")
@show_option
def draft(
    *,
    number: int | None,
    day: datetime | None,
    template: str | None,
    merge: bool,
    force: bool,
    no_writer: bool,
    estimate: bool,
    folder: Path | None,
) -> None:
    """Pick a week's stories and write the script; without a number, the next episode's.

    An edited script is left alone; with --merge it takes what is new, and every edit stays. The
    day is then the script's own.
    """
    from kawaraban import drafting, redrafting  # noqa: PLC0415
    from kawaraban.places import Places  # noqa: PLC0415
    from kawaraban.script.template import with_template  # noqa: PLC0415
    from kawaraban.store import lock  # noqa: PLC0415

    if merge and force:
        raise click.UsageError("--merge keeps your edits, --force overwrites them")
    root, show = show_of(folder)
    show = with_template(show, root, template) if template else show
    places = Places(root, number or next_number(root))
    pen = None if no_writer or not show.writer else drafting.Pen(show.writer, _tell_writer)
    own = redrafting.day_to_merge(places) if merge and not day else None
    until = own or day_of(day, show)
    if estimate:
        click.echo(_estimated(show, root, places, until))
        return
    with lock(root):
        edited = drafting.is_edited(places)
        if edited and merge:
            _tell_clashes(redrafting.merge_draft(show, places, until, pen))
        elif edited and not force:
            raise _edited(places)
        else:
            drafting.write_draft(show, places, until, pen)
    click.echo(places.script)


def _edited(places: Places) -> ShowError:
    """What is said instead of overwriting a script; without its draft it cannot be merged."""
    is_kept = places.drafted.is_file()
    first = "keep your edits and take what is new with --merge" if is_kept else "move it away"
    return ShowError(
        "the script has been edited since it was drafted",
        where=places.script,
        hint=f"{first}, or overwrite it with --force",
    )


def _tell_clashes(clashes: Iterable[Clash]) -> None:
    """Say where the person's lines stayed, and what the draft has there."""
    for clash in clashes:
        kept = "yours is kept" if clash.mine else "what you deleted stays deleted"
        words = "\n  ".join(clash.drafted)
        new = f"says: {words}" if words else "leaves this out"
        click.echo(f"line {clash.row}: {kept}; the draft now {new}", err=True)


def _tell_writer(said: str) -> None:
    click.echo(said, err=True)


def _estimated(show: Show, root: Path, places: Places, day: date) -> str:
    from kawaraban import drafting  # noqa: PLC0415

    if show.writer is None:
        raise ShowError(
            "there is no [writer]: a draft costs nothing",
            where=root / "show.toml",
            hint="set url and model in [writer] to have one",
        )
    return drafting.estimate(show, places, day, show.writer)


@commands.command()
@number_argument
@click.option("--html", "as_html", is_flag=True, help="HTML for e-mail clients, not Markdown.")
@click.option("-o", "--output", type=FILES, help="Write it into this file.")
@show_option
def newsletter(
    number: int | None, *, as_html: bool, output: Path | None, folder: Path | None
) -> None:
    """Print an episode's stories with their links, to be mailed; without a number, the newest's."""
    from kawaraban.picking import read_rundown  # noqa: PLC0415
    from kawaraban.proofreading import read_script  # noqa: PLC0415
    from kawaraban.publish import newsletter as letters  # noqa: PLC0415
    from kawaraban.publish.episode import RECORD  # noqa: PLC0415
    from kawaraban.store import write_text  # noqa: PLC0415

    root, show = show_of(folder)
    places = _drafted(root, number)
    stories = read_rundown(places)
    published = (places.episode / RECORD).is_file()
    script = read_script(show, places, stories)
    issue = letters.make_issue(show, script, stories, published=published)
    write = letters.newsletter_html if as_html else letters.newsletter_markdown
    if output is None:
        click.echo(write(show, issue), nl=False)
    else:
        write_text(output, write(show, issue))
        click.echo(output)


def _drafted(root: Path, number: int | None) -> Places:
    """Where an episode, or the newest one, has its script and its rundown."""
    from kawaraban.places import SCRIPTS, Places, numbers  # noqa: PLC0415

    known = numbers(root)
    if not known or number not in {None, *known}:
        of = f"of episode {number} " if number else ""
        where = Places(root, number).script if number else root / SCRIPTS
        raise ShowError(
            f"there is no script {of}yet", where=where, hint=f"kawaraban draft {number or ''}"
        )
    places = Places(root, number or known[-1])
    if not places.rundown.exists():
        hint = "a newsletter tells the stories that a script was drafted from: kawaraban draft"
        raise ShowError("there is no rundown beside the script", where=places.rundown, hint=hint)
    return places
