"""News: items are read from three kinds of file, and every bad one is told with its place."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kawaraban.errors import Problems, ShowError
from kawaraban.news.files import REQUIRED, read_items

NEWS = Path(__file__).parents[1] / "news"
WHOLE = {
    "id": "fire",
    "url": "https://edo.example/fire",
    "source": "神田日報",
    "title": "神田で小火: 朝には鎮火",
    "published": "2023-11-20T09:00:00+09:00",
}


def markdown(
    values: dict[str, str], text: str = "火は朝に消えました。\n\n原因は調査中です。\n"
) -> str:
    front = "\n".join(f"{key}: {json.dumps(value)}" for key, value in values.items())
    return f"---\n{front}\n---\n{text}"


def write(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{stem}.{suffix}").write_bytes(data)
    return folder


def faults(*paths: Path) -> list[ShowError]:
    with pytest.raises(ShowError) as caught:
        read_items(paths)
    return caught.value.errors if isinstance(caught.value, Problems) else [caught.value]


def without(key: str) -> dict[str, str]:
    return {name: value for name, value in WHOLE.items() if name != key}


def test_the_same_item_is_read_from_markdown_and_from_json(tmp_path: Path) -> None:
    text = "火は朝に消えました。\n\n原因は調査中です。"
    files = {
        "md": markdown(WHOLE, text),
        "json": json.dumps([{**WHOLE, "text": text}], ensure_ascii=False),
        "jsonl": "\n" + json.dumps({**WHOLE, "text": text}) + "\n\n",
    }
    found = []
    for suffix, content in files.items():
        path = tmp_path / f"a.{suffix}"
        path.write_text(content, "utf-8")
        found += read_items([path])
    assert found[0] == found[1] == found[2]
    assert found[0].title == "神田で小火: 朝には鎮火"
    assert found[0].summary == "火は朝に消えました。"
    assert found[0].text == text
    assert found[0].published == datetime(2023, 11, 20, tzinfo=UTC)
    assert found[0].published.utcoffset() == timedelta(hours=9)


def test_a_single_json_object_is_an_item_and_its_summary_stands_in_for_a_text(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        one_json=json.dumps({**WHOLE, "summary": "要約です。", "lang": "en", "text": None}),
    )
    [item] = read_items([tmp_path])
    assert (item.summary, item.text, item.lang) == ("要約です。", "要約です。", "en")


@pytest.mark.parametrize("id_", [None, "", "  "])
def test_an_item_without_an_id_has_the_name_of_its_file(tmp_path: Path, id_: str | None) -> None:
    values = without("id") if id_ is None else {**WHOLE, "id": id_}
    write(tmp_path, quake_md=markdown(values))
    assert read_items([tmp_path])[0].id == "quake"


def test_the_order_of_paths_changes_nothing(tmp_path: Path) -> None:
    for name in "cab":
        write(tmp_path, **{f"{name}_md": markdown({**WHOLE, "id": name})})
    paths = [tmp_path / f"{name}.md" for name in "bca"]
    assert read_items(paths) == read_items(paths[::-1]) == read_items([tmp_path])
    assert [item.id for item in read_items(paths)] == ["a", "b", "c"]


def test_the_sample_week_has_twenty_two_items() -> None:
    items = read_items([NEWS])
    assert len(items) == 22
    assert len({item.source for item in items}) == 5


@pytest.mark.parametrize("key", REQUIRED)
def test_a_key_that_a_list_needs_is_told_where_it_is_missing_or_empty(
    tmp_path: Path, key: str
) -> None:
    items = [without(key), {**WHOLE, key: " ", "id": "b"}]
    write(tmp_path, a_json=json.dumps(items, indent=1))
    missing, empty = faults(tmp_path)
    assert missing.cause == empty.cause == f"the item has no {key}"
    assert [(one.where, one.line) for one in (missing, empty)] == [
        (tmp_path / "a.json", 2),
        (tmp_path / "a.json", 2 + len(without(key)) + 2),
    ]
    assert key in missing.hint


@pytest.mark.parametrize(
    ("values", "line", "cause", "hint"),
    [
        ({**WHOLE, "titel": "x"}, 7, "titel: no such key", "did you mean title?"),
        (
            {**WHOLE, "published": "11月20日"},
            6,
            "published: '11月20日' is not a date",
            "2023-11-24T09",
        ),
        ({**WHOLE, "published": "2023-02-30T00:00:00+09:00"}, 6, "is not a date", "offset"),
        ({**WHOLE, "published": "2023-11-20T09:00:00"}, 6, "has no offset from UTC", "+09:00"),
        ({**WHOLE, "published": "2023-11-20"}, 6, "has no offset from UTC", "+09:00"),
    ],
)
def test_a_wrong_value_is_told_with_its_line(
    tmp_path: Path, values: dict[str, str], line: int, cause: str, hint: str
) -> None:
    write(tmp_path, a_md=markdown(values))
    [fault] = faults(tmp_path)
    assert (fault.where, fault.line) == (tmp_path / "a.md", line)
    assert cause in fault.cause
    assert hint in fault.hint


@pytest.mark.parametrize(
    ("name", "content", "line", "cause"),
    [
        ("a_jsonl", json.dumps(WHOLE) + "\n{oops}\n", 2, "not JSON"),
        ("a_json", '[\n {"id": "x"},\n oops\n]', 3, "not JSON"),
        ("a_jsonl", "\n\n[3]\n", 3, "an item must be a JSON object"),
        ("a_json", '"text"', 1, "an item must be a JSON object"),
        ("a_md", markdown(WHOLE).encode() + b"\n\xff", 12, "not valid UTF-8 (byte 0xff)"),
        ("a_json", b"[\n\xe3\x81]", 2, "not valid UTF-8"),
        ("a_md", "---\ntitle: x\n本文", 1, "front matter is never closed"),
        ("a_json", "[" * 100_000, 1, "not items, but JSON that cannot be read"),
        ("a_json", '[{"id":\n "x"},\n\n 3]', 4, "an item must be a JSON object"),
    ],
)
def test_a_file_that_cannot_be_understood_is_told_with_its_line(
    tmp_path: Path, name: str, content: str | bytes, line: int, cause: str
) -> None:
    write(tmp_path, **{name: content})
    fault = faults(tmp_path)[-1]
    assert fault.where == tmp_path / name.replace("_", ".")
    assert (fault.line, fault.cause[: len(cause)]) == (line, cause)


def test_two_items_may_not_share_an_id(tmp_path: Path) -> None:
    write(tmp_path, a_md=markdown(WHOLE), b_json=json.dumps([WHOLE]))
    [fault] = faults(tmp_path)
    assert (fault.where, fault.cause) == (tmp_path / "b.json", "another item has the id fire")


def test_every_bad_item_is_told_at_once_also_those_of_one_file(tmp_path: Path) -> None:
    lines = [without("url"), WHOLE, {**WHOLE, "publishd": "x", "id": "b"}, {"id": "c"}]
    write(
        tmp_path,
        a_jsonl="\n".join(map(json.dumps, lines)),
        b_md="---\n閉じない",
        c_md=markdown({**WHOLE, "published": "昨日", "id": "d"}),
    )
    found = [(fault.where, fault.line) for fault in faults(tmp_path)]
    jsonl = tmp_path / "a.jsonl"
    assert found == [
        (jsonl, 1),
        (jsonl, 3),
        (jsonl, 4),
        (tmp_path / "b.md", 1),
        (tmp_path / "c.md", 6),
    ]


def test_a_folder_without_news_is_an_error_that_says_what_to_add(tmp_path: Path) -> None:
    write(tmp_path, README_md="この中に置く。", notes_pdf="メモ")
    (tmp_path / ".hidden.md").write_text("x")
    [fault] = faults(tmp_path)
    assert fault.cause == "there is no news here"
    assert fault.where == str(tmp_path)
    assert ".jsonl" in fault.hint


def test_a_readme_and_other_kinds_of_file_are_not_news(tmp_path: Path) -> None:
    write(tmp_path, readme_MD="案内", a_md=markdown(WHOLE), b_pdf="メモ")
    assert [item.id for item in read_items([tmp_path])] == ["fire"]


def test_a_path_that_does_not_exist_is_told(tmp_path: Path) -> None:
    [fault] = faults(tmp_path / "nowhere")
    assert fault.cause == "no such file or folder"
    assert "[sources]" in fault.hint
