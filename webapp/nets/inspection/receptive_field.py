"""Which part of its input a place of a feature map looks at."""

import numpy as np

from webapp.ink.bitmap import SIZE
from webapp.nets.inspection.forward import padding
from webapp.nets.inspection.graph import Graph, Layer, window


def patch_of(layer: Layer, inputs: np.ndarray, row: int, column: int) -> np.ndarray:
    """Return the patch of `inputs` (rows, columns, channels) that one place looks at; 0 beyond the edge."""
    (height, width), (down, right) = window(layer.kind, layer.config)
    padded = np.pad(inputs, [*padding(layer, (1, *inputs.shape)), (0, 0)])
    top, left = row * down, column * right
    return padded[top : top + height, left : left + width]


def receptive_field(graph: Graph, layer: Layer, row: int, column: int) -> list[int]:
    """Return the part of the bitmap that one place depends on: first and last row, first and last column."""
    rows, columns = (row, row), (column, column)
    while layer.source is not None:
        before = graph[layer.source]
        if layer.kind in ("Conv2D", "MaxPooling2D"):
            (height, width), (down, right) = window(layer.kind, layer.config)
            (top, _), (left, _) = padding(layer, (1, *before.shape))
            rows, columns = _reach(rows, height, down, top), _reach(columns, width, right, left)
        layer = before
    return [min(max(value, 0), SIZE - 1) for value in (*rows, *columns)]


def _reach(places: tuple[int, int], size: int, stride: int, before: int) -> tuple[int, int]:
    """Return the first and the last place of the input that places of the output look at."""
    first, last = places
    return first * stride - before, last * stride - before + size - 1
