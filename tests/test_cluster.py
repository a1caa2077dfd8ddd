"""A real Dask scheduler and real workers on this machine, which die, lack things and come back."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from pathlib import Path
from threading import Thread

import pytest

from conftest import DAY, Run, edit, tree
from kawaraban import build as stages
from kawaraban.cache import Clips
from kawaraban.config import load_show
from kawaraban.errors import EngineError
from kawaraban.model import Line, Speaking, SpokenLine, Text, Utterance, Word
from kawaraban.settings import Voice
from kawaraban.speech import cluster as module
from kawaraban.speech import scheduler
from kawaraban.speech.catalogue import ENGINES
from kawaraban.speech.cluster import Cluster
from kawaraban.speech.engine import Machine
from kawaraban.speech.render import clip_key, render
from kawaraban.speech.voices import Cast, make_part, received
from kawaraban.steps import Listener, Order

LOGGING = """
from kawaraban.speech import voicing
def dask_setup(worker, plain=voicing.speak):
    def speak(utterances, part):
        with open({log!r}, "a") as log:
            print("".join(one.kana for one in utterances), file=log)
        return plain(utterances, part)
    voicing.speak = speak
"""
HANGING = """
import os, threading
from kawaraban.speech import voicing
def dask_setup(worker):
    def speak(utterances, part):
        with open({fifo!r}, "w") as fifo:
            fifo.write(str(os.getpid()))
        threading.Event().wait()
    voicing.speak = speak
"""
DEADLY = """
import os, signal
from kawaraban.speech import voicing
def dask_setup(worker, plain=voicing.speak):
    def speak(utterances, part):
        if "コロリ" in utterances[0].kana:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(utterances, part)
    voicing.speak = speak
"""
ODD = """
import sys
from kawaraban.speech import voicing
from kawaraban.speech.engines import tone
def dask_setup(worker):
    tone.make = lambda voice, folder, machine: tone.Tone(voice, version="1")
    sys.modules["pyopenjtalk"] = None
"""
"""Code that a worker runs first; Dask calls dask_setup once."""


@dataclass
class Machines:
    """Processes as a producer starts them, on ports that the system chooses."""

    folder: Path
    running: ExitStack = field(default_factory=ExitStack)
    address: str = ""
    """The scheduler's."""

    def schedule(self, failures: int = 3) -> subprocess.Popen[str]:
        """Start a scheduler, which takes a line for deadly after so many workers and one."""
        given = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(failures)}
        started = self._start(self.folder, given, "scheduler", "--host", "127.0.0.1", "--port", "0")
        (line,) = told(started, "Scheduler at:")
        self.address = line.split()[-1]
        return started

    def work(self, *codes: str, folder: Path | None = None) -> list[str]:
        """Start workers that run some code first; their addresses."""
        started = []
        for code in codes:
            preload = self.folder / f"preload{len(list(self.folder.iterdir()))}.py"
            preload.write_text(code, "utf-8")
            options = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
            asks = ("worker", self.address, *options, "--preload", str(preload))
            started.append(self._start(folder or self.folder, {}, *asks))
        lines = [told(process, "Start worker at:", "Registered to:")[0] for process in started]
        return [line.split()[-1] for line in lines]

    def _start(self, folder: Path, given: Mapping[str, str], *asks: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *asks, "--no-dashboard"],
            cwd=folder,
            env=os.environ | given,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.enter_context(process)
        self.running.callback(process.kill)
        return process


def told(process: subprocess.Popen[str], *wanted: str) -> list[str]:
    """The lines that a process tells with these words, in this order; then it talks to itself."""
    assert process.stderr
    lines: list[str] = []
    found: list[str] = []
    while len(found) < len(wanted):
        lines.append(process.stderr.readline())
        assert lines[-1], "".join(lines)
        if wanted[len(found)] in lines[-1]:
            found.append(lines[-1].strip())
    Thread(target=process.stderr.read, daemon=True).start()
    return found


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """Nothing yet; what is started is killed in the end."""
    folder = tmp_path / "machines"
    folder.mkdir()
    started = Machines(folder)
    with started.running:
        yield started


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache in which nothing is spoken yet."""
    monkeypatch.setenv("KAWARABAN_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits half a second in place of half a minute."""
    monkeypatch.setattr(scheduler, "PATIENCE", 0.5)
    monkeypatch.setattr(module, "TICK", 0.1)


HUM = {"engine": "tone", "speaker": "a", "license": "CC0-1.0", "credit": "hum"}


def studio(folder: Path = Path(), **more: object) -> Cast:
    voice = Voice.model_validate(HUM | more)
    return {"yomi": make_part(received(voice.model_dump_json()), folder, Machine())}


def lines(*kana: str, take: str = "") -> list[SpokenLine]:
    path = Path(take) if take else None
    return [
        SpokenLine(Line("yomi", (Text("文"),), row, path), (Utterance((Word(said),), 0, "", path),))
        for row, said in enumerate(kana, 1)
    ]


