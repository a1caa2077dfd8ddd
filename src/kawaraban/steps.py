"""The steps of a build: each says what it depends on, and what it makes of it.

The ledger runs a step when something it depends on changed, or a file it made; steps are pure in
what they are given, so the same show gives the same episode. What a step works with is imported
when it runs, so that a build with nothing to do is done at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, Any

from kawaraban import __version__
from kawaraban.cache import Clips
from kawaraban.ledger import Ledger
from kawaraban.model import (
    Chapter,
    Clip,
    EncodedFile,
    Line,
    Mix,
    MusicStart,
    MusicStop,
    Pause,
    Play,
    Script,
    Speaking,
    Story,
)
from kawaraban.places import OUTPUT, Places
from kawaraban.publish.episode import RECORD, Audio, Episode, Person
from kawaraban.publish.identity import PAGE
from kawaraban.publish.record import make_record, person
from kawaraban.reading.lexicon import LEXICON, SHIPPED
from kawaraban.settings import Show
from kawaraban.sound.beds import music_files
from kawaraban.sound.formats import FORMATS, encoded_path
from kawaraban.sound.hearing import Hearing
from kawaraban.sound.timeline import ending
from kawaraban.speech.voices import Cast
from kawaraban.store import atomic, file_hash

if TYPE_CHECKING:
    from kawaraban.sound.tags import Tags
    from kawaraban.speech.cluster import Cluster


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
    scheduler: str = ""
    """The address of a Dask cluster that speaks the lines; "" for this machine."""


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
    sounds: Clips
    """Where clips are kept."""
    hearing: Hearing
    """What measures them while others are spoken."""


# ── speech and sound ─────────────────────────────────────────────────────────────────────────────


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
        spoken = [
            reader.line(_to_be_said(line, parts, order), parts[line.speaker].voice.language)
            for line in script.lines
        ]
        return render(
            spoken,
            parts,
            sounds,
            listener.speaking,
            jobs=order.jobs,
            force=order.force and not because,
            cluster=_cluster(work, order),
            ready=work.hearing.listen,
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


def mix(work: Work, clips: tuple[Clip, ...]) -> Mix:
    """Decide where everything is heard, and how loud."""
    show, script = work.show, work.script
    voices = {id_: part.voice for id_, part in work.parts.items()}
    inputs = {
        "the clips": clips,
        "the cues": [_shape(chapter) for chapter in script.chapters],
        "[sound]": show.sound.model_dump(exclude=_MASTERING),
        "the gain": {id_: voice.gain for id_, voice in voices.items()},
        "the music": _music(work),
        "the mixer": __version__,
    }

    def make() -> Mix:
        from kawaraban.sound.mix import mix  # noqa: PLC0415

        return mix(script, clips, voices, show.sound, work.places.root, work.hearing.of)

    return work.ledger.step(
        "mix",
        Mix,
        inputs,
        make,
        lambda _: (),
        before=lambda: work.sounds.require(clip.key for clip in clips),
    )


_MASTERING = {
    "loudness",
    "true_peak",
    "formats",
    "bitrate",
    "opus_bitrate",
    "credit",
    "room",
    "duck",
}
"""What of [sound] does not change where things stand."""


def _music(work: Work) -> dict[str, str]:
    """The content of every sound file that is played."""
    files = music_files(work.script, work.show.sound)
    return {str(path): file_hash(work.places.root / path) for path in files}


def _shape(chapter: Chapter) -> list[object]:
    """What of a chapter the mix depends on: who speaks, not what is said, nor on which line."""
    shape: list[object] = []
    for cue in chapter.cues:
        match cue:
            case Line(speaker=speaker):
                shape.append((speaker, ending(cue)))
            case Play(path=path):
                shape.append({"play": path})
            case Pause(seconds=seconds):
                shape.append({"pause": seconds})
            case MusicStart(path=path):
                shape.append({"music": path})
            case MusicStop():
                shape.append({"music": "stop"})
    return shape


def encode(work: Work, clips: tuple[Clip, ...], mixed: Mix) -> tuple[EncodedFile, ...]:
    """Make the sound of a mix, master it, and encode it in every format that the show asks for."""
    sound, root, folder = work.show.sound, work.places.root, work.ledger.folder
    inputs = {
        "the clips": [clip.key for clip in clips],
        "the mix": mixed,
        "the music": _music(work),
        "[sound]": sound.model_dump(include=_MASTERING - {"credit"}),
        "the encoder": (__version__, version("imageio-ffmpeg")),
    }

    def make() -> tuple[EncodedFile, ...]:
        from kawaraban.sound.encode import encode  # noqa: PLC0415
        from kawaraban.sound.track import track  # noqa: PLC0415

        return encode(track(mixed, clips, sound, root, work.sounds.read), sound, folder)

    return work.ledger.step(
        "encode",
        tuple[EncodedFile, ...],
        inputs,
        make,
        lambda made: [encoded_path(folder, file) for file in made],
        before=lambda: work.sounds.require(clip.key for clip in clips),
    )


# ── publishing ───────────────────────────────────────────────────────────────────────────────────


def publish(work: Work, mixed: Mix, encoded: tuple[EncodedFile, ...]) -> Episode:
    """Write everything that is published of the episode."""
    show, script, places = work.show, work.script, work.places
    people = _people(work)
    images = [chapter.image for chapter in script.chapters if chapter.image]

    def make() -> Episode:
        from kawaraban.publish import publisher  # noqa: PLC0415
        from kawaraban.publish.newsletter import make_issue  # noqa: PLC0415
        from kawaraban.sound.pictures import square  # noqa: PLC0415

        pictures = {path: square(places.root / path) for path in images}
        files = _write_audio(work, _tags(work, mixed, pictures), encoded, mixed.seconds)
        episode = make_record(show, script, work.stories, mixed, files, people, pictures)
        issue = make_issue(show, script, work.stories, published=True)
        publisher.write_newsletter(places.episode, show, issue)
        publisher.write_pictures(places.episode, pictures.values())
        publisher.write_episode(places.episode, show, episode)
        publisher.remove_others(places.episode, episode)
        return episode

    inputs = {
        "the script": (script.title, script.summary, script.date, script.guid, script.number),
        "the words": [(one.title, one.story, one.image) for one in script.chapters]
        + [(line.speaker, line.text) for line in script.lines],
        "the stories": work.stories,
        "the show": (show.about, show.publish, show.sound.credit),
        "the people": people,
        "the sound": (mixed, encoded),
        "the pictures": [file_hash(places.root / path) for path in images],
        "the cover": file_hash(places.root / show.about.image),
        "the publisher": (__version__, version("mutagen"), version("pillow")),
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


def _write_audio(
    work: Work, tags: Tags, encoded: tuple[EncodedFile, ...], seconds: float
) -> list[Audio]:
    """Put tags on the encoded sound and publish it, in every format."""
    from kawaraban.sound.tags import write_tags  # noqa: PLC0415

    written = []
    for file in encoded:
        source, form = encoded_path(work.ledger.folder, file), FORMATS[file.format]
        path = work.places.episode / f"audio{form.suffix}"
        with atomic(path) as part:
            copyfile(source, part)
            write_tags(part, tags, work.places.root / work.show.about.image)
        made = Audio(
            file=path.name,
            type=form.mime,
            bytes=path.stat().st_size,
            sha256=file_hash(path),
            seconds=round(seconds, 3),
            loudness=file.loudness.integrated,
            true_peak=file.loudness.true_peak,
            bitrate=round(source.stat().st_size * 8 / seconds / 1000) * 1000,
            codecs=form.codecs,
        )
        written.append(made)
    return written


def _tags(work: Work, mixed: Mix, pictures: Mapping[Path, bytes]) -> Tags:
    from kawaraban.sound.tags import Mark, Tags  # noqa: PLC0415

    about, script = work.show.about, work.script
    first_url = {story.id: story.url for story in work.stories}
    marks = (
        Mark(
            span,
            chapter.title,
            first_url.get(chapter.story, ""),
            pictures[chapter.image] if chapter.image else b"",
        )
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

    def make() -> None:
        from kawaraban.publish.publisher import write_site  # noqa: PLC0415

        write_site(output, show, root)

    work.ledger.step(
        "site",
        Any,
        inputs,
        make,
        lambda _: [*_files(output), *output.glob(f"episodes/*/{PAGE}")],
    )


def _files(folder: Path, *apart: str) -> list[Path]:
    """The files of a folder, apart from hidden ones and those named."""
    files = (path for path in folder.iterdir() if path.is_file())
    return sorted(path for path in files if path.name[0] != "." and path.name not in apart)
