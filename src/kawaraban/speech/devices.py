"""Devices: what "auto", "cpu", "cuda" and "cuda:1" mean to ONNX Runtime and to PyTorch.

What is asked for and not there is an error before any work; "auto" takes a GPU where there is one.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kawaraban.errors import EngineError

CUDA = "CUDAExecutionProvider"
CPU = "CPUExecutionProvider"
Providers = list[tuple[str, dict[str, Any]]]


def onnx_device(device: str) -> str:
    """The device that ONNX Runtime will use: "cpu" or "cuda:N".

    Raises:
        EngineError: CUDA is asked for and this ONNX Runtime has none.
    """
    if device == "cpu":
        return device
    import onnxruntime  # noqa: PLC0415 - a tenth of a second

    if CUDA in onnxruntime.get_available_providers():
        return f"cuda:{_index(device)}"
    if device == "auto":
        return "cpu"
    raise EngineError(
        f"device {device} is asked for, and this ONNX Runtime cannot use CUDA",
        hint="pip install onnxruntime-gpu in place of onnxruntime, or set [render] device",
    )


def planned_device(device: str) -> str:
    """As `onnx_device`, but the runtime is loaded only where its package has CUDA in it.

    Raises:
        EngineError: as `onnx_device`.
    """
    return "cpu" if device == "auto" and not _ships_cuda() else onnx_device(device)


def _ships_cuda() -> bool:
    """Whether the ONNX Runtime that is installed was built for CUDA."""
    spec = find_spec("onnxruntime")
    folders = (spec and spec.submodule_search_locations) or ()
    return any(any(Path(one).glob("capi/*providers_cuda*")) for one in folders)


def check_device(device: str) -> None:
    """Make sure of a device that is asked for by name; the runtime is not loaded for "auto".

    Raises:
        EngineError: as `onnx_device`.
    """
    if device != "auto":
        onnx_device(device)


def onnx_providers(device: str) -> Providers:
    """Execution providers for a device that `onnx_device` gave."""
    if device == "cpu":
        return [(CPU, {})]
    return [(CUDA, {"device_id": _index(device)}), (CPU, {})]


def torch_device(device: str) -> str:
    """The device that PyTorch will use: "cpu" or "cuda:N".

    Raises:
        EngineError: CUDA is asked for, and PyTorch sees no such GPU.
    """
    if device == "cpu":
        return device
    import torch  # noqa: PLC0415 - seconds, and an extra

    found = torch.cuda.device_count() if torch.cuda.is_available() else 0
    index = _index(device)
    if index < found:
        return f"cuda:{index}"
    if device == "auto":
        return "cpu"
    raise EngineError(
        f"device {device} is asked for, and PyTorch sees {found} CUDA GPUs",
        hint="check the driver with nvidia-smi, or set [render] device",
    )


def _index(device: str) -> int:
    return int(device.partition(":")[2] or 0)
