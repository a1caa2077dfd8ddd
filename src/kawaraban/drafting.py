"""The script of an episode, drafted from the news, and the rundown beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kawaraban.documents import read_text
from kawaraban.errors import ShowError
from kawaraban.model import Rundown, Script, Story
from kawaraban.picking import pick_stories, read_kept
from kawaraban.places import Places
from kawaraban.proofreading import ids_of, parse
from kawaraban.script import writer
from kawaraban.script.template import draft
from kawaraban.settings import Show, Writer
from kawaraban.store import write_text
from kawaraban.stories.contract import NOTHING, joined, to_json
from kawaraban.stories.identity import with_known_ids
from kawaraban.stories.rundown import window_ending


def write_draft(show: Show, places: Places, day: date, pen: Pen | None = None) -> None:
    """Pick the week that ends on `day` and write the script; the rundown goes beside it, first.

    The show's language model is asked where there is a pen for it; nothing is written before it
    is done.

    Raises:
        ShowError: there is no news, the template is wrong, or the model's server fails.
    """
    made = make_draft(show, places, day, pen)
    put_down(places, made.text, made.kept, made.text)


def make_draft(
    show: Show, places: Places, day: date, pen: Pen | None, known: Sequence[Story] = ()
) -> Draft:
    """A draft of the week that ends on `day`; nothing is written.

    Args:
        show: whose it is.
        places: the episode's.
        day: the episode's.
        pen: whom to ask for the words; None for the template alone.
        known: stories of an earlier draft, which keep their ids.

    Raises:
        ShowError: as `write_draft`.
    """
    rundown, text, script = _drafted(show, places, day, known)
    kept = to_json(rundown, kept=True)
    if pen:
        written = writer.write(writer.plan(show, pen.settings, script, text, rundown), pen.tell)
        text, kept = written.text, kept | {"sentences": written.sentences}
        parse(show, text, places.script, ids_of(rundown.stories))
    return Draft(text, kept)


def put_down(places: Places, text: str, kept: Mapping[str, Any], drafted: str) -> None:
    """Write a script, its rundown, and the draft that it comes from.

    Wherever it is stopped, the rundown has all that the script beside it tells: until the new
    script is there, it has the old one's stories too. The draft comes last: a script without the
    draft it comes from counts as edited, and no edit is overwritten.
    """
    _write_rundown(places, joined(kept, _before(places)))
    write_text(places.script, text)
    _write_rundown(places, kept)
    write_text(places.drafted, drafted)


def _before(places: Places) -> Mapping[str, Any]:
    """The rundown that is there; where it is broken, the old script has nothing to stand on."""
    try:
        return read_kept(places)
    except ShowError:
        return NOTHING


def _write_rundown(places: Places, kept: Mapping[str, Any]) -> None:
    write_text(places.rundown, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a script says, and the rundown as it is kept beside it."""

    text: str
    kept: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pen:
    """A show's writer, and who hears how it goes."""

    settings: Writer
    tell: Callable[[str], None]


def estimate(show: Show, places: Places, day: date, settings: Writer) -> str:
    """What the writer would be asked for this draft, and what it may cost; nothing is written.

    Raises:
        ShowError: as `write_draft`.
    """
    rundown, text, script = _drafted(show, places, day)
    return writer.plan(show, settings, script, text, rundown).estimate


def _drafted(
    show: Show, places: Places, day: date, known: Sequence[Story] = ()
) -> tuple[Rundown, str, Script]:
    """The rundown, and what the template makes of it."""
    window = window_ending(day, show.pick.window, show.about.zone)
    rundown = with_known_ids(pick_stories(show, places, window), known)
    if not rundown.stories:
        raise ShowError(
            f"nothing of the {len(rundown.left_out)} items is left to tell",
            where=places.script,
            hint="kawaraban pick --json says why; gather more, or choose a later day with --date",
        )
    text = draft(show, places.root, rundown, places.number, day)
    return rundown, text, parse(show, text, show.script.template, ids_of(rundown.stories))


def is_edited(places: Places) -> bool:
    """Whether a script exists that is not just as it was drafted."""
    drafted = read_text(places.drafted) if places.drafted.is_file() else None
    return places.script.exists() and read_text(places.script) != drafted
