"""Kokoro made faster: each rewrite on small graphs and on the real weights, and what it gives."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import openvino
import pytest
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from conftest import Run, loaded
from kawaraban.cache import cache_folder
from kawaraban.errors import EngineError, OutputError
from kawaraban.speech import devices
from kawaraban.speech import openvino as runtime
from kawaraban.speech.engine import Machine
from kawaraban.speech.engines import kokoro_runtime
from kawaraban.speech.engines.kokoro_files import Files, vocabulary
from kawaraban.speech.engines.kokoro_phonemes import TABLE
from kawaraban.speech.optimise import adain, kept, quantise, snake
from kawaraban.speech.optimise.build import FLOAT32, rewritten
from kawaraban.speech.optimise.calibration import SENTENCES, feeds, spoken
from kawaraban.speech.optimise.dequantise import dequantise
from kawaraban.speech.optimise.graph import Graph, UnknownExport, attributes
from kawaraban.speech.optimise.ir import to_ir
from kawaraban.speech.optimise.planes import lift
from kawaraban.speech.optimise.stft import stft_as_convolution
from kawaraban.speech.optimise.upsample import upsample_as_convolution
from kawaraban.speech.voices import Part, part

Values = dict[str, Any]
PACKAGED = Files(None, None)
SAID = "アタラシイ モデル ガ コーカイ サレ 、 オオク ノ ヒト ガ タメシテ イマス 。"
"""A sentence that calibration has not heard."""
RNG = np.random.default_rng


def model(nodes: list[Any], constants: Values, inputs: Values, *outputs: str) -> Any:
    """A small float32 model; inputs by name with their shapes."""
    tensors = [helper.make_tensor_value_info(name, 1, shape) for name, shape in inputs.items()]
    graph = helper.make_graph(
        nodes,
        "small",
        tensors,
        [helper.make_tensor_value_info(name, 1, None) for name in outputs],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def run_onnx(made: Any, feed: Values) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    cpu = ["CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(made.SerializeToString(), options, providers=cpu)
    return np.asarray(session.run(None, feed)[0])


def run_openvino(made: Any, feed: Values) -> np.ndarray:
    compiled = openvino.Core().compile_model(made, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return np.array(compiled(feed)[0])


def copied(made: Any) -> Any:
    return onnx.ModelProto.FromString(made.SerializeToString())


def node(kind: str, inputs: list[str], output: str, **told: Any) -> Any:
    return helper.make_node(kind, inputs, [output], name=told.pop("name", output), **told)


# ── the graph ────────────────────────────────────────────────────────────────────────────────────


def test_a_finished_graph_is_sorted_and_has_nothing_that_is_not_needed() -> None:
    nodes = [node("Add", ["x", "one"], "y"), node("Mul", ["x", "two"], "unused")]
    graph = Graph(model(nodes, {"one": np.float32(1), "two": np.float32(2)}, {"x": [3]}, "y"))
    graph.feed(graph.producer("y"), 0, "square")
    graph.add("Mul", ["x", "x"], "square")
    made = graph.finish()
    assert [one.op_type for one in made.graph.node] == ["Mul", "Add"]
    assert [one.name for one in made.graph.initializer] == ["one"]
    found = run_onnx(made, {"x": np.array([1, 2, 3], np.float32)})
    assert found.tolist() == [2, 5, 10]


def test_what_is_not_as_expected_is_an_unknown_export() -> None:
    nodes = [node("Add", ["x", "one"], "y"), node("Mul", ["y", "y"], "z"), node("Abs", ["y"], "w")]
    graph = Graph(model(nodes, {"one": np.float32(1)}, {"x": [3]}, "z", "w"))
    for ask in (
        lambda: graph.producer("y", "Mul"),
        lambda: graph.producer("x"),
        lambda: graph.consumer("y"),
        lambda: graph.value("y"),
        lambda: graph.operands(graph.producer("z")),
    ):
        with pytest.raises(UnknownExport):
            ask()
    assert graph.consumer("y", "Abs").name == "w"
    for rewrite in FLOAT32[1:]:
        with pytest.raises(UnknownExport):
            rewrite(graph)


# ── rewrites, on small graphs ────────────────────────────────────────────────────────────────────


def float_pair(kind: str) -> tuple[Any, Values]:
    """A model of one convolution, product or LSTM, and something to give it."""
    rng = RNG(1)
    draw = lambda *shape: rng.normal(size=shape).astype(np.float32)  # noqa: E731
    if kind == "Conv":
        nodes = [node("Conv", ["x", "w", "b"], "y", kernel_shape=[3], pads=[1, 1])]
        made = model(nodes, {"w": draw(6, 4, 3), "b": draw(6)}, {"x": [1, 4, 20]}, "y")
        return made, {"x": draw(1, 4, 20)}
    if kind == "MatMul":
        made = model([node("MatMul", ["x", "w"], "y")], {"w": draw(8, 5)}, {"x": [3, 8]}, "y")
        return made, {"x": draw(3, 8)}
    told = {"hidden_size": 4, "direction": "bidirectional"}
    weights = {"w": draw(2, 16, 8), "r": draw(2, 16, 4), "b": draw(2, 32)}
    nodes = [node("LSTM", ["x", "w", "r", "b"], "y", **told)]
    return model(nodes, weights, {"x": [7, 1, 8]}, "y"), {"x": draw(7, 1, 8)}


@pytest.mark.parametrize("kind", ["Conv", "MatMul", "LSTM"])
@pytest.mark.parametrize("each", [True, False])
def test_quantised_nodes_become_the_float_ones_they_were(
    kind: str, *, each: bool, tmp_path: Path
) -> None:
    made, feed = float_pair(kind)
    onnx.save(made, tmp_path / "float.onnx")
    quantize_dynamic(
        tmp_path / "float.onnx",
        tmp_path / "int8.onnx",
        per_channel=each,
        weight_type=QuantType.QInt8 if kind == "LSTM" else QuantType.QUInt8,
    )
    graph = Graph(onnx.load(tmp_path / "int8.onnx"))
    assert dequantise(graph) == 1
    restored = graph.finish()
    kinds = {one.op_type for one in restored.graph.node}
    assert kind in kinds
    assert not any("Integer" in one or "Quantize" in one for one in kinds)
    exact, found = run_onnx(made, feed), run_onnx(restored, feed)
    step = max(np.abs(numpy_helper.to_array(one)).max() for one in made.graph.initializer) / 127
    terms = np.prod([one.dims[1] for one in made.graph.initializer if len(one.dims) > 1][:1]) * 3
    assert 0 < np.abs(exact - found).max() < step * terms
    nothing = Graph(copied(restored))
    assert dequantise(nothing) == 0


def test_a_fourier_transform_is_a_convolution() -> None:
    rng, size, hop = RNG(2), 20, 5
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    nodes = [
        node("STFT", ["x", "hop", "window", "size"], "parts"),
        node("Transpose", ["parts"], "turned", perm=[0, 2, 1, 3]),
        node("Gather", ["turned", "0"], "real", axis=3),
        node("Gather", ["turned", "1"], "imaginary", axis=3),
        node("Concat", ["real", "imaginary"], "y", axis=1),
    ]
    constants = {"hop": np.int64(hop), "window": window, "size": np.int64(size)}
    constants |= {"0": np.int64(0), "1": np.int64(1)}
    graph = Graph(model(nodes, constants, {"x": [1, 400]}, "y"))
    stft_as_convolution(graph)
    made = graph.finish()
    x = rng.normal(size=(1, 400)).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(x[0], size)[::hop] * window
    exact = np.fft.rfft(frames).T
    found = run_onnx(made, {"x": x})[0]
    bound = 2e-6 * np.abs(exact).max()
    assert np.abs(found[:11] - exact.real).max() < bound
    assert np.abs(found[11:] - exact.imag).max() < bound
    assert not found[[11, 21]].any(), "the phases of both ends do not hang on rounding"


def generator(  # noqa: PLR0915 - a whole network
    seed: int = 3, ups: tuple[int, ...] = (4, 3), *, gemm: bool = False
) -> tuple[Any, Values]:
    """A generator of Kokoro's form with few channels, and something to give it."""
    rng, channels, style = RNG(seed), 8, 6
    g = "/decoder/decoder/generator/"
    constants: Values = {
        "time": np.array([2]),
        "axis": np.array([2]),
        "edge": np.array([0, 0, 1, 0, 0, 0]),
        "half": np.array([channels] * 2),
        "eps": np.float32(1e-5),
        **{str(number): np.float32(number) for number in (1, 2, 3)},
    }
    nodes: list[Any] = []

    def add(kind: str, inputs: list[str], name: str, **told: Any) -> str:
        nodes.append(node(kind, inputs, name, **told))
        return name

    def const(name: str, *shape: int, scale: float = 0.3, shift: float = 0) -> str:
        constants[name] = (rng.normal(size=shape) * scale + shift).astype(np.float32)
        return name

    def conv(x: str, name: str, taps: int, spread: int = 1, out: int = channels) -> str:
        pad = spread * (taps - 1) // 2
        told = {"kernel_shape": [taps], "pads": [pad, pad], "dilations": [spread]}
        weight = const(f"{name}.w", out, channels, taps)
        return add("Conv", [x, weight, const(f"{name}.b", out)], f"{name}/Conv", **told)

    def adain_snake(x: str, name: str) -> str:
        weight, bias = const(f"{name}.w", style, 2 * channels), const(f"{name}.b", 2 * channels)
        if gemm:
            constants[f"{name}.w"] = constants[f"{name}.w"].T.copy()
            layer = add("Gemm", ["style", weight, bias], f"{name}/Gemm", transB=1)
        else:
            layer = add("MatMul", ["style", weight], f"{name}/MatMul")
            layer = add("Add", [layer, bias], f"{name}/Gemm_Add")
        layer = add("Unsqueeze", [layer, "axis"], f"{name}/Unsqueeze")
        halves = [f"{name}/gamma", f"{name}/beta"]
        nodes.append(helper.make_node("Split", [layer, "half"], halves, axis=1, name=f"{name}/S"))
        gamma = add("Add", [halves[0], "1"], f"{name}/Add_1")
        mean = add("ReduceMean", [x, "time"], f"{name}/ReduceMean", keepdims=1)
        off = add("Sub", [x, mean], f"{name}/Sub")
        square = add("Mul", [off, off], f"{name}/Mul_2")
        variance = add("ReduceMean", [square, "time"], f"{name}/ReduceMean_2", keepdims=1)
        root = add("Sqrt", [add("Add", [variance, "eps"], f"{name}/Add_2")], f"{name}/Sqrt")
        unit = add("Div", [off, root], f"{name}/Div")
        unit = add("Mul", [gamma, unit], f"{name}/Mul_3")
        bent = add("Add", [unit, halves[1]], f"{name}/Add_3")
        alpha = const(f"{name}.alpha", 1, channels, 1, scale=0.2, shift=0.9)
        constants[f"{name}.inverse"] = 1 / constants[alpha]
        sine = add("Sin", [add("Mul", [bent, alpha], f"{name}/Mul")], f"{name}/Sin")
        sine = add("Pow", [sine, "2"], f"{name}/Pow")
        sine = add("Mul", [f"{name}.inverse", sine], f"{name}/Mul_1")
        return add("Add", [bent, sine], f"{name}/Add")

    x = add("Conv", ["x", const("first.w", channels, channels, 1)], f"{g}noise_convs.0/Conv")
    for at, stride in enumerate(ups):
        name, told = f"{g}ups.{at}/ConvTranspose", {"strides": [stride]}
        told |= {"kernel_shape": [2 * stride], "pads": [stride // 2, stride - stride // 2]}
        told["pads"] = [max(1, one) for one in told["pads"]]
        weight = const(f"ups.{at}.w", channels, channels, 2 * stride)
        x = add("LeakyRelu", [x], f"{g}LeakyRelu_{at}", alpha=0.1)
        x = add("ConvTranspose", [x, weight, const(f"ups.{at}.b", channels)], name, **told)
        y = conv(adain_snake(x, f"{g}resblocks.{at}/a1"), f"{g}resblocks.{at}/convs1.0", 3, 2)
        y = conv(adain_snake(y, f"{g}resblocks.{at}/a2"), f"{g}resblocks.{at}/convs2.0", 3)
        x = add("Div", [add("Add", [y, x], f"{g}resblocks.{at}/Sum"), "3"], f"{g}Div_{at}")
    x = add("Pad", [x, "edge"], f"{g}reflection_pad/Pad", mode="reflect")
    conv(x, f"{g}conv_post", 7, out=5)
    made = model(nodes, constants, {"x": [1, channels, "T"], "style": [1, style]}, nodes[-1].name)
    draw = lambda *shape: rng.normal(size=shape).astype(np.float32)  # noqa: E731
    return made, {"x": draw(1, channels, 31), "style": draw(1, style)}


def test_upsampling_is_a_convolution_of_two_taps() -> None:
    for ups in ((10, 6), (4,), (3, 2)):
        made, feed = generator(ups=ups)
        exact = run_onnx(made, feed)
        graph = Graph(copied(made))
        assert upsample_as_convolution(graph) == len(ups)
        assert not graph.matching("ConvTranspose")
        found = run_onnx(graph.finish(), feed)
        assert found.shape == exact.shape
        assert np.abs(found - exact).max() < 1e-5 * np.abs(exact).max()


def test_the_generator_is_the_same_in_four_dimensions() -> None:
    made, feed = generator()
    exact = run_onnx(made, feed)
    graph = Graph(copied(made))
    upsample_as_convolution(graph)
    lift(graph)
    kernels = [attributes(one)["kernel_shape"] for one in graph.matching("Conv", "resblocks")]
    assert kernels == [[1, 3]] * 4
    found = run_onnx(graph.finish(), feed)
    assert found.shape == exact.shape
    assert np.abs(found - exact).max() < 1e-5 * np.abs(exact).max()


@pytest.mark.parametrize("gemm", [False, True])
def test_adain_and_snake_fold_into_passes(*, gemm: bool) -> None:
    made, feed = generator(gemm=gemm)
    exact = run_onnx(made, feed)
    graph = Graph(copied(made))
    upsample_as_convolution(graph)
    lift(graph)
    assert adain.fold(graph, every=1) == 4
    folded = graph.finish()
    assert not {one.op_type for one in folded.graph.node} & {"Sin", "Split", "Gemm"}
    found = run_onnx(folded, feed)
    assert np.abs(found - exact).max() < 5e-3 * np.abs(exact).max()


@pytest.mark.parametrize("frames", [20, 40, 4000])
def test_moments_of_some_frames_are_near_those_of_all(frames: int) -> None:
    made, feed = generator(ups=(10, 6))
    feed["x"] = np.cumsum(RNG(6).normal(size=(1, 8, frames)), axis=2).astype(np.float32)
    found = []
    for every in (1, adain.EVERY):
        graph = Graph(copied(made))
        upsample_as_convolution(graph)
        lift(graph)
        adain.fold(graph, every)
        found.append(run_onnx(graph.finish(), feed))
    exact, thinned = found
    assert np.isfinite(thinned).all()
    error = np.sqrt(np.mean((thinned - exact) ** 2) / np.var(exact))
    assert error < {20: 0.4, 40: 0.25, 4000: 0.02}[frames]


def test_a_generator_of_another_form_is_unknown() -> None:
    made, _ = generator()
    for kind, other in (("Div", "Mul"), ("Sin", "Cos"), ("MatMul", "Gemm")):
        graph = Graph(copied(made))
        upsample_as_convolution(graph)
        lifted = Graph(graph.finish())
        for one in lifted.matching(kind, "resblocks"):
            one.op_type = other
        with pytest.raises(UnknownExport):
            (lift(lifted), adain.fold(lifted))
    with pytest.raises(UnknownExport, match="cannot be lifted"):
        lift(Graph(copied(made)))


def test_squares_come_close_to_the_sine() -> None:
    turns = np.linspace(-3, 3, 200_001)
    error = np.abs(snake.sin_squared(turns) - np.sin(np.pi * turns) ** 2)
    assert error.max() < 8e-4
    assert error[np.abs(turns) < 0.1].max() < 3e-4
    assert error[np.abs(turns) < 0.01].max() < 2e-5


# ── quantising ───────────────────────────────────────────────────────────────────────────────────


def test_weights_are_half_a_step_off_at_most() -> None:
    weight = RNG(4).normal(size=(16, 8, 1, 3)) * np.logspace(-3, 1, 16)[:, None, None, None]
    weight[5] = 0
    scale, codes = quantise.quantised(weight)
    off = np.abs(codes * scale[:, None, None, None] - weight).reshape(16, -1).max(1)
    assert (off <= scale * 0.5001).all()
    assert codes.dtype == np.int8
    assert 2 * 255 * np.abs(codes.astype(int)).max() < 2**15, "no overflow without VNNI"


@pytest.mark.parametrize("low", [-2.0, 0.0, -0.01])
def test_a_zero_point_in_bias_and_padding_is_exact(low: float) -> None:
    rng = RNG(5)
    weight = rng.normal(size=(6, 4, 1, 3)).astype(np.float32)
    bias = rng.normal(size=6).astype(np.float32)
    told = {"kernel_shape": [1, 3], "pads": [0, 2, 0, 2], "dilations": [1, 2]}
    conv = node("Conv", ["x", "w", "b"], "y", name="/generator/resblocks.0/c", **told)
    made = model([conv], {"w": weight, "b": bias}, {"x": [1, 4, 1, 40]}, "y")
    assert quantise.activations(made) == ["x"]
    x = rng.uniform(low, 3, (1, 4, 1, 40)).astype(np.float32)
    seen = quantise.ranges(made, [{"x": x}, {"x": x / 2}])["x"]
    assert (seen.low, seen.high) == pytest.approx((min(x.min(), 0), x.max()))

    codes = np.clip(np.round((x + seen.offset) / np.float32(seen.scale)), 0, 255)
    rounded = (codes - seen.code) * np.float32(seen.scale)
    assert np.abs(rounded - x).max() <= seen.scale * 0.51
    scale, stored = quantise.quantised(weight)
    weights = {"w": (stored * scale[:, None, None, None]).astype(np.float32), "b": bias}
    exact = run_onnx(model([conv], weights, {"x": [1, 4, 1, 40]}, "y"), {"x": rounded})

    graph = Graph(copied(made))
    assert quantise.quantise(graph, {"x": seen}) == 1
    found = graph.finish()
    assert np.abs(run_onnx(found, {"x": x}) - exact).max() < 1e-4
    assert np.abs(run_openvino(as_network(found), {"x": x}) - exact).max() < 1e-4


def as_network(made: Any) -> Any:
    from io import BytesIO

    return openvino.Core().read_model(BytesIO(made.SerializeToString()))


def test_squares_get_an_operation_of_their_own() -> None:
    made, feed = generator()
    graph = Graph(copied(made))
    for rewrite in (upsample_as_convolution, lift, adain.fold):
        rewrite(graph)
    folded = graph.finish()
    network = to_ir(folded)
    kinds = [one.get_type_name() for one in network.get_ops()]
    assert kinds.count("SquaredDifference") == 3 * 4
    exact, found = run_openvino(as_network(folded), feed), run_openvino(network, feed)
    assert np.abs(exact - found).max() < 1e-4 * np.abs(exact).max()
    with pytest.raises(UnknownExport):
        to_ir(made)


def test_calibration_hears_every_voice_and_most_morae() -> None:
    heard = list(feeds(PACKAGED.voices, vocabulary()))
    styles = {one["style"].tobytes() for one in heard}
    assert len(styles) >= 5
    assert {round(float(one["speed"][0]), 2) for one in heard} >= {0.5, 1.0, 1.3}
    said = " ".join(spoken(sentence) for _, sentence in SENTENCES)
    missing = set("".join(TABLE.values())) - set(said)
    assert missing <= set("ᵝvʔ"), "all but the rarest phonemes"
    assert all(
        len(one["tokens"][0]) == len(spoken(s)) + 2
        for one, (_, s) in zip(heard, SENTENCES, strict=True)
    )


# ── the real weights ─────────────────────────────────────────────────────────────────────────────


def feed_of(sentence: str, speaker: str, speed: float = 1) -> Values:
    said = spoken(sentence)
    return {
        "tokens": np.array([[0, *(vocabulary()[one] for one in said), 0]]),
        "style": PACKAGED.voices[speaker][len(said) - 1].reshape(1, 256),
        "speed": np.array([speed], np.float32),
    }


@lru_cache(maxsize=2)
def after(count: int) -> Callable[[Values], np.ndarray]:
    """The real model after so many float32 rewrites, to be called."""
    return called(rewritten(PACKAGED.weights(), count))


def called(made: Any) -> Callable[[Values], np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    made = made.SerializeToString()
    session = onnxruntime.InferenceSession(made, options, providers=["CPUExecutionProvider"])
    return lambda feed: np.asarray(session.run(None, feed)[0]).ravel()


def log_mel(sound: np.ndarray) -> np.ndarray:
    """Energies in 80 mel bands, frames of 1024 at steps of 256, at 24 kHz."""
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, 512), 1024)[::256]
    power = np.abs(np.fft.rfft(frames * np.hanning(1024))) ** 2
    edges = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + 12000 / 700), 82) / 2595) - 1)
    bins = np.fft.rfftfreq(1024, 1 / 24000)
    up = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    down = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return power @ np.clip(np.minimum(up, down), 0, None).T


