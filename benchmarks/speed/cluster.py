"""Scaling: the reference episode's lines on a Dask cluster of one and of two workers.

Scheduler and workers are processes on this machine, on loopback, each worker with one thread; so
two of them have what one local build has. Every run starts them anew and speaks every line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from typing import Any

from processes import BenchmarkError, run
from shows import DAY, HERE, Shop, environment, reference_show

MODES = {"local": 0, "one worker": 1, "two workers": 2}
"""How many workers; none for this process alone, with all cores."""
_HOST = ("--host", "127.0.0.1")


def measure(rounds: int) -> dict[str, Any]:
    """Seconds of speaking in each mode, in alternating rounds."""
    found: list[dict[str, float]] = []
    with reference_show() as shop:
        shop.kawaraban("draft", str(shop.number), "--date", DAY)
        _spoken(shop, 0)  # the optimised model is made now
        for at in range(rounds):
            told = {mode: _spoken(shop, workers) for mode, workers in MODES.items()}
            found.append({mode: round(one["took"], 2) for mode, one in told.items()})
            print(f"  round {at + 1}: {found[-1]}", flush=True)
    return {"lines": told["local"]["lines"], "seconds": told["local"]["seconds"], "rounds": found}


def _spoken(shop: Shop, workers: int) -> dict[str, Any]:
    shop.forget()
    with started(shop, workers) as address:
        command = [sys.executable, HERE / "lines.py", shop.root, str(shop.number)]
        ran = run([*command, *filter(None, [address])], shop.root, environment(shop.cache))
    told: dict[str, Any] = json.loads(ran.out)
    return told


@contextmanager
def started(shop: Shop, workers: int) -> Iterator[str]:
    """A scheduler and workers while the block lasts; the address, "" for no workers."""
    if not workers:
        yield ""
        return
    with ExitStack() as stack:
        ports = ("--port", "0", "--no-dashboard")
        line = _dask(stack, shop, "Scheduler at:", "scheduler", *_HOST, *ports)
        address = line.split()[-1]
        more = ("--nthreads", "1", "--no-nanny", "--no-dashboard", *_HOST)
        for _ in range(workers):
            _dask(stack, shop, "Registered to:", "worker", address, *more)
        yield address


def _dask(stack: ExitStack, shop: Shop, ready: str, *asks: str) -> str:
    """Start one of Dask's processes and wait for a line that it tells."""
    process = stack.enter_context(
        subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "dask", *asks],
            cwd=shop.root,
            env=environment(shop.cache),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
    )
    stack.callback(process.kill)
    assert process.stderr  # noqa: S101 - it was asked for
    told = []
    for line in process.stderr:
        told.append(line)
        if ready in line:
            Thread(target=process.stderr.read, daemon=True).start()
            return line
    raise BenchmarkError("".join(told) or f"dask {asks[0]} ended")
