"""MP3, AAC and Opus: what is in a file, how long and loud it is, and that it is always the same."""

from __future__ import annotations

import base64
import io
import re
import shutil
import struct
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from mutagen import File as MediaFile
from mutagen.flac import Picture
from mutagen.id3 import ID3, PictureType
from mutagen.mp3 import MP3, BitrateMode
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from numpy.typing import NDArray
from PIL import Image

from conftest import DAY, Ran, Run, edit
from kawaraban.errors import ShowError
from kawaraban.model import Span
from kawaraban.publish.episode import read_episode
from kawaraban.sound import RATE
from kawaraban.sound.ffmpeg import ffmpeg as command
from kawaraban.sound.ffmpeg import run as ffmpeg
from kawaraban.sound.formats import FORMATS
from kawaraban.sound.pictures import SIDE, square
from kawaraban.sound.tags import Mark, Tags, write_tags
from kawaraban.sound.tags.id3 import LIMIT

BITRATES = {"mp3": 96, "m4a": 96, "opus": 48}
formats = pytest.mark.parametrize("name", FORMATS)


def voice(seconds: float) -> NDArray[np.float32]:
    """Vowels, more or less: a few harmonics of a low tone that come and go; no random numbers."""
    t = np.arange(round(seconds * RATE)) / RATE
    tones = sum(np.sin(2 * np.pi * 140 * n * t + n) / n for n in range(1, 20))
    return np.asarray(0.1 * tones * np.sin(2 * np.pi * 1.3 * t) ** 2, np.float32)


def encoded(name: str, folder: Path, seconds: float = 4.0) -> Path:
    path = folder / f"sound{FORMATS[name].suffix}"
    source = ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0"]
    arguments = [*source, *FORMATS[name].arguments(BITRATES[name]), str(path)]
    ffmpeg(["-v", "error", "-y", *arguments], voice(seconds).tobytes())
    return path


def heard(path: Path) -> NDArray[np.float32]:
    """The samples that a player plays."""
    raw = path.with_suffix(".f32")
    ffmpeg(["-v", "error", "-y", "-i", str(path), "-f", "f32le", "-ar", str(RATE), str(raw)])
    return np.fromfile(raw, np.float32)


# ── formats ──────────────────────────────────────────────────────────────────────────────────────


def test_ffmpeg_is_the_one_that_was_brought_unless_another_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("IMAGEIO_FFMPEG_EXE", raising=False)
    assert command.__wrapped__()[0] == imageio_ffmpeg.get_ffmpeg_exe()
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/opt/another/ffmpeg")
    assert command.__wrapped__()[0] == "/opt/another/ffmpeg"


@formats
@pytest.mark.parametrize("seconds", [0.3, 3.7771])
def test_a_file_has_the_samples_that_went_in_and_no_more(
    name: str, seconds: float, tmp_path: Path
) -> None:
    path = encoded(name, tmp_path, seconds)
    given, taken = voice(seconds), heard(path)
    assert len(taken) == len(given)
    told = float(MediaFile(path).info.length)
    assert abs(told - len(given) / RATE) <= FORMATS[name].tolerance


@formats
def test_the_level_is_changed_by_what_is_known_of_the_encoder(name: str, tmp_path: Path) -> None:
    given, taken = voice(4), heard(encoded(name, tmp_path))
    apart = np.correlate(given[RATE : RATE + 4000], taken[RATE : RATE + 4000])
    assert apart[0] > 0
    assert np.linalg.norm(taken) / np.linalg.norm(given) == pytest.approx(
        FORMATS[name].scale, rel=0.02
    )


@formats
def test_the_same_sound_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    first = encoded(name, tmp_path).read_bytes()
    assert encoded(name, tmp_path).read_bytes() == first
    assert not re.search(rb"Lav[cf]\d", first), "ffmpeg's version"


