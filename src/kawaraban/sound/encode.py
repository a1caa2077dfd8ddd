"""The published file: MP3 at a constant bit rate, measured after encoding.

ffmpeg comes with imageio-ffmpeg, so a machine needs none of its own. Variable bit rates mis-seek
on iOS and in ExoPlayer, so the rate is constant; the Info header carries the exact length.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from mutagen.mp3 import MP3

from kawaraban.errors import SoundError
from kawaraban.model import Loudness
from kawaraban.settings import Sound
from kawaraban.sound import RATE
from kawaraban.sound.master import master
from kawaraban.sound.theme import Audio

TOLERANCE = 1.0
"""LU: Apple asks for -16 LUFS, give or take 1."""
HEADROOM = (0.9, 1.6, 2.4)
"""dB kept below the ceiling for what encoding adds to peaks; the next where one is not enough."""

SCALE = np.float32(0.949)
"""LAME turns the sound down by this factor (measured at 64 to 128 kbit/s: 0.948 to 0.949)."""
FRAMES = 0.1
"""Seconds by which a file may differ from its sound: an MP3 has whole frames of 26 ms."""


def encode(samples: Audio, sound: Sound, path: Path) -> Loudness:
    """Master and encode samples (shape [n], at RATE) to an MP3 file; its loudness as measured.

    Raises:
        SoundError: ffmpeg failed, or the file misses the show's loudness or true peak.
    """
    for headroom in HEADROOM:
        mastered = master(samples, RATE, sound.loudness, sound.true_peak - headroom)
        _to_mp3(mastered, sound.bitrate, path)
        measured = measure(path)
        if measured.true_peak <= sound.true_peak:
            break
    if measured.true_peak > sound.true_peak or (
        abs(measured.integrated - sound.loudness) > TOLERANCE
    ):
        raise SoundError(
            f"the encoded file has {measured.integrated:.1f} LUFS and {measured.true_peak:.1f} "
            f"dBTP; asked for were {sound.loudness:.1f} and at most {sound.true_peak:.1f}",
            hint="set another loudness or true_peak in [sound], or even out the voices' gain",
        )
    return measured


def measure(path: Path) -> Loudness:
    """Loudness of any sound file by EBU R 128, as ffmpeg measures it.

    Raises:
        SoundError: ffmpeg cannot read it.
    """
    graph = ["-filter_complex", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    said = _ffmpeg(["-i", str(path), *graph], verbosity="info")
    summary = said[said.rindex("Summary:") :]
    values = dict(re.findall(r"(I|LRA|Peak):\s+(-?inf|nan|-?[\d.]+)", summary))
    return Loudness(float(values["I"]), float(values["Peak"]), float(values["LRA"]))


def _to_mp3(samples: Audio, bitrate: int, path: Path) -> None:
    source = ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0"]
    codec = ["-c:a", "libmp3lame", "-b:a", f"{bitrate}k", "-write_xing", "1"]
    plain = ["-map_metadata", "-1", "-id3v2_version", "0", "-fflags", "+bitexact"]
    data = (samples / SCALE).astype("<f4", copy=False)
    _ffmpeg(["-y", *source, *codec, *plain, "-f", "mp3", str(path)], feed=data)
    wanted, found = len(samples) / RATE, float(MP3(path).info.length)
    if abs(found - wanted) > FRAMES:
        raise SoundError(f"the encoded file has {found:.2f} s of {wanted:.2f} s of sound")


def _ffmpeg(
    arguments: Sequence[str], *, verbosity: str = "error", feed: Audio | None = None
) -> str:
    """Run ffmpeg; what it said."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-v", verbosity]
    run = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [*command, *arguments],
        input=b"" if feed is None else feed.tobytes(),
        capture_output=True,
        check=False,
    )
    said = run.stderr.decode(errors="replace")
    if run.returncode:
        raise SoundError(f"ffmpeg failed: {said.strip().splitlines()[-1:]}")
    return said
