"""The cache: clips are verified, shared by builds at once, and go when there are too many."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from filelock import FileLock

from conftest import DAY, Run, edit, tree
from kawaraban.cache import LIMIT, Clips, cache_folder, cache_size, shared_clips
from kawaraban.envelope import envelope
from kawaraban.errors import BusyError, ClipError, OutputError, ShowError
from kawaraban.upkeep import evict, running, usage

KEYS = [f"{at:02x}{'0' * 6}" for at in range(6)]


def noise(length: int = 1000) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.random.default_rng(7).uniform(-0.999, 0.999, length).astype(np.float32)


def age(clips: Clips, key: str, seconds: float) -> None:
    """Have a clip used last so long ago."""
    path = clips.path(key)
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))


@pytest.fixture
def clips(tmp_path: Path) -> Clips:
    """Six clips of one size, the last of KEYS used last."""
    made = Clips(tmp_path / "clips")
    for at, key in enumerate(KEYS):
        made.write(key, noise(), 8_000)
        age(made, key, 1000 - at)
    return made


def kept(clips: Clips) -> list[str]:
    return [key for key in KEYS if clips.path(key).exists()]


# ── where, and how much ──────────────────────────────────────────────────────────────────────────


def test_the_folder_is_the_users_cache_or_the_one_that_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KAWARABAN_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("KAWARABAN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder().name == "kawaraban"
    if sys.platform == "linux":
        assert cache_folder() == tmp_path / "xdg/kawaraban"


@pytest.mark.parametrize(
    ("asked", "size"),
    [("", LIMIT), ("0", 0), ("123", 123), ("2K", 2048), ("500M", 500 << 20), ("4G", 4 << 30)],
)
def test_the_size_is_said_in_bytes_or_larger_units(
    monkeypatch: pytest.MonkeyPatch, asked: str, size: int
) -> None:
    monkeypatch.setenv("KAWARABAN_CACHE_SIZE", asked)
    assert cache_size() == size
    assert shared_clips().limit == size


@pytest.mark.parametrize("asked", ["much", "-1", "4 G", "4GG", "1.5G", "４G", "G", "9" * 40])
def test_what_is_no_size_is_told_before_any_work(
    monkeypatch: pytest.MonkeyPatch, asked: str, show: Path, run: Run
) -> None:
    monkeypatch.setenv("KAWARABAN_CACHE_SIZE", asked)
    with pytest.raises(ShowError, match="no size"):
        cache_size()
    done = run("build", "3", "--date", DAY, folder=show)
    assert done.code == 1
    assert "KAWARABAN_CACHE_SIZE: " in done.err
    assert "500M or 4G" in done.err
    assert not (show / "scripts/episodes/0003.md").exists()


# ── clips ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rate", [8_000, 24_000, 48_000])
def test_a_clip_comes_back_within_the_precision_of_24_bits(tmp_path: Path, rate: int) -> None:
    clips, samples = Clips(tmp_path), noise(rate)
    samples[:4] = (-1, 0, 2**-23, 1 - 2**-23)
    assert not clips.has("abcd")
    clips.write("abcd", samples, rate)
    back, back_rate = clips.read("abcd")
    assert (back_rate, back.dtype, back.shape) == (rate, np.float32, samples.shape)
    assert np.abs(back - samples).max() <= 2**-23
    assert clips.has("abcd")
    assert clips.seconds("abcd") == 1
    assert list(tree(tmp_path)) == ["ab/abcd.flac"]


def test_a_clip_was_measured_when_it_was_kept(tmp_path: Path) -> None:
    clips, samples = Clips(tmp_path), noise(24_000)
    clips.write("abcd", samples, 24_000)
    measured, again = clips.envelope("abcd"), envelope(*clips.read("abcd"))
    assert (measured.powers.shape, measured.peaks.shape) == ((100,), (1000,))
    assert np.array_equal(measured.powers, again.powers)
    assert np.array_equal(measured.peaks, again.peaks)


def test_a_clip_is_a_flac_file_that_others_can_read(tmp_path: Path) -> None:
    from imageio_ffmpeg import get_ffmpeg_exe

    clips = Clips(tmp_path)
    clips.write("abcd", noise(), 24_000)
    path = clips.path("abcd")
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == 24_000
    assert np.array_equal(samples, clips.read("abcd")[0])
    strict = [get_ffmpeg_exe(), "-v", "error", "-xerror", "-i", path, "-f", "s32le", "-"]
    done = subprocess.run(strict, capture_output=True, check=True)
    assert done.stderr == b""
    assert np.array_equal(np.frombuffer(done.stdout, "<i4") / np.float32(2**31), samples)


def test_no_flipped_bit_passes(tmp_path: Path) -> None:
    clips = Clips(tmp_path)
    clips.write("abcd", noise(60), 8_000)
    path = clips.path("abcd")
    whole = path.read_bytes()
    for at in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[at // 8] ^= 1 << at % 8
        path.write_bytes(flipped)
        assert not clips.has("abcd"), at
    path.write_bytes(whole)
    assert clips.has("abcd")


def test_no_missing_end_passes(tmp_path: Path) -> None:
    clips = Clips(tmp_path)
    clips.write("abcd", noise(60), 8_000)
    path = clips.path("abcd")
    whole = path.read_bytes()
    for damage in (*(whole[:end] for end in range(len(whole))), whole + b"\0", whole * 2):
        path.write_bytes(damage)
        assert not clips.has("abcd"), len(damage)


@pytest.mark.parametrize("damage", [b"", b"no sound at all", None])
def test_what_is_gone_or_damaged_is_not_read(tmp_path: Path, damage: bytes | None) -> None:
    clips = Clips(tmp_path)
    if damage is not None:
        clips.path("abcd").parent.mkdir()
        clips.path("abcd").write_bytes(damage)
    with pytest.raises(ClipError, match="gone or damaged"):
        clips.require(["abcd"])
    with pytest.raises(ClipError, match=r"damaged|No such file") as caught:
        clips.read("abcd")
    assert caught.value.where == clips.path("abcd")


def test_clips_are_written_by_several_threads_at_once(tmp_path: Path) -> None:
    clips = Clips(tmp_path)
    keys = [f"aa{at}" for at in range(4)] * 8
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: clips.write(key, noise(), 8000), keys))
    clips.require(keys)
    assert set(tree(tmp_path)) == {f"aa/{key}.flac" for key in keys}


# ── eviction ─────────────────────────────────────────────────────────────────────────────────────


def size_of(clips: Clips) -> int:
    (size,) = {clips.path(key).stat().st_size for key in KEYS}
    return size


def test_what_was_not_used_for_longest_goes_first(clips: Clips) -> None:
    size = size_of(clips)
    there = usage(clips.folder, ".flac")
    assert (there.files, there.size) == (6, 6 * size)
    clips.read(KEYS[0])
    assert clips.has(KEYS[2])
    evict(clips.folder, 3 * size)
    assert kept(clips) == [KEYS[0], KEYS[2], KEYS[5]]
    evict(clips.folder, 3 * size - 1)
    assert kept(clips) == [KEYS[0], KEYS[2]]
    evict(clips.folder, 0)
    assert kept(clips) == []


def test_a_build_ends_within_the_limit_if_it_wrote_anything(clips: Clips) -> None:
    size = size_of(clips)
    idle, busy = Clips(clips.folder, 2 * size), Clips(clips.folder, 2 * size)
    with idle.in_use():
        assert idle.has(KEYS[0])
    assert kept(clips) == KEYS
    busy.write(KEYS[1], noise(), 8_000)
    with pytest.raises(ZeroDivisionError), busy.in_use():
        raise ZeroDivisionError
    assert kept(clips) == KEYS, "a build that fails keeps what is good"
    with busy.in_use():
        busy.write(KEYS[1], noise(), 8_000)
        assert kept(clips) == KEYS, "nothing goes before the end"
    assert kept(clips) == KEYS[:2]


def test_what_a_running_build_has_used_stays(clips: Clips) -> None:
    other = Clips(clips.folder)
    with other.in_use():
        assert other.has(KEYS[1])
        evict(clips.folder, 0)
        assert kept(clips) == [KEYS[1]]
    evict(clips.folder, 0)
    assert kept(clips) == []


HOLDER = """
import sys, time
from pathlib import Path
from kawaraban.cache import Clips
clips = Clips(Path(sys.argv[1]))
with clips.in_use():
    print(clips.has(sys.argv[2]), flush=True)
    time.sleep(120)
