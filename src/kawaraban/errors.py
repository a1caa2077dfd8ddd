"""One tree of errors: each class has an exit code, each message says what to do next.

Modules raise these; `cli` alone catches them. What is not in this tree is a bug of ours and
shows its traceback.
"""

from __future__ import annotations

from pathlib import Path

SHOWN = 200
"""Characters of a stranger's words in a message."""


def one_line(text: str) -> str:
    """Words of a stranger's, fit for a message: printable, on one line, SHOWN characters."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text[: SHOWN * 4])
    return " ".join(plain.split())[:SHOWN]


class KawarabanError(Exception):
    """What a producer can act on: the cause, where it stands, and the next step.

    Args:
        cause: what is wrong, one line.
        where: the file (or other place) it is about.
        line: 1-based line in that file; 0 where no line applies.
        hint: what to do about it.
    """

    exit_code = 1

    def __init__(
        self, cause: str, *, where: Path | str | None = None, line: int = 0, hint: str = ""
    ) -> None:
        super().__init__(cause)
        self.cause, self.where, self.line, self.hint = cause, where, line, hint

    def __str__(self) -> str:
        place = "" if self.where is None else f"{self.where}:{self.line or ''}".rstrip(":") + ": "
        return f"{place}{self.cause}" + (f"\n  {self.hint}" if self.hint else "")


class ShowError(KawarabanError):
    """The show, its script or its news is at fault (exit code 1)."""


class Problems(ShowError):  # noqa: N818 - a list of errors, not one more
    """Several faults of one file or show, told at once."""

    def __init__(self, errors: list[ShowError]) -> None:
        super().__init__(f"{len(errors)} problems", where=errors[0].where)
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)

    @classmethod
    def raise_any(cls, errors: list[ShowError]) -> None:
        """Raise the one error there is, or all of them together; nothing for none."""
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise cls(errors)


class OutputError(KawarabanError):
    """A file of ours could not be written or read back (exit code 1)."""


class ClipError(OutputError):
    """A kept clip is gone or damaged: it has to be spoken again (exit code 1)."""


class EngineError(KawarabanError):
    """A voice cannot speak: a package is missing, or its sound is wrong (exit code 3)."""

    exit_code = 3


class SoundError(KawarabanError):
    """The mix or the encoder missed what was promised (exit code 4)."""

    exit_code = 4


class BusyError(KawarabanError):
    """Another build is at work in the same show (exit code 5)."""

    exit_code = 5
