"""A script that a person edited, drafted anew: what both made of it is merged."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from kawaraban.documents import read_text
from kawaraban.drafting import Draft, Pen, make_draft, put_down
from kawaraban.errors import Problems, ShowError
from kawaraban.picking import date_of, read_kept, read_rundown
from kawaraban.places import Places
from kawaraban.proofreading import parse
from kawaraban.script.citations import Sentences, new_ids
from kawaraban.script.dialogue import cited, told_by_story, with_cites
from kawaraban.script.merge import merge
from kawaraban.script.threeway import Clash
from kawaraban.settings import Show
from kawaraban.stories.contract import joined


def merge_draft(show: Show, places: Places, day: date, pen: Pen | None = None) -> tuple[Clash, ...]:
    """Draft the week that ends on `day` anew, and merge the draft into the edited script.

    Stories and sentences that the script still tells and cites stay in the rundown, under the
    ids they had.

    Returns:
        The places that both changed, where the person's lines stayed, by the script's lines.

    Raises:
        ShowError: there is no draft to merge by, the script is wrong, or as `write_draft`; or what
            comes of the merge is no script. Nothing is written then.
    """
    base, mine = _base(places), read_text(places.script)
    parse(show, mine, places.script, None)
    old = read_kept(places)
    new = make_draft(show, places, day, pen, read_rundown(places))
    drafted = _with_old_ids(new, old.get("sentences", {}), cited(base) | cited(mine))
    text, clashes = merge(base, mine, drafted.text, places.script)
    kept = joined(drafted.kept, old, told_by_story(text), cited(text))
    _check(show, text, places, [story["id"] for story in kept["stories"]])
    put_down(places, text, kept, drafted.text)
    return clashes


def day_to_merge(places: Places) -> date | None:
    """The day of the script that is there."""
    return date_of(places) if places.script.exists() else None


def _base(places: Places) -> str:
    if not places.drafted.is_file():
        raise ShowError(
            "there is nothing to merge by: the draft that this script comes from is not kept",
            where=places.script,
            hint="move the script away and draft anew, or overwrite it with --force",
        )
    return read_text(places.drafted)


def _with_old_ids(new: Draft, old: Sentences, taken: Collection[str]) -> Draft:
    """The draft with the ids that its sentences had; no other sentence has one of those."""
    sentences: Sentences = new.kept.get("sentences", {})
    if not sentences:
        return new
    ids = new_ids(sentences, old, taken)
    kept = {**new.kept, "sentences": {ids[id_]: one for id_, one in sentences.items()}}
    return Draft(with_cites(new.text, ids), kept)


def _check(show: Show, text: str, places: Places, stories: Collection[str]) -> None:
    """Raise a ShowError where a merged text is no script; its lines are not the file's."""
    try:
        parse(show, text, places.script, stories)
    except ShowError as error:
        faults = error.errors if isinstance(error, Problems) else [error]
        causes = "; ".join(dict.fromkeys(fault.cause for fault in faults))
        raise ShowError(
            f"your edits and the new draft do not make a script together: {causes}",
            where=places.script,
            hint="nothing was written: change your edits there, or overwrite them with --force",
        ) from error
