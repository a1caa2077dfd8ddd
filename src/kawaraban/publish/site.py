"""The pages: one for the show, one for each episode.

Links to our own files are relative, so pages work from any host and from a folder on disk; styles
and script stand in the page, so nothing is loaded from elsewhere.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from kawaraban.publish.episode import Audio, Episode, LineRecord
from kawaraban.publish.identity import FEED
from kawaraban.publish.notes import credit_lines, origin, synthetic_line
from kawaraban.publish.words import WORDS, clock, day, is_link, minutes
from kawaraban.settings import Show


def typed(audio: Audio) -> str:
    """The type of a sound file, by which a browser knows whether it can play it."""
    return f'{audio.type}; codecs="{audio.codecs}"' if audio.codecs else audio.type


PAGES = Environment(
    loader=PackageLoader("kawaraban.publish"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
PAGES.filters |= {"clock": clock, "day": day, "minutes": minutes, "origin": origin, "typed": typed}
PAGES.tests |= {"link": is_link}


def index_html(show: Show, episodes: Iterable[Episode], *, cover_name: str) -> str:
    """The show's page: episodes newest first; `cover_name` is the cover's file in output/."""
    newest = sorted(episodes, key=lambda episode: (episode.published, episode.number), reverse=True)
    return PAGES.get_template("index.html.j2").render(
        show=show,
        about=show.about,
        language=show.about.language,
        words=WORDS[show.about.language],
        episodes=newest,
        cover=cover_name,
        feed=FEED,
        url=show.publish.at("index.html"),
        synthetic=_show_synthetic(newest, show.about.language),
    )


def episode_html(show: Show, episode: Episode, *, cover_name: str) -> str:
    """An episode's page, which stands in the episode's folder; `cover_name` as for the show's."""
    return PAGES.get_template("episode.html.j2").render(
        show=show,
        about=show.about,
        language=episode.language,
        words=WORDS[episode.language],
        episode=episode,
        scenes=_scenes(episode),
        credits=credit_lines(episode),
        cover=cover_name,
        feed=f"../../{FEED}",
        url=show.publish.at(f"{episode.folder}/index.html"),
        synthetic=synthetic_line(episode.people, episode.language),
    )


def _show_synthetic(episodes: Sequence[Episode], language: str) -> str:
    """What is to be said of the voices of all episodes; each of them once, as last heard."""
    people = {person.id: person for episode in reversed(episodes) for person in episode.people}
    return synthetic_line([*people.values()], language)


def _scenes(episode: Episode) -> list[tuple[str, list[LineRecord]]]:
    """The lines under the title of their chapter: the one in which a line's middle lies."""
    starts = [chapter.start for chapter in episode.chapters]
    titles = ["", *(chapter.title for chapter in episode.chapters)]
    grouped = groupby(episode.lines, lambda line: bisect(starts, (line.start + line.end) / 2))
    return [(titles[at], list(lines)) for at, lines in grouped]
