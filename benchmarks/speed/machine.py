"""Which machine measures, and with which versions."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from kawaraban import __version__

PACKAGES = ("openvino", "onnxruntime", "numpy")


def machine() -> dict[str, str]:
    """Processor, cores, memory, system and versions, for people."""
    return {
        "processor": _processor(),
        "cores": f"{os.cpu_count()} cores",
        "memory": f"{_memory() / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "versions": ", ".join(
            [
                f"Python {platform.python_version()}",
                f"kawaraban {__version__}",  # an editable install keeps that of the day it was made
                *(f"{one} {version(one)}" for one in PACKAGES),
            ]
        ),
    }


def _processor() -> str:
    """What the kernel calls it, and what its whole numbers are multiplied with."""
    told = dict(
        map(str.strip, line.split(":", 1))
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        if ":" in line
    )
    able = [name for name in ("amx_int8", "avx512_vnni", "avx_vnni") if name in told["flags"]]
    kind = f"family {told['cpu family']} model {told['model']}"
    return f"{told['model name']} ({', '.join([kind, *able])})"


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
