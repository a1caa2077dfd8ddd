"""How a server's answers come: with an end, in bytes and in time."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

LARGEST = 4 * 2**20
"""Bytes of an answer: a thousand times what is asked for."""


def bounded(seconds: float) -> httpx2.BaseTransport:
    """A transport whose answers have an end: in bytes, and in time however slowly they come."""
    import httpx2  # noqa: PLC0415 - of the client

    class Body(httpx2.SyncByteStream):
        def __init__(self, stream: httpx2.SyncByteStream, ends: float) -> None:
            self._stream, self._ends = stream, ends

        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for chunk in self._stream:
                size += len(chunk)
                if size > LARGEST:
                    raise httpx2.ReadError(f"it answered more than {LARGEST // 2**20} MiB")
                if monotonic() > self._ends:
                    raise httpx2.ReadTimeout("it answers too slowly")
                yield chunk

        def close(self) -> None:
            self._stream.close()

    class Bounded(httpx2.HTTPTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            # Packed bytes could unpack to any size.
            request.headers["Accept-Encoding"] = "identity"
            ends = monotonic() + seconds
            response = super().handle_request(request)
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise httpx2.ReadError("it answered packed bytes, which were not asked for")
            response.stream = Body(response.stream, ends)  # type: ignore[arg-type]
            return response

    return Bounded()
