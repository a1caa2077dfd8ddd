# SPDX-License-Identifier: CC0-1.0
# Dedicated to the public domain: https://creativecommons.org/publicdomain/zero/1.0/
"""Compose the kawaraban theme and chapter jingle, note by note, from numpy alone.

Key: D major pentatonic (yo) with a shade of miyako-bushi (B flat falling to A).
Tempo: 105 beats per minute, so 14 beats last exactly 8 seconds.  Form in beats:
hook 0-14, groove to talk over 14-42, hook and final cadence 42-56.
Scores are strings of ``beat:pitch``, such as ``"0:A5 0.5:F#5"``; commas roll a chord.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

Sound = NDArray[np.float64]
Instrument = Callable[[float], Sound]
Parts = list[tuple[Instrument, float, str]]  # instrument, gain, score

RATE = 44_100  # samples per second
BEAT = 60 / 105  # seconds
PEAK = -3.5  # dBFS before encoding, which adds a little
QUALITY = 0.6  # Vorbis: 0 is finest, 1 smallest
SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "#": 1, "b": -1}


def hertz(name: str) -> float:
    """Return the frequency in Hz of a pitch name such as ``F#5`` (A4 is 440 Hz)."""
    steps = sum(SEMITONES[letter] for letter in name[:-1])
    return 440.0 * 2 ** ((steps - 9) / 12 + int(name[-1]) - 4)


def clock(seconds: float) -> Sound:
    """Return the time of every sample, in seconds, from zero."""
    return np.arange(int(seconds * RATE)) / RATE


def string(freq: float, seconds: float, decay: float, tone: float) -> Sound:
    """Pluck a Karplus-Strong string of ``freq`` Hz, solved in the frequency domain.

    ``decay`` is the time constant in seconds; ``tone`` the pick's cut-off in Hz.
    Working on the spectrum lets the delay line have any length: the pitch is exact.
    """
    time = clock(seconds)
    f = np.fft.rfftfreq(2 * time.size, 1 / RATE)
    loop = np.exp(-(1 / decay + 4e-7 * f**2 + 2j * np.pi * f) / freq)
    pick = (1 - np.exp(-2j * np.pi * f * 0.19 / freq)) / (1 + 1j * f / tone) ** 2
    wave: Sound = np.fft.irfft(pick / (1 - loop))[: time.size]
    release = np.minimum(1, (seconds - time) / 0.1)
    return release * wave / float(np.abs(wave).max())


def koto(freq: float) -> Sound:
    """Pluck two silk strings 3 cents apart; long notes bloom into a slow vibrato."""
    pair = string(freq, 2.6, 0.75, 3400) + string(freq * 1.0017, 2.6, 0.65, 2600)
    time = clock(2.6)
    sway = 2.2e-4 * np.clip(time - 0.3, 0, 0.5) * np.sin(2 * np.pi * 5.3 * time)
    return np.interp(time + sway, time, pair)


def shamisen(freq: float) -> Sound:
    """Strike a short, buzzing string over a taut skin."""
    tone = np.tanh(2.5 * string(freq, 0.9, 0.16, 3000))
    skin = np.sin(2 * np.pi * 210 * clock(0.9)) * np.exp(-clock(0.9) / 0.03)
    return 0.8 * tone + 0.5 * skin


def bass(freq: float) -> Sound:
    """Pluck a round low string that stays below the speaking voice."""
    return string(freq, 1.6, 0.5, 260)


def pad(freq: float, seconds: float) -> Sound:
    """Hold a warm chord note: five soft partials, three players slightly apart."""
    time = clock(seconds)
    wave = np.zeros_like(time)
    for cents in (-4, 0, 5):
        phase = 2 * np.pi * freq * 2 ** (cents / 1200) * time + cents
        wave += sum(np.sin(k * phase) / k**2.2 for k in range(1, 6))
    return wave * np.sin(np.pi * np.clip(time / seconds, 0, 1)) ** 0.5 / 3


def modes(seconds: float, partials: dict[float, float]) -> Sound:
    """Ring struck wood: ``partials`` maps a frequency in Hz to its decay in seconds."""
    time = clock(seconds)
    return sum(
        (np.sin(2 * np.pi * f * time) * np.exp(-time / d) for f, d in partials.items()),
        np.zeros_like(time),
    ) / len(partials)


