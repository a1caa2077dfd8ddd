"""Coqui TTS with a tiny model of its own, where coqui-tts is installed: `make test` sees to it."""

from __future__ import annotations

import builtins
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from conftest import DAY, Run
from kawaraban.errors import EngineError, ShowError
from kawaraban.model import Text, Utterance, Word
from kawaraban.publish.episode import read_episode
from kawaraban.reading.spoken import shipped_reader
from kawaraban.speech.engine import Audio, Machine
from kawaraban.speech.engines import coqui_library, coqui_model
from kawaraban.speech.engines.coqui import LIMITS
from kawaraban.speech.pieces import join
from kawaraban.speech.voices import Part, part, voice_files
from kawaraban.speech.voicing import speak

pytest.importorskip("TTS", reason="needs kawaraban[coqui], which `make test` keeps apart")

from TTS.api import TTS

import tiny_vits
import tiny_xtts

XTTS = "tts_models/multilingual/multi-dataset/xtts_v2"
CPU = Machine("cpu")
MARKS = "、。！？「」…"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Coqui keeps what it fetches: not with the developer's own models."""
    monkeypatch.setenv("TTS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("COQUI_TOS_AGREED", raising=False)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One model of each kind."""
    folder = tmp_path_factory.mktemp("models")
    tiny_vits.make(folder / "two")
    tiny_vits.make(folder / "one", speakers=False)
    tiny_vits.make(folder / "languages", languages=True)
    tiny_vits.make(folder / "clones", clones=True)
    return folder


def cast(
    root: Path, model: Path | str, machine: Machine = CPU, name: str = "v", **settings: object
) -> Part:
    """A voice, written to a file and read back as a show's voices are."""
    plain = {"engine": "coqui", "license": "CC0-1.0", "credit": "noise", "speaker": "anna"}
    options = {"model": str(model)} | {
        key: settings.pop(key) for key in ("config", "terms", "kana") if key in settings
    }
    rows = [f"{key} = {json.dumps(value)}" for key, value in (plain | settings).items()]
    rows += ["[options]", *(f"{key} = {json.dumps(value)}" for key, value in options.items())]
    file = root / f"voices/{name}/voice.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(rows), "utf-8")
    return part(voice_files(root), name, machine)


def kana(text: str) -> Utterance:
    return Utterance(tuple(Word(sign, mark=sign in MARKS, written=sign) for sign in text))


def english(text: str) -> Utterance:
    return Utterance((), text=text)


def say(speaker: Part, *said: Utterance) -> Audio:
    speaker.engine.load()
    sound = speak(said, speaker)
    assert sound.rate == tiny_vits.RATE
    assert sound.samples.dtype == np.float32
    assert sound.samples.ndim == 1
    assert np.isfinite(sound.samples).all()
    assert 0 < np.abs(sound.samples).max() <= 1
    return sound.samples


# ── speech ───────────────────────────────────────────────────────────────────────────────────────


def test_it_is_longer_for_more_text_and_shorter_at_speed(models: Path, tmp_path: Path) -> None:
    speaker = cast(tmp_path, models / "two")
    short, long = say(speaker, kana("オハヨウ。")), say(speaker, kana("オハヨウゴザイマス。"))
    assert 1.5 < len(long) / len(short) < 3
    quick = say(cast(tmp_path, models / "two", speed=2.0), kana("オハヨウゴザイマス。"))
    assert len(quick) / len(long) == pytest.approx(0.5, abs=0.15)
    assert len(say(speaker, kana("オハヨウゴザイマス。"))) == len(long), "its own speed again"


def test_a_line_sounds_the_same_every_time_and_in_any_order(models: Path, tmp_path: Path) -> None:
    speaker = cast(tmp_path, models / "two")
    lines = [kana(text) for text in ("イチ。", "ニデス。", "サンデス。", "ヨンデス。")]
    alone = [say(speaker, line) for line in lines]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda line: say(speaker, line), reversed(lines)))
    for one, other in zip(alone, reversed(together), strict=True):
        assert np.array_equal(one, other)


