"""The finished graph as OpenVINO's own format, with the squares that ONNX has no operation for.

(x + c)² is an Add and a Pow in ONNX. OpenVINO has SquaredDifference, (x − (−c))², one simple step
of a fused chain, where its general power kernel costs two to three times as much. Both are equal.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np

from kawaraban.speech.openvino import Network
from kawaraban.speech.optimise.graph import Model, UnknownExport

Operation = Any
"""An openvino.Node."""


def to_ir(model: Model) -> Network:
    """An ONNX model as an openvino.Model."""
    import openvino  # noqa: PLC0415 - an extra, loaded when a model is built

    made = openvino.Core().read_model(BytesIO(model.SerializeToString()))
    if not _squares(made):
        raise UnknownExport("the folded graph has no squares")
    made.validate_nodes_and_infer_types()
    return made


def _squares(made: Network) -> int:
    """Put SquaredDifference in place of each (x + c)²; how many there were."""
    from openvino import opset13  # noqa: PLC0415

    count = 0
    for power in made.get_ordered_ops():
        shifted = _shifted(power)
        if shifted is None:
            continue
        source, shift = shifted
        square = opset13.squared_difference(source, opset13.constant(np.float32(-shift)))
        square.set_friendly_name(power.get_friendly_name())
        power.output(0).replace(square.output(0))
        count += 1
    return count


def _shifted(power: Operation) -> tuple[Any, float] | None:
    """What is squared in (x + c)², and c, where a node is that with c a single number."""
    if power.get_type_name() != "Power" or _number(power, 1) != 2:  # noqa: PLR2004
        return None
    moved = power.input_value(0).get_node()
    shift = _number(moved, 1) if moved.get_type_name() == "Add" else None
    alone = len(moved.output(0).get_target_inputs()) == 1
    return (moved.input_value(0), shift) if shift is not None and alone else None


def _number(node: Operation, at: int) -> float | None:
    """A node's input number `at`, where it is a constant of one number."""
    given = node.input_value(at).get_node()
    if given.get_type_name() != "Constant" or given.get_data().size != 1:
        return None
    return float(given.get_data().item())