def distance(sound: np.ndarray, exact: np.ndarray) -> float:
    """Mean distance in dB, down to 60 dB below the loudest."""
    assert sound.shape == exact.shape, "durations are equal, sample for sample"
    one, other = log_mel(sound), log_mel(exact)
    floor = other.max() * 1e-6
    return float(np.abs(10 * np.log10(np.maximum(one, floor) / np.maximum(other, floor))).mean())


@pytest.mark.kokoro
@pytest.mark.parametrize(
    ("count", "largest", "decibels"),
    [(2, 0.2, 0.8), (3, 1e-4, 0.01), (4, 1e-4, 0.01)],
    ids=[one.__name__ for one in FLOAT32[1:-1]],
)
def test_each_rewrite_leaves_the_real_sound_as_it_was(
    count: int, largest: float, decibels: float
) -> None:
    """The transform's own rounding makes phases of silent bins anew, so it is told from others."""
    feed = feed_of("ツギ ノ ワダイ デス 。", "jf_alpha")
    before, now = after(count - 1)(feed), after(count)(feed)
    assert distance(now, before) < decibels
    assert np.abs(now - before).max() < largest


@pytest.mark.kokoro
def test_folding_leaves_the_real_sound_as_it_was() -> None:
    """With the moments of all frames, the samples; with those of some, what is heard of them."""
    feed = feed_of("ツギ ノ ワダイ デス 。", "jf_alpha")
    before = after(len(FLOAT32) - 1)(feed)
    graph = Graph(rewritten(PACKAGED.weights(), len(FLOAT32) - 1))
    assert adain.fold(graph, every=1) == 48
    exact = called(graph.finish())(feed)
    assert distance(exact, before) < 0.1
    assert np.abs(exact - before).max() < 5e-3
    assert distance(after(len(FLOAT32))(feed), before) < 0.5


