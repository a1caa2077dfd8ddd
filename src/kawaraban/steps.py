"""The steps of a build: each says what it depends on, and what it makes of it.

The ledger runs a step when something it depends on changed, or a file it made; steps are pure in
what they are given, so the same show gives the same episode.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from shutil import copyfile
from typing import Any

from kawaraban import __version__
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
from kawaraban.publish.newsletter import make_issue
from kawaraban.publish.publisher import PAGE, write_episode, write_newsletter, write_site
from kawaraban.publish.record import make_record, person
from kawaraban.reading.spoken import LEXICON, SHIPPED, reader_for
from kawaraban.settings import Show
from kawaraban.sound.encode import encode as encode_sound
from kawaraban.sound.mix import mix as mix_sound
from kawaraban.sound.mix import music_files
from kawaraban.sound.tags import Mark, Tags, write_tags
from kawaraban.speech.render import render
from kawaraban.speech.voices import Cast
from kawaraban.store import Sounds, atomic, file_hash, fingerprint


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


@dataclass(frozen=True, slots=True)
class Work:
    """What the steps of one build work on."""

    show: Show
    places: Places
    ledger: Ledger
    parts: Cast
    script: Script
    stories: tuple[Story, ...]

    @property
    def sounds(self) -> Sounds:
        """Where clips, mixes and encoded sound are kept."""
        return self.places.sounds


# ── speech and sound ─────────────────────────────────────────────────────────────────────────────


def speech(work: Work, order: Order, listener: Listener) -> tuple[Clip, ...]:
    """Speak every line that has no clip; a clip for each line, in order."""
    script, parts, sounds = work.script, work.parts, work.sounds

    def make() -> tuple[Clip, ...]:
        reader = reader_for(work.places.root)
        spoken = [
            reader.line(_to_be_said(line, parts, order), parts[line.speaker].voice.language)
            for line in script.lines
        ]
        told = listener.speaking
        return render(spoken, parts, sounds, told, jobs=order.jobs, force=order.force)

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
        lambda clips: [sounds.path(clip.key) for clip in clips],
    )


def _to_be_said(line: Line, parts: Cast, order: Order) -> Line:
    """A draft speaks what is still to be recorded."""
    spoken = order.draft and not parts[line.speaker].recorded
    return replace(line, take=None) if spoken else line


def mix(work: Work, clips: tuple[Clip, ...]) -> Mix:
    """Put clips and music on one track."""
    show, script, sounds = work.show, work.script, work.sounds
    root, voices = work.places.root, {id_: part.voice for id_, part in work.parts.items()}
    music = [path for path in (show.sound.intro, show.sound.outro) if path] + music_files(script)
    inputs = {
        "the clips": clips,
        "the cues": [_shape(chapter) for chapter in script.chapters],
        "[sound]": show.sound.model_dump(exclude={"loudness", "true_peak", "bitrate", "credit"}),
        "the gain": {id_: voice.gain for id_, voice in voices.items()},
        "the music": {str(path): file_hash(root / path) for path in music},
        "the mixer": __version__,
    }
    key = fingerprint(inputs)
    return work.ledger.step(
        "mix",
        Mix,
        inputs,
        lambda: mix_sound(script, clips, voices, show.sound, root, sounds, key),
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

    def file(self, sounds: Sounds) -> Path:
        """Where it is kept."""
        return sounds.path(self.key).with_suffix(".mp3")


def encode(work: Work, mixed: Mix) -> Encoded:
    """Master the mix and encode it."""
    sounds, target = work.sounds, work.show.sound
    inputs = {
        "the mix": mixed.key,
        "[sound]": (target.loudness, target.true_peak, target.bitrate),
        "the encoder": (__version__, version("imageio-ffmpeg")),
    }
    key = fingerprint(inputs)

    def make() -> Encoded:
        samples, _ = sounds.read(mixed.key)
        with atomic(sounds.path(key).with_suffix(".mp3")) as part:
            return Encoded(key, encode_sound(samples, target, part))

    return work.ledger.step("encode", Encoded, inputs, make, lambda made: [made.file(sounds)])


# ── publishing ───────────────────────────────────────────────────────────────────────────────────


def publish(work: Work, mixed: Mix, encoded: Encoded) -> Episode:
    """Write everything that is published of the episode."""
    show, script, places = work.show, work.script, work.places
    people = _people(work)

    def make() -> Episode:
        audio = _write_audio(work, mixed, encoded)
        episode = make_record(show, script, work.stories, mixed, audio, people)
        issue = make_issue(show, script, work.stories, published=True)
        write_newsletter(places.episode, show, issue)
        write_episode(places.episode, show, episode)
        return episode

    inputs = {
        "the script": (script.title, script.summary, script.date, script.guid, script.number),
        "the words": [(chapter.title, chapter.story) for chapter in script.chapters]
        + [(line.speaker, line.text) for line in script.lines],
        "the stories": work.stories,
        "the show": (show.about, show.publish, show.sound.credit),
        "the people": people,
        "the sound": (mixed, encoded),
        "the cover": file_hash(places.root / show.about.image),
        "the publisher": __version__,
    }
    return work.ledger.step(
        "publish", Episode, inputs, make, lambda _: _files(places.episode, PAGE)
    )


def _people(work: Work) -> list[Person]:
    """The hosts, as the record names them."""
    cast = ((host, work.parts[host.id]) for host in work.show.hosts)
    return [
        person(host, part.voice, part.engine_name, recorded=part.recorded) for host, part in cast
    ]


def _write_audio(work: Work, mixed: Mix, encoded: Encoded) -> Audio:
    """Put tags on the encoded sound and publish it."""
    path = work.places.episode / AUDIO
    with atomic(path) as part:
        copyfile(encoded.file(work.sounds), part)
        write_tags(part, _tags(work, mixed), work.places.root / work.show.about.image)
    return Audio(
        file=AUDIO,
        type="audio/mpeg",
        bytes=path.stat().st_size,
        sha256=file_hash(path),
        seconds=round(mixed.seconds, 3),
        loudness=encoded.loudness.integrated,
        true_peak=encoded.loudness.true_peak,
    )


def _tags(work: Work, mixed: Mix) -> Tags:
    about, script = work.show.about, work.script
    first_url = {story.id: story.url for story in work.stories}
    marks = (
        Mark(span, chapter.title, first_url.get(chapter.story, ""))
        for chapter, span in zip(script.chapters, mixed.chapters, strict=True)
    )
    return Tags(
        title=script.title,
        show=about.title,
        author=about.author,
        number=script.number,
        day=script.date,
        summary=script.summary,
        language=about.language,
        marks=tuple(marks),
    )


def site(work: Work) -> None:
    """Write the feed and the pages of all episodes."""
    show, root = work.show, work.places.root
    output = root / OUTPUT
    records = sorted(output.glob(f"episodes/*/{RECORD}"))
    inputs = {
        "the episodes": [file_hash(path) for path in records],
        "the show": (show.about, show.hosts, show.publish),
        "the cover": file_hash(root / show.about.image),
        "the publisher": __version__,
    }
    work.ledger.step(
        "site",
        Any,
        inputs,
        lambda: write_site(output, show, root),
        lambda _: [*_files(output), *output.glob(f"episodes/*/{PAGE}")],
    )


def _files(folder: Path, *apart: str) -> list[Path]:
    """The files of a folder, apart from hidden ones and those named."""
    files = (path for path in folder.iterdir() if path.is_file())
    return sorted(path for path in files if path.name[0] != "." and path.name not in apart)
