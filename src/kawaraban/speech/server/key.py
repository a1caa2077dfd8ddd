"""Keys: from the environment alone, kept out of every file and message."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from kawaraban.errors import EngineError, ShowError


@dataclass(frozen=True, slots=True)
class Key:
    """A key by the name of the environment variable that has it, and the header it is sent in."""

    variable: str
    header: str
    before: str = ""
    """What stands before it in the header: "Bearer "."""

    def check(self) -> None:
        """Raise a ShowError where the name is none, and may be the key itself."""
        if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", self.variable):
            raise ShowError(
                "key: not the name of an environment variable",
                hint="write the name (capitals and _), never the key itself",
            )

    @property
    def secret(self) -> str:
        """The key, or "".

        Raises:
            EngineError: the variable holds what no header can.
        """
        found = os.environ.get(self.variable, "").strip()
        if found and not re.fullmatch(r"[!-~]+", found):
            cause = f"the environment variable {self.variable} holds no key"
            raise EngineError(cause, hint="set it to the key alone: letters, digits and signs")
        return found

    def require(self, url: str) -> None:
        """Raise an EngineError where there is none."""
        if not self.secret:
            raise EngineError(
                f"{url} asks for a key", hint=f"set the environment variable {self.variable} to it"
            )

    def headers(self) -> dict[str, str]:
        """The header that carries it; none without a key."""
        return {self.header: self.before + self.secret} if self.secret else {}

    def hide(self, text: str) -> str:
        """A text without the key, which some servers say back."""
        return text.replace(self.secret, "…") if self.secret else text