def test_speakers_differ_and_are_listed(models: Path, tmp_path: Path) -> None:
    anna, botan = (cast(tmp_path, models / "two", speaker=name) for name in ("anna", "botan"))
    assert anna.engine.speakers() == tiny_vits.SPEAKERS
    one, other = (say(speaker, kana("コンニチワ。")) for speaker in (anna, botan))
    assert not np.array_equal(one[:1000], other[:1000])
    single = cast(tmp_path, models / "one", speaker="")
    assert single.engine.speakers() == ()
    say(single, kana("コンニチワ。"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "2026年7月、OpenAIがGPT-5を3.5万円で出した。"),
        ("en", "In 2026, OpenAI's GPT-5 had 3.5 million users; 42% of them pay."),
        ("de", "Im Jahr 2026 waren es 42."),
    ],
)
def test_digits_and_letters_are_said(
    language: str, text: str, models: Path, tmp_path: Path
) -> None:
    speaker = cast(tmp_path, models / "two", language=language)
    said = shipped_reader().utterances([Text(text)], language)
    assert len(say(speaker, *said)) > tiny_vits.RATE


def test_a_language_is_the_models_own(models: Path, tmp_path: Path) -> None:
    speakers = (cast(tmp_path, models / "languages", language=tag) for tag in ("en-GB", "ja"))
    one, other = (say(speaker, english("hello there")) for speaker in speakers)
    assert not np.array_equal(one[:1000], other[:1000])
    with pytest.raises(EngineError, match="does not speak 'fr'") as wrong:
        cast(tmp_path, models / "languages", language="fr").engine.load()
    assert wrong.value.hint == "it speaks en, ja"


def test_two_voices_load_their_model_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    own = TTS.__init__

    def count(self: TTS, *given: Any, **more: Any) -> None:
        made.append(more)
        own(self, *given, **more)

    monkeypatch.setattr(TTS, "__init__", count)
    folder = tiny_vits.make(tmp_path / "model")
    say(cast(tmp_path, folder, name="a"), kana("アア。"))
    say(cast(tmp_path, folder, name="b", speaker="botan"), kana("アア。"))
    assert made == [
        {
            "model_path": str(folder / "model.pth"),
            "config_path": str(folder / "config.json"),
            "progress_bar": False,
        }
    ]


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tiny_vits.make(tmp_path / "model", languages=True)
    capfd.readouterr()
    speaker = cast(tmp_path, folder)
    speaker.engine.speakers()
    say(speaker, kana("コンニチワ。"), kana("「ハイ」。"))
    assert capfd.readouterr() == ("", "")