def ignore(_: Speaking) -> None:
    """Told, and not interested."""


def counted(log: Path) -> int:
    return len(log.read_text("utf-8").splitlines()) if log.exists() else 0


# ── a worker dies ────────────────────────────────────────────────────────────────────────────────


def test_a_worker_killed_in_the_middle_costs_its_line_and_the_episode_is_the_same(
    show: Path, tmp_path: Path, machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(show / "voices/alpha.toml", 'engine = "tone"\nspeaker = "alpha"', 'engine = "openjtalk"')
    edit(show / "voices/kumo.toml", "license", "pitch = 2.0\nlicense")  # resampled on the worker
    alone = tmp_path / "alone"
    shutil.copytree(show, alone)
    fifo, log = tmp_path / "fifo", tmp_path / "log"
    os.mkfifo(fifo)
    machines.schedule()
    machines.work(HANGING.format(fifo=str(fifo)), LOGGING.format(log=str(log)))
    said: list[Speaking] = []

    def kill(now: Speaking) -> None:
        said.append(now)
        if now.lines == now.of_lines // 2:  # the other worker has spoken half of them
            os.kill(int(fifo.read_text()), signal.SIGKILL)

    def build(root: Path, told: Callable[[Speaking], None], address: str) -> None:
        monkeypatch.setenv("KAWARABAN_CACHE", str(tmp_path / f"{root.name}-cache"))
        order = Order(1, date.fromisoformat(DAY), scheduler=address)
        stages.build(load_show(root), root, order, Listener(lambda *_: None, told))

    build(show, kill, machines.address)
    build(alone, ignore, "")
    assert counted(log) == said[-1].of_lines > 8  # the line that was lost among them, once
    assert [now.lines for now in said] == list(range(said[-1].of_lines + 1))
    assert tree(show / "output") == tree(alone / "output")
    assert tree(tmp_path / "show-cache/clips") == tree(tmp_path / "alone-cache/clips")


def test_a_line_that_workers_die_of_is_named(tmp_path: Path, machines: Machines) -> None:
    machines.schedule(failures=1)
    machines.work(DEADLY, DEADLY)
    script = lines("イチ", "ニーサン", "コロリコロリ", "シ", "ゴ")
    sounds = Clips(tmp_path / "clips")
    cluster = Cluster(machines.address, tmp_path)
    with pytest.raises(EngineError) as caught:
        render(script, studio(), sounds, ignore, cluster=cluster)
    assert caught.value.cause == "script line 3 (yomi): 2 workers died while they spoke it"
    assert "--scheduler ''" in caught.value.hint
    assert not sounds.has(clip_key(script[2], studio()["yomi"]))
    assert len(render(script, studio(), sounds, ignore)) == 5


# ── what a worker lacks ──────────────────────────────────────────────────────────────────────────


def test_what_a_worker_lacks_is_told_with_its_name(tmp_path: Path, machines: Machines) -> None:
    machines.schedule()
    (worker,) = machines.work(ODD)
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices/me.wav").touch()

    def fault(**more: object) -> EngineError:
        cast, cluster = studio(tmp_path / "voices", **more), Cluster(machines.address, tmp_path)
        with pytest.raises(EngineError) as caught:
            render(lines("イチ"), cast, Clips(tmp_path), ignore, cluster=cluster)
        return caught.value

    named = f"script line 1 (yomi): worker {worker}: "
    other = fault()
    assert other.cause == f"{named}it has tone 1; the machine that builds has tone 2"
    assert "install the same packages" in other.hint
    package = fault(engine="openjtalk", speaker="")
    assert package.cause == f"{named}engine openjtalk needs pyopenjtalk"
    assert package.hint == "install it: pip install kawaraban"
    file = fault(references=["me.wav"])
    assert file.cause == f"{named}there is no file voices/me.wav in {machines.folder}"
    assert "copy of the show" in file.hint


def test_a_voices_files_are_those_of_the_folder_that_the_worker_was_started_in(
    tmp_path: Path, machines: Machines
) -> None:
    for name in ("here", "there"):
        (tmp_path / name / "voices").mkdir(parents=True)
        (tmp_path / name / "voices/me.wav").touch()
    machines.schedule()
    machines.work("", folder=tmp_path / "there")
    cast = studio(tmp_path / "here/voices", references=["me.wav"])
    cluster = Cluster(machines.address, tmp_path / "here")
    near, far = Clips(tmp_path / "near"), Clips(tmp_path / "far")
    script = lines("イチ", "ニ", "イチ")
    assert render(script, cast, far, ignore, cluster=cluster) == render(script, cast, near, ignore)
    assert tree(far.folder) == tree(near.folder)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("0.0.1", f"worker w has kawaraban 0.0.1; this machine has {package_version('kawaraban')}"),
        (PackageNotFoundError("kawaraban"), "worker w has no kawaraban; this machine has"),
        (OSError("broken pipe"), "worker w broke off: broken pipe"),
    ],
)
def test_another_kawaraban_is_told(found: str | Exception, said: str) -> None:
    scheduler.check_version("worker w", package_version("kawaraban"))
    with pytest.raises(EngineError, match=re.escape(said)):
        scheduler.check_version("worker w", found)


