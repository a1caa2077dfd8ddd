"""Convolutions in 8 bits: weights and activations, with ranges found beforehand.

A weight has one scale for each output channel c, s[c] = max |w[c]| / 63, seven bits: a processor
without VNNI adds two products in 16 bits, and 2 · 255 · 63 fits, where eight bits would overflow.
The bit costs 0.01 dB, so the model is the same everywhere. An activation has one scale,
s = (hi − lo) / 255 over all calibration sentences, so that a value x has the code round(x/s + o),
0 to 255, with o the code of 0.

The zero point is always 0: o·s is added to the activation first, where it joins the elementwise
pass before, and what it adds to the result, o·s·Σw, is taken out of the bias again. The zeros that
a convolution pads with then are codes of o, padded explicitly. All that is exact. OpenVINO's int8
convolution with a zero point is twice as slow where it has padding and dilation.

What quantising costs: a mean log-mel distance to float32 of 1 dB, and no sample of length, since
durations are made before these convolutions.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from kawaraban.speech.optimise.calibration import Feed
from kawaraban.speech.optimise.graph import (
    Array,
    Graph,
    Model,
    Node,
    UnknownExport,
    attributes,
    set_attributes,
    shaped,
)

QUANTISED = r"/generator/(resblocks|noise_res|ups)\.|/decoder/decoder/(encode|decode)"
"""The convolutions that do nine tenths of the work, all after the durations are known."""
CODES = 255
LARGEST = 63
TINY = 1e-9
"""The least range of a channel, so that a dead one has a scale."""


@dataclass(frozen=True, slots=True)
class Range:
    """An activation's least and largest value; 0 is in it."""

    low: float
    high: float

    @property
    def scale(self) -> float:
        """How much one code is."""
        return float(np.float32(max(self.high - self.low, TINY) / CODES))

    @property
    def code(self) -> int:
        """The code of 0."""
        return int(np.clip(round(-self.low / self.scale), 0, CODES))

    @property
    def offset(self) -> float:
        """What is added before quantising."""
        return float(np.float32(self.code * self.scale))


Ranges = Mapping[str, Range]
"""By tensor."""


# ── calibration ──────────────────────────────────────────────────────────────────────────────────


def activations(model: Model) -> list[str]:
    """The tensors that the convolutions to be quantised take.

    Raises:
        UnknownExport: there are none.
    """
    wanted = re.compile(QUANTISED)
    found = {
        node.input[0]
        for node in model.graph.node
        if node.op_type == "Conv" and wanted.search(node.name)
    }
    if not found:
        raise UnknownExport("the decoder has no convolutions")
    return sorted(found)


def ranges(model: Model, feeds: Iterable[Feed]) -> Ranges:
    """The ranges of those tensors over the calibration sentences."""
    import onnxruntime  # noqa: PLC0415

    tensors = activations(model)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    watched = _watched(model, tensors).SerializeToString()
    session = onnxruntime.InferenceSession(watched, options, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    seen = np.array([[float(value) for value in session.run(names, feed)] for feed in feeds])
    lows, highs = np.minimum(seen[:, ::2].min(0), 0), np.maximum(seen[:, 1::2].max(0), 0)
    found = zip(lows.tolist(), highs.tolist(), strict=True)
    return dict(zip(tensors, (Range(*one) for one in found), strict=True))


def _watched(model: Model, tensors: Iterable[str]) -> Model:
    """The model, giving the least and the largest value of each tensor instead of sound."""
    from onnx import TensorProto, helper  # noqa: PLC0415

    made = copy.deepcopy(model)
    del made.graph.output[:]
    for at, tensor in enumerate(tensors):
        for kind in ("ReduceMin", "ReduceMax"):
            name = f"watched{at}/{kind}"
            made.graph.node.append(helper.make_node(kind, [tensor], [name], keepdims=0))
            made.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, []))
    return made


# ── quantising ───────────────────────────────────────────────────────────────────────────────────


def quantise(graph: Graph, found: Ranges) -> int:
    """Quantise the convolutions whose activations have a range; how many those are."""
    convolutions = [one for one in graph.matching("Conv") if one.input[0] in found]
    for node in convolutions:
        _quantise(graph, node, found[node.input[0]])
    return len(convolutions)


def _quantise(graph: Graph, node: Node, seen: Range) -> None:
    codes = _codes(graph, node.input[0], seen)
    pads = list(attributes(node).get("pads", []))
    if seen.code and any(pads):
        codes = _padded(graph, codes, pads, seen)
        set_attributes(node, pads=[0] * len(pads), auto_pad="NOTSET")
    weight = graph.value(node.input[1])
    scale, stored = quantised(weight)
    bias = graph.value(node.input[2]) if len(node.input) > 2 else np.zeros(len(weight))  # noqa: PLR2004
    moved = seen.offset * (stored.astype(np.float64) * shaped(scale, weight.ndim))
    bias = bias - moved.reshape(len(weight), -1).sum(1)
    inputs = [
        _dequantised(graph, codes, seen),
        _weight(graph, node.name, scale, stored),
        graph.constant(f"{node.name}/shifted_bias", bias),
    ]
    del node.input[:]
    node.input.extend(inputs)
    graph.feed(node, 0, inputs[0])


def quantised(weight: Array) -> tuple[Array, Array]:
    """A weight's scale for each output channel, and its codes of −63 to 63."""
    largest = np.abs(weight).reshape(len(weight), -1).max(1)
    scale = (np.maximum(largest, TINY) / LARGEST).astype(np.float32)
    codes = np.round(weight / shaped(scale, weight.ndim))
    return scale, np.clip(codes, -LARGEST, LARGEST).astype(np.int8)


def _codes(graph: Graph, tensor: str, seen: Range) -> str:
    """The codes of an activation, made once for all that take it."""
    name = f"{tensor}/codes"
    if graph.makes(name, "QuantizeLinear"):
        return name
    moved = tensor
    if seen.code:
        offset = graph.constant(f"{tensor}/offset", seen.offset)
        moved = graph.add("Add", [tensor, offset], f"{tensor}/moved")
    scale = graph.constant(f"{tensor}/scale", seen.scale)
    zero = graph.constant("quantise/zero", 0, np.uint8)
    return graph.add("QuantizeLinear", [moved, scale, zero], name)


def _padded(graph: Graph, codes: str, pads: list[int], seen: Range) -> str:
    name = f"{codes}/padded{'_'.join(map(str, pads))}"
    if graph.makes(name, "Pad"):
        return name
    half = len(pads) // 2
    widths = [0, 0, *pads[:half], 0, 0, *pads[half:]]
    widths_name = graph.constant(f"{name}/widths", widths, np.int64)
    code = graph.constant(f"quantise/code{seen.code}", seen.code, np.uint8)
    return graph.add("Pad", [codes, widths_name, code], name, mode="constant")


def _dequantised(graph: Graph, codes: str, seen: Range) -> str:
    name = f"{codes}/value"
    if graph.makes(name, "DequantizeLinear"):
        return name
    scale = graph.constant(f"{codes}/scale", seen.scale)
    zero = graph.constant("quantise/zero", 0, np.uint8)
    return graph.add("DequantizeLinear", [codes, scale, zero], name)


def _weight(graph: Graph, name: str, scale: Array, stored: Array) -> str:
    inputs = [
        graph.constant(f"{name}/codes", stored, np.int8),
        graph.constant(f"{name}/scales", scale),
        graph.constant(f"{name}/zeros", np.zeros(len(scale)), np.int8),
    ]
    return graph.add("DequantizeLinear", inputs, f"{name}/weight", axis=0)
