"""docs/engines.md: the engine on that page works as the page says."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from conftest import DAY, Run, edit
from kawaraban.publish.episode import read_episode
from kawaraban.speech import catalogue

PAGE = Path(__file__).parents[1] / "docs/engines.md"


@pytest.fixture
def musicbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's file among the engines, and its line in the table."""
    file, line = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    name = "kawaraban.speech.engines.musicbox"
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    exec(compile(file, "musicbox.py", "exec"), module.__dict__)
    entry = eval(f"{{{line}}}", {"Entry": catalogue.Entry})
    monkeypatch.setattr(catalogue, "ENGINES", catalogue.ENGINES | entry)
    for user in ("voices", "audition"):
        monkeypatch.setattr(f"kawaraban.speech.{user}.ENGINES", catalogue.ENGINES)


@pytest.mark.usefixtures("musicbox")
def test_the_engine_of_the_page_builds_an_episode(show: Path, run: Run) -> None:
    edit(show / "voices/alpha.toml", '"tone"', '"musicbox"')
    with (show / "voices/alpha.toml").open("a") as file:
        file.write("pitch = 3\n[options]\nroot = 330\n")
    assert run("voices", folder=show).out.count("musicbox") == 2
    done = run("build", "1", "--date", DAY, folder=show)
    assert done.code == 0, done.err
    episode = read_episode(show / "output/episodes/0001/episode.json")
    assert episode.person("kiku").engine == "musicbox 1"
    edit(show / "voices/alpha.toml", "root", "rooot")
    told = run("build", "1", folder=show)
    assert told.code == 1
    assert "options.rooot: no such key" in told.err
    assert "did you mean root?" in told.err
