"""The machine's int8 limit: the convolutions of Kokoro's generator, and nothing between them.

The generator's residual blocks are six convolutions each, of kernels 3, 7 and 11, dilated by 1, 3
and 5 in turn, at 256 channels and 800 frames a second, then at 128 channels and 4800. Here each
block is a chain of those in OpenVINO, in 8 bits from end to end with zero points of 0, on SECONDS
of sound: what a model could reach in which everything else were free.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

SECONDS = 4
STAGES = ((256, 800), (128, 4800))
"""Channels, and frames for a second of sound."""
KERNELS = (3, 7, 11)
DILATIONS = (1, 1, 3, 1, 5, 1)
"""Of the six convolutions of a block."""
BLOCKS = tuple(product(STAGES, KERNELS))


def operations() -> float:
    """Multiplications and additions of one pass."""
    return float(
        sum(
            2 * len(DILATIONS) * channels**2 * kernel * rate * SECONDS
            for (channels, rate), kernel in BLOCKS
        )
    )


def passes() -> Callable[[], None]:
    """A function that runs every block once.

    Raises:
        RuntimeError: OpenVINO does not run them in 8 bits here.
    """
    import openvino  # noqa: PLC0415 - an extra

    core = openvino.Core()
    settings = {"NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": os.cpu_count() or 1}
    settings |= {"INFERENCE_PRECISION_HINT": "f32"}
    requests = []
    for (channels, rate), kernel in BLOCKS:
        compiled = core.compile_model(_block(channels, kernel, rate * SECONDS), "CPU", settings)
        _check(compiled)
        request = compiled.create_infer_request()
        request.set_input_tensor(openvino.Tensor(_noise((1, channels, 1, rate * SECONDS))))
        requests.append(request)

    def once() -> None:
        for request in requests:
            request.infer()

    return once


def _noise(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, shape, np.uint8)


def _block(channels: int, kernel: int, frames: int) -> Any:  # noqa: ANN401 - openvino is untyped
    """Six convolutions as an openvino.Model, u8 to u8."""
    from openvino import Model  # noqa: PLC0415
    from openvino import opset13 as op  # noqa: PLC0415

    given = op.parameter([1, channels, 1, frames], np.uint8)
    made = op.multiply(op.convert(given, "f32"), np.float32(1 / 255))
    low, high = np.float32(0), np.float32(1)
    for at, dilation in enumerate(DILATIONS):
        shape = (channels, channels, 1, kernel)
        codes = np.random.default_rng(kernel).integers(-127, 127, shape, np.int8)
        scale = np.full((channels, 1, 1, 1), 1e-3, np.float32)
        weights = op.multiply(op.convert(op.constant(codes), "f32"), op.constant(scale))
        pad = dilation * (kernel - 1) // 2
        if at:
            made = op.fake_quantize(made, low, high, low, high, 256)
        made = op.convolution(made, weights, [1, 1], [0, pad], [0, pad], [1, dilation])
    made = op.fake_quantize(made, low, high, low, np.float32(255), 256)
    return Model([op.convert(made, "u8")], [given])


def _check(compiled: Any) -> None:  # noqa: ANN401
    ran = {
        node.get_rt_info()["runtimePrecision"].astype(str)
        for node in compiled.get_runtime_model().get_ordered_ops()
        if node.get_rt_info()["layerType"].astype(str) == "Convolution"
    }
    if not ran <= {"u8", "i8"}:
        raise RuntimeError(f"convolutions ran in {', '.join(sorted(ran))}")
