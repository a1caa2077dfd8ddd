"""The commands: the only place that reads the clock, prints results and decides exit codes.

Stages are imported by the command that needs them, so that `kawaraban --help` costs nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kawaraban import __version__
from kawaraban.errors import EngineError, KawarabanError, ShowError

if TYPE_CHECKING:
    from kawaraban.model import Rundown
    from kawaraban.news.gather import Gathered
    from kawaraban.settings import Show

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_FILES = click.Path(path_type=Path)
_show_option = click.option(
    "--show", "folder", type=_FILES, help="The show's folder [default: the nearest show.toml]."
)
_number = click.argument("number", metavar="[EPISODE]", type=click.IntRange(1), required=False)


def main() -> None:
    """Run a command; what a producer can act on is one message and an exit code."""
    try:
        commands.main(prog_name="kawaraban", standalone_mode=False)
    except KawarabanError as error:
        click.echo(f"kawaraban: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("kawaraban: stopped; what was done is kept, build again to go on", err=True)
        sys.exit(130)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kawaraban")
def commands() -> None:
    """Turn a week of news into a podcast episode, and publish it."""


@commands.command()
@click.argument("folder", metavar="DIR", type=_FILES)
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", help="Language [ja].")
def init(folder: Path, lang: str) -> None:
    """Make a new show in DIR that builds as it is (in English: with kawaraban[piper])."""
    from kawaraban.starter import make_show  # noqa: PLC0415

    make_show(folder, lang)
    click.echo(f"{folder}: a show with two hosts and a sample week.")
    click.echo(f"Next: cd {folder} && kawaraban build 1 --date 2023-11-24")
    click.echo("Then make it yours: show.toml, news/, scripts/weekly.md.j2, voices/.")


@commands.command()
@click.option("--quiet", is_flag=True, help="Tell of failures alone.")
@_show_option
def gather(*, quiet: bool, folder: Path | None) -> None:
    """Bring what is new from the show's feeds into its archive."""
    from kawaraban.news import gather as news  # noqa: PLC0415
    from kawaraban.news.archive import open_archive  # noqa: PLC0415
    from kawaraban.news.fetch import Limits  # noqa: PLC0415

    root, show = _show(folder)
    sources = news.sources_of(show.sources, root)
    if not sources:
        hint = 'write feeds = ["https://…"] or opml = ["news/feeds.opml"]'
        raise ShowError("[sources] names no feeds", where=root / "show.toml", hint=hint)
    now = datetime.now(show.about.zone)
    with open_archive(root) as archive:
        limits = Limits(private=show.sources.private)
        ended = news.gather(sources, archive, now, _tell_feed(quiet=quiet), limits)
    failed = sum(bool(one.failed) for one in ended)
    new, same = sum(one.new for one in ended), sum(one.unchanged for one in ended)
    click.echo(f"{len(ended)} feeds: {new} new items, {same} unchanged, {failed} failed")
    if failed == len(ended):
        sys.exit(1)


def _tell_feed(*, quiet: bool) -> Callable[[Gathered], None]:
    """Says of each feed how it went, on stderr."""

    def tell(one: Gathered) -> None:
        if one.failed:
            click.echo(f"{one.url}: {one.failed}", err=True)
            return
        if not quiet:
            state = "unchanged" if one.unchanged else f"{one.new} new"
            click.echo(f"{one.url}: {state}", err=True)
        for fault in one.faults:
            click.echo(f"{one.url}: left out: {fault}", err=True)
        if one.moved:
            click.echo(f"{one.url}: has moved to {one.moved}: change it in [sources]", err=True)

    return tell


@commands.command()
@click.option("--items", type=_FILES, multiple=True, help="Item files [default: the show's].")
@click.option("--until", metavar="WHEN", help="A day or a moment with offset [default: now].")
@click.option("--window", metavar="LENGTH", help="7d, 36h, 2w [default: the show's].")
@click.option("--top", type=click.IntRange(1), help="How many stories [default: the show's].")
@click.option("--json", "as_json", is_flag=True, help="Print the rundown as JSON.")
@_show_option
def pick(
    *,
    items: tuple[Path, ...],
    until: str | None,
    window: str | None,
    top: int | None,
    as_json: bool,
    folder: Path | None,
) -> None:
    """Print the rundown: stories in order, with their sources and the reasons."""
    from kawaraban.news.files import read_items  # noqa: PLC0415
    from kawaraban.news.sources import read_news  # noqa: PLC0415
    from kawaraban.settings import parse_duration  # noqa: PLC0415
    from kawaraban.stories import rundown as stories  # noqa: PLC0415

    root, show = _show(folder)
    try:
        length = parse_duration(window) if window else show.pick.window
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--window") from error
    ends = stories.window_ending(_moment(until, show), length, show.about.zone)
    found = stories.pick(
        read_items(items) if items else read_news(show.sources, root, ends),
        ends,
        top or show.pick.top,
        show.pick.similarity,
    )
    if as_json:
        click.echo(json.dumps(stories.to_json(found), ensure_ascii=False, indent=1))
    else:
        _print_rundown(found)


