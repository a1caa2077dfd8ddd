"""What all shows share: where it is kept, and spoken clips by content, up to a size.

A clip is a FLAC file under its key. Builds at once may write the same one: each writes it under a
name of its own first. Every file carries the SHA-256 of the rest of it, so that a flipped bit or a
missing end is found whenever it is read. What is used is dated anew; after a build, what was not
used for longest goes. (The library diskcache is not used: it verifies nothing, keeps values pickled
or in SQLite, where no sound tool finds them, and its last release is of 2023.)
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from kawaraban.errors import ClipError, ShowError
from kawaraban.store import atomic
from kawaraban.upkeep import evict, running

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FOLDER_VARIABLE = "KAWARABAN_CACHE"
"""The environment variable that names another folder."""
SIZE_VARIABLE = "KAWARABAN_CACHE_SIZE"
"""The environment variable that sets another limit: 500M, 4G, or a number of bytes."""
CLIPS, MODELS = "clips", "models"
"""Folders in it: spoken clips, and what engines made of their models to be faster."""
LIMIT = 4 << 30
"""Bytes of clips that are kept: some thirty hours of speech at 24 kHz."""
_UNITS = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}
_HEAD = 42
"""Bytes of FLAC's mark and first block, STREAMINFO, which has one size always (RFC 9639, 8.2)."""
_SEAL = b"\x02\x00\x00\x24kwbn"
"""The head of a FLAC block for an application, which players pass over: our name and 32 bytes."""


def cache_folder() -> Path:
    """Where everything is kept that shows share: KAWARABAN_CACHE, or else the user's cache."""
    if asked := os.environ.get(FOLDER_VARIABLE):
        return Path(asked).expanduser().absolute()
    from platformdirs import user_cache_path  # noqa: PLC0415 - most commands keep nothing

    return user_cache_path("kawaraban", appauthor=False)


def cache_size() -> int:
    """How many bytes of clips may be kept: KAWARABAN_CACHE_SIZE, or else LIMIT.

    Raises:
        ShowError: it is no size.
    """
    asked = os.environ.get(SIZE_VARIABLE) or str(LIMIT)
    size = re.fullmatch(r"(\d{1,15})([KMGT]?)", asked, re.ASCII)
    if size is None:
        raise ShowError(f"{asked!r} is no size", where=SIZE_VARIABLE, hint="write 500M or 4G")
    return int(size[1]) << _UNITS[size[2]]


def shared_clips() -> Clips:
    """The clips of all shows.

    Raises:
        ShowError: KAWARABAN_CACHE_SIZE is no size.
    """
    return Clips(cache_folder() / CLIPS, cache_size())


@dataclass(frozen=True, slots=True)
class Clips:
    """Clips kept by content key: mono FLAC, 24 bits, whole or absent.

    Args:
        folder: where they are.
        limit: bytes of them that are left after a build.
    """

    folder: Path
    limit: int = LIMIT
    _written: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def path(self, key: str) -> Path:
        """Where the clip with this key is, or will be."""
        return self.folder / key[:2] / f"{key}.flac"

    def has(self, key: str) -> bool:
        """Whether the clip is there and whole; it counts as used."""
        try:
            self._flac(key)
        except ClipError:
            return False
        return True

    def seconds(self, key: str) -> float:
        """The length of a clip that is there."""
        import soundfile  # noqa: PLC0415 - loads a library

        return float(soundfile.info(self.path(key)).duration)

    def write(self, key: str, samples: NDArray[np.float32], rate: int) -> None:
        """Keep samples in [-1, 1], shape [n], at `rate` Hz.

        Raises:
            OutputError: the folder cannot be written to, or the disk is full.
        """
        import soundfile  # noqa: PLC0415

        made = BytesIO()
        soundfile.write(made, samples, rate, subtype="PCM_24", format="FLAC")
        with atomic(self.path(key), alone=False) as part:
            part.write_bytes(_sealed(made.getvalue()))
        self._written.add(key)

    def read(self, key: str) -> tuple[NDArray[np.float32], int]:
        """Samples, shape [n], and their rate in Hz; the clip counts as used.

        Raises:
            ClipError: the clip is gone or damaged.
        """
        import soundfile  # noqa: PLC0415

        samples, rate = soundfile.read(BytesIO(self._flac(key)), dtype="float32")
        return samples, rate

    def require(self, keys: Iterable[str]) -> None:
        """Find out before any work whether clips are there.

        Raises:
            ClipError: some are gone or damaged.
        """
        if lost := sum(not self.has(key) for key in set(keys)):
            cause = f"{lost} kept clip{'s are' if lost > 1 else ' is'} gone or damaged"
            raise ClipError(cause, where=self.folder, hint="build again")

    def _flac(self, key: str) -> bytes:
        """The file of a clip, dated anew; ClipError where it is gone or damaged."""
        path = self.path(key)
        try:
            with suppress(PermissionError):  # of another user: not ours to date
                os.utime(path)
            flac = path.read_bytes()
        except OSError as error:
            cause = f"a kept clip cannot be read: {error.strerror}"
            raise ClipError(cause, where=path, hint="build again") from error
        if flac != _sealed(flac[:_HEAD] + flac[_HEAD + len(_SEAL) + 32 :]):
            raise ClipError("a kept clip is damaged", where=path, hint="build again")
        return flac

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep what is used in the block; after it, remove what is more than the limit.

        A block that fails leaves everything for the next build to go on with, and one that wrote
        nothing has nothing to make room for.

        Raises:
            BusyError: another build is clearing up.
            OutputError: the folder cannot be written to.
        """
        with running(self.folder):
            yield
        if self._written:
            evict(self.folder, self.limit)


def _sealed(flac: bytes) -> bytes:
    """A FLAC file with a block behind its first that holds the SHA-256 of all the rest."""
    return flac[:_HEAD] + _SEAL + hashlib.sha256(flac).digest() + flac[_HEAD:]
