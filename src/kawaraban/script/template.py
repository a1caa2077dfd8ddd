"""What a template is given, and what becomes of it: rundown to script text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from kawaraban.documents import front_matter, nearest
from kawaraban.errors import ShowError
from kawaraban.model import Rundown, Story
from kawaraban.script import phrasing
from kawaraban.script.plain import PARAGRAPH, plain, plain_section, spoken_title
from kawaraban.script.sandbox import Limits, Page, render
from kawaraban.settings import Show

_FOLDER = Path("scripts")
_SUFFIX = ".md.j2"


def with_template(show: Show, root: Path, name: str) -> Show:
    """The show with another template: digest is scripts/digest.md.j2; or the path of one.

    Raises:
        ShowError: there is none of that name; says the nearest one there is.
    """
    folder = root / _FOLDER
    named = (folder / f"{name}{_SUFFIX}", Path(name).absolute(), root / name)
    path = next((path for path in named if path.is_file()), None)
    if path is None:
        known = [path.name.removesuffix(_SUFFIX) for path in folder.glob(f"*{_SUFFIX}")]
        near = nearest(name, known)
        raise ShowError(f"there is no template {name}", where=folder, hint=near)
    script = show.script.model_copy(update={"template": path})
    return show.model_copy(update={"script": script})


def draft(
    show: Show,
    root: Path,
    rundown: Rundown,
    number: int,
    day: date,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> str:
    """The text of a script file: front matter, then what the show's template makes of a rundown.

    Args:
        show: whose template it is.
        root: the show's folder.
        rundown: the stories to tell.
        number: the episode's.
        day: the episode's.
        limits: what the template may use.

    Raises:
        ShowError: the template is wrong or goes beyond a limit; names template and line.
    """
    language = show.about.language
    stories = [_as_spoken(story) for story in rundown.stories]
    title = phrasing.episode_title(stories, language)
    summary = phrasing.episode_summary(stories, language)
    values = {
        "show": plain_section(show.about, language),
        "hosts": tuple(plain_section(host, language) for host in show.hosts),
        "number": number,
        "date": day,
        "title": phrasing.harmless(title, language),
        "summary": phrasing.harmless(summary, language),
        "stories": [plain(story, language) for story in stories],
    }
    page = Page(root / show.script.template, language, number)
    body = render(page, values, limits).replace(PARAGRAPH, " ")
    head = {"number": number, "title": title, "date": day.isoformat(), "summary": summary}
    return front_matter(head) + "\n" + body.strip() + "\n"


def _as_spoken(story: Story) -> Story:
    """A story with its titles as a person says them."""
    publishers = {item.source for item in story.items}
    items = (replace(item, title=spoken_title(item.title, publishers)) for item in story.items)
    return replace(story, title=spoken_title(story.title, publishers), items=tuple(items))
