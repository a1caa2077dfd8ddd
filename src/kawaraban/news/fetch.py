"""Feeds and pages from the net, with limits: whoever answers may be broken, or an enemy.

Every wait ends with the time for the whole; every address is looked up once, judged, and then
connected to itself (`address.py`); a body is unpacked step by step, never past its limit. What may
pass (no connection, a cut body, 429, 5xx) is tried again, what is refused is not. No proxies of
the environment are used, for they would look addresses up themselves.
"""

from __future__ import annotations

import re
import socket
import ssl
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from http.client import HTTPException, IncompleteRead, responses
from threading import Timer
from time import monotonic, sleep

from urllib3 import BaseHTTPResponse, exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from kawaraban import __version__
from kawaraban.errors import KawarabanError, one_line
from kawaraban.news.address import Address, Unfit, lookup, parse
from kawaraban.news.body import Body

BACKOFF = 0.5
"""Seconds before the second try; twice as many before each further one."""
PATIENCE = 10.0
"""Seconds that a server's Retry-After may ask for; more is cut to this."""
CHUNK = 2**14
"""Bytes read at once: what TLS hands out (RFC 8446, 5.1)."""
LONGEST_MARK = 1000
"""Characters of an ETag or a Last-Modified that are kept and sent again; longer ones are not."""
ASKED = {
    "User-Agent": f"kawaraban/{__version__}",
    "Accept": "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}
_OK, _UNCHANGED, _REFUSED, _BUSY, _BROKEN = 200, 304, 400, 429, 500
_MOVED, _MOVED_FOR_GOOD = {301, 302, 303, 307, 308}, {301, 308}
_HINTS = {
    401: "it wants a login, which kawaraban has not: choose another source",
    403: "it wants no programs: choose another source, or ask its owner",
    404: "check the address",
    410: "it is gone for good: take it out of the sources",
}
_LATER = "try again later, or check the address in a browser"


@dataclass(frozen=True)
class Limits:
    """What one fetch may take."""

    connect: float = 5.0
    """Seconds to connect, to each of a host's addresses."""
    total: float = 20.0
    """Seconds for all: redirects, body, further tries and the waits between them."""
    size: int = 10 * 2**20
    """Bytes of a body, as it came and unpacked."""
    redirects: int = 5
    tries: int = 3
    private: bool = False
    """Whether private, loopback, link-local and reserved addresses may be asked."""


@dataclass(frozen=True)
class Fetched:
    """What was found."""

    url: str
    """Where, after redirects."""
    status: int
    """200, or 304 where nothing is new."""
    kind: str
    """Its content type, lower case, without parameters; "" where none is told."""
    charset: str
    """The content type's, lower case, or ""."""
    body: bytes
    etag: str
    modified: str
    """The Last-Modified header: with the ETag, what to give to `fetch` next time."""
    permanent: bool
    """Whether there were redirects and all of them for good: `url` is its address from now on."""


class FetchError(KawarabanError):
    """A feed or page could not be had (exit code 1)."""


class _Passing(FetchError):  # noqa: N818 - told as a FetchError once tries run out
    """A failure that may pass; `wait` is what the server asks for, in seconds."""

    wait: float | None = None


def fetch(url: str, limits: Limits, *, etag: str = "", modified: str = "") -> Fetched:
    """GET a feed or a page.

    Args:
        url: where; http or https, without a user.
        limits: what it may take.
        etag: that of the last time, for a 304 where nothing is new.
        modified: the Last-Modified of the last time, likewise.

    Raises:
        FetchError: the address is not one to ask, it was not to be had, or is past a limit.
    """
    since = {"If-None-Match": _mark(etag), "If-Modified-Since": _mark(modified)}
    marks = {name: mark for name, mark in since.items() if mark}
    asking = _Asking(limits, monotonic() + limits.total, marks)
    tries = 1
    while True:
        try:
            return asking.follow(url)
        except _Passing as fault:
            wait = BACKOFF * 2 ** (tries - 1) if fault.wait is None else min(fault.wait, PATIENCE)
            if tries >= limits.tries or monotonic() + wait >= asking.ends:
                cause = f"{fault.cause} (try {tries} of {limits.tries})"
                raise FetchError(cause, hint=fault.hint) from fault
        sleep(wait)
        tries += 1


@dataclass(frozen=True, slots=True)
class _Asking:
    """One fetch under way."""

    limits: Limits
    ends: float
    """When its time is over, by the monotonic clock."""
    marks: Mapping[str, str]

    def follow(self, url: str) -> Fetched:
        """Ask, and go where it is sent on to."""
        with _fit():
            at = parse(url)
        been, for_good = [at], True
        while True:
            with self._asked(at) as response:
                if response.status not in _MOVED or "Location" not in response.headers:
                    return self._fetched(at, response, permanent=for_good and len(been) > 1)
                for_good = for_good and response.status in _MOVED_FOR_GOOD
                been.append(self._next(been, response.headers["Location"]))
            at = been[-1]

    def _next(self, been: list[Address], location: str) -> Address:
        with _fit():
            to = been[-1].to(location)
        hint = "look where a browser ends up, and take that address"
        if to in been:
            raise FetchError(f"{been[-1].host}: its redirects go in a circle", hint=hint)
        if len(been) > self.limits.redirects:
            cause = f"{been[0].host}: more than {self.limits.redirects} redirects"
            raise FetchError(cause, hint=hint)
        return to

    @contextmanager
    def _asked(self, at: Address) -> Iterator[BaseHTTPResponse]:
        """The head of an answer, whose body can be read; errors of the net become ours."""
        with ExitStack() as held:
            try:
                connection = self._connected(at, held)
                held.enter_context(self._cut_off(connection.sock, at))
                connection.request(
                    "GET",
                    at.target,
                    headers={"Host": at.authority, **ASKED, **self.marks},
                    preload_content=False,
                    decode_content=False,
                )
                yield held.enter_context(closing(connection.getresponse()))
            except (OSError, HTTPException, exceptions.HTTPError, zlib.error) as error:
                self._left(at)
                raise _fault(at, error) from None
            # What was cut off at the end of its time can look whole.
            self._left(at)

    def _connected(self, at: Address, held: ExitStack) -> HTTPConnection:
        """A connection to the first of a host's addresses that has one."""
        with _fit():
            ips = lookup(at, private=self.limits.private)
        failed: exceptions.HTTPError = exceptions.HTTPError("no address")
        for ip in ips:
            connection = _connection(at, ip, min(self.limits.connect, self._left(at)))
            held.callback(connection.close)
            try:
                connection.connect()
            except exceptions.ConnectTimeoutError as error:
                failed = error
            else:
                connection.timeout = self._left(at)
                return connection
        raise failed

    @contextmanager
    def _cut_off(self, sock: socket.socket, at: Address) -> Iterator[None]:
        """Hang up when the time is over, for a wait for bytes begins anew with every byte."""
        timer = Timer(self._left(at), _hang_up, (sock,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            # Else it could hang up on whoever is given the socket's number next.
            timer.join()
            _drop(sock)

    def _left(self, at: Address) -> float:
        """Seconds left."""
        left = self.ends - monotonic()
        if left > 0:
            return left
        cause = f"{at.host}: not done within {self.limits.total:g} s"
        raise FetchError(cause, hint=_LATER)

    def _fetched(self, at: Address, response: BaseHTTPResponse, *, permanent: bool) -> Fetched:
        status, headers = response.status, response.headers
        if status != _OK and not (status == _UNCHANGED and self.marks):
            raise _refusal(at, response)
        kind, charset = _kind(headers.get("Content-Type", ""))
        body = self._body(at, response) if status == _OK else b""
        etag, modified = (_mark(headers.get(name, "")) for name in ("ETag", "Last-Modified"))
        return Fetched(at.url, status, kind, charset, body, etag, modified, permanent)

    def _body(self, at: Address, response: BaseHTTPResponse) -> bytes:
        """All of a body, as it comes: a read that waits for many bytes would outlive its time."""
        try:
            body = Body(response.headers.get("Content-Encoding", ""), self.limits.size)
        except LookupError as error:
            hint = "tell its owner, or choose another source"
            raise FetchError(f"{at.host}: {error.args[0]}", hint=hint) from None
        came = 0
        while chunk := response.read1(CHUNK, decode_content=False):
            self._left(at)
            came += len(chunk)
            body.add(chunk)
            if max(came, len(body.data)) > self.limits.size:
                cause = f"{at.host}: more than {self.limits.size:,} bytes"
                raise FetchError(cause, hint="is it a feed, or a page?")
        self._left(at)
        return body.whole()


def _connection(at: Address, ip: str, timeout: float) -> HTTPConnection:
    """A connection to this very address; TLS asks for the host's name and checks it."""
    if at.scheme == "http":
        return HTTPConnection(ip, at.port, timeout=timeout)
    return HTTPSConnection(
        ip, at.port, timeout=timeout, server_hostname=at.host, ssl_context=_trust()
    )


@cache
def _trust() -> ssl.SSLContext:
    """The system's certificates; they are slow to load."""
    return ssl.create_default_context()


def _hang_up(sock: socket.socket) -> None:
    # An SSLSocket's own shutdown would change it under the thread that reads it.
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _drop(sock: socket.socket) -> None:
    # urllib3 loses answers whose lengths contradict each other, and they keep their socket open.
    with suppress(OSError):
        if (number := sock.detach()) >= 0:
            socket.close(number)


# ── what an answer says ──────────────────────────────────────────────────────────────────────────


def _kind(header: str) -> tuple[str, str]:
    """A content type and its charset, in lower case."""
    kind = re.match(r"\s*([\w.+-]{1,100}/[\w.+-]{1,100})", header, re.ASCII)
    charset = re.search(r"(?ai);\s*charset\s*=\s*[\"']?([\w.:+-]{1,40})", header)
    return (kind[1].lower() if kind else "", charset[1].lower() if charset else "")


def _mark(text: str) -> str:
    """An ETag or a date fit to be sent, or ""."""
    fit = text.isprintable() and len(text) <= LONGEST_MARK and max(text, default="") < "\u0100"
    return text if fit else ""


def _refusal(at: Address, response: BaseHTTPResponse) -> FetchError:
    """What a status means that brings nothing."""
    status = response.status
    said = response.reason or responses.get(status, "")
    cause = f"{at.host}: answered {status} {one_line(said)}".rstrip()
    if status != _BUSY and status < _BROKEN:
        return FetchError(cause, hint=_HINTS.get(status, "check the address in a browser"))
    busy = _Passing(cause, hint=_LATER)
    busy.wait = _retry_after(response.headers)
    return busy


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait; a date is counted from the server's own, so that no clock is needed."""
    asked = headers.get("Retry-After", "").strip()
    if re.fullmatch("[0-9]{1,9}", asked):
        return float(asked)
    with suppress(ValueError, TypeError, OverflowError):
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(headers.get("Date", ""))
        return max(0.0, (until - now).total_seconds())
    return None


# ── errors ───────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _fit() -> Iterator[None]:
    """Errors of addresses become ours."""
    try:
        yield
    except Unfit as error:
        cause = f"{one_line(error.host) or 'no host'}: {one_line(error.cause)}"
        raise FetchError(cause, hint=error.hint) from None


def _fault(at: Address, error: Exception) -> FetchError:
    """What an error of the net means: whether it may pass, and the next step."""
    why = _why(error)
    if isinstance(error, socket.gaierror):
        passes = error.errno == socket.EAI_AGAIN
        what, hint = "the name cannot be looked up", "check the address and the connection"
    elif isinstance(error, (ssl.SSLError, exceptions.SSLError)):
        passes, what, hint = False, "no secure connection", "check the address in a browser"
    elif isinstance(error, exceptions.ConnectTimeoutError):
        passes, what, hint = True, "cannot be reached", _LATER
    else:
        passes, hint = isinstance(error, _BROKEN_OFF), _LATER
        what = "broke off" if passes else "answered what cannot be read"
    return (_Passing if passes else FetchError)(f"{at.host}: {what}: {why}", hint=hint)


_BROKEN_OFF = (OSError, IncompleteRead, exceptions.ProtocolError, exceptions.TimeoutError)


def _why(error: Exception) -> str:
    """The system's own words where there are some ("Connection refused")."""
    inner = error.__cause__ if isinstance(error, exceptions.NewConnectionError) else error
    if isinstance(error, ssl.SSLCertVerificationError):
        return one_line(error.verify_message)
    if isinstance(error, exceptions.ConnectTimeoutError) and inner is error:
        return "no connection in time"
    return one_line(getattr(inner, "strerror", None) or str(inner)) or type(error).__name__