def test_xtts_speaks(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tiny_xtts.make(tmp_path / "model")
    capfd.readouterr()
    ana = cast(tmp_path, folder, speaker="Ana Florence")
    assert ana.engine.speakers() == tiny_xtts.SPEAKERS
    ana.engine.load()
    one = ana.engine.speak("ハイ。")
    assert one.rate == tiny_xtts.RATE
    assert np.isfinite(one.samples).all()
    assert np.array_equal(one.samples, ana.engine.speak("ハイ。").samples)
    quick = cast(tmp_path, folder, speaker="Ana Florence", language="en-GB", speed=2.0)
    quick.engine.load()
    assert quick.engine.speak("Yes.").seconds < 0.8 * one.seconds
    with pytest.raises(EngineError, match="did you mean Ana Florence"):
        cast(tmp_path, folder, speaker="Ana Florenz").engine.load()
    assert capfd.readouterr() == ("", "")


# ── cloning ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def recordings(tmp_path: Path) -> Iterator[list[Path]]:
    """Two recordings in the folder of the voice v."""
    folder = tmp_path / "voices/v"
    folder.mkdir(parents=True)
    draw = np.random.default_rng(1)
    files = [folder / "one.wav", folder / "two.flac"]
    for file in files:
        soundfile.write(file, draw.normal(0, 0.1, 48_000), 16_000)
    return files


def test_recordings_reach_the_model(
    recordings: list[Path], models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    own = TTS.tts

    def spy(self: TTS, text: str, **more: Any) -> Any:
        asked.append((text, more))
        return own(self, text, **more)

    monkeypatch.setattr(TTS, "tts", spy)
    both = cast(tmp_path, models / "clones", speaker="")
    first = say(both, kana("コンニチワ。"))
    (text, more) = asked[0]
    assert text == "コンニチワ。"
    assert more["speaker_wav"] == [str(file) for file in recordings]
    assert more["speaker"] is None
    assert more["split_sentences"] is False
    alone = cast(tmp_path, models / "clones", speaker="", references=["two.flac"])
    assert not np.array_equal(first[:1000], say(alone, kana("コンニチワ。"))[:1000])
    assert both.engine.version != alone.engine.version


def test_a_recording_that_is_none_is_told(
    recordings: list[Path], models: Path, tmp_path: Path
) -> None:
    recordings[0].write_bytes(b"not a sound")
    with pytest.raises(EngineError, match="not a recording") as wrong:
        cast(tmp_path, models / "clones", speaker="").engine.load()
    assert "one.wav" in str(wrong.value)
    soundfile.write(recordings[0], np.zeros(50), 16_000)
    with pytest.raises(EngineError, match=r"model\.pth broke down"):
        say(cast(tmp_path, models / "clones", speaker=""), kana("アア。"))


@pytest.mark.usefixtures("recordings")
def test_a_model_that_cannot_clone_says_so(models: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot clone"):
        cast(tmp_path, models / "two", speaker="").engine.load()
    with pytest.raises(ShowError, match="not both"):
        cast(tmp_path, models / "clones")


# ── pieces ───────────────────────────────────────────────────────────────────────────────────────


def test_limits_are_those_of_xtts() -> None:
    from TTS.tts.layers.xtts.tokenizer import VoiceBpeTokenizer

    assert VoiceBpeTokenizer().char_limits == LIMITS


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", kana("オハヨウゴザイマス、" * 200)),
        ("ja", kana("ア" * 2000)),
        ("en", english("good morning, and " * 112)),
        ("en", english("banana" * 334)),
        ("fi", english("hyvää huomenta " * 134)),
    ],
)
def test_long_text_is_said_in_pieces(
    language: str, said: Utterance, models: Path, tmp_path: Path
) -> None:
    speaker = cast(tmp_path, models / "two", language=language)
    found = speaker.engine.spell(said)
    assert max(map(len, found)) <= LIMITS.get(language, 71)
    whole = (said.kana or said.text).replace(" ", "")
    assert "".join(found).replace(" ", "") == whole
    if language != "fi":  # of which the tiny model lacks a letter
        assert len(say(speaker, said)) > 30 * tiny_vits.RATE


def test_pieces_end_at_marks_and_words_stay_whole() -> None:
    assert join(["アア、", "イイ", "ウウ。", "エエ"], 8) == ("アア、イイウウ。", "エエ")
    assert join(["アア、", "イイ", "ウウ"], 5) == ("アア、", "イイウウ")
    assert join(["ab", " cd", " ef"], 6) == ("ab cd", "ef")
    assert join([], 6) == ()


def test_marks_stay_with_their_words(models: Path, tmp_path: Path) -> None:
    speaker = cast(tmp_path, models / "two")
    found = speaker.engine.spell(kana("「" + "ア" * 69 + "」「イ」、ウ。"))
    assert found == ("「" + "ア" * 69 + "」", "「イ」、ウ。")
    assert speaker.engine.spell(kana("「」…")) == ()


def test_japanese_is_kana_or_as_written(models: Path, tmp_path: Path) -> None:
    said = Utterance((Word("ニホン", written="日本"), Word("。", mark=True, written="。")))
    assert cast(tmp_path, models / "two").engine.spell(said) == ("ニホン。",)
    speaker = cast(tmp_path, models / "two", kana=False)
    assert speaker.engine.spell(said) == ("日本。",)
    for _ in range(2):
        with pytest.raises(EngineError, match="no sign for 日本"):
            say(speaker, said)
    say(speaker, kana("ハイ。"))


@pytest.mark.parametrize("text", ["", " "])
def test_nothing_to_say_is_told(text: str, models: Path, tmp_path: Path) -> None:
    speaker = cast(tmp_path, models / "two")
    speaker.engine.load()
    assert speaker.engine.spell(english(text)) == ()
    with pytest.raises(EngineError, match="nothing to say"):
        speaker.engine.speak(text)
    with pytest.raises(EngineError, match="nothing to say"):
        speak([english(text)], speaker)


# ── what a voice file may say wrongly ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("model", "settings", "cause", "hint"),
    [
        ("", {}, "needs options.model", "tts_models/… or a path"),
        ("nowhere", {}, "no model nowhere", "a path, or a name"),
        ("nowhere.pth", {}, "no model nowhere.pth", "a path, or a name"),
        ("tts_models/ja/kokoro/tacotron-DDC", {}, "no model", "did you mean tts_models/ja/kokoro/"),
        ("tts_models/en/ljspeech/vits", {}, "speaks en, and the voice says ja", 'language = "en"'),
        (XTTS, {}, "licence that you must accept: CPML", "terms = true"),
    ],
)
def test_a_model_that_is_not_to_be_had_is_told_at_once(
    model: str, settings: dict[str, object], cause: str, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(ShowError, match=cause) as wrong:
        cast(tmp_path, model, **settings)
    assert hint in wrong.value.hint


def test_a_folder_says_which_checkpoint(models: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    with pytest.raises(ShowError, match="holds 0 checkpoints"):
        cast(tmp_path, folder)
    whole = (models / "two/model.pth").read_bytes()
    (folder / "a.pth").write_bytes(whole)
    with pytest.raises(ShowError, match=r"no config config\.json for a\.pth"):
        cast(tmp_path, folder)
    config = models / "two/config.json"
    say(cast(tmp_path, folder, config=str(config)), kana("アア。"))
    (folder / "b.pth").write_bytes(whole)
    with pytest.raises(ShowError, match="holds 2 checkpoints"):
        cast(tmp_path, folder)
    say(cast(tmp_path, folder / "b.pth", config=str(config)), kana("アア。"))


def test_paths_are_relative_to_the_voice(tmp_path: Path) -> None:
    tiny_vits.make(tmp_path / "voices/v/model")
    say(cast(tmp_path, "model"), kana("アア。"))


def test_a_speaker_that_is_not_there_is_told(models: Path, tmp_path: Path) -> None:
    for name, hint in (("ana", "did you mean anna?"), ("", "known: anna, botan")):
        with pytest.raises(EngineError, match=f"no speaker '{name}'") as wrong:
            cast(tmp_path, models / "two", speaker=name).engine.load()
        assert wrong.value.hint == hint
    with pytest.raises(EngineError, match="has one speaker, not 'anna'"):
        cast(tmp_path, models / "one").engine.load()
    with pytest.raises(EngineError, match="no speaker ''") as wrong:
        cast(tmp_path, models / "clones", speaker="").engine.load()
    assert "references" in wrong.value.hint


def test_a_model_without_a_speed_says_so(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = cast(tmp_path, models / "two", speed=1.2)
    tts = TTS(model_path=f"{models}/two/model.pth", config_path=f"{models}/two/config.json")
    del tts.synthesizer.tts_model.length_scale
    rigid = coqui_model.Model("tacotron2", tts)
    with pytest.raises(EngineError, match="tacotron2 cannot change its speed"):
        rigid.check(speaker.voice, [])
    rigid.check(speaker.voice.model_copy(update={"speed": 1.0}), [])

    def inference(*, speed: float = 1.0) -> None:
        """XTTS's own way."""

    monkeypatch.setattr(tts.synthesizer.tts_model, "inference", inference)
    rigid.check(speaker.voice, [])
    asked: dict[str, object] = {}
    monkeypatch.setattr(tts, "tts", lambda _, **more: asked.update(more) or [0.1, 0.0])
    assert rigid.say("ア", speaker.voice, []).samples.tolist() == [pytest.approx(0.1)]
    assert asked["speed"] == 1.2


def test_the_version_tells_models_and_libraries_apart(models: Path, tmp_path: Path) -> None:
    one, other = (cast(tmp_path, models / name, speaker="").engine for name in ("one", "two"))
    assert one.version != other.version
    assert one.version.startswith("coqui-tts 0.")
    assert " torch 2." in one.version
    named = cast(tmp_path, XTTS, terms=True)
    assert named.engine.version.endswith(f" {XTTS}")


# ── devices ──────────────────────────────────────────────────────────────────────────────────────


def test_a_gpu_that_is_not_there_is_told_before_any_work(models: Path, tmp_path: Path) -> None:
    import torch

    absent = torch.cuda.device_count() if torch.cuda.is_available() else 0
    with pytest.raises(EngineError, match=f"PyTorch sees {absent} CUDA GPUs"):
        cast(tmp_path, models / "two", Machine(f"cuda:{absent}"))


@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_a_voice_is_cast_without_torch(device: str, models: Path, tmp_path: Path) -> None:
    cast(tmp_path, models / "two")
    code = f"""
import sys
from pathlib import Path
from kawaraban.speech.engine import Machine
from kawaraban.speech.voices import part, voice_files
made = part(voice_files(Path({str(tmp_path)!r})), "v", Machine({device!r}))
print(made.engine.version)
print(sorted({{"torch", "TTS", "librosa"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_auto_is_a_device_that_is_there_and_threads_are_kept_to(tmp_path: Path) -> None:
    import torch

    before = torch.get_num_threads()
    speaker = cast(tmp_path, tiny_vits.make(tmp_path / "model"), Machine("auto", threads=1))
    assert speaker.engine.device == ("cuda:0" if torch.cuda.is_available() else "cpu")
    try:
        speaker.engine.load()
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


# ── what the library may do wrong ────────────────────────────────────────────────────────────────


def damage(folder: Path, what: str) -> None:
    checkpoint, config = folder / "model.pth", folder / "config.json"
    data = checkpoint.read_bytes()
    if what == "config":
        config.write_text("{", "utf-8")
    elif what == "kind":
        config.write_text('{"model": "vitz"}', "utf-8")
    elif what == "xtts":
        config.write_text('{"model": "xtts"}', "utf-8")
    elif what == "phonemes":
        settings = json.loads(config.read_text("utf-8"))
        settings |= {"use_phonemes": True, "phonemizer": "gruut", "phoneme_language": "fi"}
        config.write_text(json.dumps(settings), "utf-8")
    else:
        broken = {"empty": b"", "half": data[: len(data) // 2], "page": b"<html>no</html>" * 99}
        checkpoint.write_bytes(broken[what])


@pytest.mark.parametrize(
    ("what", "hint"),
    [
        *((what, "fetch both anew") for what in ("empty", "half", "page", "config", "xtts")),
        *((what, "pip install") for what in ("kind", "phonemes")),
    ],
)
def test_damaged_files_are_told(
    what: str, hint: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tiny_vits.make(tmp_path / "model")
    damage(folder, what)
    capfd.readouterr()
    with pytest.raises(EngineError, match=r"model\.pth cannot be loaded: .") as wrong:
        cast(tmp_path, folder).engine.load()
    assert hint in wrong.value.hint
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("fault", "hint"),
    [
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), "--jobs"),
        (ModuleNotFoundError("No module named 'cutlet'"), "pip install"),
        (RuntimeError("Could not load libtorchcodec. Likely causes:"), "apt install ffmpeg"),
        (KeyError("x is not a valid speaker"), "the text: コンニチワ。"),
    ],
)
def test_a_breakdown_is_told(
    fault: Exception, hint: str, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = cast(tmp_path, models / "two")
    speaker.engine.load()

    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("TTS.utils.synthesizer.Synthesizer.tts", fail)
    with pytest.raises(EngineError, match=f"broke down: {fault.args[0]}") as told:
        speak([kana("コンニチワ。")], speaker)
    assert hint in told.value.hint
    monkeypatch.undo()
    say(speaker, kana("コンニチワ。"))


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No name resolves, whatever network this machine has; and what is asked on stdin."""

    def refuse(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    asked: list[str] = []
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(builtins, "input", asked.append)
    return asked


@pytest.mark.parametrize(
    ("name", "language", "settings"),
    [
        ("tts_models/ja/kokoro/tacotron2-DDC", "ja", {}),
        ("tts_models/en/ljspeech/vits", "en", {}),
        ("tts_models/deu/fairseq/vits", "de", {}),
        (XTTS, "ja", {"terms": True, "speaker": "Ana Florence"}),
    ],
)
def test_a_model_that_cannot_be_fetched_is_told_in_seconds(
    name: str, language: str, settings: dict[str, object], offline: list[str], tmp_path: Path
) -> None:
    speaker = cast(tmp_path, name, language=language, **({"speaker": ""} | settings))
    start = time.monotonic()
    with pytest.raises(EngineError, match=f"{name} cannot be loaded: .*[Nn]ame or") as wrong:
        speaker.engine.load()
    assert time.monotonic() - start < 10
    assert "check the network" in wrong.value.hint
    assert not offline
    assert os.environ.get("COQUI_TOS_AGREED") == ("1" if name == XTTS else None)


def test_a_server_that_says_nothing_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"http://127.0.0.1:{mute.getsockname()[1]}/model.zip"
        monkeypatch.setattr(coqui_library, "plain_address", lambda _: address)
        monkeypatch.setattr(coqui_library, "_ANSWER", 0.2)
        with pytest.raises(EngineError, match="cannot be loaded: timed out"):
            cast(tmp_path, "tts_models/en/ljspeech/vits", language="en", speaker="").engine.load()


def test_a_download_that_was_cut_is_told(home: Path, offline: list[str], tmp_path: Path) -> None:
    (home / "tts/tts_models--en--ljspeech--vits").mkdir(parents=True)
    speaker = cast(tmp_path, "tts_models/en/ljspeech/vits", language="en", speaker="")
    with pytest.raises(EngineError, match="Model file not found") as wrong:
        speaker.engine.load()
    assert "delete the model's folder" in wrong.value.hint
    assert not offline


# ── a show ───────────────────────────────────────────────────────────────────────────────────────


def test_the_reference_show_builds(show: Path, models: Path, run: Run) -> None:
    for name, speaker in (("kumo", "anna"), ("alpha", "botan")):
        file = show / f"voices/{name}.toml"
        file.write_text(
            f'engine = "coqui"\nspeaker = "{speaker}"\nlicense = "CC0-1.0"\ncredit = "noise"\n'
            f'[options]\nmodel = "{models / "two"}"\n',
            "utf-8",
        )
    done = run("build", "1", "--date", DAY, folder=show)
    assert done.code == 0, done.err
    assert "coqpit" not in done.out + done.err
    episode = read_episode(show / "output/episodes/0001/episode.json")
    assert {line.speaker for line in episode.lines} == {"yomi", "kiku"}
    assert all("coqui" in person.engine for person in episode.people)
    again = run("build", "1", folder=show)
    assert again.code == 0, again.err
