"""Requests with limits, and tried again where that may help.

A request is tried TRIES times where the connection fails or the server is busy (429, 5xx), never
where it refuses. No redirect is followed, so that a key goes to no other server than its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from time import monotonic, sleep
from typing import Annotated
from urllib.parse import quote, urlencode

import urllib3
from pydantic import Field
from urllib3 import exceptions

from kawaraban.errors import EngineError, one_line
from kawaraban.speech.server.answer import LARGEST, Answer
from kawaraban.speech.server.key import Key

TRIES = 4
BACKOFF = 0.5
"""Seconds before the second try; twice as many before each further one."""
PATIENCE = 30.0
"""Seconds that a server's Retry-After may ask for; more is cut to this."""
CONNECT = 5.0
"""Seconds to connect."""
CHUNK = 2**16
"""Bytes read at once."""
_OK, _MOVED, _REFUSED, _BUSY, _BROKEN = 200, 300, 400, 429, 500
_DENIED = {401, 403}

Address = Annotated[str, Field(pattern=r"^https?://[^\s/@?#]+(/[^\s?#]*)?$")]
"""A server's, without a user or a query: it stands in messages."""
Seconds = Annotated[float, Field(gt=0, le=600)]


class Passing(EngineError):  # noqa: N818 - told as an EngineError once tries run out
    """A failure that may pass: `wait` is what the server asks for, in seconds."""

    wait: float | None = None


@cache
def _pool() -> urllib3.PoolManager:
    """Connections that threads and engines share; proxies of the environment are not used."""
    return urllib3.PoolManager(maxsize=16)


@dataclass(frozen=True, slots=True)
class Server:
    """A server and how to ask it."""

    url: str
    timeout: float
    """Seconds for one request: looked at whenever bytes come, and no wait for bytes is longer, so
    that a server which sends a byte now and then is left after twice as long at most."""
    start: str
    """What to do where it does not answer."""
    key: Key | None = None

    def get(self, path: str) -> Answer:
        """What a server tells.

        Raises:
            EngineError: it does not answer, or not well, for all tries; or refuses.
        """
        return self._ask("GET", path, None)

    def post(
        self, path: str, query: Mapping[str, str | int] | None = None, body: object = None
    ) -> Answer:
        """What a server answers to a query and a body, sent as JSON.

        Raises:
            EngineError: as `get`.
        """
        asked = f"{path}?{urlencode(query, quote_via=quote)}" if query else path
        return self._ask("POST", asked, body)

    def reach(self) -> None:
        """Find out whether there is a server, whatever it answers.

        Raises:
            EngineError: there is none.
        """
        self._ask("GET", "/", None, judge=False)

    def _ask(self, method: str, path: str, body: object, *, judge: bool = True) -> Answer:
        tries = 1
        while True:
            try:
                return self._try(method, path, body, judge=judge)
            except Passing as fault:
                if tries == TRIES:
                    cause = f"{fault.cause} ({TRIES} tries)"
                    raise EngineError(cause, hint=fault.hint) from fault
                wait = BACKOFF * 2 ** (tries - 1) if fault.wait is None else fault.wait
            sleep(min(wait, PATIENCE))
            tries += 1

    def _try(self, method: str, path: str, body: object, *, judge: bool) -> Answer:
        """One request; errors of the network become ours."""
        try:
            response, data = self._exchange(method, path, body)
        except exceptions.NewConnectionError as error:
            # The system's own words: "Connection refused".
            why = getattr(error.__cause__, "strerror", "") or str(error)
            cause = f"{self.url} cannot be reached: {one_line(why)}"
            raise Passing(cause, hint=self.start) from None
        except exceptions.ConnectTimeoutError:
            cause = f"{self.url} cannot be reached: no connection within {CONNECT:g} s"
            raise EngineError(cause, hint=self.start) from None
        except exceptions.TimeoutError:
            raise self._slow() from None
        except (exceptions.SSLError, exceptions.LocationParseError) as error:
            raise EngineError(f"{self.url}: {one_line(str(error))}", hint=self.start) from None
        except exceptions.HTTPError as error:
            cause = (
                f"{self.url} broke off: {one_line(str(error.args[-1] if error.args else error))}"
            )
            raise Passing(cause, hint=self.start) from None
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        answer = Answer(self.url, response.status, kind, data, self.key)
        if judge and not _OK <= answer.status < _MOVED:
            raise self._fault(answer, response)
        return answer

    def _exchange(
        self, method: str, path: str, body: object
    ) -> tuple[urllib3.BaseHTTPResponse, bytes]:
        """The answer and its bytes."""
        ends = monotonic() + self.timeout
        response = _pool().request(
            method,
            self.url.rstrip("/") + path,
            body=None if body is None else json.dumps(body).encode(),
            headers=self._headers(body is not None),
            timeout=urllib3.Timeout(connect=min(CONNECT, self.timeout), read=self.timeout),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        with closing(response):
            return response, self._read(response, ends)

    def _headers(self, json_sent: bool) -> dict[str, str]:  # noqa: FBT001
        sent = self.key.headers() if self.key else {}
        return sent | {"Content-Type": "application/json"} if json_sent else sent

    def _read(self, response: urllib3.BaseHTTPResponse, ends: float) -> bytes:
        """All bytes, as they come: a read that waits for many would outlive the time limit."""
        data = bytearray()
        while chunk := response.read1(CHUNK):
            data += chunk
            if len(data) > LARGEST:
                cause = f"{self.url} answered more than {LARGEST // 2**20} MiB"
                raise EngineError(cause, hint="is it a speech server?")
            if monotonic() > ends:
                raise self._slow()
        return bytes(data)

    def _slow(self) -> EngineError:
        return EngineError(
            f"{self.url} did not answer within {self.timeout:g} s",
            hint=f"{self.start}; or set a longer timeout in the voice's [options]",
        )

    def _fault(self, answer: Answer, response: urllib3.BaseHTTPResponse) -> EngineError:
        """What a status other than 2xx means."""
        said = f"{answer.status} {answer.words}".rstrip()
        if answer.status < _REFUSED:
            to = response.headers.get("Location", "elsewhere")
            hidden = one_line(self.key.hide(to) if self.key else to)
            return EngineError(
                f"{self.url} sends on to {hidden}", hint="set url to its new address"
            )
        if answer.status == _BUSY or answer.status >= _BROKEN:
            busy = Passing(f"{self.url} answered {said}", hint="try again later")
            busy.wait = _retry_after(response)
            return busy
        hint = "check the voice's speaker and [options]"
        if answer.status in _DENIED and self.key:
            hint = f"check the key in the environment variable {self.key.variable}"
        return EngineError(f"{self.url} refused: {said}", hint=hint)


def _retry_after(response: urllib3.BaseHTTPResponse) -> float | None:
    try:
        return urllib3.Retry().get_retry_after(response)
    except exceptions.InvalidHeader:
        return None
