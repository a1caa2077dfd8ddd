"""Voices to choose from: what there is, whether it can speak here, and how it sounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kawaraban.errors import EngineError, KawarabanError, ShowError
from kawaraban.model import Text
from kawaraban.settings import Voice
from kawaraban.speech.catalogue import ENGINES, lacks
from kawaraban.speech.engine import Machine, Waveform
from kawaraban.speech.voices import Part, part, voice_files

SAMPLES = {
    "ja": "こんにちは。今週のニュースを、分かりやすくお伝えします。どうぞお楽しみに！",
    "en": "Hello, and welcome. Here is the news of the week, and what is behind it.",
    "de": "Guten Tag und willkommen. Hier sind die Nachrichten der Woche.",
    "es": "Hola y bienvenidos. Estas son las noticias de la semana.",
    "fr": "Bonjour et bienvenue. Voici les nouvelles de la semaine.",
    "it": "Buongiorno e benvenuti. Ecco le notizie della settimana.",
    "pt": "Olá e bem-vindos. Estas são as notícias da semana.",
}
"""What a voice says of itself, by language."""


def say_line(root: Path, name: str, text: str, machine: Machine) -> Waveform:
    """A text with one voice of the show.

    Raises:
        ShowError: there is no such voice, or it is wrong.
        EngineError: it cannot speak.
    """
    speaker = part(voice_files(root), name, machine)
    return _say(root, speaker, text)


def _say(root: Path, speaker: Part, text: str) -> Waveform:
    from kawaraban.reading.spoken import reader_for  # noqa: PLC0415 - a listing speaks nothing
    from kawaraban.speech.voicing import speak  # noqa: PLC0415

    if speaker.recorded:
        raise ShowError("a recorded voice says only its takes", hint="listen to those")
    speaker.engine.load()
    language = speaker.voice.language
    return speak(reader_for(root).utterances([Text(text)], language), speaker)


def speakers(root: Path, name: str, machine: Machine) -> tuple[str, ...]:
    """The speakers that a voice's engine has; it may be loaded, or its server asked.

    Raises:
        ShowError: there is no such voice, or it is wrong.
        EngineError: the engine cannot be asked.
    """
    return part(voice_files(root), name, machine).engine.speakers()


# ── the listing ──────────────────────────────────────────────────────────────────────────────────


def listing(root: Path, machine: Machine) -> Iterator[str]:
    """Every engine and every voice of a show, in lines to print."""
    yield "Engines"
    for name, entry in ENGINES.items():
        missing = lacks(name)
        yield f"  {name}: {entry.about}"
        if missing:
            yield f"    lacks {', '.join(missing)}: {entry.install}"
        if entry.terms:
            yield f"    terms: {entry.terms}"
    yield "Voices"
    for name in (files := voice_files(root)):
        yield from _voice(files, name, machine)


def _voice(files: dict[str, Path], name: str, machine: Machine) -> Iterator[str]:
    try:
        found = part(files, name, machine)
    except KawarabanError as error:
        yield f"  {name}: cannot speak here"
        yield from (f"    {line.strip()}" for line in str(error).splitlines())
        return
    voice = found.voice
    yield f"  {name}: {_who(voice)}, {voice.language}, {found.engine.device}, {voice.license}"
    yield f"    credit: {voice.credit}"


def _who(voice: Voice) -> str:
    return f"{voice.engine} {voice.speaker}".rstrip()


# ── auditions ────────────────────────────────────────────────────────────────────────────────────


def audition(
    root: Path, machine: Machine, folder: Path
) -> Iterator[tuple[str, Path | KawarabanError]]:
    """A sample of each voice, as NAME.wav in a folder: its file, or why there is none."""
    files = voice_files(root)
    for name in files:
        try:
            yield name, _sample(root, part(files, name, machine), folder / f"{name}.wav")
        except (EngineError, ShowError) as error:
            yield name, error


def _sample(root: Path, speaker: Part, file: Path) -> Path:
    from kawaraban.speech.wav import write_sound  # noqa: PLC0415

    language = speaker.voice.language.split("-")[0]
    if language not in SAMPLES:
        hint = f"hear it with: kawaraban say TEXT --voice {file.stem}"
        raise ShowError(f"there is no sample text in {language}", hint=hint)
    sound = _say(root, speaker, SAMPLES[language])
    write_sound(file, sound)
    return file
