"""Speech servers on the loopback, as strict as their public descriptions, and able to misbehave.

Each follows its API closely enough that a wrong request is refused with the real one's status and
shape of error: VOICEVOX ENGINE's OpenAPI description, kana_converter.py and mora_mapping.py (its
mora table is OpenJTalk's), OpenAI's Create speech, ElevenLabs' Create speech and List voices.
"""

from __future__ import annotations

import io
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import soundfile
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

Sound = NDArray[np.float64]
RATE = 24_000


# ── what is asked and answered ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Sent = Callable[["Handler", "Reply"], None]


@dataclass(frozen=True)
class Reply:
    """What is answered; `sent` sends it, well or badly."""

    status: int = 200
    kind: str = "application/json"
    data: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: Sent | None = None


def in_json(value: object, status: int = 200) -> Reply:
    return Reply(status, data=json.dumps(value, ensure_ascii=False).encode())


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """Ends the making of an answer with another one."""

    def __init__(self, status: int, value: object) -> None:
        super().__init__(status)
        self.reply = in_json(value, status)


# ── faults ───────────────────────────────────────────────────────────────────────────────────────

Fault = Callable[[Reply], Reply]
"""What becomes of an answer."""


def status(code: int, message: str = "no", **headers: str) -> Fault:
    """Another status, with an error in OpenAI's shape; `retry_after="7"` is a header."""
    sent = {name.replace("_", "-").title(): value for name, value in headers.items()}
    refused = in_json({"error": {"message": message}}, code)
    return lambda _: replace(refused, headers=sent)


def well(reply: Reply) -> Reply:
    """No fault: to stand between faults."""
    return reply


def content(kind: str, data: bytes) -> Fault:
    """Another answer with 200."""
    return lambda _: Reply(kind=kind, data=data)


html = content("text/html", b"<!doctype html>\n<title>Sign in</title> to go on")
empty = content("audio/wav", b"")


def of(change: Callable[[bytes], bytes]) -> Fault:
    """The answer's bytes changed: `of(lambda wav: wav[:99])`."""
    return lambda reply: replace(reply, data=change(reply.data))


def _by(sent: Sent) -> Fault:
    return lambda reply: replace(reply, sent=sent)


def _hang(handler: Handler, reply: Reply) -> None:
    del reply
    handler.loopback.stopped.wait(20)
    handler.close_connection = True


def _trickle(handler: Handler, reply: Reply) -> None:
    handler.head(reply)
    for byte in reply.data:
        handler.wfile.write(bytes([byte]))
        if handler.loopback.stopped.wait(0.02):
            break
    handler.close_connection = True


