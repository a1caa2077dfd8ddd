"""Sound: clips and music into one mastered, encoded, tagged file."""

RATE = 48_000
"""Hz, of the mix and all that comes after: twice what Kokoro speaks at, what Opus wants, and what
every player of MP3 and AAC takes; so sound is resampled once, when it comes in."""
