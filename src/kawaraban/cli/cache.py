"""What all shows share on this machine: `cache`."""

from __future__ import annotations

import click

from kawaraban.cli.shared import commands

_UNIT = 1024


@commands.command()
@click.option("--clear", is_flag=True, help="Remove clips and prepared models.")
def cache(*, clear: bool) -> None:
    """Say where clips and prepared models are kept for all shows, how many, and of what size.

    With --clear, all go but the clips that a running build uses.
    """
    from kawaraban import upkeep  # noqa: PLC0415
    from kawaraban.cache import MODELS, cache_folder, shared_clips  # noqa: PLC0415

    folder, clips = cache_folder(), shared_clips()
    if clear:
        upkeep.evict(clips.folder, 0)
        upkeep.clear(folder / MODELS)
    spoken, models = upkeep.usage(clips.folder, ".flac"), upkeep.usage(folder / MODELS, ".blob")
    click.echo(folder)
    click.echo(f"{_count(spoken.files, 'clip')}, {_size(spoken.size)} of {_size(clips.limit)}")
    click.echo(f"{_count(models.files, 'prepared model')}, {_size(models.size)}")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def _size(count: int) -> str:
    """Bytes, for people: 812 B, 1.5 GiB."""
    for power, unit in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if count >= _UNIT**power:
            return f"{count / _UNIT**power:.1f} {unit}"
    return f"{count} B"
