"""Ablation: neurons that are switched off, and layers without their activation function.

As text, in an address: `off=hidden_1.3,conv_2.17&linear=hidden_1,hidden_2`.
"""

from dataclasses import dataclass

import numpy as np

from webapp.errors import BadRequest
from webapp.nets.inspection.graph import Graph, Layer, check_unit

MOST = 2000  # neurons that may be named; no network here has more


@dataclass(frozen=True)
class Ablation:
    """What is left out of a network.

    Attributes:
        off: pairs of a layer's name and a unit.
        linear: names of layers.
    """

    off: frozenset[tuple[str, int]] = frozenset()
    linear: frozenset[str] = frozenset()

    def kept_units(self, layer: Layer) -> np.ndarray | float:
        """Return 1 for each unit of `layer` that works and 0 for each that is off, float32 (units,)."""
        off = [unit for name, unit in self.off if name == layer.name]
        if not off:
            return np.float32(1)
        kept = np.ones(layer.units, np.float32)
        kept[off] = 0
        return kept


NOTHING = Ablation()


def parse_ablation(off: str, linear: str, graph: Graph) -> Ablation:
    """Return what the two texts say.

    Raises:
        BadRequest: a text of another form, or a unit that the layer does not have.
        UnknownLayer: no such layer.
    """
    return Ablation(
        frozenset(_parse_unit(text, graph) for text in _parts(off)),
        frozenset(_hidden(text, graph).name for text in _parts(linear)),
    )


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > MOST:
        raise BadRequest(f"expected at most {MOST:,} names, received {len(parts):,}")
    return parts


def _parse_unit(text: str, graph: Graph) -> tuple[str, int]:
    name, dot, unit = text.rpartition(".")
    if not dot or not (unit.isascii() and unit.isdigit()) or len(unit) > 6:
        raise BadRequest(f"expected neurons to switch off as layer.number, received {text[:60]!r}")
    layer = _hidden(name, graph)
    return layer.name, check_unit(layer, int(unit))


def _hidden(name: str, graph: Graph) -> Layer:
    layer = graph[name]
    if not layer.is_hidden:
        names = ", ".join(each.name for each in graph.hidden) or "none: this network has no hidden layer"
        raise BadRequest(f"expected a hidden layer ({names}), received {name!r}")
    return layer
