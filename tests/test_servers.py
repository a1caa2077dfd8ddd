"""Speech servers: the reading arrives, what may pass is tried again, and no key is ever told."""

from __future__ import annotations

import json
import math
import re
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from urllib3 import exceptions

import servers
from kawaraban.errors import EngineError, KawarabanError, ShowError
from kawaraban.model import Line, SpokenLine, Text, Utterance, Word
from kawaraban.reading.accents import Phrase, phrases
from kawaraban.reading.kana import morae
from kawaraban.reading.spoken import Reader, reader_for, shipped_reader
from kawaraban.speech.engine import Machine, Waveform
from kawaraban.speech.engines import voicevox
from kawaraban.speech.pieces import phrase_runs
from kawaraban.speech.render import clip_key
from kawaraban.speech.server import client
from kawaraban.speech.server.answer import Answer
from kawaraban.speech.voices import Part, make_part, read_voice
from kawaraban.speech.voicing import speak
from servers import ElevenLabs, Fault, Loopback, OpenAI, Voicevox

SECRET = "sk-a1b2c3d4e5f6"
GEORGE = "JBFqnCBsd6RMkjVDRZzb"
SPEECH = "/v1/audio/speech"


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, in place of waiting; and no keys of whoever runs the tests."""
    asked: list[float] = []
    monkeypatch.setattr(client, "sleep", asked.append)
    for name in ("OPENAI_API_KEY", "ELEVENLABS_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return asked


@pytest.fixture
def vox() -> Iterator[Voicevox]:
    with Voicevox() as server:
        yield server


@pytest.fixture
def local() -> Iterator[OpenAI]:
    """A server without a key, as those are that run at home."""
    with OpenAI() as server:
        yield server


@pytest.fixture
def eleven(monkeypatch: pytest.MonkeyPatch) -> Iterator[ElevenLabs]:
    monkeypatch.setenv("ELEVENLABS_API_KEY", SECRET)
    with ElevenLabs(SECRET) as server:
        yield server


@cache
def reader() -> Reader:
    return shipped_reader()


def said(text: str, language: str = "ja") -> tuple[Utterance, ...]:
    return reader().utterances([Text(text)], language)


def part(
    folder: Path, engine: str, url: str, speaker: str, options: str = "", **more: object
) -> Part:
    """A voice, from its file, with its engine."""
    settings = {"engine": engine, "speaker": speaker, "license": "-", "credit": "-"} | more
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    path = folder / "voice.toml"
    path.write_text(f"{text}[options]\nurl = {json.dumps(url)}\n{options}\n", "utf-8")
    return make_part(read_voice(path), folder, Machine())


def metan(folder: Path, server: Voicevox, options: str = "", **more: object) -> Part:
    made = part(folder, "voicevox", server.url, "四国めたん/あまあま", options, **more)
    made.engine.load()
    return made


def at_home(folder: Path, server: Loopback, options: str = "", **more: object) -> Part:
    return part(folder, "openai", server.url, "alloy", options, **more)


def george(folder: Path, server: Loopback, options: str = "", **more: object) -> Part:
    return part(folder, "elevenlabs", server.url, GEORGE, options, **more)


def fault_of(made: Part, text: str = "今日は晴れです。") -> EngineError:
    """How saying it fails."""
    with pytest.raises(EngineError) as caught:
        speak(said(text), made)
    assert type(caught.value) is EngineError
    return caught.value


# ── VOICEVOX ─────────────────────────────────────────────────────────────────────────────────────


def test_the_lexicons_reading_and_accents_reach_voicevox(tmp_path: Path, vox: Voicevox) -> None:
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices/lexicon.tsv").write_text("瓦版堂\tカワラバンドー\t4\n", "utf-8")
    lines = reader_for(tmp_path).utterances([Text("瓦版堂が、OpenAIの記事を出しました？")])
    sound = speak(lines, metan(tmp_path, vox))
    wanted = "カワラバ'ンドオガ、オオプンエエア'イノ/キ'ジヲ/ダシマ'_シタ？"
    (asked,) = vox.of("/accent_phrases")
    assert asked.query == {"text": wanted, "is_kana": "true", "speaker": "0"}
    (query,) = vox.of("/synthesis")
    heard = servers.AudioQuery.model_validate_json(query.body)
    assert servers.notation_of(heard.accent_phrases) == wanted
    assert vox.of("/audio_query")[0].query["text"] == re.sub("['_/]", "", wanted)
    assert sound.seconds == pytest.approx(sum(seconds for seconds, _ in vox.tones(heard)), abs=0.2)
    assert sound.rate == servers.RATE


def test_voicevox_is_asked_in_order_and_its_dictionary_left_alone(
    tmp_path: Path, vox: Voicevox
) -> None:
    speak(said("今日は。"), metan(tmp_path, vox))
    assert vox.paths() == [
        "/version", "/speakers", "/audio_query", "/accent_phrases", "/synthesis",
    ]  # fmt: skip


def test_speed_intonation_and_pauses_reach_voicevox(tmp_path: Path, vox: Voicevox) -> None:
    made = metan(tmp_path, vox, "intonation = 1.5\npause = 0.5", speed=1.25)
    speak(said("今日は、晴れです。"), made)
    query = vox.of("/synthesis")[0].json
    names = ("speedScale", "intonationScale", "pauseLengthScale", "pitchScale", "volumeScale")
    assert [query[name] for name in names] == [1.25, 1.5, 0.5, 0.0, 1.0]
    assert (query["prePhonemeLength"], query["postPhonemeLength"]) == (0.05, 0.05)
    assert query["outputStereo"] is False


def test_a_server_that_has_no_length_of_pauses_is_not_sent_one(tmp_path: Path) -> None:
    with Voicevox(old=True) as server:
        speak(said("今日は。"), metan(tmp_path, server, "pause = 0.5"))
        assert not {"pauseLength", "pauseLengthScale"} & set(server.of("/synthesis")[0].json)


@pytest.mark.parametrize("semitones", [-12.0, -3.0, 0.0, 5.0])
def test_a_pitch_in_semitones_is_that_many_for_every_mora(
    tmp_path: Path, vox: Voicevox, semitones: float
) -> None:
    plain, raised = metan(tmp_path, vox), metan(tmp_path, vox, pitch=semitones)
    for made in (plain, raised):
        speak(said("雨と飴です。"), made)
    before, after = (
        [hertz for _, hertz in vox.tones(servers.AudioQuery.model_validate_json(one.body))]
        for one in vox.of("/synthesis")
    )
    assert len(set(before)) > 2
    assert after == pytest.approx([hertz * 2 ** (semitones / 12) for hertz in before])


def test_a_pitch_reaches_a_server_whose_morae_have_none(tmp_path: Path) -> None:
    with Voicevox(pitched=False) as server:
        speak(said("今日は。"), metan(tmp_path, server, pitch=4))
        query = server.of("/synthesis")[0].json
    assert 1 + query["pitchScale"] == pytest.approx(2 ** (4 / 12))
    assert {mora["pitch"] for phrase in query["accent_phrases"] for mora in phrase["moras"]} == {0}


def test_speakers_are_those_that_talk(tmp_path: Path, vox: Voicevox) -> None:
    made = part(tmp_path, "voicevox", vox.url, "誰か")
    names = ("四国めたん/ノーマル", "四国めたん/あまあま", "ずんだもん/ノーマル")
    assert made.engine.speakers() == names
    assert made.engine.device == vox.url


@pytest.mark.parametrize(
    ("speaker", "style"),
    [("四国めたん", "2"), ("四国めたん/あまあま", "0"), ("ずんだもん/ノーマル", "3")],
)
def test_a_speaker_is_its_first_style_or_the_one_that_is_named(
    tmp_path: Path, vox: Voicevox, speaker: str, style: str
) -> None:
    made = part(tmp_path, "voicevox", vox.url, speaker)
    made.engine.load()
    speak(said("今日は。"), made)
    asked = {request.query["speaker"] for request in vox.requests if "speaker" in request.query}
    assert asked == {style}


@pytest.mark.parametrize(
    ("speaker", "hint"),
    [
        ("四国めたん/あまあ", "did you mean 四国めたん/あまあま?"),
        ("四国めたん/ハミング", "did you mean 四国めたん/ノーマル?"),
        ("x", "known: ずんだもん/ノーマル, 四国めたん/あまあま, 四国めたん/ノーマル"),
    ],
)
def test_a_mistyped_style_is_answered_with_the_nearest(
    tmp_path: Path, vox: Voicevox, speaker: str, hint: str
) -> None:
    made = part(tmp_path, "voicevox", vox.url, speaker)
    with pytest.raises(ShowError, match="has no speaker") as caught:
        made.engine.load()
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("more", "cause"),
    [({"language": "en"}, "speaks Japanese"), ({"speaker": ""}, "has a speaker")],
)
def test_a_voice_that_voicevox_cannot_have_is_told_before_any_server_is_asked(
    tmp_path: Path, more: dict[str, object], cause: str
) -> None:
    with pytest.raises(ShowError, match=cause):
        part(tmp_path, "voicevox", "http://127.0.0.1:1", **({"speaker": "四国めたん"} | more))  # type: ignore[arg-type]


def test_a_long_sentence_is_parted_at_a_pause_that_is_still_heard(
    tmp_path: Path, vox: Voicevox
) -> None:
    phrase = (Word("アカサタナ" * 8, accent=0), Word("、", mark=True))
    made = metan(tmp_path, vox, "pause = 2.0")
    sentence = Utterance(phrase * 12, text="文")
    pieces = made.engine.spell(sentence)
    assert [len(morae(piece)) for piece in pieces] == [200, 200, 80]
    assert [piece[-1] for piece in pieces] == ["、", "、", "'"]
    speak([sentence], made)
    ends = [request.json["postPhonemeLength"] for request in vox.of("/synthesis")]
    assert ends == pytest.approx([0.65, 0.65, 0.05])


RUNS = st.lists(
    st.builds(
        Phrase,
        st.integers(1, 70).map(lambda count: ("ア",) * count),
        st.just(0),
        pause=st.booleans(),
    ),
    max_size=20,
)


@given(RUNS)
def test_runs_are_the_phrases_again_and_short_enough(found: list[Phrase]) -> None:
    made = phrase_runs(found, voicevox.LONGEST)
    assert [phrase for run in made for phrase in run] == found
    assert all(0 < sum(len(one.morae) for one in run) <= voicevox.LONGEST for run in made)


KANA = st.text(
    [chr(code) for code in range(ord("ァ"), ord("ヴ") + 1)] + [*"ヷヸヹヺー"], min_size=1
)
WORDS = st.lists(
    st.builds(
        lambda kana, accent, share: Word(kana, accent=accent, devoiced=(share % len(morae(kana)),)),
        KANA.filter(morae),
        st.none() | st.integers(0, 9),
        st.integers(0, 9),
    )
    | st.sampled_from([Word(mark, mark=True) for mark in "。、？！「」…"]),
)


@given(WORDS)
def test_any_kana_is_spelled_as_voicevox_reads_it(words: list[Word]) -> None:
    engine = voicevox.Voicevox(None, voicevox.Options(), None)  # type: ignore[arg-type]
    pieces = engine.spell(Utterance(tuple(words)))
    read = [one for piece in pieces for one in servers.read_kana(piece.removesuffix("、"))]
    assert len(read) == len(phrases(words))
    assert [piece for piece in pieces if "ー" in piece] == []


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("んー、そうですね。", "ンン'、ソ'オデ_スネ"),
        ("ーっと、えーー。", "ッット'、エ'エエ"),
        ("ヴュー", "ヴュ'ウ"),
    ],
)
def test_long_vowels_without_a_vowel_are_said(tmp_path: Path, text: str, notation: str) -> None:
    made = part(tmp_path, "voicevox", "http://127.0.0.1:1", "四国めたん")
    assert made.engine.spell(said(text)[0]) == (notation,)


def test_what_voicevox_refuses_is_told_in_its_words(tmp_path: Path, vox: Voicevox) -> None:
    made = metan(tmp_path, vox)
    with pytest.raises(EngineError, match="refused: 400 UNKNOWN_TEXT: xア") as caught:
        made.engine.speak("xア'")
    assert caught.value.cause.startswith(vox.url)
    assert len(vox.of("/accent_phrases")) == 1


# ── the test server itself ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ア", "ACCENT_NOTFOUND"),
        ("'ア", "ACCENT_TOP"),
        ("ア'イ'", "ACCENT_TWICE"),
        ("", "EMPTY_PHRASE"),
        ("ア'//イ'", "EMPTY_PHRASE"),
        ("ア'、", "EMPTY_PHRASE"),
        ("ア'？イ'", "ACCENT_TWICE"),
        ("ア？イ'", "INTERROGATION_MARK_NOT_AT_END"),
        ("アー'", "UNKNOWN_TEXT"),
        ("_ン'", "UNKNOWN_TEXT"),
        ("漢'", "UNKNOWN_TEXT"),
    ],
)
def test_the_loopback_refuses_what_voicevox_refuses(text: str, name: str) -> None:
    with pytest.raises(servers.KanaError) as caught:
        servers.read_kana(text)
    if text != "ア'？イ'":
        assert caught.value.name == name


def test_the_loopback_asks_for_its_parameters(vox: Voicevox) -> None:
    ask = client.Server(vox.url, 5, "start it")
    with pytest.raises(EngineError, match="422 Field required"):
        ask.post("/audio_query", {"text": "ア"})
    with pytest.raises(EngineError, match="422 Input should be a valid integer"):
        ask.post("/audio_query", {"text": "ア", "speaker": "x"})
    with pytest.raises(EngineError, match="422 Field required"):
        ask.post("/synthesis", {"speaker": 2}, {"speedScale": 1.0})
    with pytest.raises(EngineError, match="403 leave the user dictionary alone"):
        ask.post("/user_dict_word", {"surface": "x"})


# ── OpenAI and its like ──────────────────────────────────────────────────────────────────────────


def test_a_sentence_reaches_an_openai_server(tmp_path: Path, local: OpenAI) -> None:
    made = at_home(tmp_path, local, 'instructions = "落ち着いて"', speed=1.5)
    made.engine.load()
    sound = speak(said("今日は晴れです。"), made)
    (request,) = local.of(SPEECH)
    assert request.json == {
        "model": "gpt-4o-mini-tts", "voice": "alloy", "input": "今日は晴れです。",
        "response_format": "wav", "speed": 1.5, "instructions": "落ち着いて",
    }  # fmt: skip
    assert "authorization" not in request.headers
    assert sound.seconds == pytest.approx(8 * servers.LETTER / 1.5, abs=0.1)


def test_kana_is_given_where_the_voice_asks_for_it(
    tmp_path: Path, local: OpenAI, eleven: ElevenLabs
) -> None:
    for made in (at_home(tmp_path, local, "kana = true"), george(tmp_path, eleven, "kana = true")):
        speak(said("今日は晴れです。"), made)
        assert made.engine.spell(said("Good day.", "en")[0]) == ("Good day.",)
    assert local.of(SPEECH)[0].json["input"] == "キョーワハレデス。"
    assert eleven.requests[0].json["text"] == "キョーワハレデス。"


@pytest.mark.parametrize("format_", ["wav", "flac", "mp3", "pcm"])
def test_every_format_is_heard_whole(tmp_path: Path, local: OpenAI, format_: str) -> None:
    made = at_home(tmp_path, local, f'format = "{format_}"')
    sound = made.engine.speak("今日は晴れです。")
    assert sound.seconds == pytest.approx(8 * servers.LETTER, abs=0.02)
    assert sound.rate == servers.RATE
    assert sound.samples.dtype == np.float32
    assert np.abs(sound.samples).max() == pytest.approx(0.3, abs=0.05)


def test_a_long_text_is_sent_in_pieces(tmp_path: Path, local: OpenAI) -> None:
    made = at_home(tmp_path, local)
    pieces = made.engine.spell(Utterance((), text="Words, and words. " * 300))
    assert len(pieces) == 3
    assert all(0 < len(piece) <= 2000 for piece in pieces)


def test_a_key_is_sent_where_it_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", f"{SECRET}\n")
    with OpenAI(SECRET) as server:
        made = at_home(tmp_path, server, 'key = "MY_KEY"')
        made.engine.load()
        speak(said("今日は。"), made)
        assert server.of(SPEECH)[0].headers["authorization"] == f"Bearer {SECRET}"


def test_openai_itself_wants_a_key_before_it_is_asked(tmp_path: Path) -> None:
    made = part(tmp_path, "openai", "https://api.openai.com", "alloy")
    with pytest.raises(EngineError, match=r"api\.openai\.com asks for a key") as caught:
        made.engine.load()
    assert caught.value.hint == "set the environment variable OPENAI_API_KEY to it"


# ── ElevenLabs ───────────────────────────────────────────────────────────────────────────────────


def test_a_sentence_reaches_elevenlabs(tmp_path: Path, eleven: ElevenLabs) -> None:
    made = george(tmp_path, eleven, "stability = 0.4\nsimilarity = 0.9\nstyle = 0.1", speed=0.8)
    made.engine.load()
    sound = speak(said("今日は晴れです。"), made)
    request = eleven.requests[-1]
    assert (request.path, request.query) == (
        f"/v1/text-to-speech/{GEORGE}",
        {"output_format": "pcm_24000"},
    )
    asked = request.json
    assert 0 <= asked.pop("seed") < 2**32
    assert asked == {
        "text": "今日は晴れです。",
        "model_id": "eleven_multilingual_v2",
        "voice_settings": {
            "stability": 0.4, "similarity_boost": 0.9, "style": 0.1, "speed": 0.8,
        },
    }  # fmt: skip
    assert sound.seconds == pytest.approx(8 * servers.LETTER / 0.8, abs=0.1)


def test_a_text_has_a_seed_of_its_own(tmp_path: Path, eleven: ElevenLabs) -> None:
    made = george(tmp_path, eleven)
    for text in ("一", "二", "一"):
        made.engine.speak(text)
    first, second, again = (request.json["seed"] for request in eleven.requests)
    assert first == again != second


def test_models_that_take_a_language_are_told_it(tmp_path: Path, eleven: ElevenLabs) -> None:
    made = george(tmp_path, eleven, 'model = "eleven_flash_v2_5"', language="en-GB")
    made.engine.speak("Good day.")
    assert eleven.requests[-1].json["language_code"] == "en"


def test_elevenlabs_voices_are_listed(tmp_path: Path, eleven: ElevenLabs) -> None:
    listed = george(tmp_path, eleven).engine.speakers()
    assert listed == (f"{GEORGE} (George)", "21m00Tcm4TlvDq8ikWAM (Rachel)")


@pytest.mark.parametrize("more", [{"speed": 1.3}, {"speed": 0.6}, {"pitch": 12}])
def test_a_speed_that_elevenlabs_lacks_is_told_at_once(
    tmp_path: Path, more: dict[str, object]
) -> None:
    with pytest.raises(ShowError, match=r"speeds of 0\.7 to 1\.2, not"):
        part(tmp_path, "elevenlabs", "http://127.0.0.1:1", GEORGE, **more)  # type: ignore[arg-type]


def test_elevenlabs_wants_a_key(tmp_path: Path) -> None:
    made = part(tmp_path, "elevenlabs", "http://127.0.0.1:1", GEORGE)
    for ask in (made.engine.load, made.engine.speakers):
        with pytest.raises(EngineError, match="asks for a key") as caught:
            ask()
        assert "ELEVENLABS_API_KEY" in caught.value.hint


# ── what may pass is tried again ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("faults", "waited"),
    [
        ([], []),
        ([servers.status(500)], [0.5]),
        ([servers.status(503), servers.status(502), servers.status(500)], [0.5, 1.0, 2.0]),
        ([servers.status(429, retry_after="7"), servers.status(503)], [7, 1.0]),
        ([servers.status(429, retry_after="0")], [0]),
        ([servers.status(503, retry_after="3600")], [30]),
        ([servers.status(503, retry_after="soon")], [0.5]),
        ([servers.status(503, retry_after="Wed, 21 Oct 2015 07:28:00 GMT")], [0]),
        ([servers.cut], [0.5]),
        ([servers.slammed, servers.overstated], [0.5, 1.0]),
    ],
)
def test_what_passes_is_tried_again_after_a_wait(
    tmp_path: Path, local: OpenAI, waits: list[float], faults: list[Fault], waited: list[float]
) -> None:
    local.misbehave(*faults)
    sound = speak(said("今日は。"), at_home(tmp_path, local))
    assert sound.seconds > 0.5
    assert len(local.of(SPEECH)) == len(faults) + 1
    assert waits == waited
    assert len({request.body for request in local.requests}) == 1


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (servers.status(503, "over\n  loaded"), "answered 503 over loaded (4 tries)"),
        (servers.status(429, "x" * 999), f"answered 429 {'x' * 200} (4 tries)"),
        (servers.cut, "broke off: "),
        (servers.overstated, "broke off: "),
        (servers.slammed, "broke off: "),
    ],
)
def test_what_does_not_pass_is_told_after_four_tries(
    tmp_path: Path, local: OpenAI, fault: Fault, cause: str
) -> None:
    local.misbehave(*[fault] * 9)
    told = fault_of(at_home(tmp_path, local))
    assert told.cause.startswith(f"{local.url} {cause}")
    assert told.cause.endswith("(4 tries)")
    assert told.hint
    assert len(local.requests) == 4


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 422])
def test_a_refusal_is_told_at_once(
    tmp_path: Path, local: OpenAI, waits: list[float], code: int
) -> None:
    local.misbehave(servers.status(code, "no such\nvoice " + "x" * 300))
    told = fault_of(at_home(tmp_path, local))
    assert told.cause == f"{local.url} refused: {code} no such voice {'x' * 186}"
    denied = "check the key in the environment variable OPENAI_API_KEY"
    other = "check the voice's speaker and [options]"
    assert told.hint == (denied if code in {401, 403} else other)
    assert (len(local.requests), waits) == (1, [])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"detail": {"status": "quota", "message": "no credits"}}, "no credits"),
        ({"detail": "Not Found"}, "Not Found"),
        ({"detail": [{"loc": ["query"], "msg": "Field required"}]}, "Field required"),
        ({"detail": {"text": "だめ", "error_name": "X"}}, "だめ"),
        ({"error": "model not loaded"}, "model not loaded"),
        ({"odd": 1}, '{"odd": 1}'),
        ([], "[]"),
        (None, "null"),
        ("a\tb\x1b[31m\n", "a b [31m"),
    ],
)
def test_a_servers_own_words_are_found_wherever_it_has_them(body: object, words: str) -> None:
    assert Answer("http://a", 400, "application/json", json.dumps(body).encode()).words == words


def test_words_that_are_no_json_are_shown_as_they_are() -> None:
    for data in (b"Bad\nGateway", b"[" * 60_000, b"\xff\xfe"):
        words = Answer("http://a", 502, "text/plain", data).words
        assert words == " ".join(data.decode("utf-8", "replace").split())[:200]


def test_a_redirect_is_not_followed(tmp_path: Path, local: OpenAI) -> None:
    local.misbehave(servers.status(308, location="https://elsewhere.example/v1"))
    told = fault_of(at_home(tmp_path, local))
    assert told.cause == f"{local.url} sends on to https://elsewhere.example/v1"
    assert told.hint == "set url to its new address"
    assert len(local.requests) == 1


@pytest.mark.parametrize("engine", ["voicevox", "openai", "elevenlabs"])
def test_a_server_that_is_not_there_is_told_when_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float], engine: str
) -> None:
    monkeypatch.setenv("ELEVENLABS_API_KEY", SECRET)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    made = part(tmp_path, engine, url, "x")
    with pytest.raises(EngineError) as caught:
        made.engine.load()
    assert re.fullmatch(
        re.escape(url) + r" cannot be reached: .*refused.* \(4 tries\)", caught.value.cause
    )
    assert "set url in the voice's [options]" in caught.value.hint
    assert sum(waits) < 5


def test_a_server_that_takes_no_connection_is_told_at_once(
    tmp_path: Path, local: OpenAI, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    class Full:
        def request(self, *_: object, **__: object) -> None:
            raise exceptions.ConnectTimeoutError

    made = at_home(tmp_path, local)
    monkeypatch.setattr(client, "_pool", Full)
    assert "cannot be reached: no connection within 5 s" in fault_of(made).cause
    assert waits == []


def test_https_where_there_is_none_is_told_at_once(
    tmp_path: Path, local: OpenAI, waits: list[float]
) -> None:
    url = local.url.replace("http:", "https:")
    told = fault_of(part(tmp_path, "openai", url, "alloy"))
    assert told.cause.startswith(f"{url}: ")
    assert waits == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "http://[::1", f"http://{'a' * 70}.b"])
def test_an_address_that_cannot_be_one_is_told(tmp_path: Path, url: str) -> None:
    assert fault_of(part(tmp_path, "openai", url, "alloy")).cause.startswith(url)


@pytest.mark.parametrize("fault", [servers.hang, servers.trickle])
def test_a_server_that_is_too_slow_is_not_waited_for(
    tmp_path: Path, local: OpenAI, fault: Fault
) -> None:
    local.misbehave(fault)
    told = fault_of(at_home(tmp_path, local, "timeout = 0.2"))
    assert told.cause == f"{local.url} did not answer within 0.2 s"
    assert "longer timeout" in told.hint
    assert len(local.requests) == 1


def test_an_endless_answer_is_stopped(
    tmp_path: Path, local: OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LARGEST", 2**20)
    local.misbehave(servers.endless)
    assert fault_of(at_home(tmp_path, local)).cause == f"{local.url} answered more than 1 MiB"
    assert len(local.requests) == 1


def test_a_server_that_sends_in_chunks_is_heard(tmp_path: Path, local: OpenAI) -> None:
    local.misbehave(servers.chunked)
    sound = at_home(tmp_path, local).engine.speak("今日は。")
    assert sound.seconds == pytest.approx(4 * servers.LETTER)


# ── answers that are no sound ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "cause", "hint"),
    [
        (servers.html, "answered no sound", "text/html: <!doctype html> <title>Sign in</title>"),
        (servers.content("application/json", b'{"ok": 1}'), "answered no sound", '{"ok": 1}'),
        (servers.empty, "answered no sound", "0 bytes of audio/wav: "),
        (servers.content("", b"\0\1\2garbage"), "answered no sound", "10 bytes of no named type"),
        (servers.of(lambda wav: wav[:44]), "a sound without samples", "44 bytes of audio/wav"),
        (servers.of(lambda wav: wav[:20]), "answered no sound", "20 bytes of audio/wav"),
        (servers.understated, "answered ", "audio/wav"),
    ],
)
def test_what_is_no_sound_is_shown(
    tmp_path: Path, local: OpenAI, fault: Fault, cause: str, hint: str
) -> None:
    whole = servers.content("audio/wav", servers.file(servers.hum(2)))
    local.misbehave(fault if fault is not servers.understated else lambda r: fault(whole(r)))
    told = fault_of(at_home(tmp_path, local))
    assert cause in told.cause
    assert hint in told.hint
    assert len(told.hint) < 200


@pytest.mark.parametrize("data", [b"", b'{"detail": "x"}', b"abc"])
def test_bare_samples_that_are_none_are_told(
    tmp_path: Path, eleven: ElevenLabs, data: bytes
) -> None:
    kind = "application/json" if data.startswith(b"{") else "audio/pcm"
    eleven.misbehave(servers.content(kind, data))
    assert fault_of(george(tmp_path, eleven)).cause.startswith(f"{eleven.url} answered ")


def test_a_wav_that_was_cut_is_told(tmp_path: Path, vox: Voicevox) -> None:
    made = metan(tmp_path, vox)
    vox.misbehave(servers.of(lambda wav: wav[: len(wav) // 2]), path="/synthesis")
    assert re.search(r"answered \d+ of \d+ bytes of sound: it was cut", fault_of(made).cause)


def test_a_sound_that_is_not_finite_is_told(tmp_path: Path, vox: Voicevox) -> None:
    broken = servers.hum(1.0)
    broken[500] = math.nan
    wav = servers.file(broken, subtype="FLOAT")
    made = metan(tmp_path, vox)
    vox.misbehave(servers.content("audio/wav", wav), path="/synthesis")
    assert "not finite" in fault_of(made).cause


def test_a_sound_that_is_too_short_for_its_text_is_told(tmp_path: Path, local: OpenAI) -> None:
    local.misbehave(servers.content("audio/wav", servers.file(servers.hum(0.1))))
    assert "sound is missing" in fault_of(at_home(tmp_path, local)).cause


def test_stereo_is_averaged(tmp_path: Path) -> None:
    with Voicevox(stereo=True) as server:
        sound = metan(tmp_path, server).engine.speak("ア'")
    assert sound.samples.ndim == 1
    assert np.abs(sound.samples).max() == pytest.approx(0.3 * 0.75, abs=0.01)


def test_a_server_may_have_a_rate_of_its_own(tmp_path: Path, vox: Voicevox) -> None:
    other = servers.file(servers.hum(2.0, rate=44_100), 44_100)
    made = metan(tmp_path, vox)
    vox.misbehave(servers.content("audio/wav", other), path="/synthesis")
    sound = speak(said("今日は。明日も。"), made)
    assert sound.rate == 44_100
    assert sound.seconds > 2.3


@pytest.mark.parametrize("length", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_wav_that_does_not_know_its_length_is_heard_whole(length: int) -> None:
    wav = servers.streamed(servers.file(servers.hum(1.0)), length)
    assert Answer("http://a", 200, "audio/wav", wav).sound().seconds == 1.0


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_wav_with_a_damaged_head_is_a_sound_or_an_error(at: int, value: int) -> None:
    wav = bytearray(servers.file(servers.hum(0.01)))
    wav[at] = value
    try:
        sound = Answer("http://a", 200, "audio/wav", bytes(wav)).sound()
    except EngineError:
        return
    assert isinstance(sound, Waveform)
    assert sound.samples.dtype == np.float32


@pytest.mark.parametrize(
    "data", [b"<html>", b"[1]", b'[{"name": "x"}]', b'{"detail": 1}', b"\xff\xfe", b""]
)
def test_a_server_of_another_kind_is_told(tmp_path: Path, vox: Voicevox, data: bytes) -> None:
    made = part(tmp_path, "voicevox", vox.url, "四国めたん")
    vox.misbehave(servers.content("text/html", data), path="/speakers")
    with pytest.raises(EngineError, match="answered not what was asked for"):
        made.engine.load()


# ── keys and clips ───────────────────────────────────────────────────────────────────────────────


def line(text: str) -> SpokenLine:
    return SpokenLine(Line("yomi", (Text(text),), 1), said(text))


def test_a_key_is_in_no_message_and_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    with OpenAI("another key") as server:
        made = at_home(tmp_path, server)
        echo = f"key {SECRET} is wrong"
        faults = [
            servers.well,  # it says the wrong key back by itself
            servers.status(400, echo),
            servers.status(302, location=f"/?{SECRET}"),
            servers.content("text/html", echo.encode()),
        ]
        server.misbehave(*faults)
        told = [fault_of(made) for _ in faults]
        server.misbehave(*[servers.status(500, echo)] * 4)
        told.append(fault_of(made))
    assert "Incorrect API key provided: …." in told[0].cause
    for fault in told:
        chain: BaseException | None = fault
        while chain:
            assert SECRET not in f"{chain} {chain!r} {vars(chain)}"
            chain = chain.__cause__
    assert SECRET not in f"{made!r} {made.engine_name} {made.voice.model_dump_json()}"


@pytest.mark.parametrize("engine", ["openai", "elevenlabs"])
@pytest.mark.parametrize("key", [SECRET, "sk_0123456789abcdef", "", "MY KEY"])
def test_a_key_in_place_of_its_variables_name_is_not_said_back(
    tmp_path: Path, engine: str, key: str
) -> None:
    with pytest.raises(ShowError, match="not the name of an environment variable") as caught:
        part(tmp_path, engine, "http://127.0.0.1:1", "x", f'key = "{key}"')
    assert not key or key not in str(caught.value)


def test_a_key_that_no_header_can_hold_is_not_said_back(
    tmp_path: Path, local: OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "鍵 one\nX-Other: 1")
    told = fault_of(at_home(tmp_path, local))
    assert told.cause == "the environment variable OPENAI_API_KEY holds no key"
    assert local.requests == []


@pytest.mark.parametrize("url", ["http://user:word@host", "ftp://host", "host:80", "http://h?k=1"])
def test_an_address_with_a_password_or_a_query_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(KawarabanError, match=r"options\.url"):
        part(tmp_path, "openai", url, "alloy")


@pytest.mark.parametrize("engine", ["voicevox", "openai", "elevenlabs"])
def test_a_clip_does_not_depend_on_where_and_how_long_a_server_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    keyed = "" if engine == "voicevox" else '\nkey = "OTHER"'
    monkeypatch.setenv("OTHER", SECRET)
    one = part(tmp_path, engine, "http://127.0.0.1:1", "x")
    two = part(tmp_path, engine, "https://a.example/tts/", "x", f"timeout = 5{keyed}")
    said_ = line("今日は晴れです。")
    assert clip_key(said_, one) == clip_key(said_, two)


@pytest.mark.parametrize(
    ("engine", "options"),
    [
        ("voicevox", "intonation = 1.2"),
        ("voicevox", "pause = 1.2"),
        ("openai", 'model = "tts-1"'),
        ("openai", 'instructions = "x"'),
        ("openai", "kana = true"),
        ("elevenlabs", 'model = "eleven_v3"'),
        ("elevenlabs", "stability = 0.1"),
        ("elevenlabs", "style = 0.1"),
    ],
)
def test_a_clip_depends_on_what_changes_its_sound(
    tmp_path: Path, engine: str, options: str
) -> None:
    plain = part(tmp_path, engine, "http://127.0.0.1:1", "x")
    other = part(tmp_path, engine, "http://127.0.0.1:1", "x", options)
    assert clip_key(line("今日は。"), plain) != clip_key(line("今日は。"), other)


def test_an_address_may_have_a_path(tmp_path: Path, local: OpenAI) -> None:
    made = part(tmp_path, "openai", f"{local.url}/deep/", "alloy")
    with pytest.raises(EngineError, match="404 Not Found: POST /deep/v1/audio/speech"):
        made.engine.speak("今日は。")


def test_voices_are_asked_by_several_threads_at_once(tmp_path: Path, vox: Voicevox) -> None:
    from concurrent.futures import ThreadPoolExecutor

    made = metan(tmp_path, vox)
    texts = ["一です。", "二です。", "三です。", "四です。"] * 4
    with ThreadPoolExecutor(8) as pool:
        sounds = list(pool.map(lambda text: speak(said(text), made), texts))
    for text, sound in zip(texts, sounds, strict=True):
        np.testing.assert_array_equal(sound.samples, speak(said(text), made).samples)


def test_a_pitch_of_a_server_that_has_none_is_made_by_resampling(
    tmp_path: Path, local: OpenAI
) -> None:
    made = at_home(tmp_path, local, pitch=12)
    sound = speak(said("今日は晴れです。"), made)
    assert local.of(SPEECH)[0].json["speed"] == 0.5
    assert sound.seconds == pytest.approx(8 * servers.LETTER, abs=0.2)


def test_the_loopback_hums_files_that_any_reader_reads(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(servers.file(servers.hum(1.0)))
    assert soundfile.info(tmp_path / "a.wav").duration == 1.0