def clapper(freq: float) -> Sound:
    """Clap two hyoshigi blocks whose lowest ring is ``freq`` Hz."""
    ratios = {1.0: 0.035, 1.47: 0.045, 2.45: 0.02, 3.65: 0.012, 5.85: 0.006}
    return modes(0.4, {freq * ratio: decay for ratio, decay in ratios.items()})


def kane(freq: float) -> Sound:
    """Tick a festival hand gong whose lowest ring is ``freq`` Hz, above the voices."""
    ratios = {1.0: 0.05, 1.21: 0.04, 1.52: 0.035, 1.93: 0.02}
    return modes(0.4, {freq * ratio: decay for ratio, decay in ratios.items()})


def taiko(freq: float) -> Sound:
    """Beat a drum whose pitch falls to ``freq`` Hz."""
    time = clock(0.9)
    phase = 2 * np.pi * (freq * time + 2.2 * (1 - np.exp(-time / 0.04)))
    slap = modes(0.9, {190.0: 0.03, 335.0: 0.02, 510.0: 0.012})
    return np.sin(phase) * np.exp(-time / 0.2) * np.minimum(1, (0.9 - time) / 0.1) + 0.6 * slap


def again(score: str, every: float, times: int) -> str:
    """Write a score out ``times`` times, each ``every`` beats after the last."""
    pairs = [item.split(":") for item in score.split()]
    return " ".join(f"{float(b) + every * n}:{p}" for n in range(times) for b, p in pairs)


CALL = "0:A5 0.5:F#5 1:E5 1.5:A5 3:B5 3.5:A5 4:F#5 4.5:E5 5:D5 5.5:E5 "
STRUM = "0:D4,A4 1.5:D4,A4 2.5:A4 3:D4,F#4 4:G3,D4 5.5:B3,D4 "
STEP = "0:D2 1.5:D2 3:A2 4:G2 5.5:G2 "
DRUM = "0:D2 1.5:D2 3:D2 3.5:A2"
HOOK: Parts = [
    (koto, 0.34, CALL + "7:D5 7.5:B4 8:B4 8.5:D5 9:E5 9.5:F#5 10:A5 10.5:B5 11:A5 11.5:E5"),
    (koto, 0.30, "12:D5,A5,D6"),
    (shamisen, 0.30, STRUM + "6.5:D4 7:G3,B3 8:E4,G4 9.5:E4,B4 10:A3,E4 11:C#4,E4 12:D4,F#4,A4"),
    (bass, 0.36, STEP + "7:D2 8:E2 9.5:B2 10:A2 11.5:A2 12:D2 13:A2 13.5:B2"),
    (partial(pad, seconds=2.5), 0.08, "0:D3,A3,D4,F#4 4:G3,B3,D4,A4"),
    (partial(pad, seconds=1.3), 0.08, "8:E3,B3,D4,G4 10:A3,C#4,E4 12:D3,A3,F#4"),
    (taiko, 0.36, again(DRUM, 4, 3) + " 12:D2 13:D2 13.5:A2"),
    (kane, 0.14, again("1:D8 1.5:E8 1.75:E8", 2, 6)),
    (clapper, 0.60, "0:D6 4:D6 8:D6 12.5:D6 13:D6 13.25:D6 13.5:D6 13.75:D6"),
]
GROOVE: Parts = [  # D, B minor, G, G minor, D over F#, E minor, A
    (bass, 0.40, "0:D2 1.5:A2 2.5:D3 3:E3 4:B2 5.5:F#2 6.5:D3 7:E3 8:G2 9.5:D3 10.5:B2 11:A2"),
    (bass, 0.40, "12:G2 13.5:D3 14.5:Bb2 15:A2 16:F#2 17.5:D3 18.5:A2 19:B2"),
    (bass, 0.40, "20:E2 21.5:B2 22.5:D3 23:E3 24:A2 25.5:E3 26.5:D3 27:C#3"),
    (
        partial(pad, seconds=2.5),
        0.035,
        "0:D3,A3 4:D3,B3 8:D3,B3 12:D3,Bb3 16:D3,A3 20:E3,G3 24:E3,A3",
    ),
    (taiko, 0.24, again("0:D2 2.5:D2", 4, 7)),
    (kane, 0.14, again("0.5:D8 1:D8 1.5:E8 1.75:E8", 2, 14)),
    (koto, 0.07, "2:A5 2.5:E5 7:D5 7.5:B4 10:B4 10.5:D5 15:Bb4 15.5:A4 18:A5 18.5:F#5"),
    (koto, 0.07, "22:G5 22.5:E5 26:D5 27:C#5"),
]
FINALE: Parts = [  # D, G, A seventh, D
    (koto, 0.34, CALL + "6:A5 6.5:B5 7:A5 7.5:E5 8:D4,A4,D5,F#5,A5,D6"),
    (koto, 0.16, "9.5:A5 10:D6"),
    (shamisen, 0.30, STRUM + "6:A3,E4 7:C#4,G4"),
    (bass, 0.36, STEP + "6:A2 7:A2 7.5:A2 8:D2,A2"),
    (partial(pad, seconds=2.5), 0.08, "0:D3,A3,D4,F#4 8:D3,A3,D4,F#4"),
    (partial(pad, seconds=1.3), 0.08, "4:G3,B3,D4,A4 6:A3,C#4,E4,G4"),
    (taiko, 0.36, DRUM + " 4:D2 5.5:D2 6:D2 7:D2 7.5:A2 8:D2"),
    (kane, 0.14, again("1:D8 1.5:E8 1.75:E8", 2, 4)),
    (clapper, 0.60, "0:D6 4:D6 8:D6"),
    (clapper, 0.32, "10:D6"),
]
STING: Parts = [
    (clapper, 0.75, "0:D6 0.5:D6"),
    (koto, 0.32, "0.75:E5 1:A5 1.5:D5,D6"),
    (bass, 0.30, "0.75:A2 1.5:D2"),
    (taiko, 0.24, "1.5:D2"),
]


