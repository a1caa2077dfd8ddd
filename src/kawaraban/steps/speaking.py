"""The step in which lines become clips."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from kawaraban import __version__
from kawaraban.model import Clip, Line
from kawaraban.reading.lexicon import LEXICON, SHIPPED
from kawaraban.speech.voices import Cast
from kawaraban.steps.work import Listener, Order, Work
from kawaraban.store import file_hash

if TYPE_CHECKING:
    from kawaraban.speech.cluster import Cluster


def speech(work: Work, order: Order, listener: Listener, because: str = "") -> tuple[Clip, ...]:
    """Speak every line that has no clip; a clip for each line, in order.

    Clips that are gone are no reason to run: they may be evicted once an episode is built. The
    steps that need them say so (ClipError), and `because` of that this one runs again.
    """
    script, parts, sounds = work.script, work.parts, work.sounds

    def make() -> tuple[Clip, ...]:
        from kawaraban.reading.spoken import reader_for  # noqa: PLC0415
        from kawaraban.speech.render import render  # noqa: PLC0415

        reader = reader_for(work.places.root)
        spoken = (
            reader.line(_to_be_said(line, parts, order), parts[line.speaker].voice.language)
            for line in script.lines
        )
        return render(
            spoken,
            parts,
            sounds,
            listener.speaking,
            jobs=order.jobs,
            force=order.force and not because,
            cluster=_cluster(work, order),
        )

    return work.ledger.step(
        "speech",
        tuple[Clip, ...],
        {
            "the lines": [(line.speaker, line.parts, line.take) for line in script.lines],
            "the voices": {id_: (part.engine_name, part.voice) for id_, part in parts.items()},
            "the recordings": {
                str(line.take): file_hash(parts[line.speaker].folder / line.take)
                for line in script.lines
                if line.take
            },
            "the lexicon": [file_hash(path) for path in (work.places.root / LEXICON, SHIPPED)],
            "the reading": (__version__, version("pyopenjtalk-plus"), version("kanalizer")),
        },
        make,
        lambda _: (),
        because=because,
    )


def _cluster(work: Work, order: Order) -> Cluster | None:
    if not order.scheduler:
        return None
    from kawaraban.speech.cluster import Cluster  # noqa: PLC0415

    render = work.show.render
    return Cluster(order.scheduler, work.places.root, render.device, render.runtime)


def _to_be_said(line: Line, parts: Cast, order: Order) -> Line:
    """A draft speaks what is still to be recorded."""
    spoken = order.draft and not parts[line.speaker].recorded
    return replace(line, take=None) if spoken else line
