"""The bounded process that a template runs in: it may be wrong, and may not hang or flood us.

A producer may have a template from anywhere. Jinja2's sandbox keeps it from Python; here it gets a
process of its own, with a limit to the time, the memory and the text it may use. Values go in as a
pickle of ours; what comes back is JSON: the text, or a fault with its line.
"""

from __future__ import annotations

import json
import math
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kawaraban.errors import ShowError, one_line

_STARTING = 10.0
"""Seconds for a slow machine to start Python and load Jinja2, before the template's own begin."""
_CPU_LIMIT_REACHED = -24
"""SIGXCPU, of Linux and macOS alike: rendering.py asks for it behind its own timer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a template may use. Our own templates take a quarter of a second and 40 MB."""

    seconds: float = 10.0
    memory: int = 1 << 30
    """Bytes of address space, where the platform keeps to it (Linux does)."""
    output: int = 2_000_000
    """Characters: a hundred hours of speech."""


@dataclass(frozen=True, slots=True)
class Page:
    """A template, and whom it speaks for."""

    path: Path
    language: str
    number: int
    """The episode's: phrases vary with it."""


def render(page: Page, values: Mapping[str, Any], limits: Limits) -> str:
    """The text that a template makes of values.

    Raises:
        ShowError: it is wrong, or goes beyond a limit; names the file, and the line if known.
    """
    job = pickle.dumps((page, dict(values), limits))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "kawaraban.script.rendering"],
            input=job,
            capture_output=True,
            timeout=limits.seconds + _STARTING,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise late(page.path, limits) from error
    if done.returncode == _CPU_LIMIT_REACHED:
        raise late(page.path, limits)
    if done.returncode != 0:
        raise _died(page.path, done)
    answer = json.loads(done.stdout)
    if "text" in answer:
        return str(answer["text"])
    raise ShowError(**answer)


def late(path: Path, limits: Limits, line: int = 0) -> ShowError:
    """The error for a template that takes too long."""
    return ShowError(
        f"the template did not end within {limits.seconds:g} s",
        where=path,
        line=line,
        hint="look for a loop that never ends",
    )


def _died(path: Path, done: subprocess.CompletedProcess[bytes]) -> ShowError:
    said = done.stderr.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1]
    return ShowError(
        f"the process that renders the template ended with code {done.returncode}",
        where=path,
        hint=one_line(said) or "it may have asked for more memory than there is",
    )


def bind(limits: Limits) -> None:
    """Bind this process to limits of memory and of processor time, as far as the platform does.

    Processor time stops what no timer can, a single step of Python's that takes minutes.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - there is none on Windows

    cpu = math.ceil(limits.seconds) + 1
    for kind, most in ((resource.RLIMIT_AS, limits.memory), (resource.RLIMIT_CPU, cpu)):
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (allowed, hard))
        except (ValueError, OSError):
            # macOS knows a limit to address space and does not take it.
            continue
