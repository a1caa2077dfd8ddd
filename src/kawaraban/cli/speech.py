"""How text is read and spoken: `read`, `say`, `voices` and `lexicon`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from kawaraban.cli.shared import FILES, commands, root_of, root_or_starter, show_option
from kawaraban.errors import EngineError, ShowError


@commands.command()
@click.argument("text", required=False)
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", help="Language [ja].")
@click.option("--phonemes", is_flag=True, help="Show phonemes and accents instead (Japanese).")
@show_option
def read(text: str | None, *, lang: str, phonemes: bool, folder: Path | None) -> None:
    """Print how TEXT (or each line of standard input, for -) is read aloud.

    Japanese in katakana, English in words.
    """
    if phonemes and lang != "ja":
        raise click.UsageError("--phonemes is for Japanese")
    say: Callable[[str], str]
    if lang == "en":
        from kawaraban.reading.english import spell_out as say  # noqa: PLC0415
    else:
        from kawaraban.reading.spoken import reader_for  # noqa: PLC0415

        reader = reader_for(root_or_starter(folder))
        say = reader.prosody if phonemes else reader.kana
    for line in _stdin_lines() if text in {None, "-"} else [text or ""]:
        click.echo(say(line))


def _stdin_lines() -> Iterator[str]:
    for row, line in enumerate(sys.stdin.buffer, 1):
        try:
            yield line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise ShowError("not valid UTF-8", where="standard input", line=row) from error


@commands.command()
@click.argument("text")
@click.option("--voice", "name", help="A voice of the show [default: the first host's].")
@click.option("-o", "--output", type=FILES, default=Path("say.wav"), help="WAV or FLAC file.")
@show_option
def say(text: str, *, name: str | None, output: Path, folder: Path | None) -> None:
    """Speak TEXT with one voice into a sound file."""
    from kawaraban.config import load_show  # noqa: PLC0415
    from kawaraban.speech.audition import say_line  # noqa: PLC0415
    from kawaraban.speech.engine import machine_of  # noqa: PLC0415
    from kawaraban.speech.wav import write_sound  # noqa: PLC0415

    if output.suffix.lower() not in {".wav", ".flac"}:
        raise click.BadParameter("write a name that ends in .wav or .flac", param_hint="-o")
    root = root_or_starter(folder)
    show = load_show(root)
    sound = say_line(root, name or show.hosts[0].voice, text, machine_of(show.render))
    write_sound(output, sound)
    click.echo(f"{output}: {sound.seconds:.1f} s")


@commands.command()
@click.option("--audition", type=FILES, metavar="DIR", help="Write a sample of each into DIR.")
@click.option("--speakers", metavar="VOICE", help="List the speakers this voice can choose from.")
@show_option
def voices(audition: Path | None, speakers: str | None, folder: Path | None) -> None:
    """List engines and voices: what can speak here, and what is missing."""
    from kawaraban.config import load_show  # noqa: PLC0415
    from kawaraban.speech import audition as samples  # noqa: PLC0415
    from kawaraban.speech.engine import machine_of  # noqa: PLC0415

    root = root_or_starter(folder)
    machine = machine_of(load_show(root).render)
    if speakers is not None:
        for name in samples.speakers(root, speakers, machine):
            click.echo(name)
        return
    if audition is None:
        for line in samples.listing(root, machine):
            click.echo(line)
        return
    failed = 0
    for name, told in samples.audition(root, machine, audition):
        click.echo(f"{name}: {told}", err=not isinstance(told, Path))
        failed += not isinstance(told, Path)
    if failed:
        sys.exit(EngineError.exit_code)


@commands.group()
def lexicon() -> None:
    """Exchange the show's lexicon with other tools."""


@lexicon.command("export")
@click.option("--to", type=click.Choice(["voicevox", "pls"]), required=True, help="The format.")
@show_option
def export(*, to: str, folder: Path | None) -> None:
    """Print the lexicon, the shipped one included, as VOICEVOX's JSON or as W3C PLS."""
    from kawaraban.reading.exchange import to_pls, to_voicevox  # noqa: PLC0415
    from kawaraban.reading.spoken import reader_for  # noqa: PLC0415

    whole = reader_for(root_or_starter(folder)).lexicon
    click.echo({"voicevox": to_voicevox, "pls": to_pls}[to](whole), nl=False)


@lexicon.command("import")
@click.argument("file", type=FILES)
@show_option
def import_(file: Path, folder: Path | None) -> None:
    """Take the words of a VOICEVOX user dictionary (JSON) into voices/lexicon.tsv."""
    from kawaraban.reading.exchange import from_voicevox  # noqa: PLC0415
    from kawaraban.reading.lexicon import LEXICON, read_lexicon, write_lexicon  # noqa: PLC0415
    from kawaraban.store import write_text  # noqa: PLC0415

    path = root_of(folder) / LEXICON
    brought = from_voicevox(file)
    write_text(path, write_lexicon(brought.over(read_lexicon(path))))
    click.echo(f"{path}: {len(brought.entries)} words taken")
