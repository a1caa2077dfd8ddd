"""The build: read `build` top-down and you know the program.

Each step runs when its inputs or its files changed and is skipped otherwise; the ledger knows and
says why. Steps are pure in what they are given, so the same show gives the same episode.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from shutil import copyfile
from typing import Any

from kawaraban import __version__
from kawaraban.drafting import (
    check_date,
    check_published,
    read_rundown,
    read_script,
    write_draft,
)
from kawaraban.ledger import Ledger
from kawaraban.model import (
    Chapter,
    Clip,
    Line,
    Loudness,
    Mix,
    Pause,
    Play,
    Script,
    Speaking,
    Story,
)
from kawaraban.places import AUDIO, OUTPUT, Places
from kawaraban.publish.episode import RECORD, Audio, Episode, Person
from kawaraban.publish.publisher import PAGE, write_episode, write_site
from kawaraban.publish.record import make_record, person
from kawaraban.reading.spoken import LEXICON, SHIPPED, reader_for
from kawaraban.settings import Host, Show
from kawaraban.sound.encode import encode
from kawaraban.sound.mix import mix, music_files
from kawaraban.sound.tags import Mark, Tags, write_tags
from kawaraban.speech.engine import Machine
from kawaraban.speech.render import render
from kawaraban.speech.voices import Cast, Part, cast, draft_cast
from kawaraban.store import (
    Sounds,
    atomic,
    ensure_writable,
    file_hash,
    fingerprint,
    lock,
)

STEPS = ("draft", "speech", "mix", "encode", "publish", "site")
"""In the order in which they run."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a build."""

    number: int
    today: date
    day: date | None = None
    """The episode's date, where one is asked for; a new script gets it, or else today's."""
    jobs: int = 1
    force: bool = False
    dry: bool = False
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears how a build goes: of steps (no reasons: up to date), and of lines spoken."""

    step: Callable[[str, tuple[str, ...]], None]
    speaking: Callable[[Speaking], None]


def build(show: Show, root: Path, order: Order, listener: Listener) -> Episode:
    """Bring one episode, and the show's feed and pages, up to date.

    Raises:
        KawarabanError: what is wrong, where, and what to do; earlier output is untouched.
        WouldRunError: in a dry run, at the first step that is not up to date.
    """
    places = Places(root, order.number)
    with lock(root):
        ledger = Ledger(root, places.steps, listener.step, force=order.force, dry=order.dry)
        parts = cast(show, root, _machine(show, order))
        if not order.dry:
            ensure_writable(places.episode)
        if not places.script.exists():
            ledger.announce("draft", ("there is no script yet",))
            write_draft(show, places, order.day or order.today)
        stories = read_rundown(places)
        script = read_script(show, places, stories)
        check_date(script, places, order.day)
        check_published(show, script, places)

        encoded, mixed = _sound(ledger, show, script, parts, places, order, listener)
        episode = _publish(ledger, show, script, stories, parts, mixed, encoded, places)
        _site(ledger, show, places)
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
        parts = draft_cast(show, cast(show, root, _machine(show, order)))
        if not places.script.exists():
            ledger.announce("draft", ("there is no script yet",))
            write_draft(show, places, order.day or order.today)
        script = read_script(show, places, read_rundown(places))
        encoded, _ = _sound(ledger, show, script, parts, places, order, listener)
        with atomic(places.draft_audio) as part:
            copyfile(_mp3(places.sounds, encoded.key), part)
        return places.draft_audio


def _machine(show: Show, order: Order) -> Machine:
    return Machine(show.render.device, threads=max(1, (os.cpu_count() or 1) // order.jobs))


# ── speech and sound ─────────────────────────────────────────────────────────────────────────────


def _sound(
    ledger: Ledger,
    show: Show,
    script: Script,
    parts: Cast,
    places: Places,
    order: Order,
    listener: Listener,
) -> tuple[Encoded, Mix]:
    clips = _speech(ledger, script, parts, places, order, listener)
    mixed = _mix(ledger, show, script, parts, clips, places)
    return _encode(ledger, show, mixed, places), mixed


def _speech(
    ledger: Ledger,
    script: Script,
    parts: Cast,
    places: Places,
    order: Order,
    listener: Listener,
) -> tuple[Clip, ...]:
    sounds = places.sounds

    def make() -> tuple[Clip, ...]:
        reader = reader_for(places.root)
        spoken = [
            reader.line(_to_be_said(line, parts, order), parts[line.speaker].voice.language)
            for line in script.lines
        ]
        told = listener.speaking
        return render(spoken, parts, sounds, told, jobs=order.jobs, force=order.force)

    return ledger.step(
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
            "the lexicon": [file_hash(path) for path in (places.root / LEXICON, SHIPPED)],
            "the reading": (__version__, version("pyopenjtalk-plus"), version("kanalizer")),
        },
        make,
        lambda clips: [sounds.path(clip.key) for clip in clips],
    )


def _to_be_said(line: Line, parts: Cast, order: Order) -> Line:
    """A draft speaks what is still to be recorded."""
    spoken = order.draft and not parts[line.speaker].recorded
    return replace(line, take=None) if spoken else line


def _mix(
    ledger: Ledger,
    show: Show,
    script: Script,
    parts: Cast,
    clips: tuple[Clip, ...],
    places: Places,
) -> Mix:
    sounds, voices = places.sounds, {id_: part.voice for id_, part in parts.items()}
    music = [path for path in (show.sound.intro, show.sound.outro) if path] + music_files(script)
    inputs = {
        "the clips": clips,
        "the cues": [_shape(chapter) for chapter in script.chapters],
        "[sound]": show.sound.model_dump(exclude={"loudness", "true_peak", "bitrate", "credit"}),
        "the gain": {id_: voice.gain for id_, voice in voices.items()},
        "the music": {str(path): file_hash(places.root / path) for path in music},
        "the mixer": __version__,
    }
    return ledger.step(
        "mix",
        Mix,
        inputs,
        lambda: mix(script, clips, voices, show.sound, places.root, sounds, fingerprint(inputs)),
        lambda mixed: [sounds.path(mixed.key)],
    )


def _shape(chapter: Chapter) -> list[object]:
    """What of a chapter the mix depends on: who speaks, not what is said, nor on which line."""
    shape: list[object] = []
    for cue in chapter.cues:
        match cue:
            case Line(speaker=speaker):
                shape.append(speaker)
            case Play(path=path):
                shape.append({"play": path})
            case Pause(seconds=seconds):
                shape.append({"pause": seconds})
    return shape


@dataclass(frozen=True, slots=True)
class Encoded:
    """The encoded sound, still without tags."""

    key: str
    loudness: Loudness


def _encode(ledger: Ledger, show: Show, mixed: Mix, places: Places) -> Encoded:
    sounds, target = places.sounds, show.sound
    inputs = {
        "the mix": mixed.key,
        "[sound]": (target.loudness, target.true_peak, target.bitrate),
        "the encoder": (__version__, version("imageio-ffmpeg")),
    }
    key = fingerprint(inputs)

    def make() -> Encoded:
        samples, _ = sounds.read(mixed.key)
        with atomic(_mp3(sounds, key)) as part:
            return Encoded(key, encode(samples, target, part))

    return ledger.step("encode", Encoded, inputs, make, lambda made: [_mp3(sounds, made.key)])


def _mp3(sounds: Sounds, key: str) -> Path:
    return sounds.path(key).with_suffix(".mp3")


# ── publishing ───────────────────────────────────────────────────────────────────────────────────


def _publish(
    ledger: Ledger,
    show: Show,
    script: Script,
    stories: Sequence[Story],
    parts: Cast,
    mixed: Mix,
    encoded: Encoded,
    places: Places,
) -> Episode:
    cover = places.root / show.about.image
    people = [_person(host, parts[host.id]) for host in show.hosts]

    def make() -> Episode:
        audio = _write_audio(show, script, stories, mixed, encoded, places)
        episode = make_record(show, script, stories, mixed, audio, people)
        write_episode(places.episode, show, episode)
        return episode

    inputs = {
        "the script": (script.title, script.summary, script.date, script.guid, script.number),
        "the words": [(chapter.title, chapter.story) for chapter in script.chapters]
        + [(line.speaker, line.text) for line in script.lines],
        "the stories": stories,
        "the show": (show.about, show.publish, show.sound.credit),
        "the people": people,
        "the sound": (mixed, encoded),
        "the cover": file_hash(cover),
        "the publisher": __version__,
    }
    return ledger.step("publish", Episode, inputs, make, lambda _: _files(places.episode, PAGE))


def _person(host: Host, part: Part) -> Person:
    return person(host, part.voice, part.engine_name, recorded=part.recorded)


def _write_audio(
    show: Show,
    script: Script,
    stories: Sequence[Story],
    mixed: Mix,
    encoded: Encoded,
    places: Places,
) -> Audio:
    """Put tags on the encoded sound and publish it."""
    first_url = {story.id: story.items[0].url for story in stories}
    marks = tuple(
        Mark(span, chapter.title, first_url.get(chapter.story, ""))
        for chapter, span in zip(script.chapters, mixed.chapters, strict=True)
    )
    tags = Tags(
        title=script.title,
        show=show.about.title,
        author=show.about.author,
        number=script.number,
        day=script.date,
        summary=script.summary,
        language=show.about.language,
        marks=marks,
    )
    path = places.episode / AUDIO
    with atomic(path) as part:
        copyfile(_mp3(places.sounds, encoded.key), part)
        write_tags(part, tags, places.root / show.about.image)
    return Audio(
        file=AUDIO,
        type="audio/mpeg",
        bytes=path.stat().st_size,
        sha256=file_hash(path),
        seconds=round(mixed.seconds, 3),
        loudness=encoded.loudness.integrated,
        true_peak=encoded.loudness.true_peak,
    )


def _files(folder: Path, *apart: str) -> list[Path]:
    """The files of a folder, apart from hidden ones and those named."""
    files = (path for path in folder.iterdir() if path.is_file())
    return sorted(path for path in files if path.name[0] != "." and path.name not in apart)


def _site(ledger: Ledger, show: Show, places: Places) -> None:
    output = places.root / OUTPUT
    records = sorted(output.glob(f"episodes/*/{RECORD}"))
    inputs = {
        "the episodes": [file_hash(path) for path in records],
        "the show": (show.about, show.hosts, show.publish),
        "the cover": file_hash(places.root / show.about.image),
        "the publisher": __version__,
    }
    ledger.step(
        "site",
        Any,
        inputs,
        lambda: write_site(output, show, places.root),
        lambda _: [*_files(output), *output.glob(f"episodes/*/{PAGE}")],
    )