@pytest.fixture(scope="module")
def fast() -> runtime.Compiled:
    """The optimised model, made once for all tests."""
    chosen = kokoro_runtime.choose(Machine("cpu"), PACKAGED)
    assert (chosen.name, chosen.why) == ("openvino", "")
    found = chosen.load(PACKAGED, 0)
    assert isinstance(found, runtime.Compiled)
    return found


@pytest.mark.kokoro
@pytest.mark.parametrize(
    ("speaker", "speed"),
    [(name, 1.0) for name in sorted(PACKAGED.voices)] + [("jf_alpha", 1.4), ("jm_kumo", 0.7)],
)
def test_the_optimised_model_sounds_like_float32(
    speaker: str, speed: float, fast: runtime.Compiled
) -> None:
    feed = feed_of(SAID, speaker, speed)
    assert distance(fast.run(feed).ravel(), after(1)(feed)) < 2


@pytest.mark.kokoro
def test_threads_share_the_optimised_model(fast: runtime.Compiled) -> None:
    asked = [feed_of(sentence, "jf_nezumi") for sentence in ("ハイ 。", "ソーデス ネ 。")] * 3
    alone = [fast.run(one) for one in asked]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(fast.run, asked))
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one, other)
    again = kokoro_runtime.choose(Machine("cpu"), PACKAGED).load(PACKAGED, 0)
    assert again is fast, "loaded once in a process"


