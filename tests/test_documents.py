"""Documents: what people write is read as they meant it, and faults name file and line."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from kawaraban.config import find_root, load_show
from kawaraban.documents import front_matter, nearest, parse_document, read_text, read_toml
from kawaraban.errors import KawarabanError, Problems, ShowError
from kawaraban.settings import Show, Voice, parse_duration

HERE = Path("story.md")
REPOSITORY = Path(__file__).parents[1]

SHOW = """\
[show]
title = "夜の瓦版"
description = "一日の終わりに聴く番組"
author = "編集室"
image = "cover.jpg"

[[host]]
id = "mari"
name = "マリ"
voice = "hum"

[[host]]
id = "ken"
name = "ケン"
voice = "hum"

[script]
template = "weekly.md.j2"

[publish]
url = "https://yoru.example/show"
"""


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def make_show(root: Path, text: str = SHOW) -> Path:
    write(root / "show.toml", text)
    write(root / "cover.jpg", b"jpeg")
    write(root / "weekly.md.j2", "## 始め\n")
    return root


def faults_of(error: ShowError) -> list[str]:
    return (
        str(error).split("\n") if not isinstance(error, Problems) else list(map(str, error.errors))
    )


# ── text ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_byte_that_is_not_utf8_is_told_with_its_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", "一行目\n二行目\n".encode() + "三".encode("shift_jis"))
    with pytest.raises(ShowError) as caught:
        read_text(path)
    assert str(caught.value).startswith(f"{path}:3: not valid UTF-8 (byte 0x8e)")
    assert "save the file as UTF-8" in caught.value.hint


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_the_byte_order_mark_and_the_line_ends_of_other_systems_are_not_text(
    tmp_path: Path, ends: bytes
) -> None:
    path = write(tmp_path / "a.txt", b"\xef\xbb\xbf" + ends.join(["瓦".encode(), "版".encode()]))
    assert read_text(path) == "瓦\n版"


def test_a_file_that_is_not_there_and_one_that_is_a_folder_are_faults_of_the_show(
    tmp_path: Path,
) -> None:
    with pytest.raises(ShowError, match="no such file"):
        read_text(tmp_path / "nothing.md")
    with pytest.raises(ShowError, match="cannot be read"):
        read_text(tmp_path)


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("titel", ["title", "date"], "did you mean title?"),
        ("zzz", ["b", "a"], "known: a, b"),
        ("x", [], "none is known here"),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest_known_one(
    word: str, known: list[str], said: str
) -> None:
    assert nearest(word, known) == said


# ── front matter ─────────────────────────────────────────────────────────────────────────────────


def test_a_document_keeps_values_as_text_and_knows_the_lines_of_all_of_it() -> None:
    document = parse_document(
        "---\ntitle: 朝の便り\n\nnumber: 007\nready: yes\n---\n本文\n続き", HERE
    )
    assert document.front == {"title": "朝の便り", "number": "007", "ready": "yes"}
    assert document.rows == {"title": 2, "number": 4, "ready": 5}
    assert (document.body, document.body_row) == ("本文\n続き", 7)


@pytest.mark.parametrize(
    ("text", "line", "cause", "hint"),
    [
        ("題名だけ\n", 1, "no front matter", "start the file with ---"),
        ("", 1, "no front matter", "start the file with ---"),
        ("---\ntitle: 朝\n本文", 1, "front matter is never closed", "end it with ---"),
        ("---\na: 1\ntitle: 速報: 障害\n---\n", 3, "front matter: mapping values", "in quotes"),
        ("---\na: 1\ntags: [x, y]\n---\n", 3, "tags must be one value", ""),
        ("---\na: 1\nwho:\n  name: x\n---\n", 3, "who must be one value", ""),
        ("---\nただの文\n---\n", 2, "front matter is not `key: value`", ""),
        ("---\na: 1\n[b]: 2\n---\n", 3, "front matter is not `key: value`", ""),
        ("---\na: 1\nb: 2\na: 3\n---\n", 4, "a stands twice", ""),
        ("---\na: 1\nb: \x07\n---\n", 3, "a character that may not stand here (U+0007)", "delete"),
    ],
)
def test_a_fault_of_the_front_matter_names_file_and_line(
    text: str, line: int, cause: str, hint: str
) -> None:
    with pytest.raises(ShowError) as caught:
        parse_document(text, HERE)
    assert str(caught.value).startswith(f"story.md:{line}: ")
    assert cause in caught.value.cause
    assert hint in caught.value.hint


WRITTEN = st.text(
    st.one_of(
        st.sampled_from("「」：:'\"#-{}[]|>&*!%@`、。解任復帰 \t"),
        st.characters(codec="utf-8", exclude_characters="\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"),
    )
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["title", "summary", "guid"]), WRITTEN), st.integers(1))
def test_front_matter_that_is_written_is_read_back_whole(
    values: dict[str, str], number: int
) -> None:
    text = front_matter({"number": number, **values}) + "本文: 「---」\n"
    document = parse_document(text, HERE)
    assert document.front == {"number": str(number), **values}
    assert document.body == "本文: 「---」\n"


# ── TOML ─────────────────────────────────────────────────────────────────────────────────────────


class Lamp(BaseModel, extra="forbid"):
    colour: str
    watts: int = 5


class Room(BaseModel, extra="forbid"):
    name: str
    lamp: Lamp
    shelf: tuple[Lamp, ...] = ()


def room_faults(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    path = write(tmp_path / "room.toml", text)
    with pytest.raises(ShowError) as caught:
        read_toml(path, Room)
    error = caught.value
    errors = error.errors if isinstance(error, Problems) else [error]
    assert {error.where for error in errors} == {path}
    return [(error.line, error.cause, error.hint) for error in errors]


SHELF = "\n[[shelf]]\ncolour = 'a'\n\n"
GOOD_ROOM = 'name = "居間"\n\n[lamp]\ncolour = "白"\n'


@pytest.mark.parametrize(
    ("text", "line", "cause", "hint"),
    [
        (GOOD_ROOM + "wats = 3\n", 5, "lamp.wats: no such key", "did you mean watts?"),
        ("nam = 1\n" + GOOD_ROOM, 1, "nam: no such key", "did you mean name?"),
        ('name = "居間"\n[lamp]\nwatts = 1\n', 2, "lamp.colour is missing", "add it"),
        (GOOD_ROOM + 'watts = "明るい"\n', 5, "lamp.watts = '明るい': Input should be", ""),
        (GOOD_ROOM + SHELF + "[[shelf]]\ncolour = 3\n", 10, "shelf.1.colour = 3", ""),
        (GOOD_ROOM + SHELF + "[[shelf]]\n", 9, "shelf.1.colour is missing", "add it"),
        (GOOD_ROOM + "watts = = 3\n", 5, "not TOML", ""),
        (GOOD_ROOM + "[shelf\n", 5, "not TOML", ""),
        (GOOD_ROOM + "x = [1,\n", 5, "not TOML", ""),
    ],
)  # fmt: skip
def test_a_fault_in_toml_names_the_key_the_line_and_what_to_do(
    tmp_path: Path, text: str, line: int, cause: str, hint: str
) -> None:
    [(row, said, next_step)] = room_faults(tmp_path, text)
    assert (row, next_step) == (line, hint)
    assert said.startswith(cause)


def test_every_fault_of_a_toml_file_is_told_at_once(tmp_path: Path) -> None:
    text = 'nane = "x"\n[lamp]\ncolour = 1\nwatts = "2"\nwatt = 2\n'
    found = {
        (line, cause.split(" ")[0].rstrip(":")) for line, cause, _ in room_faults(tmp_path, text)
    }
    assert found == {(1, "name"), (1, "nane"), (3, "lamp.colour"), (5, "lamp.watt")}


# ── the show ─────────────────────────────────────────────────────────────────────────────────────


def test_the_repository_is_a_show() -> None:
    show = load_show(REPOSITORY)
    assert [host.id for host in show.hosts] == ["yomi", "kiku"]
    assert show.pick.window == timedelta(days=17)


def test_a_show_is_found_from_any_folder_inside_it(tmp_path: Path) -> None:
    root = make_show(tmp_path / "show")
    deep = root / "scripts" / "episodes"
    deep.mkdir(parents=True)
    assert find_root(root) == find_root(deep) == root
    with pytest.raises(ShowError, match="kawaraban init") as caught:
        find_root(tmp_path)
    assert caught.value.where == tmp_path


def test_files_that_the_show_names_and_does_not_have_are_all_told(tmp_path: Path) -> None:
    root = make_show(tmp_path, SHOW + '\n[sound]\nintro = "theme.ogg"\n')
    (root / "cover.jpg").unlink()
    (root / "weekly.md.j2").unlink()
    with pytest.raises(Problems) as caught:
        load_show(root)
    assert [error.cause for error in caught.value.errors] == [
        "show.image: there is no file cover.jpg",
        "script.template: there is no file weekly.md.j2",
        "sound.intro: there is no file theme.ogg",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('title = "夜の瓦版"', 'titel = "夜の瓦版"', 2, "did you mean title?"),
        ('voice = "hum"\n\n[[host]]', 'vioce = "hum"\n\n[[host]]', 10, "did you mean voice?"),
        ('id = "ken"', 'id = "mari"', 7, "two hosts have the id mari"),
        ('id = "ken"', 'id = "健"', 13, "host.1.id"),
        ("[script]", '[pick]\nwindow = "7 days"\n\n[script]', 18, 'such as "7d"'),
        ("[script]", '[pick]\nwindow = "99999999999d"\n\n[script]', 18, 'such as "7d"'),
        ('author = "編集室"', 'author = "編集室"\ntimezone = "Asia"', 5, "not a time zone"),
        ('author = "編集室"', 'author = "編集室"\ntimezone = "Asia/Edo"', 5, "not a time zone"),
        ("https://yoru", "yoru", 21, "publish.url"),
        ("[publish]", "[publsh]", 20, "did you mean publish?"),
    ],
)
def test_a_wrong_setting_is_told_where_it_stands(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert SHOW.count(old) == 1 or old == "https://yoru"
    root = make_show(tmp_path, SHOW.replace(old, new))
    with pytest.raises(ShowError) as caught:
        load_show(root)
    assert any(
        fault.startswith(f"{root / 'show.toml'}:{line}: ") and said in fault
        for fault in faults_of(caught.value)
    )


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("36h", timedelta(hours=36)),
        ("7d", timedelta(days=7)),
        (" 2 w ", timedelta(weeks=2)),
    ],
)
def test_a_length_of_time_has_a_number_and_a_unit(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("wrong", ["", "0d", "7", "d", "-1d", "1.5d", 7, None, "7m"])
def test_anything_else_is_no_length_of_time(wrong: object) -> None:
    with pytest.raises(ValueError, match="7d"):
        parse_duration(wrong)


def test_settings_cannot_be_changed_after_they_are_read(tmp_path: Path) -> None:
    show = load_show(make_show(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        show.hosts[0].voice = "other"  # type: ignore[misc]


def test_a_host_is_found_by_its_id(tmp_path: Path) -> None:
    show = load_show(make_show(tmp_path))
    assert show.host("ken").name == "ケン"
    with pytest.raises(KeyError):
        show.host("nobody")


def test_a_voice_file_must_say_whose_the_voice_is(tmp_path: Path) -> None:
    path = write(tmp_path / "hum.toml", 'engine = "tone"\nlicense = "CC0-1.0"\n')
    with pytest.raises(KawarabanError, match="credit is missing"):
        read_toml(path, Voice)


def test_every_file_of_the_repository_that_its_show_names_can_be_copied(tmp_path: Path) -> None:
    for name in ("show.toml", "art", "scripts", "voices"):
        source = REPOSITORY / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, tmp_path / name)
    assert isinstance(load_show(tmp_path), Show)
