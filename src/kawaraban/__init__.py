"""kawaraban: a week of news into a published podcast episode."""

__version__ = "0.4.0"
