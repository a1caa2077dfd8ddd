"""Sound files to listen to: 16 bits with dither."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from kawaraban.speech.engine import Waveform
from kawaraban.speech.wav import dithered, write_sound
from sounds import hum


def test_what_is_softer_than_a_step_is_still_heard() -> None:
    # A sine of 0.4 steps: rounded alone it would be silence.
    sine = hum(2, 0.4 / 32_767, 1000)
    assert not np.round(sine * 32_767).any()
    heard = dithered(sine).astype(np.float64)
    found = 2 * (heard * hum(2, 1, 1000)).mean()
    assert abs(found - 0.4) < 0.02
    # and the noise is the same however loud the sound: no rattle that follows it
    error = dithered(hum(2, 0.5, 997)) - hum(2, 0.5, 997) * 32_767
    assert 0.23 < np.var(error) < 0.27  # a sixth of dither, a twelfth of rounding


def test_equal_sound_makes_equal_files(tmp_path: Path) -> None:
    sound = Waveform(hum(1, 0.3), 48_000)
    for name in ("a.wav", "b.wav", "c.flac"):
        write_sound(tmp_path / name, sound)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert soundfile.info(tmp_path / "a.wav").subtype == "PCM_16"
    assert soundfile.info(tmp_path / "c.flac").subtype == "PCM_24"


def test_full_scale_does_not_wrap() -> None:
    loud = dithered(np.array([1.0, -1.0, 1.0, -1.0] * 1000, np.float32))
    assert (np.sign(loud[:4]) == [1, -1, 1, -1]).all()
    assert (np.abs(loud.astype(int)) > 32_000).all()
