"""A small wrapper over an ONNX graph: constants as arrays, who makes a tensor and who takes it.

Rewrites look nodes up, add their own and take old ones out, in any order; `finish` leaves what the
outputs need, sorted. What does not look as a rewrite expects is an `UnknownExport`: nothing is
guessed, and the caller falls back to the runtime that takes any export.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[Any]
Node = Any
"""An onnx.NodeProto; the package is loaded when a model is."""
Model = Any
"""An onnx.ModelProto."""


class UnknownExport(Exception):  # noqa: N818 - what an export is, not what went wrong
    """The graph is none that the rewrites know; says where it differs."""


class Graph:
    """An ONNX graph that is being rewritten."""

    def __init__(self, model: Model) -> None:
        """Take a model apart; `finish` puts it together again."""
        from onnx import numpy_helper  # noqa: PLC0415 - an extra, and slow to load

        graph = model.graph
        self.model = model
        self.nodes: list[Node] = list(graph.node)
        self.constants: dict[str, Array] = {
            one.name: numpy_helper.to_array(one) for one in graph.initializer
        }
        self.inputs = [one.name for one in graph.input]
        self.outputs = [one.name for one in graph.output]
        self._links: tuple[dict[str, Node], dict[str, list[Node]]] | None = None
        del graph.initializer[:], graph.node[:], graph.value_info[:]

    # ── looking ──────────────────────────────────────────────────────────────────────────────────

    def matching(self, kind: str, pattern: str = "") -> list[Node]:
        """Nodes of an operation whose names hold a regular expression, in the graph's order."""
        wanted = re.compile(pattern)
        return [one for one in self.nodes if one.op_type == kind and wanted.search(one.name)]

    def producer(self, tensor: str, *kinds: str) -> Node:
        """The node that makes a tensor, which must be one of these operations.

        Raises:
            UnknownExport: it is another, or an input or a constant.
        """
        found = self._linked()[0].get(tensor)
        if found is None or (kinds and found.op_type not in kinds):
            made = "nothing" if found is None else found.op_type
            raise UnknownExport(f"{tensor} is made by {made}, not {' or '.join(kinds) or 'a node'}")
        return found

    def makes(self, tensor: str, *kinds: str) -> bool:
        """Whether a node of one of these operations makes a tensor."""
        found = self._linked()[0].get(tensor)
        return found is not None and found.op_type in kinds

    def consumers(self, tensor: str, *kinds: str) -> list[Node]:
        """The nodes that take a tensor: all of them, or those of these operations."""
        found = self._linked()[1].get(tensor, [])
        return [one for one in found if not kinds or one.op_type in kinds]

    def consumer(self, tensor: str, *kinds: str) -> Node:
        """The one node (of these operations) that takes a tensor.

        Raises:
            UnknownExport: there is none, or there are several.
        """
        found = self.consumers(tensor, *kinds)
        if len(found) != 1:
            raise UnknownExport(f"{tensor} goes to {len(found)} of {' or '.join(kinds) or 'any'}")
        return found[0]

    def operands(self, node: Node) -> tuple[Array, str]:
        """The constant and the tensor of a node with one of each, such as x · 3.

        Raises:
            UnknownExport: it has two constants, or none.
        """
        constants = [one for one in node.input if one in self.constants]
        tensors = [one for one in node.input if one not in self.constants]
        if len(constants) != 1 or len(tensors) != 1:
            raise UnknownExport(f"{node.name} is no {node.op_type} with one constant")
        return self.value(constants[0]), tensors[0]

    def value(self, tensor: str) -> Array:
        """A constant.

        Raises:
            UnknownExport: it is none.
        """
        if tensor not in self.constants:
            raise UnknownExport(f"{tensor} is no constant")
        return self.constants[tensor]

    # ── changing ─────────────────────────────────────────────────────────────────────────────────

    def constant(self, name: str, value: ArrayLike, kind: DTypeLike = np.float32) -> str:
        """Add a constant; a name means one value."""
        self.constants.setdefault(name, np.asarray(value, kind))
        return name

    def add(self, kind: str, inputs: Sequence[str], *outputs: str, **attributes: object) -> str:
        """Add a node named by its first output, which it returns."""
        from onnx import helper  # noqa: PLC0415

        name = f"{outputs[0]}:{kind}"
        made = helper.make_node(kind, list(inputs), list(outputs), name=name, **attributes)
        self.nodes.append(made)
        self._links = None
        return outputs[0]

    def remove(self, *gone: Node) -> None:
        """Take nodes out."""
        marked = {id(one) for one in gone}
        self.nodes = [one for one in self.nodes if id(one) not in marked]
        self._links = None

    def feed(self, node: Node, at: int, tensor: str) -> None:
        """Give a node another tensor as its input number `at`."""
        node.input[at] = tensor
        self._links = None

    def rename(self, node: Node, output: str) -> None:
        """Give a node's first output another name; its consumers keep asking for the old one."""
        node.output[0] = output
        self._links = None

    def _linked(self) -> tuple[dict[str, Node], dict[str, list[Node]]]:
        if self._links is None:
            takers: dict[str, list[Node]] = defaultdict(list)
            for node in self.nodes:
                for tensor in dict.fromkeys(node.input):
                    takers[tensor].append(node)
            self._links = {out: node for node in self.nodes for out in node.output}, takers
        return self._links

    def prune(self) -> None:
        """Drop the nodes that no output needs, and sort the others."""
        self.nodes = list(self._sorted())
        self._links = None

    # ── ending ───────────────────────────────────────────────────────────────────────────────────

    def finish(self) -> Model:
        """The model, with the nodes and constants that its outputs need, sorted."""
        from onnx import numpy_helper  # noqa: PLC0415

        self.prune()
        used = {tensor for node in self.nodes for tensor in node.input}
        graph = self.model.graph
        graph.node.extend(self.nodes)
        graph.initializer.extend(
            numpy_helper.from_array(np.asarray(value, order="C"), name)
            for name, value in self.constants.items()
            if name in used
        )
        return self.model

    def _sorted(self) -> Iterator[Node]:
        """Nodes that the outputs need, each after those that make its inputs."""
        makers = self._linked()[0]
        done: set[int] = set()
        waiting = [(makers[out], False) for out in self.outputs]
        while waiting:
            node, ready = waiting.pop()
            if id(node) in done:
                continue
            if ready:
                done.add(id(node))
                yield node
                continue
            waiting.append((node, True))
            waiting += [(makers[one], False) for one in node.input if one in makers]


def attributes(node: Node) -> dict[str, Any]:
    """A node's attributes by name."""
    from onnx import helper  # noqa: PLC0415

    return {one.name: helper.get_attribute_value(one) for one in node.attribute}


def set_attributes(node: Node, **values: object) -> None:
    """Set a node's attributes, in place of those of the same names."""
    from onnx import helper  # noqa: PLC0415

    kept = [one for one in node.attribute if one.name not in values]
    del node.attribute[:]
    node.attribute.extend(kept)
    node.attribute.extend(helper.make_attribute(name, value) for name, value in values.items())


def shaped(value: Array, rank: int) -> Array:
    """A constant of one number, or one for each of the first axis, to go with `rank` axes."""
    return value.reshape(-1, *[1] * (rank - 1)) if value.ndim else value


def other(pair: Iterable[str], known: str) -> str:
    """The one of two tensors that is not `known`.

    Raises:
        UnknownExport: neither is, or both are.
    """
    rest = [one for one in pair if one != known]
    if len(rest) != 1:
        raise UnknownExport(f"{known} is not one of two operands")
    return rest[0]
