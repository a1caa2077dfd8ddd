"""The build: read `build` top-down and you know the program.

Each step runs when its inputs or its files changed and is skipped otherwise; the ledger knows and
says why. `steps.py` has what each step depends on and makes.
"""

from __future__ import annotations

import os
from pathlib import Path
from shutil import copyfile

from kawaraban import steps
from kawaraban.drafting import write_draft
from kawaraban.ledger import Ledger
from kawaraban.picking import read_rundown
from kawaraban.places import Places
from kawaraban.proofreading import check_date, check_published, read_script
from kawaraban.publish.episode import Episode
from kawaraban.settings import Show
from kawaraban.speech.engine import Machine
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
    with lock(root):
        ledger = Ledger(root, places.steps, listener.step, force=order.force, dry=order.dry)
        parts = _cast(show, root, order)
        if not order.dry:
            ensure_writable(places.episode)
        work = _work(show, places, ledger, parts, order)
        check_date(work.script, places, order.day)
        check_published(show, work.script, places)

        clips = steps.speech(work, order, listener)
        mixed = steps.mix(work, clips)
        encoded = steps.encode(work, mixed)
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
    with lock(root):
        ledger = Ledger(root, places.draft_steps, listener.step, force=order.force, dry=order.dry)
        parts = draft_cast(show, _cast(show, root, order))
        work = _work(show, places, ledger, parts, order)

        clips = steps.speech(work, order, listener)
        mixed = steps.mix(work, clips)
        encoded = steps.encode(work, mixed)
        with atomic(places.draft_audio) as part:
            copyfile(encoded.file(places.sounds), part)
        return places.draft_audio


def _cast(show: Show, root: Path, order: Order) -> Cast:
    threads = max(1, (os.cpu_count() or 1) // order.jobs)
    return cast(show, root, Machine(show.render.device, threads))


def _work(show: Show, places: Places, ledger: Ledger, parts: Cast, order: Order) -> Work:
    """What the steps work on; where there is no script yet, it is drafted first."""
    if not places.script.exists():
        ledger.announce("draft", ("there is no script yet",))
        write_draft(show, places, order.day or order.today)
    stories = read_rundown(places)
    return Work(show, places, ledger, parts, read_script(show, places, stories), stories)