def perform(tape: Sound, parts: Parts, start: float, hand: np.random.Generator) -> None:
    """Play parts onto a tape from beat ``start``; ``hand`` varies touch and timing a little."""
    for instrument, gain, score in parts:
        for item in score.split():
            beat, chord = item.split(":")
            late = hand.uniform(0, 0.007) if float(beat) else 0.0
            touch = gain * hand.uniform(0.88, 1) * (1.0 if float(beat) % 1 == 0 else 0.86)
            for n, name in enumerate(chord.split(",")):
                at = round(((start + float(beat)) * BEAT + late + 0.022 * n) * RATE)
                wave = touch * instrument(hertz(name))
                tape[at : at + wave.size] += wave[: tape.size - at]


def room(dry: Sound, share: float) -> Sound:
    """Add a small wooden hall: 1.3 s of fading noise, ``share`` its level."""
    time = clock(1.3)
    noise = np.random.default_rng(3).standard_normal(time.size)
    echo = np.convolve(noise, np.hanning(9) / 4, "same") * np.exp(-time / 0.21)
    echo = np.concatenate([np.zeros(int(0.018 * RATE)), echo / np.linalg.norm(echo)])
    size = dry.size + echo.size
    wet: Sound = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(echo, size), size)
    return dry + share * wet[: dry.size]


def master(mix: Sound, drive: float, fade: float) -> Sound:
    """Round off peaks, remove DC, set the peak in dBFS, fade the last ``fade`` seconds."""
    f = np.fft.rfftfreq(2 * mix.size, 1 / RATE)
    low_cut = 1 / (1 + (30 / np.maximum(f, 1e-3)) ** 4)
    filtered = np.fft.rfft(np.tanh(drive * mix), 2 * mix.size) * low_cut
    wave: Sound = np.fft.irfft(filtered)[: mix.size]
    left = (mix.size - 1 - np.arange(mix.size)) / (fade * RATE)
    wave *= np.sin(np.pi / 2 * np.clip(left, 0, 1)) ** 2
    return 10 ** (PEAK / 20) * wave / float(np.abs(wave).max())


def record(path: Path, seconds: float, sections: dict[float, Parts], fade: float) -> None:
    """Perform sections, keyed by their first beat, and write them as Ogg Vorbis."""
    tape, hand = np.zeros(int(seconds * RATE)), np.random.default_rng(105)
    for start, parts in sections.items():
        perform(tape, parts, start, hand)
    sound = master(room(tape, 0.22), 1.15, fade)
    sf.write(path, sound, RATE, format="OGG", subtype="VORBIS", compression_level=QUALITY)


def main() -> None:
    """Write theme.ogg (32 s) and jingle.ogg (2.5 s) beside this script."""
    here = Path(__file__).parent
    record(here / "theme.ogg", 32.0, {0: HOOK, 14: GROOVE, 42: FINALE}, fade=1.6)
    record(here / "jingle.ogg", 2.5, {0: STING}, fade=0.6)


if __name__ == "__main__":
    main()
