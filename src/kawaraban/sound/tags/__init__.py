"""Tags: title, cover and chapters inside the sound files, the same in every format."""

from kawaraban.sound.tags.values import Mark, Tags
from kawaraban.sound.tags.writing import write_tags

__all__ = ["Mark", "Tags", "write_tags"]
