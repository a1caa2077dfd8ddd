"""Where an episode's files are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kawaraban.store import FOLDER

SCRIPTS = Path("scripts/episodes")
OUTPUT = Path("output")


@dataclass(frozen=True, slots=True)
class Places:
    """The paths of one episode in a show."""

    root: Path
    number: int

    @property
    def script(self) -> Path:
        """The script, to read and edit."""
        return self.root / SCRIPTS / f"{self.number:04d}.md"

    @property
    def rundown(self) -> Path:
        """The stories the script was drafted from, with their sources."""
        return self.script.with_suffix(".json")

    @property
    def episode(self) -> Path:
        """What is published of it."""
        return self.root / OUTPUT / "episodes" / f"{self.number:04d}"

    @property
    def steps(self) -> Path:
        """The ledger's records."""
        return self.root / FOLDER / "episodes" / f"{self.number:04d}"

    @property
    def drafted(self) -> Path:
        """The script as it was last drafted: what its edits are held against."""
        return self.steps / "draft.md"

    @property
    def draft_steps(self) -> Path:
        """The ledger's records of drafts."""
        return self.root / FOLDER / "drafts" / f"{self.number:04d}"

    @property
    def draft_audio(self) -> Path:
        """The episode spoken with the draft voice."""
        return self.draft_steps.with_suffix(".mp3")


def numbers(root: Path) -> list[int]:
    """The numbers of the episodes that have a script, ascending."""
    names = (path.stem for path in (root / SCRIPTS).glob("*.md"))
    return sorted(int(name) for name in names if name.isdigit())
