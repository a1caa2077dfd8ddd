"""Speech: lines are spoken once, whole, and by the voice that was cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.cache import Clips
from kawaraban.errors import EngineError, Problems, ShowError
from kawaraban.model import Line, Speaking, SpokenLine, Text, Utterance, Word
from kawaraban.reading.kana import morae
from kawaraban.settings import Show, Voice
from kawaraban.speech.catalogue import module, require
from kawaraban.speech.engine import Audio, Machine, Waveform
from kawaraban.speech.engines.kokoro_ipa import split as split_signs
from kawaraban.speech.engines.kokoro_phonemes import phonemes
from kawaraban.speech.engines.kokoro_split import split
from kawaraban.speech.engines.tone import BEAT, BREATH, Tone
from kawaraban.speech.render import clip_key, render
from kawaraban.speech.voices import Cast, Part, cast, part, read_voice, voice_files
from kawaraban.speech.voicing import speak

RATE = 24_000


def voice(speaker: str = "a", **more: object) -> Voice:
    plain: dict[str, object] = {
        "engine": "tone",
        "license": "CC0-1.0",
        "credit": "hum",
        "speaker": speaker,
    }
    return Voice.model_validate(plain | more)


def utterance(*kana: str, pause: float = 0.0) -> Utterance:
    return Utterance(tuple(Word(word, mark=word in "。、「」（）…") for word in kana), pause)


def line(row: int, *kana: str, speaker: str = "yomi") -> SpokenLine:
    return SpokenLine(Line(speaker, (Text("文"),), row), (utterance(*kana, "。"),))


def ignore(_: Speaking) -> None:
    """Told, and not interested."""


@dataclass
class Counting:
    """A hum that counts; a word of `faults` comes out as it says."""

    faults: Mapping[str, Callable[[Audio], Audio]] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    version: str = "1"
    device: str = "cpu"
    voice: Voice = field(default_factory=voice)
    loads: int = 0

    def speakers(self) -> tuple[str, ...]:
        return ()

    def spell(self, utterance: Utterance) -> tuple[str, ...]:
        return Tone(self.voice).spell(utterance)

    def load(self) -> None:
        self.loads += 1

    def speak(self, piece: str) -> Waveform:
        self.heard.append(piece)
        sound = Tone(self.voice).speak(piece)
        fault = self.faults.get(piece.split(maxsplit=1)[0], lambda whole: whole)
        return Waveform(fault(sound.samples), sound.rate)


def studio(engine: Counting) -> Cast:
    return {name: part_of(engine, speaker) for name, speaker in (("yomi", "a"), ("kiku", "b"))}


def part_of(engine: Counting, speaker: str = "a", **more: object) -> Part:
    own = voice(speaker, **more)
    return Part(own, replace(engine, voice=own), Path())


def hum(*words: str, **more: object) -> Audio:
    own = Tone(voice(**more))
    (piece,) = own.spell(utterance(*words))
    return own.speak(piece).samples


# ── the tone engine ──────────────────────────────────────────────────────────────────────────────

KANA = st.text(st.sampled_from("アカキャンッーシュ"), min_size=1, max_size=20)


@settings(deadline=None)
@given(st.lists(KANA, min_size=1, max_size=5), st.floats(0.5, 2.0))
def test_a_hum_is_as_long_as_its_morae_at_the_voices_speed(words: list[str], speed: float) -> None:
    sound = hum(*words, speed=speed)
    count = sum(len(morae(word)) for word in words)
    assert len(sound) / RATE == pytest.approx(count * BEAT / speed, abs=0.001)
    assert sound.dtype == np.float32
    assert 0 < np.abs(sound).max() < 1


def test_a_hum_is_silent_at_marks_and_different_for_each_speaker() -> None:
    assert len(hum("ア", "。")) == round(RATE * (BEAT + BREATH))
    assert not hum("。").any()
    one, other = (hum("アア", speaker=name) for name in "ab")
    assert not np.array_equal(one, other)
    assert np.array_equal(one, hum("アア", speaker="a"))


# ── rendering ────────────────────────────────────────────────────────────────────────────────────


def test_only_lines_that_have_no_clip_are_spoken(tmp_path: Path) -> None:
    sounds, engine = Clips(tmp_path), Counting()
    lines = [line(1, "イチ"), line(2, "ニ"), line(3, "サン")]
    first = render(lines[:2], studio(engine), sounds, ignore)
    assert engine.heard == ["イチ 。", "ニ 。"]
    clips = render(lines, studio(engine), sounds, ignore)
    assert engine.heard == ["イチ 。", "ニ 。", "サン 。"]
    assert clips[:2] == first
    assert [clip.seconds for clip in clips] == [sounds.seconds(clip.key) for clip in clips]


def test_an_engine_is_loaded_while_lines_are_still_read(tmp_path: Path) -> None:
    loading = Event()

    class Loading(Counting):
        def load(self) -> None:
            loading.set()

    def read() -> Iterator[SpokenLine]:
        yield line(1, "イチ")
        assert loading.wait(60)
        yield line(2, "ニ")

    assert len(render(read(), studio(Loading()), Clips(tmp_path), ignore)) == 2


def _loads(cast: Cast) -> list[int]:
    engines = [part.engine for part in cast.values()]
    return [engine.loads for engine in engines if isinstance(engine, Counting)]


def test_an_engine_is_loaded_only_for_lines_to_be_spoken(tmp_path: Path) -> None:
    sounds, engine = Clips(tmp_path), Counting()
    cast = studio(engine)
    render([line(1, "イチ")], cast, sounds, ignore)
    assert _loads(cast) == [1, 0]
    render([line(1, "イチ")], cast, sounds, ignore)
    assert _loads(cast) == [1, 0]


def test_a_line_that_is_said_twice_is_spoken_once(tmp_path: Path) -> None:
    engine = Counting()
    lines = [line(1, "ハイ"), line(2, "イエ"), line(9, "ハイ")]
    clips = render(lines, studio(engine), Clips(tmp_path), ignore)
    assert sorted(engine.heard) == ["イエ 。", "ハイ 。"]
    assert clips[0] == clips[2] != clips[1]


def test_an_edit_costs_the_line_that_it_changes(tmp_path: Path) -> None:
    engine, sounds = Counting(), Clips(tmp_path)
    before = [line(at, "ア" * at) for at in range(1, 6)]
    render(before, studio(engine), sounds, ignore)
    engine.heard.clear()
    edited = [before[0], before[1], line(3, "シン"), *before[3:]]
    render(edited, studio(engine), sounds, ignore)
    assert engine.heard == ["シン 。"]


def test_force_speaks_everything_again(tmp_path: Path) -> None:
    engine, sounds = Counting(), Clips(tmp_path)
    lines = [line(1, "イチ"), line(2, "ニ")]
    first = render(lines, studio(engine), sounds, ignore)
    assert render(lines, studio(engine), sounds, ignore, force=True) == first
    assert engine.heard == ["イチ 。", "ニ 。"] * 2


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"speaker": "z"}, False),
        ({"speed": 1.5}, False),
        ({"pause": 1.0}, False),
        ({"pitch": 2.0}, False),
        ({"language": "en"}, False),
        ({"gain": 6.0}, True),
        ({"credit": "someone else"}, True),
    ],
)
def test_a_clip_depends_on_what_changes_its_sound_and_nothing_else(
    change: dict[str, object], same: object
) -> None:
    plain, changed = part_of(Counting()), part_of(Counting(), **({"speaker": "a"} | change))
    said = line(1, "イチ")
    moved = SpokenLine(Line("kiku", (Text("壱"),), 99), said.utterances)
    assert clip_key(said, plain) == clip_key(moved, plain)
    assert (clip_key(said, plain) == clip_key(said, changed)) == same
    assert clip_key(said, plain) != clip_key(said, part_of(Counting(version="2")))


def test_two_jobs_give_the_clips_that_one_gives(tmp_path: Path) -> None:
    lines = [line(at, "アカ" * (at + 1), speaker=("yomi", "kiku")[at % 2]) for at in range(12)]
    one = render(lines, studio(Counting()), Clips(tmp_path / "1"), ignore, jobs=1)
    two = render(lines, studio(Counting()), Clips(tmp_path / "2"), ignore, jobs=2)
    assert one == two
    for clip in one:
        first, second = (Clips(tmp_path / jobs).path(clip.key).read_bytes() for jobs in "12")
        assert first == second


def test_progress_begins_with_what_is_there_and_ends_with_all(tmp_path: Path) -> None:
    sounds, told = Clips(tmp_path), list[Speaking]()
    render([line(1, "イチ")], studio(Counting()), sounds, ignore)
    clips = render([line(1, "イチ"), line(2, "ニー")], studio(Counting()), sounds, told.append)
    assert [(now.lines, now.of_lines, now.beats, now.of_beats) for now in told] == [
        (1, 2, 0, 2),
        (2, 2, 2, 2),
    ]
    assert told[-1].seconds == pytest.approx(sum(clip.seconds for clip in clips))


def test_no_lines_are_no_clips(tmp_path: Path) -> None:
    assert render([], studio(Counting()), Clips(tmp_path), ignore) == ()


# ── sound that is wrong ──────────────────────────────────────────────────────────────────────────


def broken(sound: Audio) -> Audio:
    return np.where(np.arange(len(sound)) == 5, np.float32("nan"), sound)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (lambda sound: sound[: len(sound) // 8], "sound is missing"),
        (lambda sound: sound[:0], "sound is missing"),
        (np.zeros_like, "sound is missing"),
        (broken, "not finite"),
    ],
)
def test_a_line_that_comes_out_wrong_is_named_and_longer_ones_before_it_are_kept(
    tmp_path: Path, fault: Callable[[Audio], Audio], said: str
) -> None:
    sounds = Clips(tmp_path)
    cast_ = studio(Counting({"ダメナギョー": fault}))
    lines = [line(4, "イチイチイチイチ"), line(5, "ダメナギョー", speaker="kiku"), line(6, "サン")]
    with pytest.raises(EngineError, match=said) as caught:
        render(lines, cast_, sounds, ignore)
    assert caught.value.cause.startswith("script line 5 (kiku): tone ")
    assert caught.value.exit_code == 3
    assert sounds.has(clip_key(lines[0], cast_["yomi"]))
    assert not sounds.has(clip_key(lines[1], cast_["kiku"]))


def test_the_hint_of_a_missing_sound_gives_the_text() -> None:
    engine = Counting({"カワラバン": lambda sound: sound[:100]})
    with pytest.raises(EngineError, match=r"said 5 beats in 0\.00 s") as caught:
        speak([utterance("カワラバン")], part_of(engine))
    assert caught.value.hint == "the text: カワラバン"


def test_a_line_with_nothing_to_say_is_an_error() -> None:
    with pytest.raises(EngineError, match="nothing to say"):
        speak([], part_of(Counting()))


@pytest.mark.parametrize("pause", [0.0, 0.35, 1.0])
def test_sentences_are_parted_by_the_voices_pause_and_the_scripts(pause: float) -> None:
    part_ = part_of(Counting(), pause=pause)

    def length(*said: Utterance) -> int:
        return len(speak(said, part_).samples)

    one = length(utterance("アア"))
    two = length(utterance("アア"), utterance("アア"))
    asked = length(utterance("アア", pause=0.6), utterance("アア", pause=0.4))
    assert two == 2 * one + round(pause * RATE)
    assert asked == pytest.approx(two + RATE, abs=2)


def test_a_sound_that_is_too_loud_is_brought_below_full_scale() -> None:
    loud = Counting({"オー": lambda sound: sound * 20})
    sound = speak([utterance("オー")], part_of(loud)).samples
    assert np.abs(sound).max() == pytest.approx(0.99)


def test_a_sound_far_too_long_for_its_text_is_an_engine_gone_astray() -> None:
    endless = Counting({"オ": lambda sound: np.tile(sound, 60)})
    with pytest.raises(EngineError, match="said 1 beats in 8 s: it went astray"):
        speak([utterance("オ")], part_of(endless))


@pytest.mark.parametrize("semitones", [-12, -3, 4, 12])
def test_pitch_moves_the_tone_and_keeps_the_length(tmp_path: Path, semitones: float) -> None:
    root = write_voices(tmp_path, hum=HUM, high=HUM + f"pitch = {semitones}\n")
    said = [utterance("アアアアアアアア")]
    plain, moved = (
        speak(said, part(voice_files(root), name, Machine())) for name in ("hum", "high")
    )
    assert moved.seconds == pytest.approx(plain.seconds, rel=0.05)
    assert peak(moved) / peak(plain) == pytest.approx(2 ** (semitones / 12), rel=0.02)


def peak(sound: Waveform) -> float:
    """The strongest frequency, Hz."""
    spectrum = np.abs(np.fft.rfft(sound.samples, 1 << 18))
    return float(spectrum.argmax()) * sound.rate / (1 << 18)


def test_engines_are_loaded_once_and_only_where_there_is_something_to_say(tmp_path: Path) -> None:
    parts, sounds = studio(Counting()), Clips(tmp_path)
    lines = [line(1, "イチ"), line(2, "ニ"), line(3, "サン")]
    render(lines, parts, sounds, ignore)
    assert [part.engine.loads for part in parts.values()] == [1, 0]
    render(lines, parts, sounds, ignore)
    assert [part.engine.loads for part in parts.values()] == [1, 0]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_stops_after_the_lines_at_hand_and_keeps_them(
    tmp_path: Path, jobs: int
) -> None:
    engine, sounds = Counting(), Clips(tmp_path)
    lines = [line(at, "アカ" * (at + 1)) for at in range(40)]

    def stop(now: Speaking) -> None:
        if now.lines:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(lines, studio(engine), sounds, stop, jobs=jobs)
    assert len(engine.heard) < 20
    kept = len(engine.heard)
    render(lines, studio(engine), sounds, ignore)
    assert len(engine.heard) == 40, f"{kept} were kept"


# ── Kokoro's pieces ──────────────────────────────────────────────────────────────────────────────

WORDS = st.lists(
    st.text(st.sampled_from("アカサタナ"), min_size=1, max_size=12).map(Word)
    | st.sampled_from([Word(mark, mark=True) for mark in "。、「」（）…"]),
    max_size=40,
)


def without_closing(run: Sequence[Word]) -> Sequence[Word]:
    while run and run[-1].mark:
        run = run[:-1]
    return run


@settings(deadline=None)
@given(WORDS, st.integers(8, 60))
def test_pieces_are_the_words_again_and_short_unless_a_word_is_long(
    words: list[Word], most: int
) -> None:
    runs = split(words, most)
    assert [word for run in runs for word in run] == words
    for run in runs:
        spoken = [word for word in run if not word.mark]
        assert len(phonemes(without_closing(run))) <= most or len(spoken) == 1


@settings(deadline=None)
@given(WORDS, st.integers(8, 60))
def test_pieces_do_not_part_a_mark_from_its_word(words: list[Word], most: int) -> None:
    runs = split(words, most)
    for run in runs[1:]:
        assert not (run[0].mark and run[0].kana not in "「（")
    for run in runs[:-1]:
        assert not (run[-1].mark and run[-1].kana in "「（")
        assert any(not word.mark for word in run)


def test_a_sentence_is_parted_at_its_marks_where_it_can_be() -> None:
    words = [
        Word("アカサ"),
        Word("、", mark=True),
        Word("タナ"),
        Word("ハマ"),
        Word("。", mark=True),
    ]
    assert split(words, 100) == [tuple(words)]
    assert split(words, 12) == [tuple(words[:2]), tuple(words[2:])]
    assert split([], 12) == []


@settings(deadline=None)
@given(st.lists(st.text("ˈabA", min_size=1, max_size=9), max_size=30), st.integers(8, 40))
def test_signs_of_other_languages_are_parted_at_spaces(words: list[str], most: int) -> None:
    said = " ".join(word + "," * (at % 4 == 3) for at, word in enumerate(words))
    pieces = split_signs(said, most)
    assert " ".join(pieces) == said
    assert all(len(piece) <= most or " " not in piece for piece in pieces)


# ── engines and voices ───────────────────────────────────────────────────────────────────────────

SHOW = {
    "show": {"title": "題", "description": "説明", "author": "編集室", "image": "cover.jpg"},
    "publish": {"url": "https://a.example/show"},
}
HUM = 'engine = "tone"\nspeaker = "x"\nlicense = "CC0-1.0"\ncredit = "hum"\n'
KOKORO = HUM.replace("tone", "kokoro").replace('"x"', '"jf_alpha"')


def show(*voices: str) -> Show:
    hosts = [{"id": f"host{at}", "name": "名", "voice": name} for at, name in enumerate(voices)]
    return Show.model_validate(SHOW | {"host": hosts})


def read_voices(root: Path) -> dict[str, Voice]:
    return {name: read_voice(file) for name, file in voice_files(root).items()}


def write_voices(root: Path, **files: str) -> Path:
    (root / "voices").mkdir()
    for name, text in files.items():
        (root / "voices" / f"{name}.toml").write_text(text)
    return root


def test_an_engine_nobody_knows_is_answered_with_the_nearest() -> None:
    with pytest.raises(EngineError, match="there is no engine kokro") as caught:
        module("kokro")
    assert caught.value.hint == "did you mean kokoro?"


def test_an_engine_that_lacks_a_package_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kawaraban.speech.catalogue.find_spec", lambda _: None)
    with pytest.raises(EngineError, match="engine piper needs piper") as caught:
        require("piper")
    assert caught.value.hint == "install it: pip install 'kawaraban[piper]'"


def test_every_host_has_a_voice_of_its_own(tmp_path: Path) -> None:
    root = write_voices(tmp_path, hum=HUM, drone=HUM.replace('"x"', '"y"'), alpha=KOKORO)
    parts = cast(show("hum", "drone", "alpha"), root, Machine())
    assert [part.voice.speaker for part in parts.values()] == ["x", "y", "jf_alpha"]
    assert [part.voice.engine for part in parts.values()] == ["tone", "tone", "kokoro"]
    assert parts["host0"].engine_name == "tone 2"


def test_a_voice_may_be_a_folder_with_its_recordings(tmp_path: Path) -> None:
    root = write_voices(tmp_path, hum=HUM)
    own = root / "voices/anna"
    own.mkdir()
    (own / "voice.toml").write_text(HUM)
    for name in ("b.wav", "a.FLAC", "notes.txt"):
        (own / name).touch()
    found = read_voices(root)
    assert list(found) == ["hum", "anna"]
    assert found["anna"].references == (Path("a.FLAC"), Path("b.wav"))
    assert found["hum"].references == ()
    (root / "voices/anna.toml").write_text(HUM)
    with pytest.raises(ShowError, match="tells of the same voice") as caught:
        voice_files(root)
    assert caught.value.where == own / "voice.toml"


def test_a_reference_that_is_not_there_is_told(tmp_path: Path) -> None:
    root = write_voices(tmp_path, hum=HUM + 'references = ["me.wav"]\n')
    (root / "voices/mee.wav").touch()
    with pytest.raises(ShowError, match=r"references: there is no file me\.wav") as caught:
        read_voices(root)
    assert caught.value.hint == "did you mean mee.wav?"


def test_an_engines_own_options_are_checked_with_their_line(tmp_path: Path) -> None:
    root = write_voices(tmp_path, hum=KOKORO + "\n[options]\nmodle = 'k.onnx'\n")
    with pytest.raises(ShowError, match=r"options\.modle: no such key") as caught:
        read_voices(root)
    assert (caught.value.line, caught.value.hint) == (7, "did you mean model?")


@pytest.mark.parametrize(
    ("text", "name", "where", "cause", "hint"),
    [
        (HUM, "humm", "show.toml", "there is no voice humm in voices/", "did you mean hum?"),
        (HUM.replace("tone", "tome"), "hum", "voices/hum.toml", "there is no engine tome",
         "did you mean tone?"),
        (KOKORO.replace("jf_alpha", "jf_alfa"), "hum", "voices/hum.toml",
         "engine kokoro has no speaker 'jf_alfa'", "did you mean jf_alpha?"),
    ],
)  # fmt: skip
def test_a_host_that_cannot_be_cast_is_told_with_the_nearest_name(
    tmp_path: Path, text: str, name: str, where: str, cause: str, hint: str
) -> None:
    root = write_voices(tmp_path, hum=text)
    with pytest.raises(ShowError) as caught:
        cast(show(name), root, Machine())
    fault = caught.value
    assert (fault.where, fault.cause, fault.hint) == (root / where, cause, hint)


def test_every_host_that_cannot_be_cast_is_told_at_once(tmp_path: Path) -> None:
    root = write_voices(tmp_path, hum=HUM, bad=HUM.replace("tone", "xx"))
    with pytest.raises(Problems) as caught:
        cast(show("none", "hum", "bad"), root, Machine())
    assert [error.cause for error in caught.value.errors] == [
        "there is no voice none in voices/",
        "there is no engine xx",
    ]


def test_one_voice_is_auditioned_by_its_name(tmp_path: Path) -> None:
    files = voice_files(write_voices(tmp_path, hum=HUM))
    assert part(files, "hum", Machine()).voice.speaker == "x"
    with pytest.raises(ShowError, match="there is no voice ham") as caught:
        part(files, "ham", Machine())
    assert caught.value.hint == "did you mean hum?"


def test_a_voice_file_with_a_fault_is_told_with_its_line(tmp_path: Path) -> None:
    root = write_voices(tmp_path, hum=HUM + "sped = 1.2\n")
    with pytest.raises(ShowError, match="did you mean speed") as caught:
        read_voices(root)
    assert (caught.value.where, caught.value.line) == (root / "voices/hum.toml", 5)
