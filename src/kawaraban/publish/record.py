"""The record of an episode, put together from what the stages made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from kawaraban import __version__
from kawaraban.model import Mix, Script, Story
from kawaraban.publish.chapters import picture_name
from kawaraban.publish.episode import (
    Audio,
    ChapterRecord,
    Episode,
    LineRecord,
    Link,
    Person,
    StoryRecord,
)
from kawaraban.publish.identity import episode_guid
from kawaraban.settings import Host, Show, Voice


def guid_of(show: Show, script: Script) -> UUID:
    """The guid a script gives, else the one that follows from the show and the number."""
    return UUID(script.guid) if script.guid else episode_guid(show, script.number)


def make_record(
    show: Show,
    script: Script,
    stories: Sequence[Story],
    mix: Mix,
    files: Sequence[Audio],
    people: Sequence[Person],
    pictures: Mapping[Path, bytes],
) -> Episode:
    """Everything that is known of an episode, with the stories its chapters tell.

    Args:
        show: whose it is.
        script: what is said.
        stories: those of its rundown.
        mix: when it is said.
        files: the sound in each format, the enclosure first.
        people: who says it.
        pictures: what stands for each picture that the script names, as it is published.
    """
    names = {path: picture_name(picture) for path, picture in pictures.items()}
    told = {story.id: story for story in stories}
    return Episode(
        number=script.number,
        guid=guid_of(show, script),
        title=script.title,
        summary=script.summary,
        published=datetime.combine(script.date, show.publish.time, show.about.zone),
        language=show.about.language,
        audio=files[0],
        alternates=tuple(files[1:]),
        chapters=_chapters(script, mix, told, names),
        lines=_lines(script, mix),
        stories=tuple(
            _story(told[chapter.story]) for chapter in script.chapters if chapter.story in told
        ),
        people=tuple(people),
        music=show.sound.credit,
        tool=f"kawaraban {__version__}",
    )


def _chapters(
    script: Script, mix: Mix, told: Mapping[str, Story], names: Mapping[Path, str]
) -> tuple[ChapterRecord, ...]:
    return tuple(
        ChapterRecord(
            start=span.start,
            end=round(span.end, 3),
            title=chapter.title,
            story=chapter.story,
            url=told[chapter.story].url if chapter.story in told else "",
            image=names[chapter.image] if chapter.image else "",
        )
        for chapter, span in zip(script.chapters, mix.chapters, strict=True)
    )


def _lines(script: Script, mix: Mix) -> tuple[LineRecord, ...]:
    story_of = {id(cue): chapter.story for chapter in script.chapters for cue in chapter.cues}
    return tuple(
        LineRecord(
            start=span.start,
            end=span.end,
            speaker=line.speaker,
            text=line.text,
            story=story_of[id(line)],
        )
        for line, span in zip(script.lines, mix.lines, strict=True)
    )


def _story(story: Story) -> StoryRecord:
    return StoryRecord(
        id=story.id,
        title=story.title,
        sources=tuple(
            Link(title=item.title, url=item.url, publisher=item.source, published=item.published)
            for item in story.items
        ),
    )


def person(host: Host, voice: Voice, engine: str, *, recorded: bool) -> Person:
    """A host as the record names it."""
    return Person(
        id=host.id,
        name=host.name,
        voice=voice.speaker or voice.engine,
        engine=engine,
        language=voice.language,
        credit=voice.credit,
        license=voice.license,
        recorded=recorded,
    )
