"""AdaIN and the Snake after it, folded into two passes over the signal.

AdaIN brings each channel of x to a style's mean and deviation, u = (x − m)/√(v + ε)·γ + β, which
took seven passes; Snake, y = u + sin²(αu)/α, took eight more. With A = γ/√(v + ε) and B = β − A·m,
one number each for a channel, u = A·x + B, so with R = GAIN/α and the squares q of `snake`

    t = q(((x·(Aα/π) + Bα/π) mod 1)²)
    y = (x·(A/R) + (B/R + OFFSET/GAIN) + t)·R

is all that reads the whole signal. With m and v of every frame, the sound's largest error against
the original in float32 is 2e-3 of full scale, Snake's own.

Mean and variance are taken of one frame in EVERY, 11. Frames follow each other at 800 and 4800 a
second and say nearly the same, so it adds 0.04 dB to the mean log-mel distance of the quantised
model, 0.97 dB, and is 1.18 times as fast. The number has no factor in common with 10 and 6, by
which the generator upsamples: the phases of an upsampled signal differ, and one frame in 8, which
sees every other phase only, adds 0.38 dB; one in 7 adds 0.01, one in 13 0.05.

What OpenVINO needs to run each line as one kernel, channels last: the chain starts at its head, no
operand comes from a node that feeds the head already, nor from a Split, and an elementwise node
takes the layout that most of its inputs have. So γ and β are convolutions of the style vector, of
size 1, instead of a product and a Split: a convolution's output has its channels last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kawaraban.speech.optimise.graph import (
    Array,
    Graph,
    Node,
    UnknownExport,
    attributes,
    other,
)
from kawaraban.speech.optimise.snake import GAIN, OFFSET, squares

EVERY = 11
"""Of so many frames, one is looked at for mean and variance."""
_END = 2**31 - 1
SNAKES = r"/generator/(resblocks|noise_res)\.\d+/"


@dataclass(frozen=True, slots=True)
class Block:
    """An AdaIN and its Snake, as found."""

    signal: str
    """x, [1, C, 1, T]."""
    spread: float
    """ε."""
    frequency: Array
    """α, [1, C, 1, 1]."""
    inverse: Array
    """1/α."""
    style: str
    """The style vector, [1, S]."""
    weight: Array
    """Of the style's linear layer, [S, 2C]: γ − 1, then β."""
    bias: Array
    end: Node
    """What gives y; the folded nodes take its place."""


def fold(graph: Graph, every: int = EVERY) -> int:
    """Fold every AdaIN with its Snake; how many there were.

    Args:
        graph: the generator, in four dimensions.
        every: of how many frames one is looked at for mean and variance.

    Raises:
        UnknownExport: there is none, or one of another form.
    """
    blocks = [_block(graph, node) for node in graph.matching("Sin", SNAKES)]
    if not blocks:
        raise UnknownExport("the generator has no Snake")
    moments: dict[str, tuple[str, str]] = {}
    for number, block in enumerate(blocks):
        if block.signal not in moments:
            moments[block.signal] = _moments(graph, block, every, f"moments{len(moments)}")
        _folded(graph, block, moments[block.signal], f"snake{number}")
    return len(blocks)


# ── finding ──────────────────────────────────────────────────────────────────────────────────────


def _block(graph: Graph, sine: Node) -> Block:
    """Follow a Snake's sine back to the signal, and on to its end."""
    frequency, bent = graph.operands(graph.producer(sine.input[0], "Mul"))
    squared = graph.consumer(sine.output[0], "Pow", "Mul")
    scaled = graph.consumer(squared.output[0], "Mul")
    inverse, _ = graph.operands(scaled)
    end = graph.consumer(scaled.output[0], "Add")
    if other(end.input, scaled.output[0]) != bent:
        raise UnknownExport(f"{end.name} is not the end of a Snake")
    signal, spread, beta = _normalised(graph, bent)
    style, weight, bias = _linear(graph, beta)
    return Block(signal, spread, frequency, inverse, style, weight, bias, end)


def _normalised(graph: Graph, bent: str) -> tuple[str, float, str]:
    """Of an AdaIN's output: the signal, ε and the tensor of β."""
    shifted = graph.producer(bent, "Add")
    scaled = next((graph.producer(one) for one in shifted.input if graph.makes(one, "Mul")), None)
    if scaled is None:
        raise UnknownExport(f"{shifted.name} is not the end of an AdaIN")
    quotient = next((one for one in scaled.input if graph.makes(one, "Div")), "")
    divided = graph.producer(quotient, "Div")
    centred = graph.producer(divided.input[0], "Sub")
    spread, _ = graph.operands(
        graph.producer(graph.producer(divided.input[1], "Sqrt").input[0], "Add")
    )
    graph.producer(centred.input[1], "ReduceMean")
    return centred.input[0], float(spread), other(shifted.input, scaled.output[0])


