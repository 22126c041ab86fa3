"""Which part of its input a place of a feature map looks at."""

import numpy as np

from webapp.ink.bitmap import SIZE
from webapp.nets.inside.wiring import Step, Wiring


def window_of(step: Step, inputs: np.ndarray, row: int, column: int) -> np.ndarray:
    """Return the patch of `inputs` (rows, columns, channels) that one place looks at; 0 beyond the edge."""
    (top, bottom), (left, right) = _windows(step, inputs.shape, (row, row), (column, column))
    height, width = inputs.shape[:2]
    padding = [(max(-top, 0), max(bottom + 1 - height, 0)), (max(-left, 0), max(right + 1 - width, 0))]
    padded = np.pad(inputs, [*padding, (0, 0)])
    top, left = top + padding[0][0], left + padding[1][0]
    bottom, right = bottom + padding[0][0], right + padding[1][0]
    return padded[top : bottom + 1, left : right + 1]


def receptive_field(wiring: Wiring, step: Step, row: int, column: int) -> list[int]:
    """Return the part of the bitmap that one place depends on: first and last row, first and last column."""
    rows, columns = (row, row), (column, column)
    while step.source is not None:
        before = wiring[step.source]
        if _window(step):
            rows, columns = _windows(step, before.shape, rows, columns)
        step = before
    return [_inside(value) for value in (*rows, *columns)]


def _windows(step: Step, shape: tuple, rows: tuple[int, int], columns: tuple[int, int]):
    size, strides, padding = _window(step)
    return tuple(
        _reach(part, size[axis], strides[axis], _before(padding, shape[axis], size[axis], strides[axis]))
        for axis, part in enumerate((rows, columns))
    )


def _window(step: Step):
    """Return the size, the strides and the padding of a layer that looks at patches, else None."""
    layer = step.layer
    if step.kind == "Conv2D":
        return layer.kernel_size, layer.strides, layer.padding
    if step.kind == "MaxPooling2D":
        return layer.pool_size, layer.strides, layer.padding
    return None


def _reach(places: tuple[int, int], size: int, stride: int, before: int) -> tuple[int, int]:
    first, last = places
    return first * stride - before, last * stride - before + size - 1


def _before(padding: str, length: int, size: int, stride: int) -> int:
    """Return how many rows or columns are added before the first one."""
    if padding != "same":
        return 0
    places = -(-length // stride)
    return max((places - 1) * stride + size - length, 0) // 2


def _inside(value: int) -> int:
    return min(max(value, 0), SIZE - 1)
