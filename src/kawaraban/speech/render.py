"""Spoken lines to clips: each line by its host's voice, kept by what is spoken and how.

A line's key is made of what its engine is given to say, its voice and its engine's version, so a
line that sounds the same is never spoken twice, and an edit costs the lines it changes. An engine
is loaded as soon as a line needs it, while the others are still read. Long lines are spoken first,
so that no thread or machine is left with one at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager

from kawaraban.cache import Clips
from kawaraban.errors import EngineError, Problems, ShowError
from kawaraban.model import Clip, Speaking, SpokenLine
from kawaraban.reading.spoken import beats
from kawaraban.speech.cluster import Cluster
from kawaraban.speech.cluster import spoken as spoken_far
from kawaraban.speech.engine import Waveform
from kawaraban.speech.loading import Loader
from kawaraban.speech.voices import Cast, Part
from kawaraban.speech.voicing import VERSION, speak
from kawaraban.store import fingerprint

Told = Callable[[Speaking], None]
"""Called at the start and whenever a line is done."""
Work = list[tuple[str, SpokenLine]]
"""Lines to speak and their clips' keys."""
_SILENT = {"engine", "gain", "license", "credit"}
"""Settings of a voice that do not change a clip."""


def clip_key(line: SpokenLine, part: Part) -> str:
    """What the sound of a line depends on, as one key.

    Raises:
        EngineError, ShowError: the engine cannot say it; names the script's line.
    """
    with _place(line):
        if line.line.take is not None and not part.recorded:
            hint = 'its host needs a voice with engine = "recording"'
            raise ShowError(f"[take {line.line.take}] of a voice that is synthetic", hint=hint)
        says = [(part.engine.spell(said), said.pause) for said in line.utterances]
    return fingerprint(
        {
            "engine": part.engine_name,
            "voice": part.voice.model_dump(exclude=_SILENT),
            "says": says,
            "voicing": VERSION,
        }
    )


@contextmanager
def _place(line: SpokenLine) -> Iterator[None]:
    """Tell of a fault with the line of the script it is about."""
    try:
        yield
    except (EngineError, ShowError) as error:
        cause = f"script line {line.line.row} ({line.line.speaker}): {error.cause}"
        raise type(error)(cause, where=error.where, hint=error.hint) from error


def keyed(lines: Iterable[SpokenLine], cast: Cast) -> Iterator[tuple[str, SpokenLine]]:
    """Every line with its clip's key.

    Raises:
        ShowError: (or Problems, all of them) a line has no recording, or a take it may not have.
        EngineError: a line cannot be said.
    """
    faults: list[ShowError] = []
    for line in lines:
        try:
            yield clip_key(line, cast[line.line.speaker]), line
        except ShowError as fault:
            faults.append(fault)
    Problems.raise_any(faults)


def render(
    lines: Iterable[SpokenLine],
    cast: Cast,
    sounds: Clips,
    told: Told,
    *,
    jobs: int = 1,
    force: bool = False,
    cluster: Cluster | None = None,
) -> tuple[Clip, ...]:
    """A clip for every line, in order; only lines that have none are spoken.

    Engines are loaded before the first line is spoken, so that a missing model or a dead server is
    told before any work. With one job, lines are spoken in this thread, and an interrupt stops at
    once. With a cluster, its workers load engines and speak; what is recorded or served is spoken
    here.

    Raises:
        ShowError: a line is not one that its voice can say.
        EngineError: a line cannot be said, or came out wrong; those done before it are kept.
    """
    keys: list[str] = []
    todo: dict[str, SpokenLine] = {}
    done: dict[str, float] = {}
    with closing(Loader()) as loader:
        for key, line in keyed(lines, cast):
            keys.append(key)
            if key in todo:
                continue
            todo[key] = line
            if not force and sounds.has(key):
                done[key] = sounds.seconds(key)
            elif _is_near(line, cast, cluster):
                loader.begin(line.line.speaker, cast[line.line.speaker])
        damaged = sum(not force and key not in done and sounds.path(key).exists() for key in todo)
        work = {key: _beats(line) for key, line in todo.items() if key not in done}

        def tell() -> None:
            ready = [done[key] for key in keys if key in done]
            said = sum(count for key, count in work.items() if key in done)
            told(Speaking(len(ready), len(keys), sum(ready), said, sum(work.values()), damaged))

        tell()
        loader.finish()
    order = [(key, todo[key]) for key in sorted(work, key=work.__getitem__, reverse=True)]
    near = [one for one in order if _is_near(one[1], cast, cluster)]
    far = [one for one in order if not _is_near(one[1], cast, cluster)]
    with closing(_spoken(far, near, cast, sounds, jobs, cluster)) as spoken:
        for key, seconds in spoken:
            done[key] = seconds
            tell()
    return tuple(Clip(key, done[key]) for key in keys)


def _beats(line: SpokenLine) -> int:
    return sum(map(beats, line.utterances))


def _is_near(line: SpokenLine, cast: Cast, cluster: Cluster | None) -> bool:
    """Whether a line is spoken on this machine."""
    return cluster is None or not cast[line.line.speaker].travels


def _spoken(
    far: Work, near: Work, cast: Cast, sounds: Clips, jobs: int, cluster: Cluster | None
) -> Generator[tuple[str, float]]:
    """Speak lines and keep them; each one's key and seconds as it is done."""
    if jobs == 1 and not far:
        for key, line in near:
            yield key, _speak(line, cast, key, sounds)
        return
    pool = ThreadPoolExecutor(jobs)
    try:
        futures = {pool.submit(_speak, line, cast, key, sounds): key for key, line in near}
        if cluster and far:
            yield from _fetched(far, cast, sounds, cluster)
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _fetched(
    work: Work, cast: Cast, sounds: Clips, cluster: Cluster
) -> Generator[tuple[str, float]]:
    """Have lines spoken by a cluster and keep them."""
    lines = dict(work)
    with closing(spoken_far(work, cast, cluster)) as spoken:
        for said in spoken:
            with _place(lines[said.key]):
                sound = said.sound()
            yield said.key, _kept(sounds, said.key, sound)


def _speak(line: SpokenLine, cast: Cast, key: str, sounds: Clips) -> float:
    """Speak a line and keep it; its seconds."""
    with _place(line):
        sound = speak(line.utterances, cast[line.line.speaker])
    return _kept(sounds, key, sound)


def _kept(sounds: Clips, key: str, sound: Waveform) -> float:
    sounds.write(key, sound.samples, sound.rate)
    return sounds.seconds(key)
