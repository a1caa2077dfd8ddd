"""From an export of Kokoro to the model that is spoken with: every rewrite, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kawaraban.speech.openvino import Network
from kawaraban.speech.optimise.adain import fold
from kawaraban.speech.optimise.calibration import Feed
from kawaraban.speech.optimise.dequantise import dequantise
from kawaraban.speech.optimise.graph import Graph, Model
from kawaraban.speech.optimise.ir import to_ir
from kawaraban.speech.optimise.planes import lift
from kawaraban.speech.optimise.quantise import quantise, ranges
from kawaraban.speech.optimise.stft import stft_as_convolution
from kawaraban.speech.optimise.upsample import upsample_as_convolution

FLOAT32: tuple[Callable[[Graph], object], ...] = (
    dequantise,
    stft_as_convolution,
    upsample_as_convolution,
    lift,
    fold,
)
"""The rewrites that leave the model in float32, each as good as equal to the one before."""


def build(weights: bytes, feeds: Iterable[Feed]) -> Network:
    """The optimised model, an openvino.Model, of an export's bytes.

    Raises:
        UnknownExport: the rewrites do not know this export.
    """
    model = rewritten(weights)
    seen = ranges(model, feeds)
    graph = Graph(model)
    quantise(graph, seen)
    return to_ir(graph.finish())


def rewritten(weights: bytes, count: int = len(FLOAT32)) -> Model:
    """The export after the first `count` float32 rewrites.

    Raises:
        UnknownExport: the rewrites do not know this export.
    """
    import onnx  # noqa: PLC0415 - an extra, and slow to load

    graph = Graph(onnx.load_from_string(weights))
    for rewrite in FLOAT32[:count]:
        rewrite(graph)
    return graph.finish()
