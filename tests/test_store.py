"""The store: files are whole or absent, steps run when something changed and say why."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.errors import BusyError, OutputError
from kawaraban.ledger import Ledger, WouldRunError
from kawaraban.model import Clip, Event, Line, Pause, Text
from kawaraban.store import (
    atomic,
    file_hash,
    fingerprint,
    lock,
    write_text,
)

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


# ── content ──────────────────────────────────────────────────────────────────────────────────────


@settings(deadline=None)
@given(st.dictionaries(st.text(), PLAIN))
def test_a_fingerprint_does_not_know_the_order_of_keys(values: dict[str, object]) -> None:
    turned = dict(reversed(values.items()))
    assert fingerprint(turned) == fingerprint(values)


@settings(deadline=None)
@given(PLAIN, PLAIN)
def test_values_that_differ_in_json_differ_in_fingerprint(one: object, other: object) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (fingerprint(one) == fingerprint(other)) == same


def test_a_fingerprint_is_taken_of_dataclasses_dates_and_paths() -> None:
    def event(day: date) -> Event:
        return Event(day, "発表した。", "", "a", "甲新聞", confirmed=False)

    assert fingerprint(event(date(2023, 11, 24))) == fingerprint(event(date(2023, 11, 24)))
    assert fingerprint(event(date(2023, 11, 24))) != fingerprint(event(date(2023, 11, 25)))
    assert fingerprint([Path("a"), datetime(2023, 1, 1, tzinfo=UTC)]) == fingerprint(
        ["a", "2023-01-01T00:00:00Z"]
    )


def test_a_file_that_is_not_there_has_no_hash(tmp_path: Path) -> None:
    assert file_hash(tmp_path / "nothing") == ""


# ── atomic files ─────────────────────────────────────────────────────────────────────────────────


def test_an_exception_leaves_the_old_content_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text("old")

    def write() -> None:
        with atomic(path) as part:
            part.write_text("half of the n")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert path.read_text() == "old"
    assert below(tmp_path) == {"feed.xml"}


def test_a_block_that_ends_well_puts_the_new_content_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new/folder/a.tar.gz"
    with atomic(path) as part:
        part.write_text("new")
        assert not path.exists()
        assert part.parent == path.parent
    assert path.read_text() == "new"
    assert below(tmp_path) == {"new", "new/folder", "new/folder/a.tar.gz"}


def test_what_a_killed_build_left_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with atomic(path) as part:
        left = part
        part.write_text("x")
    left.write_text("a long rest of a killed build")
    write_text(path, "new")
    assert below(tmp_path) == {"a.txt"}
    assert path.read_text() == "new"


def test_a_place_that_cannot_be_written_to_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for path in (tmp_path / "file/a.txt", tmp_path / "file/deep/a.txt"):
        with pytest.raises(OutputError, match="cannot be written") as caught:
            write_text(path, "x")
        assert caught.value.where == path
        assert "writable" in caught.value.hint


def test_a_text_that_stands_there_already_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "同じ")
    before = path.stat()
    write_text(path, "同じ")
    assert path.stat().st_ino == before.st_ino
    write_text(path, "別")
    assert path.stat().st_ino != before.st_ino
    assert path.read_text("utf-8") == "別"


# ── the lock ─────────────────────────────────────────────────────────────────────────────────────

HOLDER = """
import sys, time
from pathlib import Path
from kawaraban.store import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(120)
"""


def test_a_second_build_is_kept_out_until_the_first_ends_even_by_a_kill(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match="another build") as caught, lock(tmp_path):
            pytest.fail("two builds at once")
        assert caught.value.exit_code == 5
        holder.kill()
        assert holder.wait() == -signal.SIGKILL
    with lock(tmp_path):
        assert below(tmp_path) >= {".kawaraban"}


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(PermissionError, match="of the build"), lock(tmp_path):
        raise PermissionError("of the build, not of the lock")
    with lock(tmp_path), pytest.raises(BusyError), lock(tmp_path):
        pytest.fail("two builds at once")


def test_a_show_that_cannot_be_written_to_cannot_be_locked(tmp_path: Path) -> None:
    (tmp_path / ".kawaraban").write_text("a file, where a folder should be")
    with pytest.raises(OutputError, match="cannot be written"), lock(tmp_path):
        pytest.fail("locked without a lock")


# ── steps ────────────────────────────────────────────────────────────────────────────────────────

LINES = (Line("yomi", (Text("孫", "そん"), Pause(0.6), Text("さん")), 7), Line("kiku", (), 8))


@dataclass
class Bench:
    """A ledger whose one step makes a file and counts how often it ran."""

    root: Path
    ran: int = 0
    heard: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def step(self, *, force: bool = False, dry: bool = False, **inputs: object) -> tuple[Line, ...]:
        ledger = Ledger(
            self.root,
            self.root / "records",
            lambda *said: self.heard.append(said),
            force=force,
            dry=dry,
        )
        files: Callable[[object], Iterable[Path]] = lambda _: [self.root / "out/a.txt"]  # noqa: E731
        return ledger.step("speak", tuple[Line, ...], inputs, self._make, files)

    def _make(self) -> tuple[Line, ...]:
        self.ran += 1
        write_text(self.root / "out/a.txt", "made")
        return LINES


def test_a_step_runs_once_and_its_value_comes_back_equal(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    assert bench.step(text="a", clips=(Clip("k", 1.5),)) == LINES
    assert bench.step(text="a", clips=(Clip("k", 1.5),)) == LINES
    assert bench.ran == 1
    assert bench.heard == [("speak", ("not done yet",)), ("speak", ())]


def test_a_step_runs_again_when_an_input_changed_and_names_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.step(text="a", speed=1.0, voice="v")
    bench.step(text="b", speed=1.0, voice="w")
    assert bench.ran == 2
    assert bench.heard[-1] == ("speak", ("text changed", "voice changed"))


def test_a_step_runs_again_when_its_file_is_gone_or_altered(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.step()
    (tmp_path / "out/a.txt").unlink()
    bench.step()
    (tmp_path / "out/a.txt").write_text("by another hand")
    bench.step()
    bench.step()
    assert bench.ran == 3
    assert [reasons for _, reasons in bench.heard] == [
        ("not done yet",),
        ("out/a.txt is gone",),
        ("out/a.txt was altered",),
        (),
    ]


def test_a_step_runs_again_when_asked_for(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.step()
    bench.step(force=True)
    assert bench.ran == 2
    assert bench.heard[-1] == ("speak", ("asked for",))


@pytest.mark.parametrize(
    "record",
    [
        "",
        "not json",
        "[]",
        '{"inputs": {}, "files": {}}',
        '{"inputs": {}, "files": {}, "value": [{"speaker": 3}]}',
        '{"value": []}',
    ],
)
def test_a_record_that_cannot_be_read_is_a_reason_to_run(tmp_path: Path, record: str) -> None:
    bench = Bench(tmp_path)
    bench.step()
    (tmp_path / "records/speak.json").write_text(record)
    assert bench.step() == LINES
    assert bench.ran == 2
    assert bench.heard[-1] == ("speak", ("the record of the last run cannot be read",))


def test_a_dry_run_stops_at_the_first_step_that_would_run(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with pytest.raises(WouldRunError) as caught:
        bench.step(dry=True)
    assert (caught.value.step, caught.value.reasons) == ("speak", ("not done yet",))
    assert bench.ran == 0
    assert below(tmp_path) == set()
    bench.step()
    assert bench.step(dry=True) == LINES


def test_a_show_that_was_moved_has_nothing_to_do_again(tmp_path: Path) -> None:
    Bench(tmp_path / "here").step(text="a")
    moved = (tmp_path / "here").rename(tmp_path / "there")
    bench = Bench(moved)
    assert bench.step(text="a") == LINES
    assert bench.ran == 0


def test_a_step_that_fails_is_not_taken_for_done(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, tmp_path / "records", lambda *_: None)

    def fail() -> str:
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            ledger.step("mix", str, {}, fail, lambda _: [])
    assert below(tmp_path) == set()
