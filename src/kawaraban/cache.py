"""What all shows share: where it is kept, and spoken clips by content, up to a size.

A clip is a FLAC file under its key. Builds at once may write the same one: each writes it under a
name of its own first. Every file carries what was measured of its sound, so that this is done once,
and the SHA-256 of the rest of it, so that a flipped bit or a missing end is found whenever it is
read. What is used is dated anew; after a build, what was not
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
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kawaraban import flac
from kawaraban.errors import ClipError, ShowError
from kawaraban.store import atomic
from kawaraban.upkeep import evict, running

if TYPE_CHECKING:
    from collections.abc import Callable

    from kawaraban.envelope import Envelope
    from kawaraban.loudness import Audio

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
_NAME = b"kwbn"
"""Ours, in the FLAC block for an application, which players pass over (RFC 9639, 8.4)."""
_SUM = 32
"""Bytes of a SHA-256."""
Read: TypeAlias = "Callable[[str], tuple[Audio, int]]"
"""A kept clip's samples and their rate in Hz, by its key."""


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
            self._opened(key)
        except ClipError:
            return False
        return True

    def seconds(self, key: str) -> float:
        """The length of a clip that is there."""
        import soundfile  # noqa: PLC0415 - loads a library

        return float(soundfile.info(self.path(key)).duration)

    def write(self, key: str, samples: Audio, rate: int) -> None:
        """Keep samples in [-1, 1], shape [n], at `rate` Hz.

        Raises:
            OutputError: the folder cannot be written to, or the disk is full.
        """
        from kawaraban.envelope import envelope  # noqa: PLC0415 - loads numpy

        sound = flac.encoded(samples, rate)
        measured = envelope(*flac.decoded(sound)).to_bytes()  # what is kept, whoever spoke it
        with atomic(self.path(key), alone=False) as part:
            part.write_bytes(_sealed(sound, measured))
        self._written.add(key)

    def read(self, key: str) -> tuple[Audio, int]:
        """Samples, shape [n], and their rate in Hz; the clip counts as used.

        Raises:
            ClipError: the clip is gone or damaged.
        """
        sound, _ = self._opened(key)
        return flac.decoded(sound)

    def envelope(self, key: str) -> Envelope:
        """What was measured of a clip when it was kept; it counts as used.

        Raises:
            ClipError: the clip is gone or damaged.
        """
        from kawaraban.envelope import Envelope  # noqa: PLC0415

        _, measured = self._opened(key)
        return Envelope.from_bytes(measured)

    def require(self, keys: Iterable[str]) -> None:
        """Find out before any work whether clips are there.

        Raises:
            ClipError: some are gone or damaged.
        """
        if lost := sum(not self.has(key) for key in set(keys)):
            cause = f"{lost} kept clip{'s are' if lost > 1 else ' is'} gone or damaged"
            raise ClipError(cause, where=self.folder, hint="build again")

    def _opened(self, key: str) -> tuple[bytes, bytes]:
        """A clip's FLAC and what was measured of it, dated anew; ClipError where it is damaged."""
        path = self.path(key)
        try:
            with suppress(PermissionError):  # of another user: not ours to date
                os.utime(path)
            return _unsealed(path.read_bytes())
        except OSError as error:
            cause = f"a kept clip cannot be read: {error.strerror}"
            raise ClipError(cause, where=path, hint="build again") from error
        except ValueError as error:
            raise ClipError("a kept clip is damaged", where=path, hint="build again") from error

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


def _sealed(sound: bytes, measured: bytes) -> bytes:
    """FLAC with a block behind its first: the SHA-256 of all the rest, and what was measured."""
    block = _NAME + _summed(sound, measured) + measured
    head = bytes([2]) + len(block).to_bytes(3, "big")  # 2 is an application's
    return sound[:_HEAD] + head + block + sound[_HEAD:]


def _unsealed(file: bytes) -> tuple[bytes, bytes]:
    """What was sealed; ValueError where it is no longer that."""
    start = _HEAD + 4 + len(_NAME) + _SUM
    end = _HEAD + 4 + int.from_bytes(file[_HEAD + 1 : _HEAD + 4], "big")
    sound, measured = file[:_HEAD] + file[end:], file[start:end]
    if not measured or file != _sealed(sound, measured):
        raise ValueError
    return sound, measured


def _summed(sound: bytes, measured: bytes) -> bytes:
    return hashlib.sha256(measured + sound).digest()