def _cut(handler: Handler, reply: Reply) -> None:
    handler.head(reply)
    handler.wfile.write(reply.data[: len(reply.data) // 2])
    handler.close_connection = True


def _slammed(handler: Handler, reply: Reply) -> None:
    del reply
    # To linger for no time is to close with a reset.
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True


def _overstated(handler: Handler, reply: Reply) -> None:
    handler.head(reply, length=len(reply.data) + 1000)
    handler.wfile.write(reply.data)
    handler.close_connection = True


def _understated(handler: Handler, reply: Reply) -> None:
    handler.head(reply, length=len(reply.data) // 2)
    handler.wfile.write(reply.data)
    handler.close_connection = True


def _endless(handler: Handler, reply: Reply) -> None:
    handler.head(reply, length=None)
    while not handler.loopback.stopped.is_set():
        handler.wfile.write(b"\r\n".join([b"10000", bytes(0x10000), b""]))


def _chunked(handler: Handler, reply: Reply) -> None:
    handler.head(reply, length=None)
    for at in range(0, len(reply.data), 5000):
        part = reply.data[at : at + 5000]
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
    handler.wfile.write(b"0\r\n\r\n")


hang, trickle, cut, slammed = _by(_hang), _by(_trickle), _by(_cut), _by(_slammed)
overstated, understated = _by(_overstated), _by(_understated)
endless, chunked = _by(_endless), _by(_chunked)


# ── the server ───────────────────────────────────────────────────────────────────────────────────


class Handler(BaseHTTPRequestHandler):
    """Hands requests to a Loopback, and its answers back."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Else head and body, sent apart, are 40 ms apart.
    loopback: Loopback

    def do_GET(self) -> None:
        self._do()

    def do_POST(self) -> None:
        self._do()

    def _do(self) -> None:
        address = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        request = Request(
            self.command,
            address.path,
            dict(parse_qsl(address.query, strict_parsing=bool(address.query))),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )
        reply = self.loopback.answered(request)
        (reply.sent or _whole)(self, reply)

    def head(self, reply: Reply, length: int | None = -1) -> None:
        """Send the head; a length of None is chunked, -1 the true one."""
        self.send_response(reply.status)
        if reply.kind:
            self.send_header("Content-Type", reply.kind)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(reply.data) if length < 0 else length))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def _whole(handler: Handler, reply: Reply) -> None:
    handler.head(reply)
    handler.wfile.write(reply.data)


class _Threads(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up; they are tested for it."""


class Loopback:
    """A server on 127.0.0.1: `with Voicevox() as server`, `server.url`, `server.requests`."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.stopped = threading.Event()
        self._faults: deque[tuple[str, Fault]] = deque()
        self._open: list[socket.socket] = []
        own = type("Own", (Handler,), {"loopback": self, "setup": _remembering(self._open)})
        self._http = _Threads(("127.0.0.1", 0), own)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stopped.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        for one in self._open:
            # A client may have hung up already.
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def misbehave(self, *faults: Fault, path: str = "") -> None:
        """What happens to the next answers, one after another, of this path or of any."""
        self._faults += [(path, fault) for fault in faults]

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path for request in self.requests]

    def of(self, path: str) -> list[Request]:
        """The requests for a path."""
        return [request for request in self.requests if request.path == path]

    def answered(self, request: Request) -> Reply:
        self.requests.append(request)
        try:
            reply = self.answer(request)
        except Refusal as refusal:
            reply = refusal.reply
        if self._faults and request.path.startswith(self._faults[0][0]):
            return self._faults.popleft()[1](reply)
        return reply

    def answer(self, request: Request) -> Reply:
        """What a server without faults answers."""
        return in_json({"detail": f"Not Found: {request.method} {request.path}"}, 404)


def _remembering(kept: list[socket.socket]) -> Callable[[Handler], None]:
    def setup(handler: Handler) -> None:
        BaseHTTPRequestHandler.setup(handler)
        kept.append(handler.connection)

    return setup


# ── sounds ───────────────────────────────────────────────────────────────────────────────────────


def hum(seconds: float, hertz: float = 200.0, rate: int = RATE) -> Sound:
    return 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def file(sound: Sound, rate: int = RATE, kind: str = "WAV", subtype: str | None = None) -> bytes:
    made = io.BytesIO()
    soundfile.write(made, sound, rate, format=kind, subtype=subtype)
    return made.getvalue()


def pcm(sound: Sound) -> bytes:
    return (sound * 32767).astype("<i2").tobytes()


def streamed(wav: bytes, length: int = 0xFFFFFFFF) -> bytes:
    """A WAV file as it is streamed: its header does not know its length."""
    unknown = length.to_bytes(4, "little")
    return wav[:4] + unknown + wav[8:40] + unknown + wav[44:]


# ── VOICEVOX ─────────────────────────────────────────────────────────────────────────────────────

_TABLE = """
    ア イ ウ エ オ
k   カ キ ク ケ コ
ky  キャ キィ キュ キェ キョ
kw  クヮ クィ クゥ クェ クォ
g   ガ ギ グ ゲ ゴ
gy  ギャ ギィ ギュ ギェ ギョ
gw  グヮ グィ グゥ グェ グォ
s   サ スィ ス セ ソ
sh  シャ シ シュ シェ ショ
z   ザ ズィ ズ ゼ ゾ
j   ジャ ジ ジュ ジェ ジョ
t   タ ティ トゥ テ ト
ty  テャ - テュ テェ テョ
ch  チャ チ チュ チェ チョ
ts  ツァ ツィ ツ ツェ ツォ
d   ダ ディ ドゥ デ ド
dy  デャ - デュ デェ デョ
n   ナ ニ ヌ ネ ノ
ny  ニャ ニィ ニュ ニェ ニョ
h   ハ ヒ - ヘ ホ
hy  ヒャ ヒィ ヒュ ヒェ ヒョ
f   ファ フィ フ フェ フォ
b   バ ビ ブ ベ ボ
by  ビャ ビィ ビュ ビェ ビョ
p   パ ピ プ ペ ポ
py  ピャ ピィ ピュ ピェ ピョ
m   マ ミ ム メ モ
my  ミャ ミィ ミュ ミェ ミョ
y   ヤ - ユ イェ ヨ
r   ラ リ ル レ ロ
ry  リャ リィ リュ リェ リョ
w   ワ ウィ ウゥ ウェ ウォ
v   ヴァ ヴィ ヴ ヴェ ヴォ
    ァ ィ ゥ ェ ォ
    - ヰ - ヱ ヲ
by  ヴャ - ヴュ - ヴョ
j   ヂャ ヂ ヂュ ヂェ ヂョ
z   - - ヅ - -
y   ャ - ュ - ョ
w   ヮ - - - -
gw  グァ - - - -
kw  クァ - - - -
k   - - - ヶ -
"""
MORAE: Mapping[str, tuple[str | None, str]] = {
    kana: (row[:4].strip() or None, vowel)
    for row in _TABLE.strip("\n").splitlines()
    for kana, vowel in zip(row[4:].split(), "aiueo", strict=True)
    if kana != "-"
} | {"ン": (None, "N"), "ッ": (None, "cl")}
"""Consonant and vowel of every kana that VOICEVOX knows; it has no ー."""
CONSONANT, VOWEL, REST = 0.05, 0.08, 0.3
"""Seconds that this server gives to each."""
BASE, STEP = 5.3, 0.2
"""ln Hz of a low mora, and what a high one has more."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class Mora(_Strict):
    text: str
    consonant: str | None = None
    consonant_length: float | None = None
    vowel: str
    vowel_length: float
    pitch: float


class AccentPhrase(_Strict):
    moras: list[Mora]
    accent: int
    pause_mora: Mora | None = None
    is_interrogative: bool = False


class AudioQuery(_Strict):
    accent_phrases: list[AccentPhrase]
    speedScale: float  # noqa: N815 - the API's own names
    pitchScale: float  # noqa: N815
    intonationScale: float  # noqa: N815
    volumeScale: float  # noqa: N815
    prePhonemeLength: float  # noqa: N815
    postPhonemeLength: float  # noqa: N815
    pauseLength: float | None = None  # noqa: N815
    pauseLengthScale: float = 1.0  # noqa: N815
    outputSamplingRate: int  # noqa: N815
    outputStereo: bool  # noqa: N815
    kana: str | None = None


class KanaError(Exception):
    """A notation that VOICEVOX does not read, under its name for the fault."""

    def __init__(self, name: str, **args: str) -> None:
        super().__init__(f"{name}: {' '.join(args.values())}")
        self.name, self.args_ = name, args


def read_kana(text: str) -> list[AccentPhrase]:
    """Accent phrases by VOICEVOX's rules for kana.

    Raises:
        KanaError: as VOICEVOX has it.
    """
    ends = [at for at, sign in enumerate(text) if sign in "/、"] + [len(text)]
    found: list[AccentPhrase] = []
    start = 0
    for end in ends:
        phrase = text[start:end]
        if not phrase:
            raise KanaError("EMPTY_PHRASE", position=str(len(found) + 1))
        if "？" in phrase[:-1]:
            raise KanaError("INTERROGATION_MARK_NOT_AT_END", text=phrase)
        made = _read_phrase(phrase.removesuffix("？"))
        made.is_interrogative = phrase.endswith("？")
        if text[end : end + 1] == "、":
            made.pause_mora = Mora(text="、", vowel="pau", vowel_length=0.0, pitch=0.0)
        found.append(made)
        start = end + 1
    return found


def _read_phrase(text: str) -> AccentPhrase:
    moras: list[Mora] = []
    accent, at = 0, 0
    while at < len(text):
        if text[at] == "'":
            if not moras or accent:
                raise KanaError("ACCENT_TWICE" if accent else "ACCENT_TOP", text=text)
            accent, at = len(moras), at + 1
            continue
        taken = next((n for n in (3, 2, 1) if _known(text[at : at + n], n)), 0)
        if not taken:
            raise KanaError("UNKNOWN_TEXT", text=text[at:].partition("'")[0])
        moras.append(_mora(text[at : at + taken]))
        at += taken
    if not accent:
        raise KanaError("ACCENT_NOTFOUND", text=text)
    return AccentPhrase(moras=moras, accent=accent)


def _known(signs: str, length: int) -> bool:
    kana = signs.removeprefix("_")
    whispers = kana != signs
    return (
        len(signs) == length and kana in MORAE and not (whispers and MORAE[kana][1] not in "aiueo")
    )


def _mora(signs: str) -> Mora:
    kana = signs.removeprefix("_")
    consonant, vowel = MORAE[kana]
    return Mora(
        text=kana,
        consonant=consonant,
        consonant_length=None if consonant is None else 0.0,
        vowel=vowel.upper() if signs.startswith("_") else vowel,
        vowel_length=0.0,
        pitch=0.0,
    )


def notation_of(found: list[AccentPhrase]) -> str:
    """Accent phrases as kana again."""
    text = ""
    for phrase in found:
        for at, mora in enumerate(phrase.moras, 1):
            text += "_" * (mora.vowel in "AIUEO") + mora.text + "'" * (at == phrase.accent)
        text += "？" * phrase.is_interrogative + ("、" if phrase.pause_mora else "/")
    return text[:-1]


SPEAKERS = [
    {
        "name": "四国めたん",
        "speaker_uuid": "7ffcb7ce-00ec-4bdc-82cd-45a8889e43ff",
        "styles": [
            {"name": "ノーマル", "id": 2, "type": "talk"},
            {"name": "あまあま", "id": 0, "type": "talk"},
            {"name": "ハミング", "id": 3002, "type": "frame_decode"},
        ],
        "version": "0.1.0",
    },
    {
        "name": "ずんだもん",
        "speaker_uuid": "388f246b-8c41-4ac1-8e2d-5d79f3ff56d9",
        "styles": [{"name": "ノーマル", "id": 3}],
        "version": "0.1.0",
    },
]
VOICED = set("aiueoN")


class Voicevox(Loopback):
    """VOICEVOX ENGINE; one that is `old` has no pauseLengthScale, AivisSpeech's morae no pitch."""

    def __init__(self, *, old: bool = False, pitched: bool = True, stereo: bool = False) -> None:
        super().__init__()
        self.old, self.pitched, self.stereo = old, pitched, stereo

    def answer(self, request: Request) -> Reply:
        if request.path.startswith("/user_dict"):
            return in_json({"detail": "leave the user dictionary alone"}, 403)
        ask = {
            ("GET", "/version"): lambda _: in_json("0.25.0"),
            ("GET", "/speakers"): lambda _: in_json(SPEAKERS),
            ("POST", "/audio_query"): self._audio_query,
            ("POST", "/accent_phrases"): self._accent_phrases,
            ("POST", "/synthesis"): self._synthesis,
        }.get((request.method, request.path))
        return ask(request) if ask else super().answer(request)

    def _style(self, request: Request) -> int:
        known = [style["id"] for one in SPEAKERS for style in one["styles"]]  # type: ignore[index]
        style = int(_parameter(request, "speaker", int))
        if style not in known:
            raise Refusal(422, {"detail": f"style {style}?"})
        return style

    def _audio_query(self, request: Request) -> Reply:
        self._style(request)
        text = _parameter(request, "text", str)
        said = "".join(sign for sign in text if sign in MORAE) or "ア"
        query = AudioQuery(
            accent_phrases=self._timed([_read_phrase(said + "'")]),
            speedScale=1.0, pitchScale=0.0, intonationScale=1.0, volumeScale=1.0,
            prePhonemeLength=0.1, postPhonemeLength=0.1, outputSamplingRate=RATE,
            outputStereo=False, kana=text,
        )  # fmt: skip
        gone = {"pauseLength", "pauseLengthScale"} if self.old else set()
        return in_json(query.model_dump(exclude=gone))

    def _accent_phrases(self, request: Request) -> Reply:
        self._style(request)
        text = _parameter(request, "text", str)
        if _parameter(request, "is_kana", bool, "false").lower() not in {"true", "1"}:
            raise Refusal(500, "this server reads kana only")
        try:
            found = self._timed(read_kana(text))
        except KanaError as error:
            said = {"text": str(error), "error_name": error.name, "error_args": error.args_}
            raise Refusal(400, {"detail": said}) from error
        return in_json([phrase.model_dump() for phrase in found])

    def _timed(self, found: list[AccentPhrase]) -> list[AccentPhrase]:
        """With lengths and pitches, as a style gives them."""
        for phrase in found:
            for at, mora in enumerate(phrase.moras, 1):
                mora.vowel_length = VOWEL
                mora.consonant_length = CONSONANT if mora.consonant else None
                high = at == 1 if phrase.accent == 1 else 1 < at <= phrase.accent
                mora.pitch = (BASE + STEP * high) * (mora.vowel in VOICED and self.pitched)
            if phrase.pause_mora:
                phrase.pause_mora.vowel_length = REST
        return found

    def _synthesis(self, request: Request) -> Reply:
        self._style(request)
        try:
            query = AudioQuery.model_validate_json(request.body)
        except ValidationError as error:
            raise _unprocessable(error, "body") from error
        sound = np.concatenate([hum(*tone) for tone in self.tones(query)])
        if query.outputStereo or self.stereo:
            sound = np.stack([sound, sound / 2], axis=1)
        return Reply(kind="audio/wav", data=file(sound, query.outputSamplingRate))

    def tones(self, query: AudioQuery) -> Iterator[tuple[float, float]]:
        """Seconds and Hz (0: silence), in VOICEVOX's order: speed, pitch, intonation."""
        moras = [mora for phrase in query.accent_phrases for mora in phrase.moras]
        pitches = [mora.pitch * 2**query.pitchScale for mora in moras if mora.pitch > 0]
        mean = sum(pitches) / len(pitches) if pitches else 0.0
        yield query.prePhonemeLength / query.speedScale, 0.0
        for phrase in query.accent_phrases:
            for mora in phrase.moras:
                ln = (mora.pitch * 2**query.pitchScale - mean) * query.intonationScale + mean
                long = (mora.consonant_length or 0.0) + mora.vowel_length
                unpitched = 200.0 * (1 + query.pitchScale) * (mora.vowel in VOICED)
                yield long / query.speedScale, float(np.exp(ln)) if mora.pitch else unpitched
            if phrase.pause_mora:
                rest = phrase.pause_mora.vowel_length * query.pauseLengthScale
                yield rest / query.speedScale, 0.0
        yield query.postPhonemeLength / query.speedScale, 0.0


def _parameter(request: Request, name: str, kind: type, default: str | None = None) -> str:
    """A parameter of the query; 422 as FastAPI says it where it is missing or of another type."""
    value = request.query.get(name, default)
    if value is None:
        fault = {"type": "missing", "loc": ["query", name], "msg": "Field required"}
        raise Refusal(422, {"detail": [fault]})
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise _unprocessable(error, "query", name) from error
    return value


def _unprocessable(error: ValidationError, *place: str) -> Refusal:
    faults = json.loads(error.json(include_url=False, include_input=False))
    return Refusal(422, {"detail": [{**one, "loc": [*place, *one["loc"]]} for one in faults]})


# ── OpenAI and ElevenLabs ────────────────────────────────────────────────────────────────────────

LETTER = 0.2
"""Seconds that these servers give to a character."""


class _Speech(_Strict):
    model: str = Field(min_length=1)
    voice: str = Field(min_length=1)
    input: str = Field(min_length=1, max_length=4096)
    response_format: Literal["wav", "flac", "mp3", "pcm", "opus", "aac"] = "mp3"
    speed: float = Field(default=1.0, ge=0.25, le=4)
    instructions: str | None = Field(default=None, max_length=4096)


class OpenAI(Loopback):
    """POST /v1/audio/speech, with a key or, as local servers are, without; WAV is streamed."""

    def __init__(self, key: str = "") -> None:
        super().__init__()
        self.key = key

    def answer(self, request: Request) -> Reply:
        if (request.method, request.path) != ("POST", "/v1/audio/speech"):
            return super().answer(request)
        given = request.headers.get("authorization", "")
        if self.key and given != f"Bearer {self.key}":
            said = f"Incorrect API key provided: {given.removeprefix('Bearer ')}."
            raise Refusal(401, {"error": {"message": said, "code": "invalid_api_key"}})
        _must_be_json(request)
        try:
            asked = _Speech.model_validate_json(request.body)
        except ValidationError as error:
            said = error.errors()[0]["msg"]
            raise Refusal(400, {"error": {"message": said, "param": None}}) from error
        sound = hum(LETTER * len(asked.input) / asked.speed)
        return Reply(kind=f"audio/{asked.response_format}", data=self._coded(sound, asked))

    def _coded(self, sound: Sound, asked: _Speech) -> bytes:
        if asked.response_format == "pcm":
            return pcm(sound)
        made = file(sound, kind=asked.response_format.upper())
        return streamed(made) if asked.response_format == "wav" else made


def _must_be_json(request: Request) -> None:
    if request.headers.get("content-type") != "application/json":
        raise Refusal(415, {"error": {"message": "send application/json"}})


class _Settings(_Strict):
    stability: float = Field(default=0.5, ge=0, le=1)
    similarity_boost: float = Field(default=0.75, ge=0, le=1)
    style: float = Field(default=0.0, ge=0, le=1)
    use_speaker_boost: bool = True
    speed: float = Field(default=1.0, ge=0.7, le=1.2)


class _Said(_Strict):
    text: str = Field(min_length=1)
    model_id: str = "eleven_multilingual_v2"
    language_code: str | None = Field(default=None, pattern="^[a-z]{2}$")
    voice_settings: _Settings = _Settings()
    seed: int | None = Field(default=None, ge=0, le=4_294_967_295)


VOICES = {"JBFqnCBsd6RMkjVDRZzb": "George", "21m00Tcm4TlvDq8ikWAM": "Rachel"}


class ElevenLabs(Loopback):
    """POST /v1/text-to-speech/VOICE and GET /v1/voices."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key

    def answer(self, request: Request) -> Reply:
        if not request.path.startswith("/v1/"):
            return super().answer(request)
        if request.headers.get("xi-api-key") != self.key:
            raise _eleven(401, "invalid_api_key", "Invalid API key")
        if (request.method, request.path) == ("GET", "/v1/voices"):
            voices = [{"voice_id": id_, "name": name} for id_, name in VOICES.items()]
            return in_json({"voices": voices})
        path, _, voice = request.path.rpartition("/")
        if (request.method, path) != ("POST", "/v1/text-to-speech"):
            return super().answer(request)
        return self._speech(voice, request)

    def _speech(self, voice: str, request: Request) -> Reply:
        if voice not in VOICES:
            raise _eleven(404, "voice_not_found", f"A voice with id {voice} was not found.")
        if request.query.get("output_format") != "pcm_24000":
            raise _eleven(400, "invalid_output_format", "this server has pcm_24000 only")
        _must_be_json(request)
        try:
            said = _Said.model_validate_json(request.body)
        except ValidationError as error:
            raise _unprocessable(error, "body") from error
        if said.language_code and said.model_id == "eleven_multilingual_v2":
            raise _eleven(400, "unsupported_language", "Model does not support a language code")
        sound = hum(LETTER * len(said.text) / said.voice_settings.speed)
        return Reply(kind="audio/pcm", data=pcm(sound))


def _eleven(status_: int, name: str, message: str) -> Refusal:
    return Refusal(status_, {"detail": {"status": name, "message": message}})
