"""The connection to a Dask scheduler, quiet on the terminal, and whether it knows kawaraban.

The scheduler unpickles what it hands on to workers, so all have to have this version of kawaraban.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from kawaraban.errors import EngineError, one_line

PATIENCE = 30.0
"""Seconds to wait for the scheduler, for a worker where there is none, and for a line's sound."""
OURS = "kawaraban"
_LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio")
"""Which have handlers or levels of their own; what matters of it becomes an error of ours."""

Client = Any
"""A distributed.Client; the package is not always there."""


@contextmanager
def connect(address: str) -> Iterator[Client]:
    """A connection to a scheduler that can hand on our lines; closed, it takes back what was sent.

    Raises:
        EngineError: distributed is not installed, no scheduler answers within PATIENCE, or it has
            another version of kawaraban.
    """
    distributed = _library()
    try:
        _check_certificates(distributed, address)
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False, name=OURS)
    except (OSError, OverflowError, ImportError) as error:
        raise EngineError(
            f"no Dask scheduler can be reached at {address}: {one_line(str(error))}",
            hint=f"start one there: {_start(address)}; or set another address: docs/cluster.md",
        ) from error
    with client:
        try:
            found = client.run_on_scheduler(package_version, OURS)
        except (PackageNotFoundError, OSError) as error:
            found = error
        check_version(f"the scheduler at {address}", found)
        yield client


def _check_certificates(distributed: ModuleType, address: str) -> None:
    """Raise an EngineError where TLS is asked for and Dask is told of no certificate.

    Raises:
        OSError: one of its files is not there, or is none.
    """
    given = distributed.Security().get_connection_args("client")
    if address.startswith("tls://") and given.get("ssl_context") is None:
        raise EngineError(
            f"{address} needs certificates, and Dask's settings on this machine name none",
            hint="write ~/.config/dask/cluster.yaml: docs/cluster.md, Who may connect",
        )


def _start(address: str) -> str:
    scheme, _, place = address.partition("://")
    host, _, port = place.rpartition(":")
    return f"dask scheduler --protocol {scheme} --host {host} --port {port}"


def _library() -> ModuleType:
    """Dask's distributed, told to be quiet."""
    if find_spec("distributed") is None:
        hint = "install it: pip install 'kawaraban[cluster]'"
        raise EngineError("a cluster needs the package distributed", hint=hint)
    import distributed  # noqa: PLC0415 - an extra, and half a second
    from distributed.versions import VersionMismatchWarning  # noqa: PLC0415

    # Other versions of Python or NumPy do no harm; those of engines are compared line by line.
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return distributed


def check_workers(client: Client, addresses: Sequence[str]) -> Sequence[str]:
    """The workers among these that answered, all with our version.

    Raises:
        EngineError: one has another version of kawaraban, or none.
        OSError: the scheduler does not answer.
    """
    if not addresses:
        return ()
    found = client.run(package_version, OURS, workers=list(addresses), on_error="return")
    answered = [one for one, what in found.items() if not isinstance(what, OSError)]
    for address in answered:
        check_version(f"worker {address}", found[address])
    return answered


def check_version(who: str, found: str | Exception) -> None:
    """Raise an EngineError where a machine has another kawaraban, or none."""
    ours = package_version(OURS)
    if isinstance(found, OSError):
        raise EngineError(f"{who} broke off: {one_line(str(found))}", hint="build again")
    if found != ours:
        has = f"kawaraban {found}" if isinstance(found, str) else "no kawaraban"
        raise EngineError(
            f"{who} has {has}; this machine has {ours}",
            hint=f"install it there and start it again: pip install 'kawaraban[cluster]=={ours}'",
        )


def lost(address: str) -> EngineError:
    """The scheduler, or what it kept, is gone."""
    hint = "lines that are done are kept: start it again, then its workers, and build again"
    return EngineError(f"the Dask scheduler at {address} was lost", hint=hint)


def deserted(address: str) -> EngineError:
    """There is nobody to speak."""
    return EngineError(
        f"the Dask scheduler at {address} has had no worker for {PATIENCE:g} s",
        hint=f"start one on each machine: dask worker {address} (docs/cluster.md)",
    )


def late() -> EngineError:
    """A line was spoken, and its sound does not come."""
    cause = f"its sound did not come from the cluster within {PATIENCE:g} s"
    return EngineError(cause, hint="is the network slow? build again")
