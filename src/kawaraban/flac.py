"""Sound as FLAC in memory: mono, 24 bits."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kawaraban.loudness import Audio


def encoded(samples: Audio, rate: int) -> bytes:
    """Samples in [-1, 1], shape [n], at `rate` Hz."""
    import soundfile  # noqa: PLC0415 - loads a library

    file = BytesIO()
    soundfile.write(file, samples, rate, subtype="PCM_24", format="FLAC")
    return file.getvalue()


def decoded(flac: bytes) -> tuple[Audio, int]:
    """Samples, shape [n], and their rate in Hz."""
    import soundfile  # noqa: PLC0415

    samples, rate = soundfile.read(BytesIO(flac), dtype="float32")
    return samples, rate