def _print_rundown(rundown: Rundown) -> None:
    for rank, story in enumerate(rundown.stories, 1):
        click.echo(f"{rank}. {story.title}")
        click.echo(f"   {'; '.join(story.reasons)}; {len(story.items)} items")
    if rundown.left_out:
        click.echo(f"Left out: {len(rundown.left_out)} items (--json says why)")


@commands.command()
@_number
@click.option("--date", "day", type=_DAY, help="The day the week ends on [default: today].")
@click.option("--force", is_flag=True, help="Overwrite a script that was edited.")
@_show_option
def draft(number: int | None, day: datetime | None, *, force: bool, folder: Path | None) -> None:
    """Pick a week's stories and write the script; without a number, the next episode's."""
    from kawaraban import drafting  # noqa: PLC0415
    from kawaraban.places import Places  # noqa: PLC0415
    from kawaraban.store import lock  # noqa: PLC0415

    root, show = _show(folder)
    places = Places(root, number or _next_number(root))
    with lock(root):
        if drafting.is_edited(places) and not force:
            raise ShowError(
                "the script has been edited since it was drafted",
                where=places.script,
                hint="move it away, or overwrite it with --force",
            )
        drafting.write_draft(show, places, _day(day, show))
    click.echo(places.script)


@commands.command()
@_number
@click.option("--date", "day", type=_DAY, help="Where the script is still to be drafted.")
@click.option("--next", "following", is_flag=True, help="Draft and build the next episode.")
@click.option("--dry-run", is_flag=True, help="Say what would run, and run nothing.")
@click.option("--explain", is_flag=True, help="Say why each step runs or is skipped.")
@click.option("--jobs", type=click.IntRange(1), default=1, help="Lines spoken at a time [1].")
@click.option("--force", is_flag=True, help="Run every step, and speak every line again.")
@click.option("--draft", is_flag=True, help="Speak it with a quick voice; publish nothing.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.option("--json", "as_json", is_flag=True, help="Print the episode's record.")
@_show_option
def build(
    number: int | None,
    day: datetime | None,
    *,
    following: bool,
    dry_run: bool,
    explain: bool,
    jobs: int,
    force: bool,
    draft: bool,
    quiet: bool,
    as_json: bool,
    folder: Path | None,
) -> None:
    """Build an episode up to the published feed; without a number, the newest that has a script."""
    from kawaraban import build as stages  # noqa: PLC0415
    from kawaraban.console import clock, display  # noqa: PLC0415
    from kawaraban.ledger import WouldRunError  # noqa: PLC0415
    from kawaraban.places import OUTPUT  # noqa: PLC0415
    from kawaraban.publish.identity import FEED  # noqa: PLC0415
    from kawaraban.publish.publisher import PAGE  # noqa: PLC0415
    from kawaraban.steps import Listener, Order  # noqa: PLC0415

    root, show = _show(folder)
    wanted = _wanted(root, number, following=following)
    asked = day.date() if day else None
    order = Order(wanted, _day(None, show), asked, jobs, force, dry_run, draft)
    try:
        with display(quiet=quiet, explain=explain or dry_run) as shown:
            listener = Listener(shown.step, shown.speaking)
            if draft:
                click.echo(f"Draft: {stages.build_draft(show, root, order, listener)}")
                return
            episode = stages.build(show, root, order, listener)
    except WouldRunError as stopped:
        rest = stages.STEPS[stages.STEPS.index(stopped.step) + 1 :]
        click.echo(f"would run: {', '.join((stopped.step, *rest))}")
        return
    output = root / OUTPUT
    if as_json:
        click.echo(episode.model_dump_json(indent=1))
    elif not quiet:
        click.echo(f"#{episode.number} {episode.title} ({clock(episode.audio.seconds)})")
        click.echo(f"Listen: {(output / episode.folder / PAGE).resolve().as_uri()}")
        click.echo(f"Feed:   {output / FEED}")


def _wanted(root: Path, number: int | None, *, following: bool) -> int:
    from kawaraban.places import numbers  # noqa: PLC0415

    if following:
        if number is not None:
            raise click.UsageError("--next chooses the number itself")
        return _next_number(root)
    known = numbers(root)
    if number is None and not known:
        raise ShowError(
            "no episode has a script yet", where=root, hint="draft and build one: kawaraban build 1"
        )
    return number or known[-1]


def _next_number(root: Path) -> int:
    from kawaraban.places import numbers  # noqa: PLC0415

    return max(numbers(root), default=0) + 1


@commands.command()
@click.argument("text", required=False)
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", help="Language [ja].")
@click.option("--phonemes", is_flag=True, help="Show phonemes and accents instead (Japanese).")
@_show_option
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

        reader = reader_for(_root_or_starter(folder))
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
@click.option("-o", "--output", type=_FILES, default=Path("say.wav"), help="WAV or FLAC file.")
@_show_option
def say(text: str, *, name: str | None, output: Path, folder: Path | None) -> None:
    """Speak TEXT with one voice into a sound file."""
    import soundfile  # noqa: PLC0415

    from kawaraban.config import load_show  # noqa: PLC0415
    from kawaraban.speech.audition import say_line  # noqa: PLC0415
    from kawaraban.store import atomic  # noqa: PLC0415

    if output.suffix.lower() not in {".wav", ".flac"}:
        raise click.BadParameter("write a name that ends in .wav or .flac", param_hint="-o")
    root = _root_or_starter(folder)
    show = load_show(root)
    sound = say_line(root, name or show.hosts[0].voice, text, show.render.device)
    with atomic(output) as made:
        soundfile.write(made, sound.samples, sound.rate)
    click.echo(f"{output}: {sound.seconds:.1f} s")


@commands.command()
@click.option("--audition", type=_FILES, metavar="DIR", help="Write a sample of each into DIR.")
@click.option("--speakers", metavar="VOICE", help="List the speakers this voice can choose from.")
@_show_option
def voices(audition: Path | None, speakers: str | None, folder: Path | None) -> None:
    """List engines and voices: what can speak here, and what is missing."""
    from kawaraban.config import load_show  # noqa: PLC0415
    from kawaraban.speech import audition as samples  # noqa: PLC0415

    root = _root_or_starter(folder)
    device = load_show(root).render.device
    if speakers is not None:
        for name in samples.speakers(root, speakers, device):
            click.echo(name)
        return
    if audition is None:
        for line in samples.listing(root, device):
            click.echo(line)
        return
    failed = 0
    for name, told in samples.audition(root, device, audition):
        click.echo(f"{name}: {told}", err=not isinstance(told, Path))
        failed += not isinstance(told, Path)
    if failed:
        sys.exit(EngineError.exit_code)


@commands.command()
@_show_option
def check(folder: Path | None) -> None:
    """Look for what is wrong in the show, its scripts, their readings and its output."""
    from kawaraban.check import check as findings  # noqa: PLC0415

    found = list(findings(_root(folder)))
    for finding in found:
        click.echo(finding.text)
    errors = sum(finding.is_error for finding in found)
    click.echo(f"{errors} errors, {len(found) - errors} notes")
    if errors:
        sys.exit(1)


@commands.group()
def lexicon() -> None:
    """Exchange the show's lexicon with other tools."""


@lexicon.command("export")
@click.option("--to", type=click.Choice(["voicevox", "pls"]), required=True, help="The format.")
@_show_option
def export(*, to: str, folder: Path | None) -> None:
    """Print the lexicon, the shipped one included, as VOICEVOX's JSON or as W3C PLS."""
    from kawaraban.reading.exchange import to_pls, to_voicevox  # noqa: PLC0415
    from kawaraban.reading.spoken import reader_for  # noqa: PLC0415

    whole = reader_for(_root_or_starter(folder)).lexicon
    click.echo({"voicevox": to_voicevox, "pls": to_pls}[to](whole), nl=False)


@lexicon.command("import")
@click.argument("file", type=_FILES)
@_show_option
def import_(file: Path, folder: Path | None) -> None:
    """Take the words of a VOICEVOX user dictionary (JSON) into voices/lexicon.tsv."""
    from kawaraban.reading.exchange import from_voicevox  # noqa: PLC0415
    from kawaraban.reading.lexicon import read_lexicon, write_lexicon  # noqa: PLC0415
    from kawaraban.reading.spoken import LEXICON  # noqa: PLC0415
    from kawaraban.store import write_text  # noqa: PLC0415

    path = _root(folder) / LEXICON
    brought = from_voicevox(file)
    write_text(path, write_lexicon(brought.over(read_lexicon(path))))
    click.echo(f"{path}: {len(brought.entries)} words taken")


# ── what commands share ──────────────────────────────────────────────────────────────────────────


def _root(folder: Path | None) -> Path:
    from kawaraban.config import find_root  # noqa: PLC0415

    return folder if folder is not None else find_root(Path.cwd())


def _root_or_starter(folder: Path | None) -> Path:
    """The show, or outside of any the reference show, whose voices and lexicon are always there."""
    from kawaraban.starter import starter  # noqa: PLC0415

    try:
        return _root(folder)
    except ShowError:
        return starter()


def _show(folder: Path | None) -> tuple[Path, Show]:
    from kawaraban.config import load_show  # noqa: PLC0415

    root = _root(folder)
    return root, load_show(root)


def _day(day: datetime | None, show: Show) -> date:
    return day.date() if day else datetime.now(show.about.zone).date()


def _moment(text: str | None, show: Show) -> date:
    """A day, or a moment; one without an offset is in the show's time zone."""
    if text is None:
        return datetime.now(show.about.zone)
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("write 2023-11-24 or 2023-11-24T18:00+09:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=show.about.zone)
