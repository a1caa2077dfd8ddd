"""A show as a whole: `init` and `check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kawaraban.cli.shared import FILES, commands, root_of, show_option


@commands.command()
@click.argument("folder", metavar="DIR", type=FILES)
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", help="Language [ja].")
def init(folder: Path, lang: str) -> None:
    """Make a new show in DIR that builds as it is (in English: with kawaraban[piper])."""
    from kawaraban.starter import make_show  # noqa: PLC0415

    make_show(folder, lang)
    click.echo(f"{folder}: a show with two hosts and a sample week.")
    click.echo(f"Next: cd {folder} && kawaraban build 1 --date 2023-11-24")
    click.echo("Then make it yours: show.toml, news/, scripts/weekly.md.j2, voices/.")


@commands.command()
@show_option
def check(folder: Path | None) -> None:
    """Look for what is wrong in the show, its scripts, their readings and its output."""
    from kawaraban.check import check as findings  # noqa: PLC0415

    found = list(findings(root_of(folder)))
    for finding in found:
        click.echo(finding.text)
    errors = sum(finding.is_error for finding in found)
    click.echo(f"{errors} errors, {len(found) - errors} notes")
    if errors:
        sys.exit(1)
