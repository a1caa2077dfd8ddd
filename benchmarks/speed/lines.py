"""Speaks the lines of a drafted episode and nothing more, here or on a cluster.

    python lines.py SHOW NUMBER [ADDRESS]

Prints JSON: seconds from the loaded program to the last clip, lines, seconds of audio.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from kawaraban.cache import shared_clips
from kawaraban.config import load_show
from kawaraban.picking import read_rundown
from kawaraban.places import Places
from kawaraban.proofreading import read_script
from kawaraban.reading.spoken import reader_for
from kawaraban.speech.cluster import Cluster
from kawaraban.speech.engine import machine_of
from kawaraban.speech.render import render
from kawaraban.speech.voices import cast


def main(root: Path, number: int, address: str = "") -> None:
    """Speak and print."""
    show, places = load_show(root), Places(root, number)
    script = read_script(show, places, read_rundown(places))
    parts = cast(show, root, machine_of(show.render, os.cpu_count() or 1))
    reader = reader_for(root)
    lines = [reader.line(line, parts[line.speaker].voice.language) for line in script.lines]
    cluster = Cluster(address, root) if address else None
    started = time.perf_counter()
    clips = render(lines, parts, shared_clips(), lambda _: None, cluster=cluster)
    took = time.perf_counter() - started
    seconds = sum(clip.seconds for clip in clips)
    print(json.dumps({"took": took, "lines": len(clips), "seconds": seconds}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
