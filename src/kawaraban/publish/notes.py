"""Notes of an episode: for apps (HTML and plain text) and for people to paste (Markdown).

The chapters stand in them in the form that Apple and Spotify make chapters of: `00:00 Title`, each
on a line of its own, the first at 00:00, at least three.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kawaraban.publish.episode import Episode, Link, Person, StoryRecord
from kawaraban.publish.words import WORDS, clock, day, is_link, markdown, synthetic


def chapter_lines(episode: Episode) -> list[str]:
    """The chapters as `MM:SS Title`."""
    return [f"{clock(chapter.start)} {chapter.title}" for chapter in episode.chapters]


def credit_lines(episode: Episode) -> list[str]:
    """Who speaks, with which voice and licence, whose music it is, which voices are synthetic."""
    words, people = WORDS[episode.language], episode.people
    voices = [
        f"{words.voice}{words.colon}{person.name} – {person.credit} ({person.license})"
        for person in people
    ]
    music = [f"{words.music}{words.colon}{episode.music}"] if episode.music else []
    return [*voices, *music, *filter(None, [synthetic_line(people, episode.language)])]


def synthetic_line(people: Sequence[Person], language: str) -> str:
    """Which voices are synthetic; "" where people speak themselves."""
    made = [person.name for person in people if not person.recorded]
    return synthetic(made, len(people), language)


def origin(link: Link, episode: Episode) -> str:
    """Publisher and day of a source, the day by the episode's clock."""
    moment = link.published.astimezone(episode.published.tzinfo)
    return ", ".join(filter(None, [link.publisher, day(moment, episode.language)]))


# ── plain text ───────────────────────────────────────────────────────────────────────────────────


def notes_text(episode: Episode) -> str:
    """Summary and chapters, for the feed's description: apps look for chapters there, too."""
    return "\n\n".join(filter(None, [episode.summary, "\n".join(chapter_lines(episode))]))


# ── HTML ─────────────────────────────────────────────────────────────────────────────────────────


def notes_html(episode: Episode) -> str:
    """A fragment of paragraphs, lists and links: apps drop most other elements."""
    words = WORDS[episode.language]
    parts = [
        f"<p>{_text(episode.summary)}</p>",
        _headed(words.chapters, [_text(line) for line in chapter_lines(episode)]),
        *(_story_html(story, episode) for story in episode.stories),
        _headed(words.credits, [_text(line) for line in credit_lines(episode)]),
    ]
    return "\n".join(filter(None, parts)) + "\n"


def _story_html(story: StoryRecord, episode: Episode) -> str:
    return _headed(story.title, [_source_html(link, episode) for link in story.sources])


def _source_html(link: Link, episode: Episode) -> str:
    title = _text(link.title or link.url)
    shown = f'<a href="{_text(link.url)}">{title}</a>' if is_link(link.url) else title
    return f"{shown} ({_text(origin(link, episode))})"


def _headed(heading: str, items: list[str]) -> str:
    """A heading in bold over a list; nothing where the list is empty."""
    rows = "\n".join(f"<li>{item}</li>" for item in items)
    return f"<p><strong>{_text(heading)}</strong></p>\n<ul>\n{rows}\n</ul>" if rows else ""


def _text(text: str) -> str:
    return escape(" ".join(text.split()))


# ── Markdown ─────────────────────────────────────────────────────────────────────────────────────


def notes_markdown(episode: Episode) -> str:
    """The same notes in Markdown (CommonMark)."""
    words = WORDS[episode.language]
    stories = [
        _section(
            f"### {markdown(story.title)}",
            [_source_markdown(link, episode) for link in story.sources],
        )
        for story in episode.stories
    ]
    parts = [
        f"# {markdown(episode.title)}",
        markdown(episode.summary),
        _section(f"## {words.chapters}", [markdown(line) for line in chapter_lines(episode)]),
        *([f"## {words.stories}", *stories] if stories else []),
        _section(f"## {words.credits}", [markdown(line) for line in credit_lines(episode)]),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _source_markdown(link: Link, episode: Episode) -> str:
    title = markdown(link.title or link.url)
    shown = f"[{title}](<{link.url}>)" if is_link(link.url) else title
    return f"{shown} ({markdown(origin(link, episode))})"


def _section(heading: str, items: list[str]) -> str:
    rows = "\n".join(f"- {item}" for item in items)
    return f"{heading}\n\n{rows}" if rows else ""
