"""Upsampling by a transposed convolution, as a convolution of two taps and a reshape.

A transposed convolution with stride s, a kernel of 2s and padding p gives, before the padding is
cut off, y[c, sq + r] = Σᵢ x[i, q]·W[i, c, r] + x[i, q−1]·W[i, c, r + s] for 0 ≤ r < s. So each of
the s phases r is a convolution with the taps (x[q−1], x[q]), all s·C of them one convolution, and
its output [s·C, q] read with the phase next to q is y. Equal up to the order of sums: 1e-5 of the
largest value. Runtimes know fast convolutions, in int8 too; transposed ones they do not.
"""

from __future__ import annotations

import numpy as np

from kawaraban.speech.optimise.graph import Array, Graph, Node, UnknownExport, attributes

UPSAMPLED = r"/generator/ups\.\d+/"


def upsample_as_convolution(graph: Graph) -> int:
    """Replace the generator's transposed convolutions; how many there were.

    Raises:
        UnknownExport: there is none, or one whose kernel is not twice its stride.
    """
    found = graph.matching("ConvTranspose", UPSAMPLED)
    if not found:
        raise UnknownExport("the generator has no transposed convolutions")
    for node in found:
        _replace(graph, node)
    return len(found)


def two_taps(weight: Array, stride: int) -> Array:
    """A weight [in, out, 2·stride] as that of a convolution, [out·stride, in, 2]."""
    inputs, outputs, _ = weight.shape
    taps = np.stack([weight[:, :, stride:], weight[:, :, :stride]], -1)
    return taps.transpose(1, 2, 0, 3).reshape(outputs * stride, inputs, 2)


def _replace(graph: Graph, node: Node) -> None:
    name, told = node.name, attributes(node)
    weight, bias = graph.value(node.input[1]), graph.value(node.input[2])
    stride, (before, after) = told["strides"][0], told["pads"]
    channels = weight.shape[1]
    fits = told["kernel_shape"][0] == 2 * stride and min(before, after) > 0
    if not fits or any(told.get("output_padding", [0])):
        raise UnknownExport(f"the kernel of {name} is not twice its stride")
    inputs = [
        node.input[0],
        graph.constant(f"{name}/taps", two_taps(weight, stride)),
        graph.constant(f"{name}/bias", np.repeat(bias, stride)),
    ]
    phases = graph.add("Conv", inputs, f"{name}/phases", kernel_shape=[2], pads=[1, 1])
    apart = graph.constant(f"{name}/apart", [1, channels, stride, -1], np.int64)
    apart = graph.add("Reshape", [phases, apart], f"{name}/apart_by_phase")
    turned = graph.add("Transpose", [apart], f"{name}/phase_last", perm=[0, 1, 3, 2])
    whole = graph.constant(f"{name}/joined", [1, channels, -1], np.int64)
    whole = graph.add("Reshape", [turned, whole], f"{name}/whole")
    graph.remove(node)
    bounds = [
        graph.constant(f"{name}/{at}", [value], np.int64)
        for at, value in (("start", before), ("end", -after), ("axis", -1))
    ]
    graph.add("Slice", [whole, *bounds], *node.output)
