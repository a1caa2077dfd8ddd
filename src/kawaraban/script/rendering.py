"""The process that `sandbox` starts: a template and its values in, text or a fault out.

It is its own program, and loads Jinja2 and little else.
"""

from __future__ import annotations

import json
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath
from types import FrameType
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kawaraban.documents import read_text
from kawaraban.errors import ShowError, one_line
from kawaraban.script.filters import filters
from kawaraban.script.sandbox import Limits, Page, bind, late

_AGAIN = 0.2
"""Seconds between two rings of the timer."""


class _Late(Exception):  # noqa: N818 - not an error of the template's own
    """The time is up."""


class _Beside(BaseLoader):
    """Loads a template, and what it includes from its own folder and below; nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.read: dict[str, Path] = {}

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """The text of a file, and its name."""
        del environment
        path = self._path.parent / template
        if template != self._path.name:
            self._check(path, template)
        self.read[str(path)] = path
        return read_text(path), str(path), lambda: True

    def _check(self, path: Path, name: str) -> None:
        folder = self._path.parent
        inside = path.resolve().is_relative_to(folder.resolve())
        if not inside or ".." in PurePath(name).parts or PurePath(name).is_absolute():
            raise TemplateNotFound(name, f"{name}: only what lies in {folder} may be included")
        if not path.is_file():
            raise TemplateNotFound(name, f"there is no file {name} in {folder}")


def answer(page: Page, values: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """{"text": …}, or a ShowError's {"cause", "where", "line", "hint"}."""
    loader = _Beside(page.path)
    try:
        with _timer(limits.seconds):
            return {"text": _text(loader, page, values, limits)}
    except ShowError as error:
        found = error if error.where else _located(loader, page, error, error.cause, error.hint)
    except TemplateSyntaxError as error:
        found = ShowError(str(error.message), where=error.filename or page.path, line=error.lineno)
    except _Late as error:
        found = late(page.path, limits, _located(loader, page, error).line)
    except MemoryError as error:
        most = f"the template takes more memory than {limits.memory >> 20} MiB"
        found = _located(loader, page, error, most, "look for what it repeats or joins")
    except RecursionError as error:
        found = _located(loader, page, error, "a macro or an include calls itself without end")
    except (
        TemplateError,
        AttributeError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        OSError,
    ) as error:
        found = _located(loader, page, error)
    fault = {"cause": found.cause, "where": str(found.where), "line": found.line}
    return {**fault, "hint": found.hint}


def _text(loader: _Beside, page: Page, values: Mapping[str, Any], limits: Limits) -> str:
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= filters(page.language, page.number)
    parts, length = list[str](), 0
    for part in environment.get_template(page.path.name).generate(values):
        parts.append(part)
        length += len(part)
        if length > limits.output:
            raise ShowError(
                f"the template writes more than {limits.output:,} characters",
                hint="look for a loop that goes on too long",
            )
    return "".join(parts)


@contextmanager
def _timer(seconds: float) -> Iterator[None]:
    """Stop with _Late after so many seconds; on Windows, the process that waits for us does."""
    if sys.platform == "win32":
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise _Late

    signal.signal(signal.SIGALRM, ring)
    # Again and again, for Jinja2 takes some errors for a sign that it cannot work out beforehand.
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _located(
    loader: _Beside,
    page: Page,
    error: BaseException,
    cause: str = "",
    hint: str = "mend the template",
) -> ShowError:
    """An error with the file and the line it happened on: Jinja2 puts them into the traceback."""
    frames = traceback.extract_tb(error.__traceback__)[::-1]
    places = ((frame.filename, frame.lineno or 0) for frame in frames)
    where, line = next((at for at in places if at[0] in loader.read), (str(page.path), 0))
    return ShowError(cause or one_line(str(error)), where=where, line=line, hint=hint)


def main() -> None:
    """Read a job from stdin, write the answer to stdout."""
    page, values, limits = pickle.load(sys.stdin.buffer)  # noqa: S301 - of the process that started us
    bind(limits)
    sys.stdout.buffer.write(json.dumps(answer(page, values, limits)).encode())


if __name__ == "__main__":
    main()
