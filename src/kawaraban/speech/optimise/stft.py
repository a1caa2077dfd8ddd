"""The short-time Fourier transform as a convolution, which runtimes have a fast kernel for.

Frame t of an N-point STFT with window w and hop h is X[k, t] = Σₙ w[n]·x[th + n]·e^(−2πikn/N): real
and imaginary parts are correlations of x with w·cos(2πkn/N) and −w·sin(2πkn/N), one filter for each
bin, at stride h. Equal up to rounding: 2e-6 of the largest value.

The imaginary parts of bin 0 and bin N/2 are zero, and the filters say so exactly. The phase is
atan2 of both parts, and with a rounding error of either sign it would flip between π and −π; for
the same reason 0 counts as positive in the comparison that tells the half-planes apart, as in
PyTorch's angle(), which the model was trained with.
"""

from __future__ import annotations

import numpy as np

from kawaraban.speech.optimise.graph import Array, Graph, Node, UnknownExport


def stft_as_convolution(graph: Graph) -> None:
    """Replace the STFT of Kokoro's source signal, and the split of its parts.

    Raises:
        UnknownExport: there is not one STFT, or its parts are taken apart in another way.
    """
    found = graph.matching("STFT")
    if len(found) != 1:
        raise UnknownExport(f"the export has {len(found)} STFTs, not one")
    node = found[0]
    window, hop = graph.value(node.input[2]), int(graph.value(node.input[1]))
    turned = graph.consumer(node.output[0], "Transpose")
    real, imaginary = _parts(graph, turned)
    signal = graph.constant("stft/axis", [1], np.int64)
    signal = graph.add("Unsqueeze", [node.input[0], signal], "stft/signal")
    filters = graph.constant("stft/filters", fourier_filters(window))
    graph.add("Conv", [signal, filters], "stft/parts", strides=[hop], kernel_shape=[len(window)])
    _count_nought_as_positive(graph, imaginary)
    graph.remove(node, turned, real, imaginary)
    parts = (real.output[0], imaginary.output[0])
    graph.add("Split", ["stft/parts"], *parts, axis=1, num_outputs=2)


def fourier_filters(window: Array) -> Array:
    """Real parts of all bins, then imaginary ones, as filters of shape [N + 2, 1, N]."""
    size = len(window)
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    imaginary = -window * np.sin(turns)
    imaginary[[0, -1]] = 0
    filters = np.concatenate([window * np.cos(turns), imaginary])
    return filters[:, None, :].astype(np.float32)


def _parts(graph: Graph, turned: Node) -> tuple[Node, Node]:
    """The nodes that take the real and the imaginary part of the transform [1, bin, frame, 2]."""
    parts = {int(graph.value(one.input[1])): one for one in graph.consumers(turned.output[0])}
    if set(parts) != {0, 1} or any(one.op_type != "Gather" for one in parts.values()):
        raise UnknownExport(f"{turned.name} is not taken apart into two parts")
    return parts[0], parts[1]


def _count_nought_as_positive(graph: Graph, imaginary: Node) -> None:
    for node in graph.consumers(imaginary.output[0], "Greater"):
        node.op_type = "GreaterOrEqual"