def test_mp3_has_a_constant_rate_and_says_its_length(tmp_path: Path) -> None:
    path = encoded("mp3", tmp_path)
    info = MP3(path).info
    assert (info.bitrate_mode, info.bitrate, info.channels) == (BitrateMode.CBR, 96_000, 1)
    assert b"Info" in path.read_bytes()[:200]


def atoms(data: bytes) -> dict[bytes, bytes]:
    """The outermost parts of an MP4 file, in their order."""
    found, at = {}, 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        found[name] = data[at + 8 : at + size]
        at += size
    return found


def test_m4a_has_its_index_first_and_no_date(tmp_path: Path) -> None:
    path = encoded("m4a", tmp_path)
    parts = atoms(path.read_bytes())
    assert parts[b"ftyp"].startswith(b"M4A ")
    order = list(parts)
    assert order.index(b"moov") < order.index(b"mdat")
    created, changed = struct.unpack_from(">4xII", parts[b"moov"][8:])
    assert (created, changed) == (0, 0)
    assert MP4(path).info.codec == "mp4a.40.2"


# ── tags ─────────────────────────────────────────────────────────────────────────────────────────


def picture(path: Path, size: tuple[int, int] = (90, 60), colour: str = "red") -> Path:
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    return path


def marks(picture: bytes = b"") -> tuple[Mark, ...]:
    return (
        Mark(Span(0, 1.0004), "はじめに = ; # \\ [end]"),
        Mark(Span(1.0004, 2.5), "二つ目", "https://news.example/a?b=c&d", picture),
        Mark(Span(2.5, 4), "題" * 60),
    )


def make_tags(marks: Sequence[Mark] = ()) -> Tags:
    cover = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), "red").save(cover, "JPEG")
    day, summary = date(2023, 11, 24), "要約。\n次の行。"
    return Tags("題 <1>", "番組", "編集室", 17, day, summary, "ja", cover.getvalue(), tuple(marks))


def tagged(name: str, folder: Path, tags: Tags) -> Path:
    path = encoded(name, folder)
    write_tags(path, tags)
    return path


def chapters(path: Path) -> list[tuple[float, str]]:
    """The chapters that ffmpeg finds in a file, as it prints them."""
    said = ffmpeg(["-i", str(path), "-f", "null", "-"]).split("Output #0")[0]
    found = re.findall(r"Chapter #\d+:\d+: start ([\d.]+), end [\d.]+\n.*\n +title +: (.*)", said)
    return [(round(float(start), 3), title.rstrip()) for start, title in found]


@formats
def test_chapters_are_the_same_in_every_format(name: str, tmp_path: Path) -> None:
    path = tagged(name, tmp_path, make_tags(marks()))
    assert chapters(path) == [(0.0, marks()[0].title), (1.0, "二つ目"), (2.5, "題" * 60)]


@formats
def test_tags_leave_the_sound_as_it_was(name: str, tmp_path: Path) -> None:
    before = heard(encoded(name, tmp_path))
    after = heard(tagged(name, tmp_path, make_tags(marks())))
    np.testing.assert_array_equal(after, before)


@formats
def test_the_same_tags_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    art = square(picture(tmp_path / "art/a.png"))
    first = tagged(name, tmp_path, make_tags(marks(art))).read_bytes()
    assert tagged(name, tmp_path, make_tags(marks(art))).read_bytes() == first
    assert not re.search(rb"Lav[cf]\d", first)
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_id3_has_links_and_pictures_of_chapters(tmp_path: Path) -> None:
    art = square(picture(tmp_path / "art/a.png", colour="blue"))
    tags = ID3(tagged("mp3", tmp_path, make_tags(marks(art))))
    assert tags.version == (2, 3, 0)
    (contents,) = tags.getall("CTOC")
    first, second, third = (tags[f"CHAP:{id_}"] for id_ in contents.child_element_ids)
    assert second.sub_frames["WXXX:"].url == "https://news.example/a?b=c&d"
    assert second.sub_frames["APIC:"].data == art
    assert set(first.sub_frames) == set(third.sub_frames) == {"TIT2"}
    (cover,) = tags.getall("APIC")
    assert cover.type == PictureType.COVER_FRONT
    assert Image.open(io.BytesIO(cover.data)).size == (SIDE, SIDE)


