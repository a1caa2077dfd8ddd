"""What a writer may cost: tokens are counted high before a call, and as they were after it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from kawaraban.errors import ShowError
from kawaraban.settings import Writer

ASCII_A_TOKEN = 2
"""ASCII characters to a token: English has about 4 and JSON about 3 in today's tokenizers."""
TOKENS_A_SIGN = 1.5
"""Tokens for any other character: Japanese has 0.7 to 1.1 in today's tokenizers."""
FRAME = 16
"""Tokens around a message: its role and the marks of the model's own template."""
_MILLION = 10**6

Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens a model reads and writes."""

    read: int = 0
    written: int = 0

    @property
    def all(self) -> int:
        """Both together."""
        return self.read + self.written

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.read + other.read, self.written + other.written)

    def usd(self, price: tuple[float, float] | None) -> float | None:
        """What they cost in USD; None where no price is known."""
        if price is None:
            return None
        return (self.read * price[0] + self.written * price[1]) / _MILLION


def count(text: str) -> int:
    """How many tokens a text has at most, near enough, without the model's own tokenizer."""
    plain = sum(sign.isascii() for sign in text)
    return math.ceil(plain / ASCII_A_TOKEN + (len(text) - plain) * TOKENS_A_SIGN)


def expected(messages: Sequence[Message], most: int) -> Tokens:
    """What a call costs at most: its messages, and an answer of `most` tokens."""
    return Tokens(sum(count(message["content"]) + FRAME for message in messages), most)


@dataclass
class Purse:
    """What has been paid, and whether there is enough for one more call."""

    settings: Writer
    calls: int = 0
    paid: Tokens = field(default_factory=Tokens)
    _counted_low: float = 1.0
    """By how much the worst count so far was below what the server said."""

    def affords(self, messages: Sequence[Message], most: int) -> bool:
        """Whether a call, at its dearest, stays inside the limits."""
        told = expected(messages, most)
        cost = Tokens(math.ceil(told.read * self._counted_low), told.written)
        return not beyond(self.paid + cost, self.settings)

    def pay(self, messages: Sequence[Message], answer: str, used: Tokens | None) -> None:
        """Take down a call: as the server counted it, or else as it is counted here."""
        told = expected(messages, count(answer))
        self.calls += 1
        self.paid += used or told
        if used:
            self._counted_low = max(self._counted_low, used.read / told.read)


def beyond(cost: Tokens, settings: Writer) -> str:
    """Which limit a cost goes beyond: "limit", "spend" or ""."""
    usd = cost.usd(settings.price)
    if cost.all > settings.limit:
        return "limit"
    return "spend" if settings.spend and usd is not None and usd > settings.spend else ""


def check(cost: Tokens, settings: Writer) -> None:
    """Raise a ShowError that says what to raise, where a draft would cost too much."""
    if over := beyond(cost, settings):
        least = (
            cost.all if over == "limit" else math.ceil((cost.usd(settings.price) or 0) * 100) / 100
        )
        raise ShowError(
            f"the writer may need {told(cost, settings)}; {over} = {getattr(settings, over)} "
            "in [writer] is less",
            hint=f"set {over} = {least} or more, tell fewer stories (top in [pick]), "
            "or draft with --no-writer",
        )


def told(cost: Tokens, settings: Writer) -> str:
    """A cost in words: 14,000 tokens, $0.05."""
    usd = cost.usd(settings.price)
    return f"{cost.all:,} tokens" + ("" if usd is None else f", ${usd:,.4f}")


def limits(settings: Writer) -> str:
    """The limits in words: limit 100,000 tokens, $0.20."""
    usd = f", ${settings.spend:g}" if settings.spend else ""
    return f"limit {settings.limit:,} tokens{usd}"