"""


@pytest.fixture
def holder(clips: Clips) -> Iterator[subprocess.Popen[str]]:
    """Another process, with a build at work that uses the first clip."""
    command = [sys.executable, "-c", HOLDER, str(clips.folder), KEYS[0]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_the_mark_of_a_killed_build_is_known_and_removed(
    clips: Clips, holder: subprocess.Popen[str]
) -> None:
    evict(clips.folder, 0)
    assert kept(clips) == [KEYS[0]]
    assert len(list((clips.folder / "active").glob("*.build"))) == 1
    holder.kill()
    assert holder.wait() == -signal.SIGKILL
    evict(clips.folder, 0)
    assert kept(clips) == []
    assert list((clips.folder / "active").glob("*.build")) == []


def test_the_first_of_the_builds_at_work_bounds_what_goes(clips: Clips) -> None:
    first, second = Clips(clips.folder), Clips(clips.folder)
    with first.in_use():
        assert first.has(KEYS[4])
        with second.in_use():
            assert second.has(KEYS[2])
            evict(clips.folder, 0)
            assert kept(clips) == [KEYS[2], KEYS[4]]
        evict(clips.folder, 0)
        assert kept(clips) == [KEYS[2], KEYS[4]], "since the first began"
    evict(clips.folder, 0)
    assert kept(clips) == []


def test_what_a_killed_build_was_writing_is_swept_up(clips: Clips) -> None:
    left = clips.path(KEYS[0]).with_name(f".{KEYS[0]}.f00d.part.flac")
    left.write_bytes(b"half a cl")
    os.utime(left, (0, 0))
    evict(clips.folder, LIMIT)
    assert not left.exists()
    assert kept(clips) == KEYS


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("a file, where a folder should be")
    clips = Clips(tmp_path / "clips")
    with pytest.raises(OutputError, match="cannot be written") as caught, clips.in_use():
        pytest.fail("at work without a mark")
    assert "KAWARABAN_CACHE" in caught.value.hint


def test_a_gate_that_stays_shut_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kawaraban.upkeep._PATIENCE", 0)
    with running(tmp_path):
        pass
    shut = FileLock(tmp_path / "active/gate.lock")
    with shut, pytest.raises(BusyError, match="clearing up"), running(tmp_path):
        pytest.fail("two at the gate")


# ── builds ───────────────────────────────────────────────────────────────────────────────────────


def build(show: Path, run: Run, *options: str) -> str:
    """What a build of episode 3 told, explained."""
    done = run("build", "3", "--date", DAY, "--explain", *options, folder=show)
    assert done.code == 0, done.err
    return done.err


def a_clip(cold: Path) -> Path:
    return sorted(cold.rglob("*.flac"))[3]


def test_evicted_clips_are_not_missed_when_the_episode_is_done(
    show: Path, run: Run, cold: Path
) -> None:
    build(show, run)
    shutil.rmtree(cold)
    told = build(show, run)
    assert {line.split(": ")[1] for line in told.splitlines()} == {"up to date"}
    assert not list(cold.rglob("*.flac"))
    edit(show / "scripts/episodes/0003.md", "\ntitle: ", "\ntitle: 特別編 ")
    assert "speech: up to date\nmix: up to date\nencode: up to date\n" in build(show, run)
    assert not list(cold.rglob("*.flac"))


def test_clips_that_are_needed_again_are_spoken_again_and_they_alone(
    show: Path, run: Run, cold: Path
) -> None:
    build(show, run)
    before = tree(show / "output")
    clips = {path: path.stat().st_ino for path in cold.rglob("*.flac")}
    gone = a_clip(cold)
    gone.unlink()
    next((show / ".kawaraban/episodes/0003").rglob("*.mp3")).unlink()
    dry = run("build", "3", "--dry-run", folder=show)
    assert dry.out == "would run: speech, mix, encode, publish, site\n"
    told = build(show, run)
    assert "speech: 1 kept clip is gone or damaged\n" in told
    assert "mix: up to date\nencode: " in told
    assert told.endswith("publish: up to date\nsite: up to date\n")
    now = {path: path.stat().st_ino for path in cold.rglob("*.flac")}
    assert {path for path in now if now[path] != clips[path]} <= {gone}
    assert set(now) == set(clips)
    assert tree(show / "output") == before


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 4]) + data[middle + 1 :]


@pytest.mark.parametrize("damage", [flip, lambda data: data[:-7], lambda _: b""])
def test_a_damaged_clip_is_told_and_spoken_again(
    show: Path, run: Run, cold: Path, damage: Callable[[bytes], bytes]
) -> None:
    build(show, run)
    before, clips = tree(show / "output"), tree(cold)
    a_clip(cold).write_bytes(damage(a_clip(cold).read_bytes()))
    shutil.rmtree(show / ".kawaraban/episodes/0003")
    told = build(show, run)
    assert told.count("speech: a kept clip is damaged and is spoken again\n") == 1
    assert tree(cold) == clips
    assert tree(show / "output") == before


def test_a_clip_that_breaks_in_the_middle_of_a_build_is_spoken_again(
    show: Path, run: Run, cold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(show, run)
    before, count = tree(show / "output"), len(list(cold.rglob("*.flac")))
    next((show / ".kawaraban/episodes/0003").rglob("*.mp3")).unlink()
    read, reads = Clips.read, list[str]()

    def breaking(clips: Clips, key: str) -> object:
        reads.append(key)
        if len(reads) == 3:
            clips.path(key).write_bytes(b"")
        return read(clips, key)

    monkeypatch.setattr(Clips, "read", breaking)
    told = build(show, run)
    assert "speech: a kept clip is damaged\n" in told
    assert "speech: a kept clip is damaged and is spoken again\n" in told
    assert tree(show / "output") == before
    assert len(list(cold.rglob("*.flac"))) == count


def test_a_show_that_was_moved_speaks_nothing_again(
    show: Path, run: Run, cold: Path, tmp_path: Path
) -> None:
    build(show, run)
    clips = {path: path.stat().st_mtime_ns for path in cold.rglob("*.flac")}
    moved = show.rename(tmp_path / "elsewhere")
    told = build(moved, run)
    assert {line.split(": ")[1] for line in told.splitlines()} == {"up to date"}
    shutil.rmtree(moved / ".kawaraban")
    build(moved, run)
    inodes = {path: path.stat().st_ino for path in cold.rglob("*.flac")}
    assert set(inodes) == set(clips)


def test_a_build_larger_than_the_limit_completes(
    show: Path, run: Run, cold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAWARABAN_CACHE_SIZE", "0")
    build(show, run)
    assert (show / "output/episodes/0003/audio.mp3").exists()
    assert not list(cold.rglob("*.flac"))


def test_two_shows_are_built_at_once_with_one_cache(
    show: Path, run: Run, cold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(show, run)
    whole, clips = tree(show / "output"), tree(cold)
    shutil.rmtree(cold)
    shows = [tmp_path / name for name in ("one", "two", "three")]
    for one in shows:
        shutil.copytree(show, one, ignore=shutil.ignore_patterns(".kawaraban", "output"))
    monkeypatch.setenv("KAWARABAN_CACHE_SIZE", "0")
    command = [sys.executable, "-m", "kawaraban", "build", "3", "--quiet"]
    builds = [subprocess.Popen(command, cwd=one) for one in shows]
    assert [process.wait() for process in builds] == [0, 0, 0]
    assert all(tree(one / "output") == whole for one in shows)
    assert set(tree(cold)) <= set(clips) | {"active/gate.lock"}
    assert not list((cold / "active").glob("*.build"))


FULL = """
import resource, signal, sys
from kawaraban.cache import Clips
from kawaraban.cli import main
write, keys = Clips.write, []
def write_until_full(clips, key, *sound):
    keys.append(key)
    if len(keys) == 4:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    write(clips, key, *sound)