def test_tags_of_mp4(tmp_path: Path) -> None:
    path = tagged("m4a", tmp_path, make_tags(marks()))
    mp4 = MP4(path)
    assert mp4["\xa9nam"] == ["題 <1>"]
    assert mp4["\xa9alb"] == ["番組"]
    assert mp4["\xa9ART"] == mp4["aART"] == ["編集室"]
    assert mp4["desc"] == mp4["\xa9cmt"] == ["要約。\n次の行。"]
    assert (mp4["trkn"], mp4["\xa9day"]) == ([(17, 0)], ["2023-11-24"])
    assert (mp4["stik"], mp4["pcst"]) == ([21], True)
    assert Image.open(io.BytesIO(mp4["covr"][0])).size == (SIDE, SIDE)
    moov = atoms(path.read_bytes())[b"moov"]
    assert [len(name) for name in re.findall(rb"text\0{12}SubtitleHandler", moov)]  # QuickTime's
    assert [(round(one.start, 3), one.title) for one in mp4.chapters] == [  # Nero's
        (mark.start / 1000, mark.title) for mark in marks()
    ]
    order = list(atoms(path.read_bytes()))
    assert order.index(b"moov") < order.index(b"mdat")


@pytest.mark.parametrize("title", ["a\\", "= ; #", "[CHAPTER]", ";x", "title=a\\=b", "é 🎙"])
def test_mp4_holds_any_title(title: str, tmp_path: Path) -> None:
    given = [Mark(Span(0, 2), title), Mark(Span(2, 4), "次")]
    mp4 = MP4(tagged("m4a", tmp_path, make_tags(given)))
    assert [one.title.rstrip() for one in mp4.chapters] == [title, "次"]


def test_tags_of_opus(tmp_path: Path) -> None:
    opus = OggOpus(tagged("opus", tmp_path, make_tags(marks())))
    assert (opus["title"], opus["album"], opus["artist"]) == (["題 <1>"], ["番組"], ["編集室"])
    assert (opus["date"], opus["tracknumber"]) == (["2023-11-24"], ["17"])
    assert opus["description"] == ["要約。\n次の行。"]
    assert opus["chapter002"] == ["00:00:01.000"]
    assert opus["chapter002url"] == ["https://news.example/a?b=c&d"]
    assert "chapter001url" not in opus
    cover = Picture(base64.b64decode(opus["metadata_block_picture"][0]))
    assert (cover.type, cover.mime) == (PictureType.COVER_FRONT, "image/jpeg")
    assert Image.open(io.BytesIO(cover.data)).size == (SIDE, SIDE)


@formats
def test_a_file_may_have_no_chapters(name: str, tmp_path: Path) -> None:
    path = tagged(name, tmp_path, make_tags())
    assert chapters(path) == []
    assert MediaFile(path).tags


def test_many_pictures_stay_within_what_players_read(tmp_path: Path) -> None:
    """Noise is what JPEG can do least with: at full size these would take 13 MB."""
    noise = np.random.default_rng(6).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    art = square(tmp_path / "noise.png")
    given = [Mark(Span(at, at + 1), f"第{at}章", "", art) for at in range(40)]
    assert len(art) * len(given) > 2 * LIMIT
    tags = ID3(tagged("mp3", tmp_path, make_tags(given)))
    assert tags.size <= LIMIT
    pictures = [chapter.sub_frames["APIC:"].data for chapter in tags.getall("CHAP")]
    (size,) = {Image.open(io.BytesIO(data)).size for data in pictures}
    assert len(pictures) == 40
    assert 100 < size[0] == size[1] < SIDE


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────


