"""ffmpeg, which comes with imageio-ffmpeg, so that a machine needs none of its own."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from kawaraban.errors import KawarabanError, OutputError, SoundError


@cache
def ffmpeg() -> tuple[str, ...]:
    """The start of a command line.

    imageio-ffmpeg starts the program that it brings before it tells where it is, which takes a
    tenth of a second; what is there is taken as it is.
    """
    import imageio_ffmpeg  # noqa: PLC0415

    brought = sorted(Path(imageio_ffmpeg.__file__).parent.glob("binaries/ffmpeg-*"))
    asked = "IMAGEIO_FFMPEG_EXE" in os.environ
    program = brought[0] if brought and not asked else imageio_ffmpeg.get_ffmpeg_exe()
    return (str(program), "-hide_banner", "-nostdin")


def run(arguments: Sequence[str], given: bytes = b"") -> str:
    """Run ffmpeg, with what it reads from pipe:0; what it said.

    Raises:
        SoundError: it failed; the last thing it said.
        OutputError: the disk is full.
    """
    whole = [*ffmpeg(), *arguments]
    done = subprocess.run(whole, input=given, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise failed(done.returncode, done.stderr)
    return done.stderr.decode(errors="replace")


def failed(code: int, said: bytes) -> KawarabanError:
    """What ffmpeg failed with, from its exit code, which tells of a full disk, and all it said."""
    if -code % 256 == errno.ENOSPC:
        return OutputError("no space left on the disk", hint="make room, and build again")
    lines = said.decode(errors="replace").strip().splitlines()
    return SoundError(f"ffmpeg failed: {lines[-1] if lines else 'it said nothing'}")