Clips.write = write_until_full
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
main()
"""
"""From the fourth clip on no file may grow: EFBIG, where a full disk says ENOSPC."""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_full_disk_is_told_and_what_is_good_is_kept(show: Path, run: Run, cold: Path) -> None:
    command = [sys.executable, "-c", FULL, "build", "3", "--date", DAY]
    done = subprocess.run(command, cwd=show, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    found = list(cold.rglob("*.flac"))
    assert len(found) == 3
    shared_clips().require(path.stem for path in found)
    assert not (show / "output/episodes/0003/audio.mp3").exists()
    build(show, run)
    assert set(found) < set(cold.rglob("*.flac"))


# ── the command ──────────────────────────────────────────────────────────────────────────────────


def test_the_command_tells_what_there_is_and_clears_it(show: Path, run: Run, cold: Path) -> None:
    assert "0 clips" in run("cache", folder=show).out
    build(show, run)
    count = len(list(cold.rglob("*.flac")))
    said = run("cache", folder=show).out
    assert str(cold.parent) in said
    assert f"{count} clips" in said
    assert "of 4.0 GiB" in said
    model = cold.parent / "models/some/model.blob"
    model.parent.mkdir(parents=True)
    model.write_bytes(bytes(3 << 20))
    assert "1 prepared model, 3.0 MiB" in run("cache", folder=show).out
    assert run("cache", "--clear", folder=show).code == 0
    assert not model.exists()
    assert not list(cold.rglob("*.flac"))
    assert "0 clips" in run("cache", folder=show).out
