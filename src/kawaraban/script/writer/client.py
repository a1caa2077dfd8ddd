"""The server that has the model: OpenAI's API, at OpenAI or anywhere else; the one that talks.

No redirect is followed and no proxy of the environment used; the key comes from the environment,
goes into one header and into no message.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from kawaraban.errors import ShowError, one_line
from kawaraban.script.writer.budget import Message, Tokens
from kawaraban.script.writer.transport import bounded
from kawaraban.settings import Writer

if TYPE_CHECKING:
    import openai

RETRIES = 2
"""More tries where the connection fails or the server is busy (429, 5xx); the client waits
between them, as long as Retry-After asks for."""
CONNECT = 5.0
"""Seconds to connect."""
_OPENAI = "api.openai.com"
_DENIED, _UNKNOWN = {401, 403}, 404
_HINT = "is the server running, is url right? --no-writer drafts by the template alone"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model wrote; `used` where the server counts."""

    text: str
    used: Tokens | None = None
    cut: bool = False
    """It ran into its limit of tokens."""


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


class _Reply(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """A model on a server."""

    settings: Writer

    def __post_init__(self) -> None:
        if not re.fullmatch(r"(?:[A-Z_][A-Z0-9_]*)?", self.settings.key):
            raise ShowError(
                "writer.key is not the name of an environment variable",
                hint="write the name (capitals and _), never the key itself",
            )
        if self.settings.key and not self._secret:
            raise ShowError(
                f"the environment variable {self.settings.key} holds no key",
                hint="set it to the key alone, or draft with --no-writer",
            )
        _library()

    def ask(self, messages: Sequence[Message], most: int) -> Answer:
        """What the model answers, in at most `most` tokens; "" where it refuses.

        Raises:
            ShowError: the server cannot be reached, refuses, or answers no such thing.
        """
        library = _library()
        try:
            with self._open() as opened:
                raw = opened.chat.completions.with_raw_response.create(
                    **self._asked(messages, most)
                )
                data = raw.http_response.content
        except library.APITimeoutError:
            cause = f"{self._url} did not answer within {self.settings.timeout:g} s"
            raise ShowError(cause, hint=f"set a longer timeout in [writer]; {_HINT}") from None
        except library.APIConnectionError as error:
            why = one_line(str(error.__cause__ or error))
            raise ShowError(f"{self._url} cannot be reached: {why}", hint=_HINT) from None
        except library.APIStatusError as error:
            raise self._refused(error) from None
        return self._answer(data)

    def _asked(self, messages: Sequence[Message], most: int) -> dict[str, Any]:
        """The request. OpenAI's newer models take the limit under its new name alone."""
        named = urlsplit(self.settings.url).hostname == _OPENAI
        asked: dict[str, Any] = {
            "model": self.settings.model,
            "messages": list(messages),
            "max_completion_tokens" if named else "max_tokens": most,
        }
        if self.settings.temperature is not None:
            asked["temperature"] = self.settings.temperature
        return asked

    def _answer(self, data: bytes) -> Answer:
        try:
            reply = _Reply.model_validate_json(data)
        except ValidationError:
            begins = self._shown(data[:400].decode("utf-8", "replace"))[:60]
            raise ShowError(
                f"{self._url} answered what is no chat completion: {begins}",
                hint="url is the base address, as in http://127.0.0.1:11434/v1",
            ) from None
        choice, usage = reply.choices[0], reply.usage
        stopped = choice.message.refusal or choice.finish_reason == "content_filter"
        return Answer(
            "" if stopped else choice.message.content or "",
            Tokens(usage.prompt_tokens, usage.completion_tokens) if usage else None,
            cut=choice.finish_reason == "length",
        )

    def _refused(self, error: openai.APIStatusError) -> ShowError:
        said = f"{error.status_code} {self._shown(error.message)}"
        hint = "try again later; --no-writer drafts by the template alone"
        if error.status_code in _DENIED:
            variable = self.settings.key
            hint = f"check the key in {variable}" if variable else "set key in [writer]"
        elif error.status_code == _UNKNOWN:
            hint = "check url and model in [writer]"
        return ShowError(f"{self._url} answered {said}", hint=hint)

    def _open(self) -> openai.OpenAI:
        library = _library()
        opened: openai.OpenAI = library.OpenAI(
            base_url=self.settings.url,
            # Without a key of its own the client would send OPENAI_API_KEY anywhere.
            api_key=self._secret or "none",
            timeout=library.Timeout(self.settings.timeout, connect=CONNECT),
            max_retries=RETRIES,
            default_headers={
                name: library.Omit() for name in ("OpenAI-Organization", "OpenAI-Project")
            },
            http_client=library.DefaultHttpxClient(
                transport=bounded(self.settings.timeout),
                trust_env=False,
                follow_redirects=False,
            ),
        )
        return opened

    @property
    def _url(self) -> str:
        return self.settings.url

    @property
    def _secret(self) -> str:
        found = os.environ.get(self.settings.key, "").strip() if self.settings.key else ""
        return found if re.fullmatch(r"[!-~]+", found) else ""

    def _shown(self, text: str) -> str:
        return one_line(text.replace(self._secret, "…") if self._secret else text)


def _library() -> Any:  # noqa: ANN401 - a module
    """The client's package.

    Raises:
        ShowError: it is not installed.
    """
    try:
        import openai  # noqa: PLC0415 - an extra, and half a second
    except ModuleNotFoundError as error:
        raise ShowError(
            f"the writer needs the package {error.name}",
            hint="pip install 'kawaraban[llm]', or draft with --no-writer",
        ) from error
    return openai
