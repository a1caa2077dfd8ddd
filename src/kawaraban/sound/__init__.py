"""Sound: clips and music into one mastered, encoded, tagged file."""

RATE = 44_100
"""Hz, of the mix and all that comes after: what every player and every MP3 decoder takes."""
