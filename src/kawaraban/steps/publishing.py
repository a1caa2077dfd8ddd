"""The steps in which everything that listeners get is written."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, Any

from kawaraban import __version__
from kawaraban.model import EncodedFile, Mix
from kawaraban.places import OUTPUT
from kawaraban.publish.episode import RECORD, Audio, Episode, Person
from kawaraban.publish.identity import PAGE
from kawaraban.publish.record import make_record, person
from kawaraban.sound.formats import FORMATS, audio_path
from kawaraban.steps.work import Work
from kawaraban.store import atomic, file_hash

if TYPE_CHECKING:
    from kawaraban.sound.tags import Tags


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
        source, form = audio_path(work.ledger.folder, file.format), FORMATS[file.format]
        path = work.places.episode / f"audio{form.suffix}"
        with atomic(path) as part:
            copyfile(source, part)
            write_tags(part, tags)
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
    from kawaraban.sound.pictures import square  # noqa: PLC0415
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
        cover=square(work.places.root / about.image),
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
