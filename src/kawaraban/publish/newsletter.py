"""The newsletter of an episode: its stories in two or three sentences, with links, to be mailed.

It is made from the script and the rundown beside it alone, so it can be sent before anything is
spoken. The HTML is for e-mail clients: a whole document whose styles stand in the elements, and
which loads nothing from anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from kawaraban.model import Item, Quote, Script, Story
from kawaraban.publish.site import PAGES
from kawaraban.publish.words import WORDS, day, is_link, markdown
from kawaraban.settings import Show

SENTENCES = 3
"""That tell a story; who wants more follows its links."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences of one publisher, in one language (a BCP 47 tag)."""

    text: str
    language: str
    source: str
    """The publisher, where the story has several; else ""."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A story as the newsletter tells it."""

    title: str
    language: str
    url: str
    """Of the source that has this title, else of the first one; "" where none is on the web."""
    passages: tuple[Passage, ...]
    sources: tuple[Item, ...]
    """Its items, reprints apart."""
    seen_before: int | None


@dataclass(frozen=True, slots=True)
class Issue:
    """One newsletter."""

    number: int
    title: str
    date: date
    summary: str
    entries: tuple[Entry, ...]
    page: str
    """Where the episode can be heard; "" while it is not published."""


def make_issue(show: Show, script: Script, stories: Sequence[Story], *, published: bool) -> Issue:
    """The newsletter of a script: the stories that its chapters tell, each once, in their order."""
    told = {story.id: story for story in stories}
    order = dict.fromkeys(chapter.story for chapter in script.chapters if chapter.story in told)
    return Issue(
        number=script.number,
        title=script.title,
        date=script.date,
        summary=script.summary,
        entries=tuple(_entry(told[id_], show.about.language) for id_ in order),
        page=show.publish.at(f"episodes/{script.number:04d}/index.html") if published else "",
    )


def _entry(story: Story, language: str) -> Entry:
    """A story, in a show of a language."""
    own = tuple(item for item in story.items if item.reprint_of is None)
    titled = [item for item in own if item.title == story.title]
    return Entry(
        title=story.title,
        language=titled[0].lang if titled else language,
        url=next((item.url for item in [*titled, *own] if is_link(item.url)), ""),
        passages=tuple(_passages(story, language)),
        sources=own,
        seen_before=story.seen_before,
    )


def _passages(story: Story, language: str) -> list[Passage]:
    """The sentences that tell a story, those of one publisher joined."""
    languages = {item.id: item.lang for item in story.items}
    several = len(story.sources) > 1
    grouped = groupby(
        _sentences(story), lambda quote: (quote.source, languages.get(quote.item, language))
    )
    return [
        Passage(_join([quote.text for quote in quotes], spoken), spoken, source if several else "")
        for (source, spoken), quotes in grouped
    ]


def _sentences(story: Story) -> list[Quote]:
    """How a story began and what came last, where it has a timeline; then its points."""
    events = story.timeline
    last = [event for event in events if event.day == events[-1].day]
    turns = [*events[:1], *(event for event in last[:1] if event is not events[0])]
    told = [Quote(event.text, event.item, event.source) for event in turns]
    return [*told, *story.points][:SENTENCES]


def _join(texts: Sequence[str], language: str) -> str:
    """Texts after one another: Japanese has no spaces between sentences."""
    return ("" if language == "ja" else " ").join(texts)


def dateline(issue: Issue, show: Show) -> str:
    """Which episode of which day it is."""
    language = show.about.language
    return " – ".join([WORDS[language].number.format(issue.number), day(issue.date, language)])


# ── HTML ─────────────────────────────────────────────────────────────────────────────────────────


def newsletter_html(show: Show, issue: Issue) -> str:
    """A whole document for e-mail clients: one column of 600 pixels at most."""
    return PAGES.get_template("newsletter.html.j2").render(
        about=show.about,
        language=show.about.language,
        words=WORDS[show.about.language],
        issue=issue,
        dateline=dateline(issue, show),
        home=show.publish.at("index.html"),
    )


# ── Markdown ─────────────────────────────────────────────────────────────────────────────────────


def newsletter_markdown(show: Show, issue: Issue) -> str:
    """The same newsletter in Markdown (CommonMark)."""
    words, about = WORDS[show.about.language], show.about
    parts = [
        f"# {markdown(issue.title)}",
        f"**{markdown(about.title)}** – {markdown(dateline(issue, show))}",
        markdown(issue.summary),
        *(_entry_markdown(entry, about.language) for entry in issue.entries),
        f"**{_link(words.listen_to, issue.page)}**" if issue.page else "",
        "---",
        _closing(show),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _entry_markdown(entry: Entry, language: str) -> str:
    words = WORDS[language]
    rows = [
        f"- {_link(item.title or item.url, item.url)}{words.said_by.format(markdown(item.source))}"
        for item in entry.sources
    ]
    parts = [
        f"## {_link(entry.title, entry.url)}",
        f"*{words.follows.format(entry.seen_before)}*" if entry.seen_before else "",
        markdown(_join([_said(passage, language) for passage in entry.passages], language)),
        f"{words.sources}{words.colon.rstrip()}",
        "\n".join(rows),
    ]
    return "\n\n".join(filter(None, parts))


def _said(passage: Passage, language: str) -> str:
    by = WORDS[language].said_by.format(passage.source) if passage.source else ""
    return passage.text + by


def _closing(show: Show) -> str:
    """Whose newsletter it is and where the show is found, its sponsor and its rights."""
    words, about = WORDS[show.about.language], show.about
    home = _link(about.title, show.publish.at("index.html"))
    lines = [
        " – ".join(filter(None, [home, markdown(about.tagline)])),
        markdown(f"{words.sponsor}{words.colon}{about.sponsor}") if about.sponsor else "",
        f"© {markdown(about.copyright or about.author)}",
    ]
    return "\n\n".join(filter(None, lines))


def _link(text: str, url: str) -> str:
    """A link, or the text alone where the address may not be one."""
    return f"[{markdown(text)}](<{url}>)" if is_link(url) else markdown(text)