def _linear(graph: Graph, tensor: str) -> tuple[str, Array, Array]:
    """The linear layer that a style's γ and β are halves of: its input, weight and bias."""
    made = graph.producer(tensor)
    while made.op_type in {"Unsqueeze", "Split", "Slice"}:
        made = graph.producer(made.input[0])
    if made.op_type == "Gemm":
        weight, bias = graph.value(made.input[1]), graph.value(made.input[2])
        return made.input[0], weight.T if attributes(made).get("transB") else weight, bias
    bias, product = graph.operands(made)
    layer = graph.producer(product, "MatMul")
    return layer.input[0], graph.value(layer.input[1]), bias


# ── folding ──────────────────────────────────────────────────────────────────────────────────────


def _moments(graph: Graph, block: Block, every: int, name: str) -> tuple[str, str]:
    """The mean of a signal over time and 1/√(variance + ε), [1, C, 1, 1] each."""
    time = graph.constant("adain/time", [2, 3], np.int64)
    seen = _thinned(graph, block.signal, every, name) if every > 1 else block.signal
    mean = graph.add("ReduceMean", [seen, time], f"{name}/mean", keepdims=1)
    off = graph.add("Sub", [seen, mean], f"{name}/off")
    square = graph.add("Mul", [off, off], f"{name}/square")
    variance = graph.add("ReduceMean", [square, time], f"{name}/variance", keepdims=1)
    spread = graph.constant(f"{name}/epsilon", block.spread)
    deviation = graph.add("Add", [variance, spread], f"{name}/spread")
    deviation = graph.add("Sqrt", [deviation], f"{name}/deviation")
    one = graph.constant("adain/one", 1)
    return mean, graph.add("Div", [one, deviation], f"{name}/inverse")


def _thinned(graph: Graph, signal: str, every: int, name: str) -> str:
    """Every so many frames of a signal."""
    bounds = [
        graph.constant(f"adain/{at}{value}", [value], np.int64)
        for at, value in (("from", 0), ("to", _END), ("axis", 3), ("every", every))
    ]
    return graph.add("Slice", [signal, *bounds], f"{name}/thinned")


def _style(graph: Graph, block: Block, name: str) -> tuple[str, str]:
    """γ and β as convolutions of the style vector, [1, C, 1, 1] each."""
    plane = f"{block.style}/plane"
    if not graph.makes(plane, "Unsqueeze"):
        axes = graph.constant("adain/time", [2, 3], np.int64)
        graph.add("Unsqueeze", [block.style, axes], plane)
    half = len(block.bias) // 2
    made = []
    for part, cut, extra in (("gamma", slice(half), 1), ("beta", slice(half, None), 0)):
        weight = np.ascontiguousarray(block.weight[:, cut].T)[:, :, None, None]
        weight_name = graph.constant(f"{name}/{part}/weight", weight)
        bias_name = graph.constant(f"{name}/{part}/bias", block.bias[cut] + extra)
        inputs = [plane, weight_name, bias_name]
        made.append(graph.add("Conv", inputs, f"{name}/{part}", kernel_shape=[1, 1]))
    return made[0], made[1]


def _folded(graph: Graph, block: Block, moments: tuple[str, str], name: str) -> None:
    mean, inverse = moments
    gamma, beta = _style(graph, block, name)
    scale = graph.add("Mul", [gamma, inverse], f"{name}/A")
    moved = graph.add("Mul", [scale, mean], f"{name}/A·m")
    shift = graph.add("Sub", [beta, moved], f"{name}/B")
    waves = _waves(graph, block, scale, shift, name)
    ratio = block.inverse.astype(np.float64) * GAIN
    unit = graph.constant(f"{name}/1÷R", 1 / ratio)
    scale = graph.add("Mul", [scale, unit], f"{name}/A÷R")
    shift = graph.add("Mul", [shift, unit], f"{name}/B÷R")
    offset = graph.constant("adain/offset", OFFSET / GAIN)
    shift = graph.add("Add", [shift, offset], f"{name}/B÷R+offset")
    line = graph.add("Mul", [block.signal, scale], f"{name}/scaled")
    line = graph.add("Add", [line, shift], f"{name}/line")
    whole = graph.add("Add", [line, waves], f"{name}/whole")
    graph.remove(block.end)
    graph.add("Mul", [whole, graph.constant(f"{name}/R", ratio)], block.end.output[0])


def _waves(graph: Graph, block: Block, scale: str, shift: str, name: str) -> str:
    """t, the squares of the signal's turns."""
    turns = graph.constant(f"{name}/α÷π", block.frequency / np.pi)
    scale = graph.add("Mul", [scale, turns], f"{name}/Aα÷π")
    shift = graph.add("Mul", [shift, turns], f"{name}/Bα÷π")
    turned = graph.add("Mul", [block.signal, scale], f"{name}/turned")
    return squares(graph, graph.add("Add", [turned, shift], f"{name}/turns"), name)