def shown(path: Path) -> Image.Image:
    image = Image.open(io.BytesIO(square(path)))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (SIDE, SIDE))
    return image


def colour(image: Image.Image, place: tuple[int, int]) -> str:
    red, green, blue = (value > 128 for value in image.getpixel(place))
    return {(1, 1, 1): "white", (1, 0, 0): "red", (0, 0, 1): "blue"}.get((red, green, blue), "?")


def test_a_wide_picture_is_kept_whole_on_white(tmp_path: Path) -> None:
    image = shown(picture(tmp_path / "wide.png", (1200, 300)))
    places = [(300, 20), (300, 580), (5, 300), (595, 300)]
    assert [colour(image, place) for place in places] == ["white", "white", "red", "red"]


def test_what_is_see_through_is_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 150, 300))
    image.save(tmp_path / "a.png")
    assert [colour(shown(tmp_path / "a.png"), (x, 300)) for x in (100, 500)] == ["blue", "white"]


def test_a_photo_stands_as_it_was_held(tmp_path: Path) -> None:
    image = Image.new("RGB", (400, 400), "red")
    image.paste("blue", (0, 0, 400, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: a quarter turn to the right makes it upright
    image.save(tmp_path / "a.jpg", exif=exif, quality=95)
    assert [colour(shown(tmp_path / "a.jpg"), (x, 300)) for x in (100, 500)] == ["red", "blue"]


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", (700, 500))
    assert square(path) == square(path)


def test_what_is_no_picture_is_told(tmp_path: Path) -> None:
    words = tmp_path / "words.png"
    words.write_bytes(b"these are words")
    moving = tmp_path / "moving.png"
    Image.new("RGB", (9, 9)).save(moving, "GIF")
    cut = picture(tmp_path / "cut.png", (300, 300))
    Image.effect_noise((300, 300), 60).save(cut)
    cut.write_bytes(cut.read_bytes()[:2000])
    for path in (words, moving, cut, tmp_path / "none.png"):
        with pytest.raises(ShowError, match="not a picture") as caught:
            square(path)
        assert caught.value.where == path


def test_a_picture_of_far_too_many_pixels_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = picture(tmp_path / "huge.png", (200, 200))
    for limit in (30_000, 10_000):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(ShowError, match="pixels"):
            square(path)


# ── the show ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('["opus", "mp3"]', "put mp3 or m4a first: Apple takes no Opus as the enclosure"),
        ('["mp3", "m4a", "mp3"]', "name each format once"),
        ('["flac"]', "'mp3', 'm4a' or 'opus'"),
        ("[]", "at least 1"),
    ],
)
def test_formats_that_will_not_do(written: str, said: str, show: Path, run: Run) -> None:
    edit(show / "show.toml", "[sound]\n", f"[sound]\nformats = {written}\n")
    done = run("build", "3", "--date", DAY, folder=show)
    assert done.code == 1
    assert said in done.err
    row = (show / "show.toml").read_text("utf-8").split("\n").index(f"formats = {written}") + 1
    assert f"show.toml:{row}:" in done.err


SCRIPT = """\
---
number: 3
title: 題
date: 2023-11-24
---
## はじめに
yomi: こんにちは、番組です。

## 絵のある章 {{image={image}}}
kiku: これは絵です。とてもきれいですね。

## おわり
yomi: また来週。
"""


