"""The generator in four dimensions: [1, C, T] as [1, C, 1, T].

Nothing is computed differently. OpenVINO keeps four-dimensional activations with the channels last,
as its int8 convolutions want them, and reorders three-dimensional ones before and after each: 1.9 s
of reorders in a render of 14.7 s became 0.2 s.

The part to lift is what the first convolutions' outputs reach, up to the one that gives the
spectrum: convolutions get a height of 1, sums over time go over both last axes, constants for each
channel get an axis, and what comes from outside is unsqueezed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from kawaraban.speech.optimise.graph import (
    Graph,
    Node,
    UnknownExport,
    attributes,
    set_attributes,
)

FIRST = r"/generator/(noise_convs\.\d+/|ups\.0/)"
LAST = r"/generator/conv_post/"
AXIS = 2
"""Where the new axis goes."""


def lift(graph: Graph) -> int:
    """Lift the generator; how many nodes that are.

    Raises:
        UnknownExport: its ends are not found, or an operation that cannot be lifted is in it.
    """
    last = graph.matching("Conv", LAST)
    if len(last) != 1:
        raise UnknownExport(f"the generator ends in {len(last)} convolutions, not one")
    inside = _reached(graph, graph.matching("Conv", FIRST), last[0])
    within = {out for node in inside for out in node.output}
    for node in inside:
        if node.op_type not in _LIFTED:
            raise UnknownExport(f"{node.name}: {node.op_type} cannot be lifted")
        _enter(graph, node, within)
        _LIFTED[node.op_type](graph, node)
    _leave(graph, last[0])
    return len(inside)


def _reached(graph: Graph, first: list[Node], last: Node) -> list[Node]:
    """The nodes from the first ones up to the last, both included."""
    found = {id(node): node for node in first}
    waiting = list(first)
    while waiting:
        node = waiting.pop()
        if node is last:
            continue
        after = (one for out in node.output for one in graph.consumers(out))
        fresh = [one for one in after if id(one) not in found]
        found |= {id(one): one for one in fresh}
        waiting += fresh
    if id(last) not in found:
        raise UnknownExport(f"{last.name} does not follow from the generator's first convolutions")
    return list(found.values())


def _enter(graph: Graph, node: Node, within: set[str]) -> None:
    """Unsqueeze what comes from outside, once for all that take it."""
    for at, tensor in enumerate(node.input):
        if not tensor or tensor in within or tensor in graph.constants:
            continue
        lifted = f"{tensor}/lifted"
        if not graph.makes(lifted, "Unsqueeze"):
            axis = graph.constant("planes/axis", [AXIS], np.int64)
            graph.add("Unsqueeze", [tensor, axis], lifted)
        graph.feed(node, at, lifted)


def _leave(graph: Graph, last: Node) -> None:
    given = last.output[0]
    graph.rename(last, f"{given}/lifted")
    axis = graph.constant("planes/axis", [AXIS], np.int64)
    graph.add("Squeeze", [f"{given}/lifted", axis], given)


# ── each operation ───────────────────────────────────────────────────────────────────────────────


def _convolution(graph: Graph, node: Node) -> None:
    weight = graph.value(node.input[1])
    graph.feed(node, 1, graph.constant(f"{node.name}/plane", weight[:, :, None, :]))
    told = attributes(node)
    before, after = told.get("pads", [0, 0])
    lifted = {name: [1, *told[name]] for name in ("strides", "dilations") if name in told}
    kernel = [1, weight.shape[-1]]
    set_attributes(node, kernel_shape=kernel, pads=[0, before, 0, after], **lifted)


def _elementwise(graph: Graph, node: Node) -> None:
    for at, tensor in enumerate(node.input):
        value = graph.constants.get(tensor)
        if value is not None and value.ndim == 3:  # noqa: PLR2004 - [1, C, 1]
            graph.feed(node, at, graph.constant(f"{tensor}/plane", value[..., None], value.dtype))


def _sum(graph: Graph, node: Node) -> None:
    graph.feed(node, 1, graph.constant("planes/time", [2, 3], np.int64))


def _pad(graph: Graph, node: Node) -> None:
    pads = graph.value(node.input[1]).reshape(2, 3)
    lifted = np.insert(pads, AXIS, 0, axis=1).ravel()
    graph.feed(node, 1, graph.constant(f"{node.name}/plane", lifted, np.int64))


def _reshape(graph: Graph, node: Node) -> None:
    shape = graph.value(node.input[1])
    if len(shape) == 3:  # noqa: PLR2004
        lifted = np.insert(shape, AXIS, 1)
        graph.feed(node, 1, graph.constant(f"{node.name}/plane", lifted, np.int64))


def _as_it_is(graph: Graph, node: Node) -> None:
    """It names its axes from the end, or works on four already."""
    del graph, node


_ELEMENTWISE = ("Add", "Sub", "Mul", "Div", "Pow", "Sin", "Sqrt", "LeakyRelu")
_LIFTED: Mapping[str, Callable[[Graph, Node], None]] = {
    **dict.fromkeys(_ELEMENTWISE, _elementwise),
    "Conv": _convolution,
    "Pad": _pad,
    "ReduceMean": _sum,
    "Reshape": _reshape,
    "Slice": _as_it_is,
    "Transpose": _as_it_is,
}
