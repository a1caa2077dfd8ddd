"""The template: rundown to script text, by Jinja2 in a sandbox where nothing may be undefined."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kawaraban.documents import front_matter
from kawaraban.errors import ShowError
from kawaraban.model import Rundown, Story
from kawaraban.script import phrasing
from kawaraban.settings import Show


def draft(show: Show, root: Path, rundown: Rundown, number: int, day: date) -> str:
    """The text of a script file: front matter, then what the show's template makes of a rundown.

    Raises:
        ShowError: the template is wrong; names template and line.
    """
    path, language = root / show.script.template, show.about.language
    title = phrasing.episode_title(rundown.stories, language)
    summary = phrasing.episode_summary(rundown.stories, language)
    body = _render(
        path,
        _filters(language, number),
        {
            "show": show.about,
            "hosts": show.hosts,
            "number": number,
            "date": day,
            "title": title,
            "summary": summary,
            "stories": [_harmless(story, language) for story in rundown.stories],
        },
    )
    head = {"number": number, "title": title, "date": day.isoformat(), "summary": summary}
    return front_matter(head) + "\n" + body.strip() + "\n"


def _harmless(story: Story, language: str) -> Story:
    """A story whose words cannot be taken for the script's own signs."""
    plain = partial(phrasing.harmless, language=language)
    return replace(
        story,
        title=plain(story.title),
        items=tuple(
            replace(item, title=plain(item.title), source=plain(item.source))
            for item in story.items
        ),
        points=tuple(replace(point, text=plain(point.text)) for point in story.points),
        timeline=tuple(
            replace(
                event,
                text=plain(event.text),
                detail=plain(event.detail),
                source=plain(event.source),
            )
            for event in story.timeline
        ),
    )


def _filters(language: str, number: int) -> dict[str, Callable[..., str]]:
    """What templates have beside Jinja2's own filters, in the show's language."""
    by_language = (
        phrasing.spoken_date,
        phrasing.weekday,
        phrasing.spoken_list,
        phrasing.shorten,
    )
    return {
        **{spoken.__name__: partial(spoken, language=language) for spoken in by_language},
        "vary": lambda phrases, place=0: phrasing.vary(phrases, number, place),
    }


def _render(path: Path, filters: dict[str, Callable[..., str]], values: dict[str, Any]) -> str:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(path.parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= filters
    try:
        return environment.get_template(path.name).render(values)
    except UnicodeDecodeError as error:
        raise ShowError("not valid UTF-8", where=path, hint="save the file as UTF-8") from error
    except TemplateSyntaxError as error:
        raise ShowError(
            f"{error.message}", where=error.filename or path, line=error.lineno
        ) from error
    except (
        TemplateError,
        SecurityError,
        ShowError,
        AttributeError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
    ) as error:
        raise ShowError(
            str(error), where=path, line=_line_in(error, path), hint="mend the template"
        ) from error


def _line_in(error: BaseException, path: Path) -> int:
    """The template's line where rendering stopped: Jinja2 puts it into the traceback."""
    frames: Sequence[traceback.FrameSummary] = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == str(path)), 0)
