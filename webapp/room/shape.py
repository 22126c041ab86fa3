"""A drawing's ink, small enough for a wall that shows many: whole numbers, near points left out."""

import numpy as np

SIDE = 1000  # units along the longer side of the ink
STEP = 8.0  # units; a pen that has moved less adds nothing that a projector could show
MOST_POINTS = 1000


def to_shape(strokes: list[np.ndarray]) -> list[list[list[int]]]:
    """Return strokes (points, 2) as lists of [x, y] from 0 to 1000, proportions kept."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    scaled = [(stroke - low) * (SIDE / extent if extent > 0 else 0.0) for stroke in strokes]
    step = STEP
    while sum(map(len, shape := [_thinned(stroke, step) for stroke in scaled])) > MOST_POINTS:
        step *= 2
        if step > 4 * SIDE:  # hundreds of strokes, of which no more than start and end are left
            return shape[: MOST_POINTS // 2]
    return shape


def _thinned(stroke: np.ndarray, step: float) -> list[list[int]]:
    first, *inner = stroke.tolist()
    last = inner.pop() if inner else None
    kept = [first]
    for x, y in inner:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= step:
            kept.append([x, y])
    if last is not None:
        kept.append(last)
    return [[round(x), round(y)] for x, y in kept]
