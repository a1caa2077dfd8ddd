"""Start-up of commands that need no engine, beside the interpreter's own."""

from __future__ import annotations

import sys
from typing import Any

import scripts
from processes import run
from shows import environment, humming_show, sentences

COMMANDS = {
    "python -c pass": (),
    "--help": ("--help",),
    "pick --help": ("pick", "--help"),
    "voices": ("voices",),
    "check": ("check",),
    "build, nothing to do": ("build", "1"),
    "read": ("read", "今日は晴れです。"),
}
LINES = 24


def measure(rounds: int) -> dict[str, Any]:
    """Seconds of each command, in alternating rounds."""
    found = []
    with humming_show() as shop:
        shop.write(scripts.long([one["text"] for one in sentences()], LINES, ("yomi", "kiku")))
        shop.build()
        bare = [sys.executable, "-c", "pass"]
        for _ in range(rounds + 1):
            took = {
                name: shop.kawaraban(*asks)
                if asks
                else run(bare, shop.root, environment(shop.cache))
                for name, asks in COMMANDS.items()
            }
            found.append({name: round(one.seconds, 3) for name, one in took.items()})
    return {"rounds": found[1:]}  # the first one reads files from disk
