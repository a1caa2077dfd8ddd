"""`python -m kawaraban`."""

from kawaraban.cli import main

main()
