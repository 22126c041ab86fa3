"""Labeled ink for tests: digits with named writers."""

import numpy as np

from webapp.training.ink_file import Sample

_OUTLINES = {
    0: [[[3, 0], [1, 2], [0, 5], [1, 8], [3, 10], [5, 8], [6, 5], [5, 2], [3, 0]]],
    1: [[[0, 0], [0, 5], [0, 10]]],
    2: [[[0, 2], [3, 0], [6, 2], [5, 5], [0, 10], [6, 10]]],
    3: [[[0, 1], [3, 0], [5, 2], [2, 5], [5, 7], [3, 10], [0, 9]]],
    4: [[[3, 0], [0, 6], [6, 6]], [[5, 3], [5, 10]]],
    5: [[[1, 0], [0, 5], [4, 4], [6, 7], [4, 10], [0, 9]], [[1, 0], [6, 0]]],
    6: [[[4, 0], [1, 4], [0, 8], [3, 10], [5, 8], [3, 6], [0, 8]]],
    7: [[[0, 0], [6, 0], [4, 5], [2, 10]]],
    8: [[[5, 1], [2, 0], [1, 3], [5, 7], [3, 10], [0, 8], [5, 3], [5, 1]]],
    9: [[[5, 2], [2, 0], [0, 3], [2, 5], [5, 2], [5, 6], [4, 10]]],
}


def digit(label: int, writer: str = "room/anna", seed: int = 0) -> Sample:
    """Return a digit whose points tremble a little, by `seed`."""
    random = np.random.default_rng((label, seed))
    outline = [np.array(stroke, float) for stroke in _OUTLINES[label]]
    return Sample(label, writer, [stroke + random.normal(0, 0.15, stroke.shape) for stroke in outline])


def symbol(label: str, writer: str = "room/anna") -> Sample:
    """Return a cross under any name."""
    return Sample(label, writer, [np.array([[0.0, 0.0], [9.0, 9.0]]), np.array([[9.0, 0.0], [0.0, 9.0]])])
