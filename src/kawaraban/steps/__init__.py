"""The steps of a build: each says what it depends on, and what it makes of it.

The ledger runs a step when something it depends on changed, or a file it made; steps are pure in
what they are given, so the same show gives the same episode. What a step works with is imported
when it runs, so that a build with nothing to do is done at once.
"""

from kawaraban.steps.mixing import encode, mix
from kawaraban.steps.publishing import publish, site
from kawaraban.steps.speaking import speech
from kawaraban.steps.work import Listener, Order, Work

__all__ = ["Listener", "Order", "Work", "encode", "mix", "publish", "site", "speech"]
