"""What a story says, told in its items' own sentences."""

from kawaraban.stories.digest.events import timeline
from kawaraban.stories.digest.points import POINTS, key_points
from kawaraban.stories.digest.story import TIMELINE, Digest, digest

__all__ = ["POINTS", "TIMELINE", "Digest", "digest", "key_points", "timeline"]
