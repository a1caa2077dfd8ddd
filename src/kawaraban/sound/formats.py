"""The formats an episode can be published in, and how ffmpeg is told to write each.

Nothing of the clock, of chance or of ffmpeg's version goes into a file: the same sound gives the
same bytes. Levels and lengths were measured with the ffmpeg 9.0 of imageio-ffmpeg on tones, pink
noise and speech at 48 kHz, in files of 0.05 s to 10 minutes: decoded, every file has exactly the
samples that went in, without delay, for all three say how much a decoder is to leave out (MP3 in
its Info header, AAC in an edit list, Opus in its pre-skip).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Format:
    """One format of the published sound."""

    name: str
    suffix: str
    mime: Literal["audio/mpeg", "audio/x-m4a", "audio/ogg"]
    codecs: str
    """What is inside, by RFC 6381; "" where the type says it."""
    encoder: tuple[str, ...]
    """ffmpeg's arguments for the encoder."""
    container: tuple[str, ...]
    """ffmpeg's arguments for the file."""
    scale: float
    """The factor by which the encoder changes the level of speech."""
    tolerance: float
    """Seconds by which the length a tag reader gives may differ from the sound's."""

    def arguments(self, bitrate: int) -> tuple[str, ...]:
        """What ffmpeg is told to write this format at so many kbit/s."""
        return (*self.encoder, "-b:a", f"{bitrate}k", "-flags:a", "+bitexact", *self.container)


PLAIN = ("-map_metadata", "-1", "-fflags", "+bitexact")
"""No tags of ffmpeg's own, no date; a fixed serial number in Ogg."""
MP4 = ("-movflags", "+faststart", "-f", "ipod")
"""The index before the sound, so that it plays while it loads; the brand is M4A."""
_ALL = (
    # Variable bit rates mis-seek on iOS and in ExoPlayer: a constant one. LAME 3.100 turns what it
    # is given down to 0.95; delay and last frame together are less than two frames of 24 ms.
    Format(
        "mp3",
        ".mp3",
        "audio/mpeg",
        "",
        ("-c:a", "libmp3lame", "-abr", "0"),
        (*PLAIN, "-write_xing", "1", "-id3v2_version", "0", "-f", "mp3"),
        scale=0.95,
        tolerance=0.06,
    ),
    # Speech comes out at 0.996 to 0.998. Tag readers count the 1024 samples of priming.
    Format(
        "m4a",
        ".m4a",
        "audio/x-m4a",
        "mp4a.40.2",
        ("-c:a", "aac", "-profile:a", "aac_low"),
        (*PLAIN, *MP4),
        scale=1.0,
        tolerance=0.03,
    ),
    # Speech comes out at 0.991 (24 kbit/s) to 1.0. Ogg is read by time, so its rate may vary.
    # audio/ogg is what RFC 7845 (9) wants for files; audio/opus is for streams of packets.
    Format(
        "opus",
        ".opus",
        "audio/ogg",
        "opus",
        ("-c:a", "libopus", "-application", "audio", "-vbr", "on"),
        (*PLAIN, "-f", "ogg"),
        scale=1.0,
        tolerance=0.01,
    ),
)
FORMATS: Mapping[str, Format] = {one.name: one for one in _ALL}
"""By name."""


def audio_path(folder: Path, name: str) -> Path:
    """Where the encoded file of a format is kept."""
    return folder / f"audio{FORMATS[name].suffix}"