def with_image(show: Path, run: Run, image: str) -> Ran:
    """A build of a script with a picture in the middle."""
    script = show / "scripts/episodes/0003.md"
    script.parent.mkdir(exist_ok=True)
    script.write_text(SCRIPT.format(image=image), "utf-8")
    return run("build", "3", folder=show)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        ("art/ax.png", "there is no file art/ax.png\n  did you mean art/a.png?"),
        ("art/words.png", "art/words.png: not a picture"),
        ("art/a.webp", "image=art/a.webp: not a JPEG or PNG"),
        ("../a.png", "image=../a.png: not a file of the show"),
    ],
)
def test_a_chapter_picture_that_will_not_do_is_told_before_anything_is_spoken(
    image: str, said: str, show: Path, run: Run
) -> None:
    picture(show / "art/a.png")
    (show / "art/words.png").write_bytes(b"words")
    done = with_image(show, run, image)
    assert done.code == 1
    assert said in done.err
    assert not list((show / ".kawaraban").rglob("speech.json"))


def test_an_episode_in_three_formats_with_a_picture(show: Path, run: Run) -> None:
    edit(show / "show.toml", "[sound]\n", '[sound]\nformats = ["m4a", "mp3", "opus"]\n')
    art = square(picture(show / "art/a b.png"))
    done = with_image(show, run, '"art/a b.png"')
    assert done.code == 0, done.err
    folder = show / "output/episodes/0003"
    episode = read_episode(folder / "episode.json")
    assert [audio.file for audio in episode.files] == ["audio.m4a", "audio.mp3", "audio.opus"]
    for audio in episode.files:
        path = folder / audio.file
        assert audio.bytes == path.stat().st_size
        assert abs(audio.loudness - -16) <= 1
        assert len(heard(path)) == pytest.approx(audio.seconds * RATE, abs=RATE / 100)
        wanted = [(round(one.start, 3), one.title) for one in episode.chapters]
        assert chapters(path) == wanted
    assert episode.files[1].bitrate == pytest.approx(96_000, abs=2000)
    (image,) = [one.image for one in episode.chapters if one.image]
    assert (folder / image).read_bytes() == art
    assert f"/episodes/0003/{image}" in (folder / "chapters.json").read_text("utf-8")
    frames = [one.sub_frames.get("APIC:") for one in ID3(folder / "audio.mp3").getall("CHAP")]
    assert [frame.data for frame in frames if frame] == [art]
    assert run("check", folder=show).code == 0

    (folder / "audio.opus").write_bytes(b"")
    again = run("check", folder=show)
    assert again.code == 1
    assert "audio.opus: not the file" in again.out + again.err


def test_what_an_episode_no_longer_has_is_removed(show: Path, run: Run) -> None:
    edit(show / "show.toml", "[sound]\n", '[sound]\nformats = ["mp3", "opus"]\n')
    picture(show / "art/a.png")
    with_image(show, run, "art/a.png")
    folder = show / "output/episodes/0003"
    (old,) = folder.glob("chapter-*")
    first = (folder / "audio.mp3").read_bytes()

    picture(show / "art/a.png", colour="blue")
    done = run("build", "3", "--explain", folder=show)
    assert "publish: the pictures changed" in done.err
    assert "encode: up to date" in done.err
    (new,) = folder.glob("chapter-*")
    assert new.name != old.name

    edit(show / "show.toml", '"mp3", "opus"', '"mp3"')
    edit(show / "scripts/episodes/0003.md", " {image=art/a.png}", "")
    assert run("build", "3", folder=show).code == 0
    names = {path.name for path in folder.iterdir()}
    assert {name for name in names if name.startswith(("audio", "chapter-"))} == {"audio.mp3"}
    assert b"APIC" in first
    page = (folder / "index.html").read_text("utf-8")
    assert "audio.opus" not in page
    assert "chapter-" not in page


def test_two_builds_of_one_show_give_the_same_files(show: Path, run: Run) -> None:
    edit(show / "show.toml", "[sound]\n", '[sound]\nformats = ["mp3", "m4a", "opus"]\n')
    picture(show / "art/a.png")
    assert with_image(show, run, "art/a.png").code == 0
    folder = show / "output/episodes/0003"
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    shutil.rmtree(show / "output")
    shutil.rmtree(show / ".kawaraban")
    assert run("build", "3", folder=show).code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