# ── nobody is there ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("hasty")
def test_no_scheduler_is_told_with_how_to_start_one(show: Path, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    built = run("build", "1", "--date", DAY, "--scheduler", address, folder=show)
    assert built.code == 3
    assert f"no Dask scheduler can be reached at {address}" in built.err
    assert f"dask scheduler --protocol tcp --host 127.0.0.1 --port {port}" in built.err
    assert run("build", "1", folder=show).code == 0


@pytest.mark.usefixtures("hasty")
def test_a_scheduler_without_workers_is_told_and_so_is_one_that_is_lost(
    tmp_path: Path, machines: Machines
) -> None:
    process = machines.schedule()
    cluster, sounds = Cluster(machines.address, tmp_path), Clips(tmp_path / "clips")
    script = lines("イチ", "ニーニ", "サンサンサン")
    with pytest.raises(EngineError, match=r"has had no worker for 0\.5 s") as alone:
        render(script, studio(), sounds, ignore, cluster=cluster)
    assert f"dask worker {machines.address}" in alone.value.hint

    def kill(now: Speaking) -> None:
        if now.lines == 1:
            process.kill()
            process.wait()

    machines.work("")
    with pytest.raises(EngineError, match="was lost") as lost:
        render(script, studio(), sounds, kill, cluster=cluster)
    assert "build again" in lost.value.hint
    said: list[Speaking] = []
    render(script, studio(), sounds, said.append)
    assert said[0].lines == 1


def test_an_interrupt_takes_back_what_was_sent(tmp_path: Path, machines: Machines) -> None:
    log, sounds = tmp_path / "log", Clips(tmp_path / "clips")
    machines.schedule()
    machines.work(LOGGING.format(log=str(log)))
    cluster = Cluster(machines.address, tmp_path)
    script = lines(*("ア" * count for count in range(2, 32)))

    def stop(now: Speaking) -> None:
        if now.lines == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(script, studio(), sounds, stop, cluster=cluster)
    assert counted(log) < 6
    assert len(render(script, studio(), sounds, ignore, cluster=cluster)) == 30
    assert counted(log) <= 31


# ── what stays, and where it is set ──────────────────────────────────────────────────────────────


def test_recordings_and_what_servers_speak_stay_on_this_machine(tmp_path: Path) -> None:
    served = {name for name, entry in ENGINES.items() if entry.served}
    assert served == {"voicevox", "openai", "elevenlabs"}
    import numpy as np
    import soundfile

    hum = np.sin(np.arange(48_000) / 20) * 0.1
    soundfile.write(tmp_path / "take.wav", hum, 48_000)
    cast = studio(tmp_path, engine="recording", speaker="")
    nowhere = Cluster("tcp://127.0.0.1:1", tmp_path)
    script = lines("イチニ", take="take.wav")
    clips = render(script, cast, Clips(tmp_path / "clips"), ignore, cluster=nowhere)
    assert clips[0].seconds == pytest.approx(1.0, abs=0.3)


@pytest.mark.usefixtures("hasty")
def test_the_scheduler_is_a_setting_and_an_option_over_it(show: Path, run: Run) -> None:
    wrong = run("build", "1", "--scheduler", "http://127.0.0.1:8786", folder=show)
    assert wrong.code == 2
    assert "write tcp://HOST:PORT or tls://" in wrong.err
    with (show / "show.toml").open("a") as file:
        file.write('\n[render]\nscheduler = "tcp://127.0.0.1:1"\n')
    set_ = run("build", "1", "--date", DAY, folder=show)
    assert (set_.code, "reached at tcp://127.0.0.1:1" in set_.err) == (3, True)
    assert run("build", "1", "--scheduler", "", folder=show).code == 0
    assert run("build", "1", folder=show).code == 0  # nothing is left to speak
    edit(show / "show.toml", "tcp://127.0.0.1:1", "127.0.0.1:1")
    wrong = run("build", "1", folder=show)
    assert wrong.code == 1
    assert "render.scheduler" in wrong.err
    assert "tcp://10.0.0.2:8786" in wrong.err


def test_without_distributed_it_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "find_spec", lambda _: None)
    cluster = Cluster("tcp://127.0.0.1:1", tmp_path)
    with pytest.raises(EngineError, match="a cluster needs the package distributed") as caught:
        render(lines("イチ"), studio(), Clips(tmp_path), ignore, cluster=cluster)
    assert caught.value.hint == "install it: pip install 'kawaraban[cluster]'"


def test_tls_without_certificates_is_told(tmp_path: Path) -> None:
    cluster = Cluster("tls://127.0.0.1:1", tmp_path)
    with pytest.raises(EngineError, match="needs certificates") as caught:
        render(lines("イチ"), studio(), Clips(tmp_path), ignore, cluster=cluster)
    assert "docs/cluster.md" in caught.value.hint
