"""Bodies of answers, unpacked step by step: a bomb stops at the limit."""

from __future__ import annotations

import zlib
from http.client import IncompleteRead

from kawaraban.errors import one_line

_CODINGS = {"": "", "identity": "", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
_GZIP, _ZLIB, _RAW = 31, 15, -15
"""zlib's wbits for RFC 1952, 1950 and 1951."""


class Body:
    """A body, unpacked as it comes, never more than one byte past `most`.

    Raises:
        LookupError: it is packed in a way nobody asked for.
    """

    def __init__(self, coding: str, most: int) -> None:
        plain = _CODINGS.get(coding.strip().lower())
        if plain is None:
            raise LookupError(f"packed as {one_line(coding)}, which was not asked for")
        self.data = bytearray()
        self._coding, self._most = plain, most
        self._held = b""
        self._ended = False
        self._stream: zlib._Decompress | None = None

    def add(self, wire: bytes) -> None:
        """Unpack more bytes; what follows a stream is another gzip stream, or nothing."""
        if not self._coding:
            self.data += wire
        while self._coding and wire and len(self.data) <= self._most:
            wire = self._unpack(wire)

    def _unpack(self, wire: bytes) -> bytes:
        """Take bytes in, and return those after the end of a stream."""
        wire, self._held = self._held + wire, b""
        if self._stream is None:
            if len(wire) == 1:
                self._held = wire
                return b""
            if self._ended and not (self._coding == "gzip" and wire.startswith(b"\x1f\x8b")):
                return b""
            self._stream = zlib.decompressobj(_wbits(self._coding, wire))
        stream = self._stream
        self.data += stream.decompress(wire, self._most + 1 - len(self.data))
        if stream.eof:
            self._stream, self._ended = None, True
        return stream.unused_data

    def whole(self) -> bytes:
        """All of it.

        Raises:
            IncompleteRead: its end is missing.
        """
        if self._stream is not None or (self._held and not self._ended):
            raise IncompleteRead(b"")
        return bytes(self.data)


def _wbits(coding: str, wire: bytes) -> int:
    """How a stream is packed: "deflate" is zlib's, but some servers send it without its header."""
    if coding == "gzip":
        return _GZIP
    # RFC 1950, 2.2: method 8, and a checksum of the first two bytes.
    is_zlib = wire[0] & 15 == 8 and int.from_bytes(wire[:2], "big") % 31 == 0  # noqa: PLR2004
    return _ZLIB if is_zlib else _RAW
