"""Writing what is published: the files of an episode, and the feed and page of the show.

Every file is whole or absent, and the same records give the same bytes. What others look for comes
last: an episode's record, and the feed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from kawaraban.documents import nearest
from kawaraban.errors import ShowError
from kawaraban.publish.chapters import CHAPTERS, chapters_json, picture_name
from kawaraban.publish.episode import KINDS, RECORD, Episode, read_episodes
from kawaraban.publish.feed import feed_xml
from kawaraban.publish.identity import FEED, PAGE
from kawaraban.publish.newsletter import Issue, newsletter_html, newsletter_markdown
from kawaraban.publish.notes import notes_html, notes_markdown
from kawaraban.publish.site import episode_html, index_html
from kawaraban.publish.transcript import srt, transcript_json, vtt
from kawaraban.settings import Show
from kawaraban.store import atomic, write_text

_COVERS = {".jpg": ".jpg", ".jpeg": ".jpg", ".png": ".png"}
"""Apple takes JPEG and PNG; feedgen and others know .jpg only."""


def write_episode(folder: Path, show: Show, episode: Episode) -> None:
    """Write everything of an episode but its sound and its page into output/episodes/NNNN.

    episode.json comes last: it is the mark that the episode is whole.

    Raises:
        OutputError: a file cannot be written.
    """
    files = {
        "transcript.vtt": vtt(episode),
        "transcript.srt": srt(episode),
        "transcript.json": transcript_json(episode),
        CHAPTERS: chapters_json(episode, show),
        "notes.html": notes_html(episode),
        "notes.md": notes_markdown(episode),
        RECORD: episode.model_dump_json(indent=1) + "\n",
    }
    for name, text in files.items():
        write_text(folder / name, text)


def write_pictures(folder: Path, pictures: Iterable[bytes]) -> None:
    """Write the pictures of chapters (JPEG) beside an episode's record.

    Raises:
        OutputError: a file cannot be written.
    """
    for picture in pictures:
        path = folder / picture_name(picture)
        if not path.is_file() or path.read_bytes() != picture:
            with atomic(path) as part:
                part.write_bytes(picture)


def remove_others(folder: Path, episode: Episode) -> None:
    """Remove sound in formats, and pictures of chapters, that an episode no longer has."""
    own = {audio.file for audio in episode.files} | {one.image for one in episode.chapters}
    sound = (folder / f"audio.{suffix}" for suffix in KINDS)
    for path in (*sound, *folder.glob("chapter-????????.jpg")):
        if path.name not in own:
            path.unlink(missing_ok=True)


def write_newsletter(folder: Path, show: Show, issue: Issue) -> None:
    """Write the newsletter of an episode beside its notes.

    Raises:
        OutputError: a file cannot be written.
    """
    write_text(folder / "newsletter.html", newsletter_html(show, issue))
    write_text(folder / "newsletter.md", newsletter_markdown(show, issue))


def write_site(output: Path, show: Show, root: Path) -> None:
    """Write the cover, all pages and the feed, from the records below `output` alone.

    The feed comes last, so that all it points to is there. `root` is the show's folder.

    Raises:
        ShowError: there is no cover, or two episodes have the same title.
        OutputError: a record cannot be read, or a file cannot be written.
    """
    episodes = read_episodes(output)
    cover, picture = _cover(root / show.about.image)
    index = index_html(show, episodes, cover_name=cover)
    feed = feed_xml(show, episodes, cover_name=cover).decode()
    if not (output / cover).is_file():
        with atomic(output / cover) as part:
            part.write_bytes(picture)
    write_text(output / PAGE, index)
    for episode in episodes:
        write_text(output / episode.folder / PAGE, episode_html(show, episode, cover_name=cover))
    write_text(output / FEED, feed)
    for old in output.glob("cover-????????.???"):
        if old.name != cover:
            old.unlink()


def _cover(path: Path) -> tuple[str, bytes]:
    """The cover's name in output/, which changes when the picture does, and its bytes."""
    if path.suffix.lower() not in _COVERS:
        raise ShowError(
            "the cover is not a JPEG or PNG", where=path, hint=nearest(path.suffix, _COVERS)
        )
    try:
        picture = path.read_bytes()
    except OSError as error:
        raise ShowError(
            f"the cover cannot be read: {error.strerror}",
            where=path,
            hint="set image in show.toml to a square JPEG or PNG of 3000 pixels",
        ) from error
    digest = hashlib.sha256(picture).hexdigest()[:8]
    return f"cover-{digest}{_COVERS[path.suffix.lower()]}", picture
