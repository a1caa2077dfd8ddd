"""What of the coqui-tts library is called: loading a model, and keeping it from the user's view.

The library logs, warns and prints where it likes, and its exceptions are whatever broke; here they
become silence, and EngineErrors with the next step.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import pickle
import random
import sys
import tarfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import numpy as np

from kawaraban.errors import EngineError
from kawaraban.speech.engines.coqui_names import Source, plain_address

_ANSWER = 10.0
"""Seconds in which a server must answer, before Coqui waits for it for ever."""
_FAULTS = (
    AssertionError,  # a language that XTTS does not know, a config that contradicts itself
    AttributeError,  # a config that names what is not there
    EOFError,  # an empty checkpoint
    ImportError,  # a language's own packages; a config of an unknown kind of model
    KeyError,  # a config or a checkpoint without what it needs
    OSError,  # no network, a file that is not there, no espeak-ng
    RuntimeError,  # a cut checkpoint, one that is not of this config, CUDA out of memory
    TypeError,  # a checkpoint of another shape, a folder where a file is needed
    ValueError,  # a config that is not JSON, a reference too short to hear a voice in
    pickle.UnpicklingError,  # a checkpoint that is none, or has code in it
    tarfile.TarError,  # a download that was cut
    zipfile.BadZipFile,
)
"""What comes out of coqui-tts 0.28 given damaged files, or no network."""


def seed(text: str) -> None:
    """Draw random numbers from a text: PyTorch's, NumPy's (Griffin-Lim), Python's (Tortoise)."""
    import torch  # noqa: PLC0415 - seconds, and an extra

    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
    torch.manual_seed(number)
    np.random.seed(number)  # noqa: NPY002 - the library draws from this one
    random.seed(number)


# ── loading ───────────────────────────────────────────────────────────────────────────────────────


def load(source: Source, device: str, threads: int) -> Any:  # noqa: ANN401 - an extra's own
    """A TTS.api.TTS on a device.

    Args:
        source: which model.
        device: as `devices.torch_device` gives it.
        threads: for the whole process; 0 leaves it to PyTorch.

    Raises:
        EngineError: it cannot be fetched or loaded.
    """
    with quiet(), told(f"{source.label} cannot be loaded", _UNFETCHED if source.name else _UNFIT):
        import torch  # noqa: PLC0415 - seconds, and an extra
        from TTS.api import TTS  # noqa: PLC0415

        if threads:
            torch.set_num_threads(threads)
        if not source.name:
            checkpoint, config = map(str, source.files)
            made = TTS(model_path=checkpoint, config_path=config, progress_bar=False)
        else:
            made = _fetched(source)
        return made.to(device)


def _fetched(source: Source) -> Any:  # noqa: ANN401
    """A model of the catalogue, from where it was fetched before, or from the net."""
    from TTS.api import TTS  # noqa: PLC0415
    from TTS.utils.manage import ModelManager  # noqa: PLC0415

    folder = ModelManager().output_prefix / source.name.replace("/", "--")
    if (address := plain_address(source.name)) and not folder.is_dir():
        _reach(address)
    if source.accepted:
        os.environ["COQUI_TOS_AGREED"] = "1"  # or Coqui asks on stdin
    return TTS(source.name, progress_bar=sys.stderr.isatty())


def _reach(address: str) -> None:
    """Raise an OSError where a server does not answer in time."""
    ask = Request(address, method="HEAD")  # noqa: S310 - https, of Coqui's catalogue
    try:
        with urlopen(ask, timeout=_ANSWER):  # noqa: S310
            pass
    except HTTPError:
        return  # it answers


# ── the library's manners ─────────────────────────────────────────────────────────────────────────


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the library's logs, warnings and prints from the user; results alone go to stdout."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


@contextmanager
def told(what: str, hint: str) -> Iterator[None]:
    """Turn the library's exceptions into EngineErrors; the hint is for those that say no more."""
    try:
        yield
    except _FAULTS as error:
        said = error.args[0] if isinstance(error, KeyError) and error.args else error
        first = (str(said).strip().splitlines() or [type(error).__name__])[0]
        if isinstance(error, ImportError):
            hint = _PACKAGES
        elif "out of memory" in first:
            hint = _MEMORY
        elif "torchcodec" in first:
            hint = _FFMPEG
        raise EngineError(f"{what}: {first}", hint=hint) from error


_PACKAGES = "pip install 'kawaraban[coqui]'; for other languages pip install 'coqui-tts[languages]'"
_MEMORY = 'speak with fewer --jobs, or set device = "cpu" in [render]'
_FFMPEG = "XTTS reads recordings with FFmpeg's libraries: apt install ffmpeg, brew install ffmpeg"
_UNFIT = "checkpoint or config.json is damaged, or of another model: fetch both anew"
_UNFETCHED = (
    "check the network, or set options.model to a copy; "
    "if a download was cut, delete the model's folder in ~/.local/share/tts"
)
