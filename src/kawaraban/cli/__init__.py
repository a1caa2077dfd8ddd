"""The commands: the only place that reads the clock, prints results and decides exit codes.

Stages are imported by the command that needs them, so that `kawaraban --help` costs nothing.
"""

from __future__ import annotations

import sys

import click

from kawaraban.cli import cache, episodes, newsroom, scripts, shows, speech
from kawaraban.cli.shared import commands
from kawaraban.errors import KawarabanError

__all__ = ["cache", "commands", "episodes", "main", "newsroom", "scripts", "shows", "speech"]


def main() -> None:
    """Run a command; what a producer can act on is one message and an exit code."""
    try:
        commands.main(prog_name="kawaraban", standalone_mode=False)
    except KawarabanError as error:
        click.echo(f"kawaraban: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("kawaraban: stopped; what was done is kept, build again to go on", err=True)
        sys.exit(130)