@pytest.mark.kokoro
def test_a_wrong_input_is_told(fast: runtime.Compiled) -> None:
    with pytest.raises(EngineError, match="OpenVINO broke down: "):
        fast.run({"tokens": np.zeros((1, 4), np.int64), "style": np.zeros((1, 7), np.float32)})


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[bytes]:
    """An empty cache, and a small model instead of Kokoro's; the weights it was made of."""
    monkeypatch.setenv("KAWARABAN_CACHE", str(tmp_path / "kept"))
    made: list[bytes] = []

    def quick(weights: bytes, heard: Iterator[Any]) -> Any:
        del heard
        made.append(weights)
        if weights == b"strange":
            raise UnknownExport("no STFT")
        nodes = [node("Mul", ["x", "two"], "y")]
        return as_network(model(nodes, {"two": np.float32(2)}, {"x": [3]}, "y"))

    monkeypatch.setattr(kept, "build", quick)
    return made


def ask(weights: bytes = b"weights") -> runtime.Blob:
    return kept.blob("sum", lambda: weights, tuple)


def test_a_model_is_made_once_and_again_when_it_is_damaged(small: list[bytes]) -> None:
    whole = ask().tobytes()
    (file,) = (cache_folder() / "models").rglob("*.blob")
    assert (ask().tobytes(), len(small), file.read_bytes()) == (whole, 1, whole)
    for damaged in (whole[:-1], whole[:100] + b"?" + whole[101:], b""):
        file.write_bytes(damaged)
        again = runtime.compiled(ask, f"small {len(small)}", 1)
        assert again.run({"x": np.ones(3, np.float32)}).tolist() == [2, 2, 2]
    assert len(small) == 4
    file.with_suffix(".crc32").unlink()
    ask()
    assert len(small) == 5


