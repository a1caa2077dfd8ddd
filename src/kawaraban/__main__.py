"""The program: `kawaraban`, or `python -m kawaraban`."""

from __future__ import annotations

import os
import sys

from kawaraban.cli import main


def run() -> None:
    """Run a command, and leave without taking apart what it loaded.

    The system takes a process's memory back at once; Python and OpenVINO need a quarter of a second
    for it after a build, a twentieth of what an edited line takes.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more would spin beside small products
    code = 0
    try:
        main()
    except SystemExit as left:
        code = int(left.code or 0)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
