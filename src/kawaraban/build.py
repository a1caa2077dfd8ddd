"""The build: read `build` top-down and you know the program.

Each step runs when its inputs or its files changed and is skipped otherwise; the ledger knows and
says why. `steps` has what each step depends on and makes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile

from kawaraban import steps
from kawaraban.cache import Clips, shared_clips
from kawaraban.errors import ClipError
from kawaraban.ledger import Ledger
from kawaraban.model import Clip, EncodedFile, Mix
from kawaraban.picking import read_rundown
from kawaraban.places import Places
from kawaraban.proofreading import check_date, check_published, read_script
from kawaraban.publish.episode import Episode
from kawaraban.settings import Show
from kawaraban.sound.formats import audio_path
from kawaraban.speech.engine import machine_of
from kawaraban.speech.voices import Cast, cast, draft_cast
from kawaraban.steps import Listener, Order, Work
from kawaraban.store import atomic, ensure_writable, lock

STEPS = ("draft", "speech", "mix", "encode", "publish", "site")
"""In the order in which they run."""


def build(show: Show, root: Path, order: Order, listener: Listener) -> Episode:
    """Bring one episode, and the show's feed and pages, up to date.

    Raises:
        KawarabanError: what is wrong, where, and what to do; earlier output is untouched.
        WouldRunError: in a dry run, at the first step that is not up to date.
    """
    places = Places(root, order.number)
    with lock(root), _clips(order) as clips:
        ledger = Ledger(root, places.steps, listener.step, force=order.force, dry=order.dry)
        parts = _cast(show, root, order)
        if not order.dry:
            ensure_writable(places.episode)
        work = _work(show, places, ledger, parts, order, clips)
        check_date(work.script, places, order.day)
        check_published(show, work.script, places)

        mixed, encoded = _sound(work, order, listener)
        episode = steps.publish(work, mixed, encoded)
        steps.site(work)
        return episode


def build_draft(show: Show, root: Path, order: Order, listener: Listener) -> Path:
    """Speak an episode with OpenJTalk's quick voice, to listen through it; the MP3's path.

    Nothing is published, and nothing that was built is touched.

    Raises:
        KawarabanError: as `build`.
    """
    places = Places(root, order.number)
    show = show.model_copy(update={"sound": show.sound.model_copy(update={"formats": ("mp3",)})})
    with lock(root), _clips(order) as clips:
        ledger = Ledger(root, places.draft_steps, listener.step, force=order.force, dry=order.dry)
        parts = draft_cast(show, _cast(show, root, order))
        work = _work(show, places, ledger, parts, order, clips)

        _, encoded = _sound(work, order, listener)
        with atomic(places.draft_audio) as part:
            copyfile(audio_path(ledger.folder, encoded[0].format), part)
        return places.draft_audio


def _sound(work: Work, order: Order, listener: Listener) -> tuple[Mix, tuple[EncodedFile, ...]]:
    """Speak, mix and encode; where that needs clips which are gone or damaged, speak them again."""
    clips = steps.speech(work, order, listener)
    try:
        return _mixed(work, clips)
    except ClipError as lost:
        return _mixed(work, steps.speech(work, order, listener, because=lost.cause))


def _mixed(work: Work, clips: tuple[Clip, ...]) -> tuple[Mix, tuple[EncodedFile, ...]]:
    mixed = steps.mix(work, clips)
    return mixed, steps.encode(work, clips, mixed)


@contextmanager
def _clips(order: Order) -> Iterator[Clips]:
    """The clips of all shows, kept for this build while it lasts; a dry run leaves no mark."""
    clips = shared_clips()
    if order.dry:
        yield clips
    else:
        with clips.in_use():
            yield clips


def _cast(show: Show, root: Path, order: Order) -> Cast:
    threads = max(1, (os.cpu_count() or 1) // order.jobs)
    return cast(show, root, machine_of(show.render, threads))


def _work(
    show: Show, places: Places, ledger: Ledger, parts: Cast, order: Order, clips: Clips
) -> Work:
    """What the steps work on; where there is no script yet, it is drafted first."""
    if not places.script.exists():
        ledger.announce("draft", ("there is no script yet",))
        from kawaraban.drafting import write_draft  # noqa: PLC0415 - and picking with it

        write_draft(show, places, order.day or order.today)
    stories = read_rundown(places)
    return Work(
        show,
        places,
        ledger,
        parts,
        read_script(show, places, stories),
        stories,
        clips,
    )
