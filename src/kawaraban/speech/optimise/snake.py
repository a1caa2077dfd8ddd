"""Snake's sin² as a chain of squares, which a runtime can run in one pass.

Snake is y = u + sin²(αu)/α. With z = αu/π, sin² has period 1 in z, so it is a function of
r = z mod 1, and of t = r² alone, since it is even. Here sin²(πr) ≈ GAIN·q(t) + OFFSET with three
nested squares q(t) = (((t + c₀)² + c₁)² + c₂)², a polynomial of degree 8 in t.

The error is below 8e-4 everywhere, and below 5e-5 for |r| < 0.1, where most values are. OpenVINO's
own Sin is a scalar operation and costs more than the convolutions; a Horner polynomial uses t in
every step, which is not a chain, so each of its steps would read and write the whole signal.
"""

from __future__ import annotations

import numpy as np

from kawaraban.speech.optimise.graph import Array, Graph

SHIFTS = (-2.631793505606424, -2.6446495540657, -9.1683292553169)
GAIN = -0.011914847688351859
OFFSET = 1.0007257769415365
"""Least squares over |r| < 1, weighted towards r = 0."""


def squares(graph: Graph, turns: str, name: str) -> str:
    """Nodes for q((z mod 1)²); sin²(πz) = GAIN·q + OFFSET."""
    one, two = graph.constant("snake/one", 1), graph.constant("snake/two", 2)
    rest = graph.add("Mod", [turns, one], f"{name}/rest", fmod=1)
    chain = graph.add("Pow", [rest, two], f"{name}/square")
    for step, shift in enumerate(SHIFTS):
        by = graph.constant(f"snake/shift{step}", shift)
        moved = graph.add("Add", [chain, by], f"{name}/shift{step}")
        chain = graph.add("Pow", [moved, two], f"{name}/square{step}")
    return chain


def sin_squared(turns: Array) -> Array:
    """sin²(πz) as the nodes compute it: for tests, and to see the error."""
    chain = np.fmod(turns, 1) ** 2
    for shift in SHIFTS:
        chain = (chain + shift) ** 2
    return np.asarray(GAIN * chain + OFFSET)