def test_builds_at_once_make_one_model(small: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    quick, started = kept.build, threading.Barrier(2, timeout=20)

    def slow(weights: bytes, heard: Iterator[Any]) -> Any:
        time.sleep(0.2)
        return quick(weights, heard)

    monkeypatch.setattr(kept, "build", slow)

    def late() -> runtime.Blob:
        started.wait()
        return ask()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(late), pool.submit(late)
        assert np.array_equal(first.result(), second.result())
    assert len(small) == 1


def test_a_cache_that_cannot_be_written_is_told(
    small: list[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("KAWARABAN_CACHE", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="cannot be written") as caught:
        ask()
    assert "KAWARABAN_CACHE" in caught.value.hint
    assert not small


def test_an_unknown_export_is_told_with_the_way_out(small: list[bytes]) -> None:
    with pytest.raises(EngineError, match="cannot be optimised: no STFT") as caught:
        ask(b"strange")
    assert "onnxruntime" in caught.value.hint
    assert small == [b"strange"]


def test_what_cannot_be_loaded_is_told() -> None:
    bad = np.frombuffer(b"no model", np.uint8).copy()
    with pytest.raises(EngineError, match="the model cannot be loaded"):
        runtime.compiled(lambda: bad, "bad", 0)


# ── which runtime ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """An export of another form, float32."""
    monkeypatch.setenv("KAWARABAN_CACHE", str(tmp_path / "kept"))
    nodes = [node("Mul", ["style", "speed"], "audio")]
    onnx.save(model(nodes, {}, {"style": [1, 256], "speed": [1]}, "audio"), tmp_path / "my.onnx")
    return Files(tmp_path / "my.onnx", None)


def missing(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    def find(name: str, *more: Any) -> Any:
        return None if name == package else find_spec(name, *more)

    monkeypatch.setattr(kokoro_runtime, "find_spec", find)


@pytest.mark.parametrize("package", ["openvino", "onnx"])
def test_without_the_extra_onnxruntime_speaks(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(monkeypatch, package)
    chosen = kokoro_runtime.choose(Machine(), PACKAGED)
    assert chosen.name == "onnxruntime"
    assert str(chosen).startswith("cpu with ONNX Runtime (pip install 'kawaraban[fast]'")
    with pytest.raises(EngineError, match=f"{package} is not installed") as caught:
        kokoro_runtime.choose(Machine(runtime="openvino"), PACKAGED)
    assert "kawaraban[fast]" in caught.value.hint


def test_an_unknown_export_is_spoken_by_onnxruntime(
    other: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = kokoro_runtime.choose(Machine(), other)
    assert (chosen.name, chosen.device) == ("onnxruntime", "cpu")
    assert "cannot be optimised: the export has 0 STFTs" in str(chosen)
    monkeypatch.setattr(kept, "rewritten", lambda _: pytest.fail("it was looked into already"))
    assert kokoro_runtime.choose(Machine("cpu"), other) == chosen
    with pytest.raises(EngineError, match="OpenVINO is asked for: the export cannot be"):
        kokoro_runtime.choose(Machine(runtime="openvino"), other)


def test_a_gpu_is_onnxruntimes(monkeypatch: pytest.MonkeyPatch) -> None:
    both = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: both)
    monkeypatch.setattr(devices, "_ships_cuda", lambda: True)
    assert kokoro_runtime.choose(Machine(), PACKAGED).device == "cuda:0"
    assert kokoro_runtime.choose(Machine("cpu"), PACKAGED).name == "openvino"
    assert kokoro_runtime.choose(Machine("cuda:1"), PACKAGED).name == "onnxruntime"
    with pytest.raises(EngineError, match="OpenVINO is asked for, and device cuda:1"):
        kokoro_runtime.choose(Machine("cuda:1", runtime="openvino"), PACKAGED)


def test_the_version_names_runtime_and_optimiser() -> None:
    fast, plain = (
        kokoro_runtime.choose(Machine(runtime=name), PACKAGED).version
        for name in ("openvino", "onnxruntime")
    )
    assert fast == f"openvino {openvino.__version__.split('-')[0]} optimised {kept.VERSION}"
    assert plain == f"onnxruntime {onnxruntime.__version__}"


KOKORO = 'engine = "kokoro"\nspeaker = "jf_alpha"\nlicense = "x"\ncredit = "y"\n'


def engine(folder: Path, more: str = "", machine: Machine | None = None) -> Part:
    (folder / "v.toml").write_text(KOKORO + more, "utf-8")
    return part({"v": folder / "v.toml"}, "v", machine or Machine())


def test_voices_tell_what_speaks_and_why(other: Files, show: Path, run: Run) -> None:
    assert other.model
    (show / "voices/my.onnx").write_bytes(other.model.read_bytes())
    (show / "voices/kumo.toml").write_text(KOKORO, "utf-8")
    options = '[options]\nmodel = "my.onnx"\n'
    (show / "voices/alpha.toml").write_text(KOKORO + options, "utf-8")
    done = run("voices", folder=show)
    assert "  kumo: kokoro jf_alpha, ja, cpu with OpenVINO, x" in done.out
    assert "  alpha: kokoro jf_alpha, ja, cpu with ONNX Runtime (the export cannot be" in done.out
    text = (show / "show.toml").read_text("utf-8")
    (show / "show.toml").write_text(text + '\n[render]\nruntime = "onnxruntime"\n', "utf-8")
    assert "  kumo: kokoro jf_alpha, ja, cpu with ONNX Runtime, x" in run("voices", folder=show).out


def test_choosing_loads_no_runtime(show: Path) -> None:
    (show / "voices/kumo.toml").write_text(KOKORO, "utf-8")
    assert loaded("voices", folder=show).isdisjoint({"openvino", "onnx", "onnxruntime"})
