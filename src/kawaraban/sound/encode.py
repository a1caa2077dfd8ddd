"""The published files: every format from one mastered track, each measured after encoding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mutagen import File as MediaFile

from kawaraban.blocks import ahead
from kawaraban.errors import SoundError
from kawaraban.loudness import Audio
from kawaraban.model import EncodedFile, Loudness
from kawaraban.peaks import Peaks
from kawaraban.settings import Sound
from kawaraban.sound import RATE
from kawaraban.sound.encoder import Encoder, Heard, heard
from kawaraban.sound.formats import FORMATS, audio_path
from kawaraban.sound.master import HEADROOM, held_back, mastered
from kawaraban.store import atomic

TOLERANCE = 1.0
"""LU: Apple asks for -16 LUFS, give or take 1."""
MARGIN = 0.2
"""dB kept below the highest true peak where encoding added more to one than HEADROOM: the next
encoding will not add the same."""
NEAR = 0.25
"""LU by which an encoded file may differ from what is asked for without another attempt."""
ATTEMPTS = 4
"""One does for speech; hiss, of which encoders keep little, takes two."""


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """How a track is mastered: dB by which it is turned up, and where it is held besides.

    Peaks that came back from an encoder too high are held where they were heard, and nowhere else:
    a lower ceiling for the whole programme took 1.9 LU from hosts with sharp peaks for one such
    peak of a recording (measured, eight hosts).
    """

    gain: float
    returned: tuple[Peaks, ...] = ()


def encode(
    track: Callable[[], Iterable[Audio]], gain: float, sound: Sound, folder: Path
) -> tuple[EncodedFile, ...]:
    """Master a track and encode it in every format of the show.

    Args:
        track: makes its blocks, mono at RATE, from the start.
        gain: dB that bring it to its loudness, as far as is known.
        sound: the show's [sound].
        folder: where the files are kept; each is whole or absent.

    Raises:
        SoundError: ffmpeg failed, or a file misses the show's loudness or true peak, or the track's
            length.
        OutputError: a file cannot be written.
    """
    with ExitStack() as stack:
        parts: dict[str, Path] = {
            name: stack.enter_context(atomic(audio_path(folder, name))) for name in sound.formats
        }
        measured = _encode(track, Aim(gain), sound, parts)
        for name in sound.formats:
            _check(name, measured[name], sound)
    return tuple(EncodedFile(name, measured[name]) for name in sound.formats)


def _encode(
    track: Callable[[], Iterable[Audio]], first: Aim, sound: Sound, parts: dict[str, Path]
) -> dict[str, Loudness]:
    """Encode, and again where an encoder added to peaks or took from loudness; how loud it is."""
    aims = dict.fromkeys(parts, first)
    found: dict[str, Heard] = {}
    for _ in range(ATTEMPTS):
        for aim in dict.fromkeys(aims.values()):
            files = {name: parts[name] for name in aims if aims[name] is aim}
            found |= _write(_aimed(track(), aim, sound), sound, files)
        again = {name: better(aim, found[name], sound) for name, aim in aims.items()}
        aims = {name: aim for name, aim in again.items() if aim is not None}
        if not aims:
            break
    return {name: one.loudness for name, one in found.items()}


def _aimed(track: Iterable[Audio], aim: Aim, sound: Sound) -> Iterable[Audio]:
    """A track mastered as it is aimed at."""
    made = mastered(track, aim.gain, sound.true_peak - HEADROOM)
    for peaks in aim.returned:
        made = held_back(made, peaks, sound.true_peak - MARGIN)
    return made


def better(aim: Aim, found: Heard, sound: Sound) -> Aim | None:
    """What to aim at after what was found of an encoded file; None where it is good."""
    over = found.loudness.true_peak > sound.true_peak
    missing = sound.loudness - found.loudness.integrated
    if not over and abs(missing) <= NEAR:
        return None
    return Aim(aim.gain + missing, (*aim.returned, found.peaks) if over else aim.returned)


def _check(name: str, measured: Loudness, sound: Sound) -> None:
    far = abs(measured.integrated - sound.loudness) > TOLERANCE
    if far or measured.true_peak > sound.true_peak:
        raise SoundError(
            f"the encoded {name} has {measured.integrated:.1f} LUFS and {measured.true_peak:.1f} "
            f"dBTP; asked for were {sound.loudness:.1f} and at most {sound.true_peak:.1f}",
            hint="set another loudness or true_peak in [sound], or even out the voices' gain",
        )


def _write(track: Iterable[Audio], sound: Sound, files: dict[str, Path]) -> dict[str, Heard]:
    """Feed a track to an encoder for each file, all at once; what was measured of each."""
    written = 0
    with ExitStack() as stack:
        encoders = {
            name: stack.enter_context(Encoder(FORMATS[name], _bitrate(name, sound), path))
            for name, path in files.items()
        }
        for block in stack.enter_context(closing(ahead(track))):
            written += len(block)
            for encoder in encoders.values():
                encoder.write(block)
        for encoder in encoders.values():
            encoder.finish()
    for name, path in files.items():
        found, wanted = float(MediaFile(path).info.length), written / RATE
        if abs(found - wanted) > FORMATS[name].tolerance:
            raise SoundError(f"the encoded {name} has {found:.2f} s of {wanted:.2f} s of sound")
    with ThreadPoolExecutor() as threads:
        listen = partial(heard, highest=sound.true_peak)
        return dict(zip(files, threads.map(listen, files.values()), strict=True))


def _bitrate(name: str, sound: Sound) -> int:
    return sound.opus_bitrate if name == "opus" else sound.bitrate
